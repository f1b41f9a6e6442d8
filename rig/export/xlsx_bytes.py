"""The parts of a workbook (Office Open XML, ECMA-376), written row by row with every bit of a number.

The libraries for it write 16 significant digits (``%.16G``), and a float64 needs up to 17; here each number is the
shortest decimal that reads back to the same bits. Texts stand in their cells, without a table of shared ones, so that
nothing of a long sheet is kept.

>>> cells([0.1, 7, True, None])
'<c><v>0.1</v></c><c><v>7</v></c><c t="b"><v>1</v></c><c/>'
>>> cells(["a<b"])
'<c t="inlineStr"><is><t xml:space="preserve">a&lt;b</t></is></c>'
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: The format's own limits: rows of a sheet, letters of a cell, letters of a sheet's name.
ROWS, LETTERS, NAME = 1_048_576, 32_767, 31
#: Above it a spreadsheet, which knows float64 only, would round an integer.
_EXACT: Final = 2**53
_BOLD: Final = ' s="1"'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPES: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DECLARED: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
#: What XML 1.0 cannot hold, and what would be taken for it once it is escaped (ECMA-376, 22.9.2.19 ST_Xstring).
_ESCAPED: Final = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")

SHEET_BEGIN: Final = (
    f'{_DECLARED}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
)
SHEET_END: Final = "</sheetData></worksheet>"


def row(values: Iterable[Any], *, bold: bool = False) -> str:
    """One row; a text that is too long for a cell goes on to the right of the last column."""
    inside, beyond = [], []
    for value in values:
        pieces = _pieces(value)
        inside.append(pieces[0])
        beyond += pieces[1:]
    return f"<row>{cells([*inside, *beyond], bold=bold)}</row>"


def cells(values: Iterable[Any], *, bold: bool = False) -> str:
    """The cells of a row."""
    return "".join(_cell(value, _BOLD if bold else "") for value in values)


def sheet_name(name: str, taken: Iterable[str] = ()) -> str:
    """A name as the format allows it, and that no sheet has yet: of those alike the later ones are numbered.

    >>> sheet_name("flow", ["about", "flow", "flow (2)"]), sheet_name("about", ["About"])
    ('flow (3)', 'about (2)')
    """
    plain, known = re.sub(r"[\[\]:*?/\\]", "_", name), {one.casefold() for one in taken}
    endings = ("", *(f" ({number})" for number in range(2, len(known) + 2)))
    tried = (plain[: NAME - len(ending)] + ending for ending in endings)
    return next(one for one in tried if one.casefold() not in known)


def parts_around(sheets: Sequence[str]) -> dict[str, str]:
    """All parts of the package but the sheets themselves, by name.

    Args:
        sheets: their names, in order.
    """
    numbered = list(enumerate(sheets, start=1))
    listed = "".join(f'<sheet name={quoteattr(name)} sheetId="{i}" r:id="rId{i}"/>' for i, name in numbered)
    related = "".join(_related(i, "worksheet", f"worksheets/sheet{i}.xml") for i, _ in numbered)
    typed = "".join(_typed(f"/xl/worksheets/sheet{i}.xml", "worksheet") for i, _ in numbered)
    head = f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{typed}'
    types = f"{head}{_typed('/xl/workbook.xml', 'sheet.main')}{_typed('/xl/styles.xml', 'styles')}"
    book = f'{_DECLARED}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    return {
        "[Content_Types].xml": f'{_DECLARED}<Types xmlns="{_PACKAGE}/content-types">{types}</Types>',
        "_rels/.rels": _relations(_related(1, "officeDocument", "xl/workbook.xml")),
        "xl/_rels/workbook.xml.rels": _relations(related + _related(len(sheets) + 1, "styles", "styles.xml")),
        "xl/workbook.xml": f"{book}<sheets>{listed}</sheets></workbook>",
        "xl/styles.xml": _styles(),
    }


def _cell(value: Any, style: str) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, bool):
        return f'<c{style} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float) and math.isfinite(value) and (isinstance(value, float) or abs(value) <= _EXACT):
        return f"<c{style}><v>{value!r}</v></c>"
    text = _ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", str(value))
    return f'<c{style} t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def _pieces(value: Any) -> list[Any]:
    if not isinstance(value, str) or len(value) <= LETTERS:
        return [value]
    return [value[i : i + LETTERS] for i in range(0, len(value), LETTERS)]


def _typed(part: str, kind: str) -> str:
    return f'<Override PartName="{part}" ContentType="{_TYPES}.{kind}+xml"/>'


def _related(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def _relations(related: str) -> str:
    return f'{_DECLARED}<Relationships xmlns="{_PACKAGE}/relationships">{related}</Relationships>'


def _styles() -> str:
    """Two looks: plain, and bold for headings."""
    font = '<sz val="10"/><name val="Arial"/>'
    return (
        f'{_DECLARED}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font>{font}</font><font><b/>{font}</font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf xfId="0"/><xf fontId="1" applyFont="1" xfId="0"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )

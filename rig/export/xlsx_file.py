"""xlsx: one workbook. A sheet ``about`` with the facts about the record, then a sheet a table, headings in row one.

A table that has more rows than a sheet may hold goes on in further sheets. What a spreadsheet cannot hold as a number
(NaN, integers beyond 2^53) is text; a text beyond 32,767 letters goes on to the right of the last column.
"""

from __future__ import annotations

import itertools
import zipfile
from typing import TYPE_CHECKING, Any, Final

from rig.export.contents import rows_of
from rig.export.headings import heading
from rig.export.xlsx_bytes import ROWS, SHEET_BEGIN, SHEET_END, parts_around, row, sheet_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from rig.export.contents import Contents, Table

#: The earliest that the archive can say: the same record gives the same bytes.
_DATE: Final = (1980, 1, 1, 0, 0, 0)


def write_xlsx(folder: Path, contents: Contents) -> None:
    """Write all tables of a record into one workbook of a folder, row by row."""
    with zipfile.ZipFile(folder / f"{contents.name}.xlsx", "x", zipfile.ZIP_DEFLATED) as archive:
        names = [_sheet(archive, 1, "about", _facts(contents))]
        for table in contents.tables:
            names += _table(archive, names, table)
        for name, text in parts_around(names).items():
            archive.writestr(_member(name), text)


def _facts(contents: Contents) -> Iterator[str]:
    yield row(("fact", "value"), bold=True)
    yield from (row(one) for one in contents.facts.items())
    for table in contents.tables:
        yield from (row((f"{table.name}: {name}", value)) for name, value in table.facts.items())


def _table(archive: zipfile.ZipFile, taken: Sequence[str], table: Table, most: int = ROWS) -> list[str]:
    """One sheet, or as many as the rows need; returns their names, which are none of those that are taken."""
    head = row([heading(column) for column in table.columns], bold=True)
    rows = (row(values) for batch in table.batches() for values in rows_of(batch))
    names: list[str] = []
    for portion in _portions(rows, most - 1):
        name = sheet_name(table.name, [*taken, *names])
        names.append(_sheet(archive, len(taken) + len(names) + 1, name, itertools.chain([head], portion)))
    return names


def _portions(rows: Iterator[str], most: int) -> Iterator[Iterable[str]]:
    """Rows in portions that fit into a sheet, each to be gone through before the next; one at least."""
    yield itertools.islice(rows, most)
    for one in rows:
        yield itertools.chain([one], itertools.islice(rows, most - 1))


def _sheet(archive: zipfile.ZipFile, number: int, name: str, rows: Iterable[str]) -> str:
    with archive.open(_member(f"xl/worksheets/sheet{number}.xml"), "w", force_zip64=True) as file:
        file.write(SHEET_BEGIN.encode())
        for one in rows:
            file.write(one.encode())
        file.write(SHEET_END.encode())
    return name


def _member(name: str) -> Any:
    member = zipfile.ZipInfo(name, _DATE)
    member.compress_type = zipfile.ZIP_DEFLATED
    return member

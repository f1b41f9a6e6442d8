"""A report as data: sections of paragraphs, facts, tables and figures, before anybody chose a typeface.

    document = report_document(assessment, ...)     # rig.report.content
    write_pdf(document, ...)                        # one renderer
    html_text(document)                             # the other; both say the same words

Everything that is printed stands here, so that two renderers cannot differ in what they say. Texts are plain: what
looks like markup is printed as it stands.

>>> Table("Budget", (Column("line"), Column("u", "decimal")), (("air", "0.12"), ("fluid", "10.3"))).padding()
(('', ''), ('', '2'))
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

Tone = Literal["text", "note", "warning", "lead"]
Align = Literal["left", "right", "decimal"]
Wording = Literal["pass", "fail", "inconclusive", "invalid", "nothing"]


@dataclass(frozen=True)
class Paragraph:
    """Running text.

    Attributes:
        text: plain.
        tone: ``lead`` is larger, ``note`` smaller, ``warning`` set apart.
    """

    text: str
    tone: Tone = "text"


@dataclass(frozen=True)
class Facts:
    """Names and values, a line each."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        heading: with the unit, where there is one.
        align: ``decimal`` puts the points of the numbers below each other.
        share: of the width, against the other columns; 0 takes what the words need.
        code: hashes and file names, in a typeface of equal widths.
    """

    heading: str
    align: Align = "left"
    share: float = 0.0
    code: bool = False


@dataclass(frozen=True)
class Table:
    """A table; it may run over several pages, its head is repeated there.

    Attributes:
        caption: above it.
        columns: of each row.
        rows: of texts.
        marked: rows that a reader must not miss, such as gaps, by their index.
        notes: below it.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    marked: frozenset[int] = frozenset()
    notes: tuple[str, ...] = ()

    def padding(self) -> tuple[tuple[str, ...], ...]:
        """What stands, unseen, after each cell so that the decimal points of its column meet."""
        tails = [[_tail(row[i]) for row in self.rows] for i in range(len(self.columns))]
        longest = [max(column, key=len, default="") for column in tails]
        return tuple(
            tuple(
                longest[i][len(_tail(cell)) :] if column.align == "decimal" and _is_number(cell) else ""
                for i, (column, cell) in enumerate(zip(self.columns, row, strict=True))
            )
            for row in self.rows
        )


@dataclass(frozen=True)
class Figure:
    """A vector picture.

    Attributes:
        name: of the file.
        svg: its bytes.
        caption: below it.
        alt: what it shows, in words, for those who cannot see it.
        width: of the text, from 0 to 1.
    """

    name: str
    svg: bytes = field(repr=False)
    caption: str
    alt: str
    width: float = 0.84


@dataclass(frozen=True)
class Decision:
    """The result in one box: what page one is for.

    Attributes:
        wording: the verdict.
        headline: the measured value with its uncertainty.
        lines: what belongs to it.
    """

    wording: Wording
    headline: str
    lines: tuple[str, ...]


Block = Paragraph | Facts | Table | Figure | Decision


@dataclass(frozen=True)
class Section:
    """A part of a report with its heading.

    Attributes:
        title: of the heading; it gets a number before it.
        blocks: in order.
        new_page: whether it begins one.
    """

    title: str
    blocks: tuple[Block, ...]
    new_page: bool = False


@dataclass(frozen=True)
class Document:
    """A report, a procedure or a campaign report.

    Attributes:
        title: what it is.
        subject: about what, one line.
        number: its unique identification, on every page.
        evidence: the evidence class in words, on every page.
        issued: from the record, never from the clock; None before there is one.
        laboratory: who issues it.
        front: page one.
        sections: the rest.
        device_evidence: whether it is evidence about a device.
    """

    title: str
    subject: str
    number: str
    evidence: str
    issued: datetime | None
    laboratory: str
    front: tuple[Block, ...]
    sections: tuple[Section, ...]
    device_evidence: bool = False

    def blocks(self) -> list[Block]:
        """All of them, in order."""
        return [*self.front, *(block for section in self.sections for block in section.blocks)]


def _is_number(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _tail(text: str) -> str:
    """From the decimal point on, of a number; exponents and what is no number have none."""
    if not _is_number(text) or "e" in text or "E" in text:
        return ""
    _, point, digits = text.partition(".")
    return point + digits

r"""A document as Markdown, for whoever keeps such pages with the code: the same words as on paper.

>>> print(_table(Table("Gaps", (Column("gap"), Column("n", "right")), (("a | b", "1"),))))
**Gaps**
<BLANKLINE>
| gap | n |
|---|---:|
| a \| b | 1 |
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.report.document import Column, Decision, Facts, Figure, Paragraph, Table

if TYPE_CHECKING:
    from rig.report.document import Block, Document


def markdown_text(document: Document) -> str:
    """The whole document."""
    issued = f", {document.issued:%Y-%m-%d %H:%M} UTC" if document.issued else ""
    parts = [
        f"# {document.title}",
        f"{document.subject}, number {document.number}{issued}",
        *map(_block, document.front),
    ]
    for section in document.sections:
        parts += [f"## {section.title}", *map(_block, section.blocks)]
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> str:
    if isinstance(block, Paragraph):
        return block.text
    if isinstance(block, Facts):
        return _table(Table("", (Column(""), Column("")), block.rows))
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Decision):
        return "\n".join([f"**{block.wording}: {block.headline}**", "", *(f"* {line}" for line in block.lines)])
    return _picture(block)


def _picture(figure: Figure) -> str:
    return f"*{figure.caption}: {figure.alt}*"


def _table(table: Table) -> str:
    head = [_row(tuple(column.heading for column in table.columns))]
    rule = "|" + "|".join("---" if column.align == "left" else "---:" for column in table.columns) + "|"
    caption = [f"**{table.caption}**", ""] if table.caption else []
    return "\n".join([*caption, *head, rule, *map(_row, table.rows)])


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in cells) + " |"

"""Tables that break no date, number or word: where a terminal is too narrow for one, each row is a paragraph.

    show_rows(console, "History of bench station", ("started (UTC)", "protocol", "verdict"), rows)

A cell may go on in a second line between words only. A column that holds data of any length (``long``) may be broken
where it must; it does not decide whether the table fits.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from rich.text import Text

from rig.cli.show import plain_table

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from rich.console import Console

#: Columns of the terminal between two cells, and before the first and behind the last one together.
_GAP: Final = 3
_EDGES: Final = 2
#: Letters that a long column has at least.
_LEAST: Final = 24
#: What a cell says that says nothing.
NOTHING: Final = "-"


def show_rows(
    console: Console,
    title: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    long: Container[str] = (),
) -> None:
    """Show rows as a table, or as a paragraph each.

    Args:
        console: its width decides.
        title: of the table.
        headings: of the columns; the first may be empty.
        rows: their cells; :data:`NOTHING` where there is nothing to say.
        long: headings of columns that may be broken anywhere.
    """
    columns = [[heading, *(row[i] for row in rows)] for i, heading in enumerate(headings)]
    least = [_least(column, may_break=column[0] in long) for column in columns]
    spare = console.width - _EDGES - _GAP * (len(columns) - 1) - sum(least)
    if spare < 0:
        _show_paragraphs(console, title, headings, rows)
        return
    table = plain_table(title, *headings)
    for column, width in zip(table.columns, _widths(columns, least, spare), strict=True):
        column.width = width
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


def _least(column: Sequence[str], *, may_break: bool) -> int:
    """The width below which a word of a column would be broken."""
    longest = max((len(word) for cell in column for word in cell.split()), default=0)
    return min(longest, _LEAST) if may_break else longest


def _widths(columns: Sequence[Sequence[str]], least: Sequence[int], spare: int) -> list[int]:
    """What is left goes to the columns in their order, to none more than it needs."""
    left, widths = spare, []
    for column, own in zip(columns, least, strict=True):
        more = min(max(map(len, column)) - own, left)
        widths.append(own + more)
        left -= more
    return widths


def _show_paragraphs(console: Console, title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """The first cell, and behind it what the others say, with their headings."""
    console.print(Text(title, style="bold"))
    wrapper = textwrap.TextWrapper(
        console.width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )
    for row in rows:
        said = [f"{name} {cell}" for name, cell in zip(headings[1:], row[1:], strict=True) if cell != NOTHING]
        for line in wrapper.wrap(" ".join(f"{row[0]}: {'; '.join(said)}".split())):
            console.print(Text(line), soft_wrap=True)

"""How wide the columns of a table are: as the words need, and shared fairly where they need more than the page has.

A column that takes what its longest text needs starves the others: one long answer, and the questions beside it stand
one word a line. So long tables share the width: each column gets its longest word (its longest number), and the rest
goes by what the texts would fill.

>>> shares([["a", "b"], ["x", "y"]], page=100.0) is None
True
>>> [round(one) for one in shares([["short", "a text of forty characters and some more"], ["b", "c"]], page=30.0)]
[6, 24]
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Characters that a line of a table holds, by the number of its columns (smaller type where there are many).
_PAGE = ((9, 130.0), (6, 121.0), (0, 113.0))
_BREAKS = re.compile(r"[\s-]+")


def page_characters(columns: int) -> float:
    """Characters in a line of a table with so many columns, without the gaps between them."""
    return next(characters for least, characters in _PAGE if columns > least) - 1.5 * columns


def shares(rows: Sequence[Sequence[str]], page: float, numbers: frozenset[int] = frozenset()) -> list[float] | None:
    """Widths in characters; None where everything fits as it is.

    Args:
        rows: texts of head and body, each row as long as the others.
        page: characters in a line.
        numbers: columns whose texts, below the head, are never broken.
    """
    columns = list(zip(*rows, strict=True))
    natural = [max(max((len(line) for line in text.split("\n")), default=0) for text in column) for column in columns]
    if sum(natural) <= page:
        return None
    least = [_least(column, whole=i in numbers) for i, column in enumerate(columns)]
    spare = max(page - sum(least), 0.0)
    wishes = [max(wide - narrow, 0.0) for wide, narrow in zip(natural, least, strict=True)]
    total = sum(wishes) or 1.0
    return [narrow + spare * wish / total for narrow, wish in zip(least, wishes, strict=True)]


def _least(column: Sequence[str], *, whole: bool) -> float:
    """The longest piece that stays in one line, and a little room."""
    words = [word for text in (column[:1] if whole else column) for word in _BREAKS.split(text)]
    return max(map(len, [*words, *(column[1:] if whole else ())]), default=0) + 1.0

"""How wide the columns of a table are: as the words need, and shared fairly where they need more than the page has.

A column that takes what its longest text needs starves the others: one long answer, and the questions beside it stand
one word a line. So long tables share the width: each column gets its longest word (its longest number), and the rest
goes by what the texts would fill. Words are never broken at a hyphen: who looks for an id must find it in one piece.

>>> shares([["a", "b"], ["x", "y"]], page=100.0) is None
True
>>> [round(one) for one in shares([["short", "a text of forty characters and some more"], ["b", "c"]], page=30.0)]
[6, 23]
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from rig.report.letters import words

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Letters that a line of a table holds, by the number of its columns (smaller type where there are many).
_PAGE = ((9, 136.0), (6, 127.0), (0, 119.0))
#: What the space left and right of a cell takes [letters].
_BESIDE = 2.0
#: Rounding of a text that fills its line.
_SAME = 1e-6
_NARROW = frozenset("ijltfr.,:;'|!()[] ")


def page_width(columns: int) -> float:
    """Letters in a line of a table with so many columns."""
    return next(letters for least, letters in _PAGE if columns > least)


@lru_cache(maxsize=8192)
def text_width(text: str) -> float:
    """Width of a text in letters of usual width: capitals and digits are wider than small ones."""
    return sum(0.6 if c in _NARROW else 1.45 if c.isupper() else 1.1 for c in text)


def shares(rows: Sequence[Sequence[str]], page: float, numbers: frozenset[int] = frozenset()) -> list[float] | None:
    """Widths in letters; None where everything fits as it is.

    Args:
        rows: texts of head and body, each row as long as the others.
        page: letters in a line.
        numbers: columns whose texts, below the head, are never broken.
    """
    columns, natural = list(zip(*rows, strict=True)), natural_widths(rows)
    if sum(natural) <= page:
        return None
    least = [_least(column, whole=i in numbers) for i, column in enumerate(columns)]
    spare = max(page - sum(least), 0.0)
    wishes = [max(wide - narrow, 0.0) for wide, narrow in zip(natural, least, strict=True)]
    total = sum(wishes) or 1.0
    return [narrow + spare * wish / total for narrow, wish in zip(least, wishes, strict=True)]


def natural_widths(rows: Sequence[Sequence[str]]) -> list[float]:
    """Width of each column if no text were broken, in letters."""
    return [_widest([line for text in column for line in text.split("\n")]) for column in zip(*rows, strict=True)]


def lines(row: Sequence[str], widths: Sequence[float]) -> int:
    """About how many lines a row takes.

    Args:
        row: its texts.
        widths: of the columns, in letters.
    """
    return max(
        sum(max(math.ceil(text_width(part) / max(width - _BESIDE, 1.0) - _SAME), 1) for part in text.split("\n"))
        for text, width in zip(row, widths, strict=True)
    )


def _widest(texts: Sequence[str]) -> float:
    return max(map(text_width, texts), default=0.0) + _BESIDE


def _least(column: Sequence[str], *, whole: bool) -> float:
    """The longest piece that stays in one line."""
    pieces = [word for text in (column[:1] if whole else column) for word in words(text)]
    return _widest([*pieces, *(column[1:] if whole else ())])

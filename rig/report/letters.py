"""Texts as they can be printed: nothing that hides or turns the text round, no word wider than a column, no empty box.

>>> visible("evil" + chr(0x202E) + "txt" + chr(7))
'evil[U+202E]txt[U+0007]'
>>> len(breakable("x" * 100).split(BREAK))
4
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

#: Longest word that is kept in one piece, and where longer ones may break.
WORD, PIECE = 40, 30
#: A hash stays whole: who compares it wants it in one line.
_HASH = re.compile(r"[0-9a-f]{64}")
#: A place to break that takes no room.
BREAK = "\u200b"


def visible(text: str) -> str:
    """Control characters, and those that change the direction of what follows, by their number."""
    if text.isprintable():  # none of them, as nearly always
        return text
    return "".join(
        _numbered(c) if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co"} else c for c in text
    )


def breakable(text: str) -> str:
    """Words that are wider than any column, with places to break."""
    if len(text) <= WORD:
        return text
    return "\n".join(" ".join(map(_broken, line.split(" "))) for line in text.split("\n"))


def is_hash(text: str) -> bool:
    """Whether it is a SHA-256, and nothing else."""
    return _HASH.fullmatch(text) is not None


def words(text: str) -> list[str]:
    """The pieces that stay whole when a text is set."""
    return [piece for word in breakable(text).split() for piece in _pieces(word)]


def printable(value: Any) -> Any:
    """Every text within plain values, with the characters that no font on paper has by their number."""
    if isinstance(value, dict):
        return {key: printable(one) for key, one in value.items()}
    if isinstance(value, list):
        return [printable(one) for one in value]
    if not isinstance(value, str) or (value.isascii() and value.isprintable()):
        return value
    return "".join(c if _has_glyph(c) else _numbered(c) for c in value)


def fonts() -> Path:
    """DejaVu Sans comes with matplotlib; Typst brings the others."""
    import matplotlib as mpl

    return Path(mpl.get_data_path()) / "fonts" / "ttf"


def _pieces(word: str) -> list[str]:
    """A long word may break at its hyphens too; a short one, such as an id, stays whole."""
    return word.replace("-", f"-{BREAK}").split(BREAK) if len(word) > WORD else [word]


def _broken(word: str) -> str:
    if len(word) <= WORD or max(map(len, word.split("-"))) <= PIECE or _HASH.fullmatch(word):
        return word
    return BREAK.join(word[i : i + PIECE] for i in range(0, len(word), PIECE))


def _numbered(character: str) -> str:
    return f"[U+{ord(character):04X}]"


def _has_glyph(character: str) -> bool:
    return character in "\n\u200b" or ord(character) in _glyphs()


@cache
def _glyphs() -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(str(fonts() / "DejaVuSans.ttf")).get_charmap())

"""Chains of numbered files in a folder, each of which names the SHA-256 of the one before it.

    for number, path in numbered(Path("calibration/ledger"), name): ...

>>> told("9f86d081884c7d65"), told(None)
('9f86d081884c...', 'none')

Records, retirements, qualifications and the ledger of a book are such chains. What a file must say, and what a break of
its chain means, each of them knows for itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from pathlib import Path


def numbered(folder: Path, name: re.Pattern[str]) -> list[tuple[int, Path]]:
    """The files of a chain with their numbers, the lowest first; none in a folder that does not exist.

    Args:
        folder: in which they lie.
        name: of such a file; its first group is the number. Two spellings of a number are two files.
    """
    found = [(int(match[1]), path) for path in folder.glob("*.toml") if (match := name.fullmatch(path.name))]
    return sorted(found)


def told(sha256: str | None) -> str:
    """A hash as a message has it: its first twelve digits, or ``none``."""
    return "none" if sha256 is None else f"{sha256[:12]}..."

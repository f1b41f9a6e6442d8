"""The rig's own branches of the error tree, one for each culprit.

=====================  ======================================================================  =========
:class:`FileError`      a file that cannot be used as it stands; nothing was moved or written    exit 2
:class:`ProgramError`   a dose program that the pump cannot carry out                            exit 2
:class:`BenchError`     the bench in front of us is not the bench of the file, or cannot be used  exit 4
:class:`EvidenceError`  a record that is damaged, altered or incomplete                          exit 2
=====================  ======================================================================  =========

>>> print(FileError([Problem("required, and missing; add it", "demo.toml", 1, "id")]))
demo.toml:1: id: required, and missing; add it
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calibration.errors import DoseproofError

if TYPE_CHECKING:
    from collections.abc import Sequence

    #: Where in a file's data something stands: keys and list indices from the top.
    KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in one file.

    Attributes:
        message: what was expected, what was found, and the fix.
        file: name of the file.
        line: line number from 1; 0 where there is no line to name.
        key: dotted key, e.g. ``program.segments[0].flow``; empty for the file as a whole.
    """

    message: str
    file: str
    line: int = 0
    key: str = ""

    def __str__(self) -> str:
        """``file:line: key: message``, as editors and terminals like it."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


class FileError(DoseproofError):
    """A file that cannot be used; every problem found in it is in :attr:`problems`."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


class ProgramError(DoseproofError):
    """A dose program that the pump cannot carry out.

    Args:
        problems: for each, the place inside the program table and what is wrong there.
    """

    def __init__(self, problems: Sequence[tuple[KeyPath, str]]) -> None:
        super().__init__("\n".join(f"{dotted(path)}: {message}" for path, message in problems))
        self.problems = tuple(problems)


class BenchError(DoseproofError):
    """The bench was refused; every reason is in :attr:`reasons`, and nothing was moved."""

    def __init__(self, bench: str, reasons: Sequence[str]) -> None:
        listed = "\n".join(f"  - {reason}" for reason in reasons)
        super().__init__(f"bench {bench!r} was refused before the start:\n{listed}")
        self.reasons = tuple(reasons)


class EvidenceError(DoseproofError):
    """A record that cannot be trusted or read: damaged, altered, incomplete, or of a newer schema."""


def dotted(path: KeyPath) -> str:
    """A key path as people write it.

    >>> dotted(("program", "segments", 0, "flow"))
    'program.segments[0].flow'
    """
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in path]
    return "".join(parts).removeprefix(".")

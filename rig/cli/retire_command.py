"""``rig calibration retire``: a unit or a standard is taken out of service, or put back, by an entry in the book."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calibration.book import Book
from calibration.retire import Why, retire
from calibration.retirement import entries_of
from drivers.clock import WallClock
from rig.cli.console import Console
from rig.cli.exits import UsageError
from rig.cli.settings import find_settings

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """What the command line asked for.

    Attributes:
        unit: serial number.
        reason, approved_by: as they are entered.
        operator, book: from flag or environment; None where neither says anything.
        back: put it back in service.
    """

    unit: str
    reason: str
    approved_by: str
    operator: str | None = None
    book: Path | None = None
    back: bool = False


def retire_command(entry: Entry) -> int:
    """File the entry and say what it means; the answer is the exit code.

    Raises:
        UsageError: nobody is named who enters it.
        CalibrationError: refused, with the reason; nothing was written.
    """
    settings = find_settings(None, entry.operator, book=entry.book)
    if not settings.operator:
        raise UsageError("expected to know who enters it, found nobody; give --operator, or set it in doseproof.toml")
    book, why = Book(settings.book), Why(entry.reason, settings.operator, entry.approved_by)
    path = retire(book, entry.unit, why, WallClock().utc().date(), back=entry.back)
    console = Console(highlight=False)
    console.print(f"{entry.unit}: {entries_of(book.folder, entry.unit)[-1].told}.", markup=False, soft_wrap=True)
    console.print(f"Filed: {path}", markup=False, soft_wrap=True)
    return 0

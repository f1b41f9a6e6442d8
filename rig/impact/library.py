"""Every different calibration record that is known: those of the book, and those that some run kept a copy of.

    library = Library.of(runs, book)
    library.closed({sha256})          # and whatever was calibrated with those records, step by step

A record that was made with a balance names the record of that balance in the place of a certificate; a daily check
names the record that it was made against.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from calibration.errors import CalibrationError
from calibration.record import read_calibration_record
from rig.gate.balance_check import AGAINST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from calibration.book import Book
    from calibration.record import CalibrationRecord
    from rig.impact.stored import StoredRun

_OWN: Final = re.compile(r"calibration record ([0-9a-f]{64})")


@dataclass
class Library:
    """Records by their SHA-256, each with a place where it lies, and what could not be read."""

    records: dict[str, tuple[Path, CalibrationRecord]] = field(default_factory=dict)
    unread: list[tuple[Path, str]] = field(default_factory=list)

    @classmethod
    def of(cls, runs: Sequence[StoredRun], book: Book) -> Library:
        """Of a book and some runs; each different record is read once."""
        library = cls()
        for path in book.files():
            library.add(path)
        for sha, path in copies_of(runs):
            if sha not in library.records:
                library.add(path, sha)
        return library

    def add(self, path: Path, wanted: str | None = None) -> None:
        """Read one.

        Args:
            path: where it lies.
            wanted: its SHA-256, where that is known.
        """
        try:
            content = path.read_bytes()
            record = read_calibration_record(content, str(path))
        except (OSError, CalibrationError) as error:
            self.unread.append((path, str(error)))
            return
        if wanted in {None, record.sha256}:
            self.records[record.sha256] = (path, record)
        else:
            why = f"expected SHA-256 {wanted[:12]}..., found {record.sha256[:12]}...; it was changed"
            self.unread.append((path, why))

    def closed(self, start: Iterable[str]) -> dict[str, str | None]:
        """SHA-256 of each record that stands on some others, by however many steps.

        Args:
            start: the records to begin with.

        Returns:
            Each with the record that it stands on; None for those of the beginning.
        """
        found: dict[str, str | None] = dict.fromkeys(start)
        grew = True
        while grew:
            new = {
                sha: next(iter(on))
                for sha, (_, record) in self.records.items()
                if sha not in found and (on := stands_on_records(record) & found.keys())
            }
            found |= new
            grew = bool(new)
        return found


def stands_on_records(record: CalibrationRecord) -> set[str]:
    """SHA-256 of each calibration record that another one was made with."""
    named = {match[1] for one in record.standards if (match := _OWN.fullmatch(one.certificate))}
    against = record.properties.get(AGAINST)
    return named if against is None else {*named, against}


def copies_of(runs: Sequence[StoredRun]) -> Iterator[tuple[str, Path]]:
    """Each different record that some run used, with one place where a copy lies."""
    seen: set[str] = set()
    for run in runs:
        for channel, sha in run.copies.items():
            if sha not in seen:
                seen.add(sha)
                yield sha, run.copy(channel)

"""Which calibration records are meant: by a file, by its SHA-256, or by the standard that they stand on.

A standard is looked for in every record of the book and in every record that some run used, because a run may have
used one that lies elsewhere. Each different record is read once, however many runs hold a copy of it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from calibration.errors import CalibrationError
from calibration.record import read_calibration_record
from rig.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from calibration.book import Book
    from calibration.record import CalibrationRecord
    from rig.impact.stored import StoredRun

#: The shortest beginning of a SHA-256 that names a record.
LEAST_DIGITS: Final = 8
_HEX: Final = re.compile(rf"[0-9a-f]{{{LEAST_DIGITS},64}}")


@dataclass(frozen=True)
class Affected:
    """The records in question.

    Attributes:
        what: in words.
        records: by SHA-256, each with a place where it lies.
        unread: records that could not be read, and so may be affected too: place and reason.
    """

    what: str
    records: Mapping[str, tuple[Path, CalibrationRecord]]
    unread: tuple[tuple[Path, str], ...] = ()


@dataclass
class _Library:
    """Every different record that is known, by its SHA-256."""

    records: dict[str, tuple[Path, CalibrationRecord]] = field(default_factory=dict)
    unread: list[tuple[Path, str]] = field(default_factory=list)

    def add(self, path: Path, wanted: str | None = None) -> None:
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


def find_affected(what: str, runs: Sequence[StoredRun], book: Book) -> Affected:
    """The records that ``what`` means.

    Args:
        what: a record's file, 8 digits or more of its SHA-256, or a standard's serial number or certificate.
        runs: with the records that they used.
        book: with the records of the laboratory.

    Raises:
        CalibrationError: no such record or standard, or several records that begin alike.
    """
    if Path(what).is_file():
        return _of_file(Path(what))
    if _HEX.fullmatch(what.lower()) and (found := _of_hash(what.lower(), runs, book)):
        return found
    return _of_standard(what, runs, book)


def _of_file(path: Path) -> Affected:
    content = path.read_bytes()
    record = read_calibration_record(content, str(path))
    return Affected(f"the record {path}", {record.sha256: (path, record)})


def _of_hash(digits: str, runs: Sequence[StoredRun], book: Book) -> Affected | None:
    places = {sha: path for sha, path in _places(runs) if sha.startswith(digits)}
    for path in book.files():
        if (sha := hashlib.sha256(path.read_bytes()).hexdigest()).startswith(digits):
            places[sha] = path
    if len(places) > 1:
        listed = "\n".join(f"  {sha}  {path}" for sha, path in sorted(places.items()))
        raise CalibrationError(f"expected one record, found {len(places)} that begin with {digits}:\n{listed}")
    library = _Library()
    for sha, path in places.items():
        library.add(path, sha)
    if library.unread:
        path, why = library.unread[0]
        raise CalibrationError(f"{path}: {why}")
    return Affected(f"the record with SHA-256 {next(iter(places))[:12]}...", library.records) if places else None


def _of_standard(name: str, runs: Sequence[StoredRun], book: Book) -> Affected:
    library = _Library()
    for path in book.files():
        library.add(path)
    for sha, path in _places(runs):
        if sha not in library.records:
            library.add(path, sha)
    found = {sha: one for sha, one in library.records.items() if _stands_on(one[1], name)}
    if not found:
        known = sorted({one for _, record in library.records.values() for one in _names(record)}) or ["none"]
        unread = "".join(f"\n  {path}: {why}" for path, why in library.unread)
        raise CalibrationError(
            f"expected a calibration record, {LEAST_DIGITS} digits or more of its SHA-256, or a standard's serial "
            f"number or certificate; found {name!r}, on which no record of {book.folder} or of {len(runs)} runs "
            f"stands; known are {', '.join(known)}{unread and f'; not readable:{unread}'}"
        )
    return Affected(f"the standard {name}", found, tuple(library.unread))


def _stands_on(record: CalibrationRecord, name: str) -> bool:
    return name.casefold() in {one.casefold() for one in _names(record)}


def _names(record: CalibrationRecord) -> set[str]:
    """Standards by their serial numbers, and every certificate, that of the instrument itself as well."""
    named = {one.serial_number for one in record.standards} | {one.certificate for one in record.standards}
    return named if record.certificate is None else {*named, record.certificate}


def _places(runs: Sequence[StoredRun]) -> Iterator[tuple[str, Path]]:
    """Each different record that some run used, with one place where a copy lies."""
    seen: set[str] = set()
    for run in runs:
        for channel, sha in run.copies.items():
            if sha not in seen:
                seen.add(sha)
                yield sha, run.copy(channel)


def refuse_unsearched(runs: Sequence[StoredRun]) -> None:
    """Refuse folders in which there is no run at all: nothing found would then say nothing.

    Raises:
        EvidenceError: there is none.
    """
    if not runs:
        raise EvidenceError("expected runs below the folders that were named, found none; name others with --runs")

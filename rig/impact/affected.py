"""Which calibration records are meant: by a file, by its SHA-256, or by the standard that they stand on.

A standard is looked for in every record of the book and in every record that some run used, because a run may have
used one that lies elsewhere; and in the copy of the check weight that a run kept. What was calibrated with an affected
record is affected too: the pump and the flow sensor on a balance, and whatever was calibrated with those.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from calibration.errors import CalibrationError
from calibration.record import load_calibration_record
from rig.errors import EvidenceError
from rig.impact.library import Library, copies_of
from rig.impact.weights import weights_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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
        stands_on: the record that each one was calibrated with, by SHA-256; None for those that were asked for.
        weights: SHA-256 of each copy of a check weight that is the standard in question.
        standard: its serial number or certificate, in small letters; empty where a record is meant.
    """

    what: str
    records: Mapping[str, tuple[Path, CalibrationRecord]]
    unread: tuple[tuple[Path, str], ...] = ()
    stands_on: Mapping[str, str | None] = field(default_factory=dict)
    weights: frozenset[str] = frozenset()
    standard: str = ""


def find_affected(what: str, runs: Sequence[StoredRun], book: Book) -> Affected:
    """The records that ``what`` means, and those that stand on them.

    Args:
        what: a record's file, 8 digits or more of its SHA-256, or a standard's serial number or certificate.
        runs: with the records that they used.
        book: with the records of the laboratory.

    Raises:
        CalibrationError: no such record or standard, or several records that begin alike.
    """
    library = Library.of(runs, book)
    if Path(what).is_file():
        record = load_calibration_record(what)
        library.records.setdefault(record.sha256, (Path(what), record))
        return _closed(f"the record {what}", {record.sha256}, library)
    if _HEX.fullmatch(what.lower()) and (sha := _named(what.lower(), runs, book)):
        _refuse_unread(sha, runs, book, library)
        return _closed(f"the record with SHA-256 {sha[:12]}...", {sha}, library)
    return _of_standard(what, runs, book, library)


def _closed(what: str, start: Iterable[str], library: Library) -> Affected:
    stands_on = library.closed(start)
    records = {sha: library.records[sha] for sha in stands_on}
    return Affected(what, records, tuple(library.unread), stands_on)


def _named(digits: str, runs: Sequence[StoredRun], book: Book) -> str | None:
    """The one record whose SHA-256 begins so; None where there is none."""
    places = {sha: path for sha, path in _places(runs, book) if sha.startswith(digits)}
    if len(places) > 1:
        listed = "\n".join(f"  {sha}  {path}" for sha, path in sorted(places.items()))
        raise CalibrationError(f"expected one record, found {len(places)} that begin with {digits}:\n{listed}")
    return next(iter(places), None)


def _places(runs: Sequence[StoredRun], book: Book) -> list[tuple[str, Path]]:
    return [*copies_of(runs), *((hashlib.sha256(path.read_bytes()).hexdigest(), path) for path in book.files())]


def _refuse_unread(sha: str, runs: Sequence[StoredRun], book: Book, library: Library) -> None:
    if sha not in library.records:
        places = {path for one, path in _places(runs, book) if one == sha}
        why = next((f"{path}: {reason}" for path, reason in library.unread if path in places), sha)
        raise CalibrationError(why)


def _of_standard(name: str, runs: Sequence[StoredRun], book: Book, library: Library) -> Affected:
    found = {sha for sha, (_, record) in library.records.items() if _is_among(name, _names(record))}
    weights, unread = weights_of(runs)
    library.unread += unread
    ours = frozenset(sha for sha, names in weights.items() if _is_among(name, names))
    if not found and not ours:
        names = (*(_names(record) for _, record in library.records.values()), *weights.values())
        known = sorted({one for said in names for one in said}) or ["none"]
        unreadable = "".join(f"\n  {path}: {why}" for path, why in library.unread)
        raise CalibrationError(
            f"expected a calibration record, {LEAST_DIGITS} digits or more of its SHA-256, or a standard's serial "
            f"number or certificate; found {name!r}, on which no record of {book.folder} or of {len(runs)} runs "
            f"stands; known are {', '.join(known)}{unreadable and f'; not readable:{unreadable}'}"
        )
    affected = _closed(f"the standard {name}", found, library)
    return replace(affected, weights=ours, standard=name.casefold())


def _is_among(name: str, names: Iterable[str]) -> bool:
    return name.casefold() in {one.casefold() for one in names}


def _names(record: CalibrationRecord) -> set[str]:
    """Standards by their serial numbers, and every certificate, that of the instrument itself as well."""
    named = {one.serial_number for one in record.standards} | {one.certificate for one in record.standards}
    return named if record.certificate is None else {*named, record.certificate}


def refuse_unsearched(runs: Sequence[StoredRun]) -> None:
    """Refuse folders in which there is no run at all: nothing found would then say nothing.

    Raises:
        EvidenceError: there is none.
    """
    if not runs:
        raise EvidenceError("expected runs below the folders that were named, found none; name others with --runs")

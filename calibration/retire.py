"""Taking a unit or a standard of the book out of service, and putting it back.

    entry = retire(Book(Path("calibration")), "B123456789", Why("dropped", "A. Weber", "M. Klein"), today)

An entry is one more sealed file; nothing is changed or removed (:mod:`calibration.retirement`). A unit that comes back
has the records that it had; whoever puts it back answers for it that they still hold, or calibrates it anew.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calibration.book import safe_name
from calibration.errors import CalibrationError
from calibration.ledger import read_ledger
from calibration.ledger_write import file_in_book
from calibration.record import load_calibration_record
from calibration.record_seal import sealed_text
from calibration.record_write import record_text
from calibration.retirement import IN_SERVICE, RETIRED, Retirement, entries_of, read_retirement
from calibration.standards import FILE as STANDARDS
from calibration.standards import load_standards

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from calibration.book import Book


@dataclass(frozen=True)
class Why:
    """Reason, and the two people."""

    reason: str
    entered_by: str
    approved_by: str


def retire(book: Book, serial_number: str, why: Why, today: date, *, back: bool = False) -> Path:
    """File an entry.

    Args:
        book: of the laboratory.
        serial_number: of a unit with records in the book, or of a standard in ``standards.toml``.
        why: reason and people.
        today: in UTC.
        back: put it back in service.

    Returns:
        The new file.

    Raises:
        CalibrationError: an unknown unit, one that is in that state already, no reason, one person in place of two, or
            entries that are broken; nothing was written.
    """
    safe_name(serial_number, "serial number")
    _refuse_unknown(book, serial_number)
    before = entries_of(book.folder, serial_number)
    _refuse_no_change(before, serial_number, back=back)
    number = len(before) + 1
    tables = {
        "schema": 1,
        "kind": "retirement",
        "serial_number": serial_number,
        "number": number,
        "supersedes": before[-1].sha256 if before else None,
        "ledger": read_ledger(book.folder).head,
        "state": IN_SERVICE if back else RETIRED,
        "on": today,
        "reason": why.reason,
        "entered_by": why.entered_by,
        "approved_by": why.approved_by,
        "records": _newest(book, serial_number),
    }
    content = sealed_text(record_text(tables)).encode()
    path = book.folder / serial_number / f"retired-{number:04d}.toml"
    try:
        read_retirement(content, path.name)
    except CalibrationError as error:
        raise CalibrationError(f"{error}\nnothing was written") from error
    file_in_book(book.folder, path, content)
    return path


def _refuse_unknown(book: Book, serial_number: str) -> None:
    known = {*book.units(), *_stated(book)}
    if (book.folder / STANDARDS).is_file():
        known |= {one.serial_number for one in load_standards(book.folder).all}
    if serial_number not in known:
        listed = ", ".join(sorted(known)) or "none"
        raise CalibrationError(f"{book.folder}: expected a unit or standard of this book, found {serial_number!r}; "
                               f"known are {listed}; nothing was written")  # fmt: skip


def _stated(book: Book) -> set[str]:
    """Units of records that lie beside the folders; one that cannot be read names none."""
    found = set()
    for path in book.stated():
        with contextlib.suppress(CalibrationError):
            found.add(load_calibration_record(path).instrument.serial_number)
    return found


def _refuse_no_change(before: list[Retirement], serial_number: str, *, back: bool) -> None:
    out = bool(before) and before[-1].state == RETIRED
    if out != back:
        found = before[-1].told if before else "it never left service"
        wanted = "out of service" if back else "in service"
        raise CalibrationError(f"expected {serial_number} to be {wanted}, found: {found}; nothing was written")


def _newest(book: Book, serial_number: str) -> dict[str, str]:
    """The newest record of each chain as it lies there; a chain that is broken can be retired as well."""
    newest = {}
    for chain in book.units().get(serial_number, ()):
        with contextlib.suppress(CalibrationError):
            newest[chain] = book.in_force(serial_number, chain).record.sha256
    return newest

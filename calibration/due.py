"""What must be calibrated, and when: every unit and every standard of a book, the most urgent first.

    for one in due(Book(Path("calibration")), today):
        one.name, one.state, one.days_left, one.advised

| state | it means |
|---|---|
| ``broken`` | a chain, a record or a certificate vouches for nothing; ``reason`` says why |
| ``out of date`` | its last day has passed |
| ``soon`` | it ends within the time that was asked for |
| ``in force`` | neither |

The last day is that of the record. Advice on the interval stands beside it and moves nothing. What is out of service
(:mod:`calibration.retirement`) is not named.
"""

from __future__ import annotations

import contextlib
import math
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from calibration.errors import CalibrationError, DoseproofError
from calibration.record import load_calibration_record
from calibration.retirement import retirement_of
from calibration.standards import FILE as STANDARDS
from calibration.standards import load_standards
from calibration.tolerances import Tolerances, load_tolerances
from calibration.unit_history import Advised, histories_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from calibration.book import Book, Filed
    from calibration.record import CalibrationRecord
    from calibration.record_parts import Standard
    from calibration.retirement import Retirement
    from calibration.standards import Standards

#: What ends within so many days is said, unless told otherwise.
SOON_DAYS = 30
State = Literal["broken", "out of date", "soon", "in force"]


@dataclass(frozen=True)
class Due:
    """One thing with a last day.

    Attributes:
        what: ``unit`` or ``standard``.
        name: serial number, and the chain of a unit.
        state: see the module.
        valid_until: the last day; None where it is broken.
        days_left: until then; negative after it, None where it is broken.
        reason: why it is broken, or what else must be known.
        advised: advice on the next calibration, the earliest first.
    """

    what: Literal["unit", "standard"]
    name: str
    state: State
    valid_until: date | None = None
    days_left: int | None = None
    reason: str = ""
    advised: tuple[Advised, ...] = ()

    @property
    def serial_number(self) -> str:
        """Of the unit or standard; its name begins with it."""
        return self.name.partition(", ")[0]

    @property
    def acceptable(self) -> bool:
        """Whether it may be used today."""
        return self.state in {"soon", "in force"}

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "what": self.what,
            "name": self.name,
            "state": self.state,
            "valid_until": None if self.valid_until is None else self.valid_until.isoformat(),
            "days_left": self.days_left,
            "reason": self.reason,
            "advised": [
                {"on": one.on.isoformat(), "method": one.advice.method, "reason": one.advice.reason}
                for one in self.advised
            ],
        }


def due(book: Book, today: date, within_days: float = SOON_DAYS) -> list[Due]:
    """Every unit and standard of a book, the most urgent first.

    Args:
        book: with its standards and tolerances.
        today: in UTC.
        within_days: what ends within them is ``soon``.

    Raises:
        CalibrationError: no such folder, or tolerances that cannot be used.
    """
    if not book.folder.is_dir():
        raise CalibrationError(
            f"{book.folder}: expected the book, a folder of calibration records, found none; give --book"
        )
    tolerances = load_tolerances(book.folder)
    found = [*_units(book, tolerances, today, within_days), *_standards(book.folder, today, within_days)]
    found = [kept for one in found if (kept := _in_service(book, one)) is not None]
    return sorted(found, key=lambda one: (-math.inf if one.days_left is None else one.days_left, one.what, one.name))


def retired(book: Book) -> list[Retirement]:
    """What is out of service, by its newest entry; entries that are broken are named by :func:`due`."""
    found = []
    for folder in sorted({path.parent for path in book.folder.glob("*/retired-*.toml")}):
        with contextlib.suppress(CalibrationError):
            if (entry := retirement_of(book.folder, folder.name)) is not None:
                found.append(entry)
    return found


def _in_service(book: Book, one: Due) -> Due | None:
    """The line as it is; none for what is out of service; broken where that cannot be told."""
    try:
        return None if retirement_of(book.folder, one.serial_number) is not None else one
    except CalibrationError as error:
        return replace(one, state="broken", valid_until=None, days_left=None, reason=str(error))


def ending(record: CalibrationRecord, today: date, within_days: float = SOON_DAYS) -> str:
    """A sentence where a record that is in force ends soon; empty where it does not."""
    left = (record.valid_until - today).days
    if not 0 <= left <= within_days:
        return ""
    when = {0: "today", 1: "tomorrow"}.get(left, f"in {left} days")
    return f"the calibration of {record.instrument.serial_number} ends {when}, on {record.valid_until}"


def _units(book: Book, tolerances: Tolerances, today: date, within_days: float) -> Iterator[Due]:
    try:
        units = book.units()
    except CalibrationError as error:
        yield Due("unit", "ledger", "broken", reason=str(error))
        return
    for serial, chains in units.items():
        for chain in chains:
            yield _chain(book, (serial, chain), tolerances, today, within_days)
    for path in book.stated():
        yield _stated(path, today, within_days)


def _chain(book: Book, unit: tuple[str, str], tolerances: Tolerances, today: date, within_days: float) -> Due:
    name = ", ".join(unit)
    try:
        filed = book.history(*unit)
    except CalibrationError as error:
        return Due("unit", name, "broken", reason=str(error))
    advised, reason = _advised(filed, tolerances)
    return _dated("unit", name, (filed[-1].record.valid_until, today, within_days), reason, advised)


def _advised(filed: list[Filed], tolerances: Tolerances) -> tuple[tuple[Advised, ...], str]:
    """Advice on a unit, or why there is none though it has a tolerance or a curve."""
    try:
        histories = histories_of(filed, tolerances)
    except DoseproofError as error:
        return (), f"no advice: {error}"
    reasons = [history.problem for history in histories if history.problem and history.limits is not None]
    advised = sorted((one for history in histories for one in history.advice), key=lambda one: one.on)
    return tuple(advised), "; ".join(reasons)


def _stated(path: Path, today: date, within_days: float) -> Due:
    try:
        record = load_calibration_record(path)
    except CalibrationError as error:
        return Due("unit", path.name, "broken", reason=str(error))
    return _dated("unit", f"{record.instrument.serial_number}, {path.name}", (record.valid_until, today, within_days))


def _standards(folder: Path, today: date, within_days: float) -> list[Due]:
    if not (folder / STANDARDS).is_file():
        return []
    try:
        standards = load_standards(folder)
    except CalibrationError as error:
        return [Due("standard", STANDARDS, "broken", reason=str(error))]
    newest = {one.serial_number: one for one in sorted(standards.all, key=lambda one: one.calibrated_on)}
    return [_standard(standards, one, today, within_days) for one in newest.values()]


def _standard(standards: Standards, one: Standard, today: date, within_days: float) -> Due:
    name = f"{one.serial_number}, {one.name}"
    try:
        standards.find(one.serial_number, on=one.valid_until)
    except CalibrationError as error:
        return Due("standard", name, "broken", reason=str(error))
    return _dated(
        "standard", name, (one.valid_until, today, within_days), f"certificate {one.certificate}{_confirmed(one)}"
    )


def _confirmed(one: Standard) -> str:
    return "" if one.checked_sha256 else ", unconfirmed"


def _dated(
    what: Literal["unit", "standard"],
    name: str,
    days: tuple[date, date, float],
    reason: str = "",
    advised: tuple[Advised, ...] = (),
) -> Due:
    until, today, within_days = days
    left = (until - today).days
    state: State = "out of date" if left < 0 else "soon" if left <= within_days else "in force"
    return Due(what, name, state, until, left, reason, advised)

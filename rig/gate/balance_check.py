"""The daily checks of the balance at the tip, where its book has any: did it shift, does it scatter as it should?

Only checks of the calibration in force count: a calibration answers for what was found before it. A check names the
record that it was made against; those of the same day that name another one were made before it.

* The last check found a shift: the run is refused until a check holds, or the balance is calibrated again.
* The last check is out of date: a run for release is refused. A laboratory without checks has none to be late with.
* The weighings of these checks scatter more than the repeatability of the record explains (chance does so in one of a
  hundred): the predicted U stands on their scatter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from calibration.book import Book
from calibration.errors import CalibrationError
from calibration.record_checks import SHIFTED
from calibration.units import MASS, registry
from rig.delivery.levels import Noise
from rig.gate.books import books_of
from rig.gate.reason import Reason
from rig.plan import reference_witness

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from calibration.record import CalibrationRecord
    from rig.bench import OpenBench
    from rig.protocol import Protocol

CHAIN: Final = "balance-check"
#: The property of a check that names, by SHA-256, the calibration record that it was made against.
AGAINST: Final = "against"
_CHANCE: Final = 0.01
_AGAIN: Final = "check it once more with rig calibrate, or calibrate it and name that record"


@dataclass(frozen=True)
class BalanceChecks:
    """What the checks come to.

    Attributes:
        reasons: against the start.
        noise: of single readings, where the checks know a larger one than the record; None where they do not.
    """

    reasons: tuple[Reason, ...] = ()
    noise: Noise | None = None


def balance_checks(
    opened: OpenBench, calibrations: Mapping[str, CalibrationRecord], protocol: Protocol
) -> BalanceChecks:
    """Judge the checks of the balance at the tip.

    Args:
        opened: the bench, with the serial numbers that answered.
        calibrations: by channel.
        protocol: a run for release needs a check that is in date.
    """
    name = reference_witness(opened.file)
    record = calibrations.get(name)
    if record is None or record.balance is None or name not in opened.identities:
        return BalanceChecks()
    try:
        found = checks_of(books_of(opened.file), opened.identities[name].serial_number, record)
    except CalibrationError as error:
        return BalanceChecks((_broken(name, error),))
    if not found:
        return BalanceChecks()
    today = opened.clock.utc().date()
    late = _late(name, found[-1], today) if protocol.for_release else []
    return BalanceChecks((*(_shifted(name, found[-1]) or late),), _noise(found, record))


def shift_reasons(name: str, books: Iterable[Path], serial: str, record: CalibrationRecord) -> list[Reason]:
    """Why a balance may not be calibrated with: its last check found a shift, or the checks vouch for nothing.

    Args:
        name: of its channel.
        books: folders in which its checks may lie.
        serial: what it answered.
        record: that it is used with.
    """
    try:
        found = checks_of(books, serial, record)
    except CalibrationError as error:
        return [_broken(name, error)]
    return _shifted(name, found[-1]) if found else []


def checks_of(books: Iterable[Path], serial: str, record: CalibrationRecord) -> list[CalibrationRecord]:
    """The checks of a calibration, oldest first; none where no book has any.

    Raises:
        CalibrationError: a chain of checks that is broken.
    """
    for folder in books:
        if CHAIN in Book(folder).units().get(serial, ()):
            filed = [one.record for one in Book(folder).history(serial, CHAIN)]
            return [one for one in filed if _is_of(one, record)]
    return []


def _is_of(made: CalibrationRecord, record: CalibrationRecord) -> bool:
    """Whether a check counts for a record; the hash of one that is not sealed changes with every remark in it."""
    if made.performed_on != record.performed_on:
        return made.performed_on > record.performed_on
    return record.schema_version == 1 or made.properties.get(AGAINST, record.sha256) == record.sha256


def _broken(name: str, error: CalibrationError) -> Reason:
    return Reason(name, f"its daily checks vouch for nothing: {error}")


def _shifted(name: str, last: CalibrationRecord) -> list[Reason]:
    told = last.properties
    if told.get("verdict") != SHIFTED:
        return []
    text = (
        f"the check of {last.performed_on} found that the balance shifted by {told.get('shift')}, more than "
        f"{told.get('limit')}"
    )
    return [Reason(name, text, _AGAIN)]


def _late(name: str, last: CalibrationRecord, today: date) -> list[Reason]:
    if today <= last.valid_until:
        return []
    text = f"expected a check of the balance in date, found the last one of {last.performed_on}"
    return [Reason(name, f"{text}, valid until {last.valid_until}", _AGAIN)]


def _noise(found: Sequence[CalibrationRecord], record: CalibrationRecord) -> Noise | None:
    """Scatter of the weighings about the mean of each check; a weighing is the difference of two readings."""
    from scipy.special import chdtri

    if record.balance is None:
        return None
    each = weighings_g(found)
    squares, nu = sum(float(np.square(one - one.mean()).sum()) for one in each), sum(len(one) - 1 for one in each)
    digit = MASS.magnitude("resolution", record.balance.resolution) / math.sqrt(12.0)
    stated = math.hypot(MASS.magnitude("repeatability", record.balance.repeatability), digit)
    if nu < 1 or squares <= 2.0 * stated**2 * float(chdtri(nu, _CHANCE)):
        return None
    return Noise(math.sqrt(squares / nu / 2.0), 0.0, f"{len(each)} checks of the balance")


def weighings_g(found: Sequence[CalibrationRecord]) -> list[Any]:
    """The weighings of each check, an array each [g]."""
    every = [one.points for one in found if one.points is not None]
    return [MASS.array("reading", registry().Quantity(list(p.reading), p.reading_unit)) for p in every]

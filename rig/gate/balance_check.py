"""The daily checks of the balance at the tip, where its book has any: did it shift, does it scatter as it should?

Only checks since the newest calibration in force count: a calibration answers for what was found before it.

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
from calibration.units import MASS, registry
from rig.delivery.levels import Noise
from rig.gate.books import books_of
from rig.gate.reason import Reason
from rig.plan import reference_witness

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from calibration.record import CalibrationRecord
    from rig.bench import OpenBench
    from rig.protocol import Protocol

CHAIN: Final = "balance-check"
_CHANCE: Final = 0.01
_AGAIN: Final = "check it once more with rig calibrate, or calibrate it"


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
        found = checks_since(books_of(opened.file), opened.identities[name].serial_number, record)
    except CalibrationError as error:
        return BalanceChecks((Reason(name, f"its daily checks vouch for nothing: {error}"),))
    if not found:
        return BalanceChecks()
    today = opened.clock.utc().date()
    return BalanceChecks(tuple(_reasons(name, found[-1], protocol, today)), _noise(found, record))


def checks_since(books: Sequence[Path], serial: str, record: CalibrationRecord) -> list[CalibrationRecord]:
    """The checks of a balance since the calibration in force, oldest first.

    Args:
        books: folders that may be books.
        serial: of the balance.
        record: the calibration in force.

    Raises:
        CalibrationError: a chain of checks that is broken.
    """
    for folder in books:
        if CHAIN in Book(folder).units().get(serial, ()):
            filed = [one.record for one in Book(folder).history(serial, CHAIN)]
            return [one for one in filed if one.performed_on >= record.performed_on]
    return []


def _reasons(name: str, last: CalibrationRecord, protocol: Protocol, today: date) -> list[Reason]:
    told = last.properties
    if told.get("verdict") == "shifted":
        text = (
            f"the check of {last.performed_on} found that the balance shifted by {told.get('shift')}, more than "
            f"{told.get('limit')}"
        )
        return [Reason(name, text, _AGAIN)]
    if protocol.for_release and today > last.valid_until:
        text = f"expected a check of the balance in date, found the last one of {last.performed_on}"
        return [Reason(name, f"{text}, valid until {last.valid_until}", _AGAIN)]
    return []


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

"""Advice on the next calibration interval, by four methods of ILAC-G24 / OIML D 10.

>>> staircase(365.0, in_tolerance=True, max_days=730.0).days
401
>>> print(staircase(365.0, in_tolerance=False, reliability=0.9).reason)
found out of tolerance: the interval of 365 days is cut to 42 % of itself

| method | knows | fits |
|---|---|---|
| 1 :func:`staircase` | found inside or outside, last interval | every unit, from the first calibration on |
| 2 :func:`from_drift` | the history as a chart | a unit with three calibrations or more |
| 3 :func:`in_use` | revolutions, hours, cycles since the last calibration | a unit that wears by use: a pump, a valve |
| 4 :func:`in_service` | the daily checks | an instrument with a check that finds what matters |

Advice is for the person who answers for the instrument: it never moves a due date by itself. Days are numbers of days;
use is in whatever unit the caller counts, one throughout.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calibration.departure import departure
from calibration.errors import ImplausibleError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calibration.drift import Drift

#: The methods by their names and clauses in ILAC-G24 / OIML D 10, from memory [K]: check against the document.
METHODS: dict[str, str] = {
    "staircase": "ILAC-G24 / OIML D 10, method 1: automatic adjustment or staircase (calendar time) [K]",
    "from_drift": "ILAC-G24 / OIML D 10, method 2: control chart (calendar time) [K]",
    "in_use": "ILAC-G24 / OIML D 10, method 3: in-use time [K]",
    "in_service": "ILAC-G24 / OIML D 10, method 4: in service checking, or black box testing [K]",
}
#: A unit found within this part of its tolerance earns a longer interval [K].
EARNS_LONGER = 0.8


@dataclass(frozen=True)
class Advice:
    """When to calibrate next.

    Attributes:
        days: whole days from the last calibration; zero is at once.
        method: key of :data:`METHODS`.
        reason: one sentence for the report.
        use: use until the next calibration, by method 3 only; whichever of days and use comes first.
    """

    days: int
    method: str
    reason: str
    use: float | None = None


def step_down(step_up: float, reliability: float) -> float:
    """The cut b that belongs to a growth a and a reliability R: (1 + a)^R (1 - b)^(1 - R) = 1.

    With it a staircase comes to rest, on average, where a fraction R of the calibrations finds the unit in tolerance.

    Args:
        step_up: growth a of the interval after a calibration in tolerance, above zero.
        reliability: R, between 0 and 1.

    Raises:
        ImplausibleError: a number out of range.

    Source: NCSLI RP-1, method A1 [K]; the equation is that the logarithm of the interval has no drift.
    """
    if not 0.0 < step_up < math.inf or not 0.0 < reliability < 1.0:
        raise ImplausibleError(
            f"step_up, reliability: expected above 0, and between 0 and 1, found {step_up!r}, {reliability!r}"
        )
    return 1.0 - math.exp(-reliability / (1.0 - reliability) * math.log1p(step_up))


def staircase(
    previous_days: float,
    *,
    in_tolerance: bool,
    used_of_tolerance: float | None = None,
    step_up: float = 0.1,
    reliability: float = 0.95,
    min_days: float = 1.0,
    max_days: float = 1826.0,
) -> Advice:
    """Method 1: longer by ``step_up`` after a calibration in tolerance, cut by :func:`step_down` after one outside.

    Args:
        previous_days: the interval that has just ended.
        in_tolerance: whether the unit was found in tolerance, before any adjustment.
        used_of_tolerance: largest error found, as a fraction of the tolerance; from 0.8 to 1 the interval stays.
        step_up: growth of the interval.
        reliability: fraction of calibrations that should find the unit in tolerance.
        min_days, max_days: the interval never leaves these.

    Raises:
        ImplausibleError: a number out of range.
    """
    factor, reason = _step(in_tolerance, used_of_tolerance, step_up, reliability)
    days = _positive("previous_days", previous_days)
    text = f"found {reason[0]}: the interval of {days:.0f} days {reason[1]}"
    return _bounded(days * factor, "staircase", text, min_days, max_days)


def from_drift(
    line: Drift,
    tolerance: tuple[float, float],
    previous_days: float,
    *,
    reliability: float = 0.95,
    min_days: float = 1.0,
    max_days: float = 1826.0,
) -> Advice:
    """Method 2: due on the day on which the prediction bound at the reliability lies on the tolerance; 0 if now.

    Args:
        line: drift of the unit.
        tolerance: lower and upper limit, in the unit of its results.
        previous_days: kept where the history predicts nothing.
        reliability: one-sided probability that the next result is inside, above one half.
        min_days, max_days: the interval never leaves these.

    Raises:
        ImplausibleError: a number out of range.
    """
    found = departure(line, tolerance, level=reliability, horizon_days=_positive("max_days", max_days))
    if not found.predicted:
        text = f"{found.reason}; the interval stays"
        return _bounded(_positive("previous_days", previous_days), "from_drift", text, min_days, max_days)
    if found.earliest_day == line.last_day:
        return Advice(0, "from_drift", f"{found.reason}; no interval is short enough: adjust, or measure better")
    days = max_days if found.earliest_day is None else found.earliest_day - line.last_day
    return _bounded(days, "from_drift", found.reason, min_days, max_days)


def in_use(
    previous_use: float,
    use_per_day: float,
    *,
    in_tolerance: bool,
    used_of_tolerance: float | None = None,
    step_up: float = 0.1,
    reliability: float = 0.95,
    min_days: float = 1.0,
    max_days: float = 1826.0,
) -> Advice:
    """Method 3: the staircase climbs on use (revolutions, hours) instead of days; days follow from the use per day.

    Args:
        previous_use: use since the calibration before.
        use_per_day: expected from now on; zero for a unit in store, which is then due by the calendar alone.
        in_tolerance, used_of_tolerance, step_up, reliability: as for :func:`staircase`.
        min_days, max_days: the interval never leaves these; a unit ages in store as well.

    Raises:
        ImplausibleError: a number out of range.
    """
    if not 0.0 <= use_per_day < math.inf:
        raise ImplausibleError(f"use_per_day: expected a number from zero, found {use_per_day!r}")
    factor, reason = _step(in_tolerance, used_of_tolerance, step_up, reliability)
    use = _positive("previous_use", previous_use) * factor
    days = use / use_per_day if use_per_day > 0.0 else math.inf
    text = f"found {reason[0]}: the allowed use of {previous_use:.6g} {reason[1]}, at {use_per_day:.6g} a day"
    return _bounded(days, "in_use", text, min_days, max_days, use)


def in_service(
    previous_days: float,
    held: Sequence[bool],
    detection: float,
    *,
    reliability: float = 0.95,
    least_checks: int = 20,
    max_days: float = 1826.0,
) -> Advice:
    """Method 4: while the checks hold the calibration may wait for the longest interval; one that shifts ends it now.

    Args:
        previous_days: kept where the checks cannot carry the instrument.
        held: verdict of each check since the last calibration, in the order of time.
        detection: probability that one check finds a shift that matters
            (:func:`calibration.check_weight.detection_probability`).
        reliability: what ``detection`` must reach.
        least_checks: fewer than these carry nothing yet.
        max_days: the longest interval.

    Raises:
        ImplausibleError: a number out of range.
    """
    if not 0.0 <= detection <= 1.0 or not 0.0 < reliability < 1.0:
        raise ImplausibleError(f"detection, reliability: expected probabilities, found {detection!r}, {reliability!r}")
    days = min(_positive("previous_days", previous_days), _positive("max_days", max_days))
    finds = f"{100.0 * detection:.1f} % of the shifts that matter"
    if not all(held):
        where = list(held).index(False) + 1
        return Advice(0, "in_service", f"check {where} of {len(held)} shifted: calibrate now")
    if detection < reliability:
        text = f"a check finds {finds}, fewer than {100.0 * reliability:.1f} %; the interval stays"
        return Advice(int(days), "in_service", text)
    if len(held) < least_checks:
        text = f"{len(held)} checks held, fewer than {least_checks}; the interval stays"
        return Advice(int(days), "in_service", text)
    text = f"all {len(held)} checks held, each finds {finds}"
    return Advice(int(max_days), "in_service", text)


def _step(inside: bool, used: float | None, step_up: float, reliability: float) -> tuple[float, tuple[str, str]]:
    """Factor on the interval, and the reason in two halves."""
    cut = step_down(step_up, reliability)
    if used is not None and not (0.0 <= used < math.inf and (used <= 1.0) == inside):
        raise ImplausibleError(f"used_of_tolerance: expected at most 1 inside and more outside, found {used!r}")
    if not inside:
        return 1.0 - cut, ("out of tolerance", f"is cut to {100.0 * (1.0 - cut):.0f} % of itself")
    if used is not None and used > EARNS_LONGER:
        return 1.0, (f"in tolerance at {100.0 * used:.0f} % of it", "stays")
    return 1.0 + step_up, ("in tolerance", f"grows by {100.0 * step_up:.0f} %")


def _bounded(days: float, method: str, reason: str, least: float, most: float, use: float | None = None) -> Advice:
    if not 0.0 < least <= most < math.inf:
        raise ImplausibleError(f"min_days, max_days: expected 0 < min <= max, found {least!r}, {most!r}")
    if days < least:
        return Advice(math.ceil(least), method, f"{reason}; held at the shortest, {least:.0f} days", use)
    if days > most:
        return Advice(int(most), method, f"{reason}; held at the longest, {most:.0f} days", use)
    return Advice(int(days + 1e-9), method, reason, use)


def _positive(name: str, value: float) -> float:
    if not 0.0 < value < math.inf:
        raise ImplausibleError(f"{name}: expected a number above zero, found {value!r}")
    return float(value)

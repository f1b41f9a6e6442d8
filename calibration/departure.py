"""The day on which a unit may leave its tolerance, from the line of its drift.

>>> line = fit_drift([0.0, 365.0, 730.0, 1095.0], [0.0, 0.11, 0.19, 0.31], u=0.02)
>>> found = departure(line, tolerance=(-0.5, 0.5))
>>> print(f"{found.side} {found.earliest_day:.0f} {found.expected_day:.0f} {found.latest_day:.0f}")
upper 1600 1803 2061

The *earliest day* is the first on which the one-sided prediction bound, 95 % unless told otherwise, lies on the limit:
before it, a next result outside is at most 5 % likely, **if the unit goes on as it did**. A straight line cannot
foresee a fall or a repair: this is advice on an interval, and no proof of conformity.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from calibration.coverage import coverage_factor
from calibration.drift import Drift, fit_drift
from calibration.errors import ImplausibleError
from calibration.series import days as to_days

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

__all__ = ["Departure", "departure", "fit_drift"]


@dataclass(frozen=True)
class Departure:
    """When the unit leaves its tolerance, as numbers of days on the scale of the history.

    Attributes:
        side: the limit that is reached first, by the bound; ``None`` where none is within the horizon.
        earliest_day: first day on which the prediction bound lies on the limit; ``None``: never within the horizon,
            or nothing predicted.
        expected_day: day on which the line itself meets that limit, ``None`` likewise.
        latest_day: day on which the opposite bound meets it, ``None`` likewise.
        level: one-sided probability of the bounds.
        predicted: whether the history allowed a prediction at all.
        reason: one sentence for the report.
    """

    side: Literal["lower", "upper"] | None
    earliest_day: float | None
    expected_day: float | None
    latest_day: float | None
    level: float
    predicted: bool
    reason: str


def departure(
    line: Drift,
    tolerance: tuple[float, float],
    *,
    level: float = 0.95,
    horizon_days: float = 3653.0,
    from_day: float | date | None = None,
) -> Departure:
    """The first day on which the prediction bound touches the tolerance, with the days of the line and the far bound.

    The bound is convex in time, so from inside the tolerance it meets each limit once or never.

    Args:
        line: from :func:`fit_drift`.
        tolerance: lower and upper limit.
        level: one-sided probability of the bound, above one half.
        horizon_days: how far ahead to look; ten years unless told otherwise.
        from_day: where to begin; the day of the last result unless given.

    Raises:
        ImplausibleError: limits that are not in order, or a level or horizon out of range.
    """
    lower, upper = tolerance
    if not lower < upper or not 0.5 < level < 1.0 or not 0.0 < horizon_days < math.inf:
        raise ImplausibleError(
            f"tolerance, level, horizon: expected lower < upper, from 0.5 to 1, above zero; found {tolerance}, "
            f"{level!r}, {horizon_days!r}"
        )
    if line.problem:
        return Departure(None, None, None, None, level, predicted=False, reason=line.problem)
    begin = line.last_day if from_day is None else float(to_days("from_day", from_day))
    k = coverage_factor(line.degrees_of_freedom, 2.0 * level - 1.0)
    window = (begin, horizon_days)
    found = [_side(line, "lower", -lower, -1.0, k, window), _side(line, "upper", upper, 1.0, k, window)]
    side, days = min(found, key=lambda one: math.inf if one[1][0] is None else one[1][0])
    return _sentence(side, days, begin, level, horizon_days)


def _side(
    line: Drift, side: Literal["lower", "upper"], limit: float, sign: float, k: float, window: tuple[float, float]
) -> tuple[Literal["lower", "upper"], tuple[float | None, float | None, float | None]]:
    """Days on which near bound, line and far bound meet one limit; ``sign`` turns the lower one upside down."""

    def excess(factor: float) -> Callable[[float], float]:
        return lambda day: float(sign * line.at(day) + factor * line.u_at(day)) - limit

    return side, (_first(excess(k), *window), _first(excess(0.0), *window), _first(excess(-k), *window))


def _first(excess: Callable[[float], float], begin: float, horizon: float) -> float | None:
    from scipy.optimize import brentq

    if excess(begin) >= 0.0:
        return begin
    if excess(begin + horizon) < 0.0:
        return None
    return float(brentq(excess, begin, begin + horizon, xtol=1e-6))


def _sentence(
    side: Literal["lower", "upper"],
    days: tuple[float | None, float | None, float | None],
    begin: float,
    level: float,
    horizon: float,
) -> Departure:
    earliest, expected, latest = days
    if earliest is None:
        reason = f"neither limit is reached within {horizon:.0f} days, with {100.0 * level:.0f} % one-sided"
        return Departure(None, None, None, None, level, predicted=True, reason=reason)
    when = "already" if earliest <= begin else f"after {earliest - begin:.0f} days"
    reason = f"the {side} limit is reached {when} by the prediction bound, {100.0 * level:.0f} % one-sided"
    return Departure(side, earliest, expected, latest, level, predicted=True, reason=reason)

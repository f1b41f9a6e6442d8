"""Levels: what a noisy balance says about one instant.

The estimand of a delivery is a *difference of levels*, V(t2) - V(t1). A level is the value at one instant of
a straight line through the readings around it, so that nothing between the two instants weighs in: a slope
through everything would read a one-hour stall in 24 h as -6.1 % or -1.9 % instead of -4.1 %.

>>> import numpy as np
>>> t = np.arange(0.0, 600.0)
>>> estimate = level(t, 2.0 + 0.5 * t, 300.0, 120.0)
>>> round(estimate.value, 9), estimate.readings
(152.0, 121)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.any_number import plain
from calibration.type_a import LONGEST_LAG, lag_one_of_rows
from rig.errors import EvidenceError

if TYPE_CHECKING:
    from rig.delivery.best_line import Weighted

Floats = np.ndarray[Any, np.dtype[np.float64]]

#: A level stands on at least this many readings.
FEWEST_READINGS = 5
#: No side of a window may be emptier than this part of its width.
_EMPTY_SIDE = 1 / 8


@dataclass(frozen=True, slots=True)
class Level:
    """The value at one instant.

    Attributes:
        value: estimate, in the unit of the readings; of several records that were read at the same times, one for each.
        variance_factor: variance of the estimate for readings with independent noise of variance one.
        readings: how many readings it stands on.
        reach: sum of the sizes of its weights: how far readings that are all off by one may take it.
        weighted: the sum of means that it is, time zero at the instant, where a noise model chose the weights.
    """

    value: Any
    variance_factor: float
    readings: int
    reach: float = 1.0
    weighted: Weighted | None = None


#: Makes a level of times from the instant [s] and readings.
Line = Callable[[Floats, Floats], Level]


@dataclass(frozen=True, slots=True)
class Noise:
    """Noise of single readings.

    Attributes:
        sd: standard deviation, in the unit of the readings. Of several records at once, one number for each.
        lag_one: correlation of neighbouring readings, 0 or more; likewise.
        source: where it was measured.
    """

    sd: Any
    lag_one: Any
    source: str

    def line(self, since_s: Floats, value: Floats) -> Level:
        """The level at time zero: a straight line by least squares, every reading as good as another."""
        return _line_at_zero(since_s, value)

    def level_variance(self, found: Level) -> Any:
        """Variance of a level on readings with this noise: AR(1), n (1 - r) / (1 + r) readings count."""
        return self.sd**2 * found.variance_factor * (1 + self.lag_one) / (1 - self.lag_one)

    def between_variance(self, apart_s: float) -> float:  # noqa: ARG002 - readings alone do not know of it
        """What the time between two levels adds to the variance of their difference; nothing for noise of readings."""
        return 0.0

    def covariance(self, since_s: Floats) -> Floats:
        """Covariance of the wander at several times; none for noise of readings."""
        return np.zeros((len(since_s), len(since_s)))

    def nu(self, first: Level, second: Level, apart_s: float) -> float:  # noqa: ARG002 - as above
        """Degrees of freedom of a difference of two levels."""
        return max(1.0, min(first.readings, second.readings) - 2.0)


def level(
    time_s: Floats,
    value: Floats,
    at_s: float,
    window_s: float,
    clear: tuple[float, float] = (-np.inf, np.inf),
    line: Line | None = None,
) -> Level:
    """Straight line through the readings within ``window_s`` around ``at_s``, evaluated there.

    Args:
        time_s: times of the readings, ascending [s].
        value: the readings; shape as ``time_s``, or a row for each of several records.
        at_s: the instant [s].
        window_s: whole width of the window [s].
        clear: between which instants the programmed flow is constant; no reading beyond them is used, because
            a line through a corner reads wrong by an eighth of a window times the change of flow.
        line: makes the level of the readings in the window; least squares by default.

    Raises:
        EvidenceError: fewer than five readings, or none on one side: no level is extrapolated over a gap.
    """
    begin, end = max(at_s - window_s / 2, clear[0]), min(at_s + window_s / 2, clear[1])
    part = _between(time_s, begin, end)
    t = time_s[part] - at_s
    gap = _EMPTY_SIDE * window_s
    latest_first, earliest_last = max(-gap, begin - at_s + gap), min(gap, end - at_s - gap)
    if len(t) < FEWEST_READINGS or t[0] > latest_first or t[-1] < earliest_last:
        raise EvidenceError(
            f"expected readings on both sides of t = {at_s:.1f} s (window {window_s:.0f} s), found {len(t)}; "
            "the record has a gap there, or ends there"
        )
    return (line or _line_at_zero)(t, value[..., part])


def level_before(time_s: Floats, value: Floats, at_s: float, window_s: float, line: Line | None = None) -> Level:
    """The same from readings before ``at_s`` only, for the instant at which a pump that stood begins to move.

    A line through both sides of that corner would read early by an eighth of a window's flow.

    Raises:
        EvidenceError: fewer than five readings, or none right before the instant.
    """
    part = _between(time_s, at_s - window_s, at_s)
    t = time_s[part] - at_s
    if len(t) < FEWEST_READINGS or t[-1] < -_EMPTY_SIDE * window_s:
        raise EvidenceError(f"expected readings in the {window_s:.0f} s before t = {at_s:.1f} s, found {len(t)}")
    return (line or _line_at_zero)(t, value[..., part])


def _between(time_s: Floats, begin_s: float, end_s: float) -> slice:
    first, last = np.searchsorted(time_s, (begin_s, end_s + 1e-9))
    return slice(int(first), int(last))


def _line_at_zero(t: Floats, value: Floats) -> Level:
    middle = float(t.mean())
    spread = float(np.square(t - middle).sum())
    slope = ((t - middle) * value).sum(axis=-1) / spread
    reach = float(np.abs(1 / len(t) - middle * (t - middle) / spread).sum())
    return Level(plain(value.mean(axis=-1) - slope * middle), 1 / len(t) + middle**2 / spread, len(t), reach)


def noise_of(residuals: Floats, source: str) -> Noise:
    """Noise from residuals about a smooth curve; a negative correlation counts as none."""
    sd, lag_one = noise_numbers(residuals)
    return Noise(sd, lag_one, source)


def noise_numbers(residuals: Floats) -> tuple[Any, Any]:
    """Kernel of :func:`noise_of`: standard deviation and correlation, of each row of residuals."""
    sd = np.sqrt(np.square(residuals).sum(axis=-1) / max(1, residuals.shape[-1] - 2))
    lag_one = np.clip(lag_one_of_rows(residuals), 0.0, LONGEST_LAG)
    return plain(sd), plain(np.where(sd == 0.0, 0.0, lag_one))

"""Levels and legs: what a noisy balance says about one instant, and about a stretch of no flow.

The estimand of a delivery is a *difference of levels*, V(t2) - V(t1). A level is the value at one instant of
a straight line through the readings around it, so that nothing between the two instants weighs in: a slope
through everything would read a one-hour stall in 24 h as -6.1 % or -1.9 % instead of -4.1 %.

A leg is a stretch with the line clamped; its slope is the evaporation (and drift) of that time, its
residuals are the noise of the balance as it stands. Neighbouring readings of a balance are correlated, so
counts are cut down to the effective number of an AR(1) process, n (1 - r) / (1 + r) (GUM 4.2.7 warns of it).

>>> import numpy as np
>>> t = np.arange(0.0, 600.0)
>>> estimate = level(t, 2.0 + 0.5 * t, 300.0, 120.0)
>>> round(estimate.value, 9), estimate.readings
(152.0, 121)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rig.errors import EvidenceError

Floats = np.ndarray[Any, np.dtype[np.float64]]

#: A level stands on at least this many readings, and a leg on ten times as many.
FEWEST_READINGS = 5


@dataclass(frozen=True, slots=True)
class Level:
    """The value at one instant.

    Attributes:
        value: estimate, in the unit of the readings.
        variance_factor: variance of the estimate for readings with independent noise of variance one.
        readings: how many readings it stands on.
    """

    value: float
    variance_factor: float
    readings: int


@dataclass(frozen=True, slots=True)
class Noise:
    """Noise of single readings: standard deviation (in their unit) and lag-one autocorrelation."""

    sd: float
    lag_one: float

    @property
    def inflation(self) -> float:
        """Factor on the variance of a mean of many readings, (1 + r) / (1 - r)."""
        return (1 + self.lag_one) / (1 - self.lag_one)


@dataclass(frozen=True, slots=True)
class Leg:
    """A stretch of no flow.

    Attributes:
        slope: change per second, in the unit of the readings.
        u_slope: its standard uncertainty.
        nu: its degrees of freedom.
        noise: residual noise.
        duration_s: how long it was.
    """

    slope: float
    u_slope: float
    nu: float
    noise: Noise
    duration_s: float


def level(time_s: Floats, value: Floats, at_s: float, window_s: float) -> Level:
    """Straight line through the readings within ``window_s`` around ``at_s``, evaluated there.

    Args:
        time_s: times of the readings, ascending [s].
        value: the readings; shape as ``time_s``.
        at_s: the instant [s].
        window_s: whole width of the window [s].

    Raises:
        EvidenceError: fewer than five readings, or none on one side: no level is extrapolated over a gap.
    """
    first, last = np.searchsorted(time_s, (at_s - window_s / 2, at_s + window_s / 2 + 1e-9))
    count = int(last - first)
    t = time_s[first:last] - at_s
    if count < FEWEST_READINGS or t[0] > window_s / 8 or t[-1] < -window_s / 8:
        raise EvidenceError(
            f"expected readings on both sides of t = {at_s:.1f} s (window {window_s:.0f} s), found {count}; "
            "the record has a gap there, or ends there"
        )
    middle = t.mean()
    spread = float(np.square(t - middle).sum())
    slope = float(((t - middle) * value[first:last]).sum()) / spread
    estimate = float(value[first:last].mean()) - slope * middle
    return Level(estimate, 1 / count + middle**2 / spread, count)


def leg(time_s: Floats, value: Floats) -> Leg:
    """Slope, its uncertainty and the noise of a stretch of no flow.

    Args:
        time_s: times of the readings, ascending [s].
        value: the readings; shape as ``time_s``.

    Raises:
        EvidenceError: fewer than fifty readings.
    """
    count = len(time_s)
    if count < 10 * FEWEST_READINGS:
        raise EvidenceError(
            f"expected at least {10 * FEWEST_READINGS} readings with the line clamped, found {count}; "
            "make the evaporation leg longer"
        )
    t = time_s - time_s.mean()
    spread = float(np.square(t).sum())
    slope = float((t * value).sum()) / spread
    noise = noise_of(value - value.mean() - slope * t)
    effective = max(3.0, count / noise.inflation)
    u_slope = noise.sd * float(np.sqrt(noise.inflation / spread))
    return Leg(slope, u_slope, effective - 2, noise, float(time_s[-1] - time_s[0]))


def noise_of(residuals: Floats) -> Noise:
    """Standard deviation and lag-one autocorrelation of residuals about a straight line."""
    sd = float(np.sqrt(np.square(residuals).sum() / max(1, len(residuals) - 2)))
    if sd == 0:
        return Noise(0.0, 0.0)
    lag_one = float((residuals[1:] * residuals[:-1]).sum() / np.square(residuals).sum())
    return Noise(sd, min(max(lag_one, 0.0), 0.99))

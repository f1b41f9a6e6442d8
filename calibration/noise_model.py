"""How a balance wanders while nothing flows: white noise, flicker and a random walk, and what they do to a result.

A difference of two levels a time D apart has the variance

    reading noise of both  +  own flicker of both  +  walk * D  +  2 flicker ln(1 + D / W)

with W the window of a level. Residuals about a leg of an hour say nothing of the last two terms, which a record of no
flow as long as a run does (:mod:`calibration.noise_fit`).

>>> model = NoiseModel(reading_g=2e-5, lag_one=0.0, interval_s=1.0, slow_white_g2_s=0.0, flicker_g2=0.0,
...                    walk_g2_s=(1e-4)**2 / 3600.0, nu=20.0, length_s=86400.0)
>>> round(1e3 * float(model.growth_g2(24 * 3600.0, 600.0)) ** 0.5, 3)       # 0.1 mg in a root hour, after a day [mg]
0.49

Plain numbers, in grams and seconds; files state them as masses (:class:`calibration.record_models.NoiseProperties`).

Sources: IEEE Std 1139-2008 for the three processes; the constants of a level's own noise are integrals of its weights
over the window (a straight line read in its middle: 3/2 for flicker, at its end: 15/4; for the walk 2/15 of a window
at most).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    Floats = np.ndarray[Any, np.dtype[np.float64]]

_FLICKER_IN_THE_MIDDLE: Final = 1.5
_FLICKER_AT_THE_END: Final = 3.75
_WALK_OF_A_LEVEL: Final = 2.0 / 15.0
#: Variance of the slope of a straight line of length T: 9 flicker / T^2 and 6/5 walk / T.
_FLICKER_OF_A_SLOPE: Final = 9.0
_WALK_OF_A_SLOPE: Final = 1.2


@dataclass(frozen=True)
class NoiseModel:
    """The noise of one balance under one load.

    Attributes:
        reading_g: standard deviation of one reading about a short straight line [g].
        lag_one: correlation of neighbouring readings, 0 or more.
        interval_s: between the readings of the record that it comes from [s].
        slow_white_g2_s: white noise beyond that of the readings, that is seen over minutes [g^2 s].
        flicker_g2: h of a spectral density h / f [g^2].
        walk_g2_s: variance that the random walk adds in a second [g^2/s].
        nu: degrees of freedom of a variance over the length of the record.
        length_s: of that record [s].
    """

    reading_g: float
    lag_one: float
    interval_s: float
    slow_white_g2_s: float
    flicker_g2: float
    walk_g2_s: float
    nu: float
    length_s: float

    def reading_g2(self, interval_s: float) -> float:
        """Variance of one of independent readings that are worth as much as these, taken so often [g^2]."""
        lag = self.lag_one ** (interval_s / self.interval_s)
        return float(self.reading_g**2 * (1.0 + lag) / (1.0 - lag) + self.slow_white_g2_s / interval_s)

    def level_g2(self, variance_factor: float, readings: int, window_s: float, interval_s: float) -> float:
        """Variance of one level by itself.

        Args:
            variance_factor: of the level for independent readings of variance one.
            readings: that it stands on; factor times readings is 1 in the middle of a window and 4 at its end.
            window_s: width of the window [s].
            interval_s: between readings [s].
        """
        aside = min(max((variance_factor * readings - 1.0) / 3.0, 0.0), 1.0)
        flicker = _FLICKER_IN_THE_MIDDLE + aside * (_FLICKER_AT_THE_END - _FLICKER_IN_THE_MIDDLE)
        own = self.flicker_g2 * flicker + self.walk_g2_s * window_s * _WALK_OF_A_LEVEL
        return self.reading_g2(interval_s) * variance_factor + own

    def growth_g2(self, apart_s: ArrayLike, window_s: float) -> Any:
        """What the time between two levels adds to the variance of their difference [g^2]; shape of ``apart_s``."""
        apart = np.abs(np.asarray(apart_s, np.float64))
        return self.walk_g2_s * apart + 2.0 * self.flicker_g2 * np.log1p(apart / window_s)

    def covariance_g2(self, since_s: ArrayLike, window_s: float) -> Floats:
        """Covariance of the wander at several times, counted from time zero [g^2], shape (n, n).

        (D(t_i) + D(t_j) - D(t_i - t_j)) / 2 with D the growth, so that each difference has its growth as variance.
        """
        since = np.asarray(since_s, np.float64)
        alone = self.growth_g2(since, window_s)
        return np.asarray((alone[:, None] + alone - self.growth_g2(since[:, None] - since, window_s)) / 2.0)

    def slope_g2_s2(self, time_s: ArrayLike) -> float:
        """Variance of the slope of a straight line through readings at these times [g^2/s^2]."""
        time = np.asarray(time_s, np.float64)
        length, spread = float(time[-1] - time[0]), float(((time - time.mean()) ** 2).sum())
        interval_s = length / (len(time) - 1)
        wander = _FLICKER_OF_A_SLOPE * self.flicker_g2 / length**2 + _WALK_OF_A_SLOPE * self.walk_g2_s / length
        return self.reading_g2(interval_s) / spread + wander

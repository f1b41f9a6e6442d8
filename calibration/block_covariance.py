"""Covariance of means of readings under a noise model, exact for the mean over a stretch of time.

    reading noise, AR(1)   sums of powers of its lag, reading by reading
    slow white             its density over the time of the block, between blocks none
    flicker                the mean over both blocks of -h ln(distance / W)
    random walk            the mean over both blocks of -q distance / 2

The last two are *generalised* covariances: right for sums whose weights add up to zero (differences of levels, slopes),
which is all that a balance is ever asked. With W the window of a level, two levels a time D apart differ by

    own(1) + own(2) + walk D + 2 flicker ln(D / W)

as :mod:`calibration.noise_model` has it; "own" is the variance of one set of weights by this covariance.

>>> from calibration.noise_blocks import block_means
>>> from calibration.noise_model import NoiseModel
>>> time_s = np.arange(0.5, 600.0)
>>> one_block = block_means(time_s, time_s, [0.0, 600.0])
>>> flicker = NoiseModel(0.0, 0.0, 1.0, 0.0, flicker_g2=1.0, walk_g2_s=0.0, nu=9.0, length_s=86400.0)
>>> covariance_g2(flicker, one_block, window_s=600.0).round(3).tolist()         # 3/2, as a level's own flicker
[[1.5]]

Sources: structure functions of 1/f noise and of a random walk (IEEE Std 1139-2008); G. Matheron, Adv. Appl. Prob. 5
(1973) 439 for generalised covariances. A mean over two blocks is a second difference of the second antiderivative.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from calibration.noise_blocks import Blocks
    from calibration.noise_model import NoiseModel

    Floats = np.ndarray[Any, np.dtype[np.float64]]

#: Blocks that are so many half widths apart are far.
_FAR: Final = 50.0
#: Lags that are smaller count as none: their powers would underflow.
_NO_LAG: Final = 1e-9


def covariance_g2(model: NoiseModel, one: Blocks, window_s: float, other: Blocks | None = None) -> Floats:
    """Generalised covariance of the means [g^2], shape (blocks of one, blocks of other).

    Args:
        model: of the balance.
        one, other: blocks; without the other one those of one among each other.
        window_s: W of the flicker; a unit of time, on which no difference depends.
    """
    second = one if other is None else other
    pair = _Pair.of(one, second)
    walk = -0.5 * model.walk_g2_s * pair.mean_distance() if model.walk_g2_s else 0.0
    flicker = -model.flicker_g2 * pair.mean_log(window_s) if model.flicker_g2 else 0.0
    return np.asarray(_readings(model, one, second) + walk + flicker, np.float64)


@dataclass(frozen=True, eq=False)
class _Pair:
    """Two sets of blocks: half widths, shape (n, 1) and (m,), and distances of middles, shape (n, m) [s]."""

    half: Floats
    other: Floats
    apart: Floats

    @classmethod
    def of(cls, one: Blocks, other: Blocks) -> _Pair:
        return cls(one.half_width_s[:, None], other.half_width_s, np.abs(one.middle_s[:, None] - other.middle_s))

    def mean_distance(self) -> Floats:
        """Mean of |t - s|; of blocks that do not overlap the distance of their middles."""
        overlap = self._second_difference(lambda x: np.abs(x) ** 3 / 6.0)
        return np.where(self.apart >= (self.half + self.other) * (1.0 - 1e-9), self.apart, overlap)

    def mean_log(self, unit_s: float) -> Floats:
        """Mean of ln|t - s|; far apart by its series, which does not cancel."""
        near = self._second_difference(lambda x: _second_of_log(x, unit_s))
        distance = np.where(self.apart == 0.0, 1.0, self.apart)
        far = np.log(distance / unit_s) - (self.half**2 + self.other**2) / (6.0 * distance**2)
        return np.where(self.apart > _FAR * np.maximum(self.half, self.other), far, near)

    def _second_difference(self, antiderivative: Callable[[Floats], Floats]) -> Floats:
        total, inner = self.half + self.other, self.half - self.other
        ends = antiderivative(self.apart + total) + antiderivative(self.apart - total)
        return (ends - antiderivative(self.apart + inner) - antiderivative(self.apart - inner)) / (
            4.0 * self.half * self.other
        )


def _second_of_log(x: Floats, unit_s: float) -> Floats:
    """x^2/2 ln|x/W| - 3/4 x^2, of which the second derivative is ln|x/W|."""
    size = np.where(x == 0.0, 1.0, np.abs(x))
    return np.square(x) * (np.log(size / unit_s) / 2.0 - 0.75)


def _readings(model: NoiseModel, one: Blocks, other: Blocks) -> Floats:
    """Reading noise, AR(1), and slow white, which only the same readings share."""
    lag = model.lag_one ** (one.interval_s / model.interval_s) if one.interval_s else 0.0
    same = one.first_s[:, None] == other.first_s
    white = same * (model.slow_white_g2_s / max(one.interval_s, 1e-9) / one.count)[:, None]
    if lag < _NO_LAG:
        return np.asarray(white + same * (model.reading_g**2 / one.count)[:, None])
    n, m = one.count[:, None], other.count
    inside = (n * (1.0 - lag**2) - 2.0 * lag * (1.0 - lag**n)) / (1.0 - lag) ** 2
    gap_s = np.maximum(other.first_s - one.last_s[:, None], one.first_s[:, None] - other.last_s)
    steps = np.maximum(gap_s / one.interval_s, 1.0)
    apart = lag**steps * (1.0 - lag**n) * (1.0 - lag**m) / (1.0 - lag) ** 2
    return np.asarray(white + model.reading_g**2 * np.where(same, inside, apart) / (n * m))

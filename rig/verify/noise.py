"""The noise floor of a trumpet: how wide a trumpet the balance alone draws when the pump is perfect.

A trumpet shows extremes, so noise never averages out of it: with 0.1 mg of noise on each level, a perfect
pump at 0.15 mL/day shows about +-23 % in windows of 15 min. The floor is the 95 % quantile of the
largest ``|Ep|`` over all windows of one length, from level noise alone, found by seeded Monte Carlo::

    noise = LevelNoise(VOLUME.quantity(0.1))                          # uL on each level
    floors = noise_floor(101, sample_interval, rate, windows, noise)  # percent, one for each window

A balance that walks or flickers draws a wider one, the more so the longer the window. Where a noise model tells how
far, ``LevelNoise(sd, wander=...)`` says it for every distance of two levels, and the draws hold it exactly
(:mod:`rig.verify.wandering`).

The draws come from numpy's frozen legacy generator, whose stream is promised never to change (NEP 19): the
same seed gives the same digits on another machine years later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.units import VOLUME, Quantity
from rig.verify.errors import MetricError
from rig.verify.grid import programmed_step_ul, window_steps
from rig.verify.wandering import wandering

if TYPE_CHECKING:
    from collections.abc import Sequence

    Array = np.ndarray[Any, np.dtype[np.float64]]

#: The floor is this quantile of the largest error that noise alone shows.
QUANTILE = 0.95
#: Runs of the Monte Carlo; the floor then repeats from seed to seed within about 2 %.
TRIALS = 2000
#: A floor above this part of the limit leaves the window without a say.
DECISIVE_PART = 1.0 / 3.0
_BLOCK = 1_000_000  # numbers held at once


@dataclass(frozen=True)
class LevelNoise:
    """Noise of the cumulative volume, level by level.

    Attributes:
        standard_deviation: of one level, a volume (a mass noise divided by the density).
        lag_one: correlation of neighbouring samples (AR(1)); 0 is white noise.
        wander: standard deviation that the time between two levels adds to their difference, a volume for 0, 1, 2, ...
            samples between them, as many as the record has; None where the levels do not wander.
    """

    standard_deviation: Quantity
    lag_one: float = 0.0
    wander: Quantity | None = None

    def __post_init__(self) -> None:
        if self.sd_ul < 0.0:
            raise MetricError(f"standard_deviation: expected zero or more, found {self.sd_ul:g} uL")
        if not 0.0 <= self.lag_one < 1.0:
            raise MetricError(f"lag_one: expected a correlation from 0 up to but not 1, found {self.lag_one:g}")

    @property
    def sd_ul(self) -> float:
        """The standard deviation in microlitres."""
        return VOLUME.magnitude("standard_deviation", self.standard_deviation)

    def growth_ul2(self, samples: int) -> Array | None:
        """Variance that 0, 1, ... samples between two levels add to their difference, shape (samples,); or None.

        Raises:
            MetricError: not one for each sample.
        """
        if self.wander is None:
            return None
        wander_ul = VOLUME.array("wander", self.wander)
        if wander_ul.shape != (samples,):
            raise MetricError(f"wander: expected one for each of {samples} levels, found {wander_ul.shape}")
        return wander_ul**2 if wander_ul.any() else None


def noise_floor(
    samples: int,
    sample_interval: Quantity,
    rate: Quantity,
    windows: Sequence[Quantity],
    noise: LevelNoise,
    *,
    seed: int = 0,
    trials: int = TRIALS,
) -> tuple[float, ...]:
    """The noise floor of each window, in percent of the programmed volume of that window.

    Args:
        samples: number of levels in the record.
        sample_interval: time between two levels.
        rate: programmed mean rate, above zero.
        windows: durations, each a whole multiple of the sample interval.
        noise: what the levels carry.
        seed: of the Monte Carlo, zero or more; take it from the hash of the record.
        trials: number of simulated records.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: a window that the record cannot hold, or a rate of zero.
    """
    steps = window_steps(samples, sample_interval, windows)
    step_ul = programmed_step_ul(rate, sample_interval)
    grown = noise.growth_ul2(samples)
    largest_ul = largest_differences_ul(samples, steps, noise.sd_ul, noise.lag_one, grown, seed=seed, trials=trials)
    floors_ul = np.quantile(largest_ul, QUANTILE, axis=1)
    return tuple(float(100.0 * floor / (n * step_ul)) for n, floor in zip(steps, floors_ul, strict=True))


def largest_differences_ul(
    samples: int,
    steps: Sequence[int],
    sd_ul: float,
    lag_one: float,
    growth_ul2: Array | None = None,
    *,
    seed: int,
    trials: int,
) -> Array:
    """Kernel: the largest absolute difference of two levels ``steps`` apart, in pure noise.

    Args:
        samples: number of levels.
        steps: distances of two levels.
        sd_ul, lag_one: noise of each level by itself.
        growth_ul2: what wandering adds to the variance of a difference, shape (samples,); None for none.
        seed: of the Monte Carlo.
        trials: number of simulated records.

    Returns:
        Microlitres, shape (len(steps), trials).
    """
    stream = np.random.RandomState(np.random.MT19937(np.random.SeedSequence(seed)))
    wander = np.random.RandomState(np.random.MT19937(np.random.SeedSequence([seed, 1])))  # the first stream stays
    largest = np.empty((len(steps), trials))
    block = max(1, _BLOCK // samples)
    for first in range(0, trials, block):
        rows = min(block, trials - first)
        levels = _levels_ul(stream.standard_normal((rows, samples)), sd_ul, lag_one)
        if growth_ul2 is not None:
            levels += wandering(wander, rows, growth_ul2)
        for index, lag in enumerate(steps):
            largest[index, first : first + rows] = np.abs(levels[:, lag:] - levels[:, :-lag]).max(axis=1)
    return largest


def _levels_ul(white: Array, sd_ul: float, lag_one: float) -> Array:
    """Stationary AR(1) rows from white ones."""
    if lag_one == 0.0:
        return sd_ul * white
    from scipy.signal import lfilter

    drive = white.copy()
    drive[:, 1:] *= np.sqrt(1.0 - lag_one**2)
    levels: Array = sd_ul * lfilter([1.0], [1.0, -lag_one], drive)
    return levels

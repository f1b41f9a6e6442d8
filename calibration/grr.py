"""Gauge repeatability and reproducibility: how much of what a method shows is the method (crossed layout, ANOVA).

Every part (pump) is measured under every condition (bench, person, day) the same number of times::

    reading = mean + part + condition + interaction + repeat
    repeatability   = the repeats
    reproducibility = conditions + interaction
    gauge (GRR)     = both

>>> readings = [[[1.0, 1.2], [1.4, 1.3]], [[5.1, 5.0], [5.2, 5.4]], [[9.0, 8.8], [9.3, 9.1]]]
>>> study = crossed(readings, tolerance=10.0)
>>> print(f"{study.percent_of_total:.1f} % of all, {study.percent_of_tolerance:.1f} % of tolerance, ndc {study.ndc}")
5.4 % of all, 12.7 % of tolerance, ndc 26

Interaction that shows nothing (p > 0.25 [K AIAG MSA]) is pooled with the repeats. An estimate below zero is set to
zero **and named** in ``clipped``. Three conditions that differ leave the gauge variance known to a factor of ten or
worse: the interval says so, the percentage alone does not. Where there is a tolerance, judge by the percentage of it:
that of the total depends on how different the chosen parts were.

Sources: AIAG Measurement Systems Analysis, 4th edition [K], whose example the tests repeat; intervals from Burdick,
Borror and Montgomery (2005), see :mod:`calibration.variance_components`. Readings and tolerance in one unit of the
caller's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calibration.errors import ImplausibleError
from calibration.grr_anova import Row, anova, components, gauge_weights, used
from calibration.variance_components import (
    difference_interval,
    generalised_draws,
    sum_interval,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

#: Interaction with a larger p is pooled with the repeats [K AIAG MSA].
POOL_ABOVE = 0.25
#: Standard deviations that a tolerance is compared with [K AIAG MSA, 4th edition; 5.15 in earlier ones].
STUDY_WIDTH = 6.0
#: Draws behind the interval of the percentage of the total; a fixed seed, so that a report repeats its digits.
DRAWS, SEED = 20_000, 20260101


@dataclass(frozen=True)
class Crossed:
    """A crossed study: variances are squares of the unit of the readings.

    Attributes:
        table: part, condition, interaction, repeat, before any pooling.
        pooled: whether the interaction was pooled with the repeats.
        repeatability, condition, interaction, part: variances; interaction is zero where it was pooled.
        clipped: which of them were estimated below zero and are therefore zero.
        level: of the intervals.
        grr_interval, repeatability_interval, part_interval: variances, modified large-sample.
        percent_of_total_interval: generalised.
        tolerance: width, upper less lower limit; NaN where none was given.
    """

    table: tuple[Row, ...]
    pooled: bool
    repeatability: float
    condition: float
    interaction: float
    part: float
    clipped: tuple[str, ...]
    level: float
    grr_interval: tuple[float, float]
    repeatability_interval: tuple[float, float]
    part_interval: tuple[float, float]
    percent_of_total_interval: tuple[float, float]
    tolerance: float

    @property
    def reproducibility(self) -> float:
        """Variance of conditions and interaction."""
        return self.condition + self.interaction

    @property
    def grr(self) -> float:
        """Variance of the gauge: repeatability and reproducibility."""
        return self.repeatability + self.reproducibility

    @property
    def total(self) -> float:
        """Variance of everything."""
        return self.grr + self.part

    @property
    def percent_of_total(self) -> float:
        """Standard deviation of the gauge, in percent of that of everything."""
        return 100.0 * math.sqrt(self.grr / self.total)

    @property
    def percent_of_tolerance(self) -> float:
        """Six standard deviations of the gauge, in percent of the tolerance; NaN without one."""
        return 100.0 * STUDY_WIDTH * math.sqrt(self.grr) / self.tolerance

    @property
    def percent_of_tolerance_interval(self) -> tuple[float, float]:
        """Interval of that."""
        low, high = (100.0 * STUDY_WIDTH * math.sqrt(max(one, 0.0)) / self.tolerance for one in self.grr_interval)
        return low, high

    @property
    def ndc(self) -> int | None:
        """Number of distinct categories: sqrt(2) part / gauge, cut to an integer [K AIAG MSA]; none without noise."""
        return None if self.grr == 0.0 else math.floor(math.sqrt(2.0 * self.part / self.grr))

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a report has to say beside the numbers."""
        pooled = (f"the interaction shows nothing (p = {self.table[2].p:.2f}) and is pooled with the repeats",)
        below = tuple(f"the variance of {name} was estimated below zero and is set to zero" for name in self.clipped)
        return (pooled if self.pooled else ()) + below


def crossed(
    readings: ArrayLike, tolerance: float | None = None, *, pool_above: float = POOL_ABOVE, level: float = 0.95
) -> Crossed:
    """Analyse a crossed study.

    Args:
        readings: shape (parts, conditions, repeats), two or more of each, none missing.
        tolerance: width, upper less lower limit.
        pool_above: pool the interaction when its p is larger; 1 never pools.
        level: of the confidence intervals.

    Raises:
        ImplausibleError: another shape, readings that are not finite or never differ, or a tolerance not above zero.
    """
    values = _table(readings)
    if tolerance is not None and not 0.0 < tolerance < math.inf:
        raise ImplausibleError(f"tolerance: expected a width above zero, found {tolerance!r}")
    table = anova(values)
    pooled = bool(table[2].p > pool_above)
    squares, freedoms = used(table, pooled)
    found, clipped = components(squares, values.shape, pooled)
    weights = gauge_weights(values.shape, pooled)
    return Crossed(
        table=table,
        pooled=pooled,
        clipped=clipped,
        level=level,
        grr_interval=_floats(sum_interval(weights, squares[1:], freedoms[1:], level)),
        repeatability_interval=_floats(sum_interval([1.0], squares[-1:], freedoms[-1:], level)),
        part_interval=_part_interval(squares, freedoms, values.shape, level),
        percent_of_total_interval=_percent_interval(squares, freedoms, weights, values.shape, level),
        tolerance=math.nan if tolerance is None else tolerance,
        **found,
    )


def _part_interval(
    squares: list[float], freedoms: list[float], shape: tuple[int, ...], level: float
) -> tuple[float, float]:
    low, high = difference_interval(squares[0], freedoms[0], squares[2], freedoms[2], level)
    return float(low) / (shape[1] * shape[2]), float(high) / (shape[1] * shape[2])


def _percent_interval(
    squares: list[float], freedoms: list[float], weights: list[float], shape: tuple[int, ...], level: float
) -> tuple[float, float]:
    drawn = generalised_draws(squares, freedoms, DRAWS, SEED)
    gauge = sum(w * one for w, one in zip(weights, drawn[1:], strict=True))
    part = np.maximum(drawn[0] - drawn[2], 0.0) / (shape[1] * shape[2])
    return _floats(np.quantile(100.0 * np.sqrt(gauge / (gauge + part)), [(1.0 - level) / 2.0, (1.0 + level) / 2.0]))


def _floats(pair: ArrayLike) -> tuple[float, float]:
    low, high = np.asarray(pair, np.float64)
    return float(low), float(high)


def _table(readings: ArrayLike) -> NDArray[np.float64]:
    values = np.asarray(readings, np.float64)
    if values.ndim != 3 or min(values.shape) < 2 or not np.isfinite(values).all():
        raise ImplausibleError(
            f"readings: expected finite ones in (parts, conditions, repeats), two or more each, found {values.shape}"
        )
    if np.ptp(values) == 0.0:
        raise ImplausibleError("readings: they never differ, so there is nothing to divide among parts and gauge")
    return values

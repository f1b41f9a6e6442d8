"""Many pumps, several runs of each: what lies between pumps, what within one, and what all runs of a bench share.

>>> runs = [[1.0, 1.4], [3.1, 2.7], [-0.4, 0.1], [1.9, 2.2]]
>>> study = between_pumps(runs, u_shared=0.3)
>>> print(f"{study.mean:.2f} +- {study.u_mean:.2f}, between {study.sd_between:.2f}, within {study.sd_within:.2f}")
1.50 +- 0.72, between 1.28, within 0.29

====================  =========================================================================================
part                  how it acts
====================  =========================================================================================
within a pump         run to run: repeatability of pump and method; averages over runs
between pumps         pump to pump; averages over pumps, never over runs
shared by a bench     density, adjustment, method: moves every pump of the study alike. It is in neither of the
                      two, no number of runs shows it, and it does not average out
====================  =========================================================================================

Pumps may have different numbers of runs: the means of the pumps count alike, with the harmonic mean of the runs (Thomas
and Hultquist 1978), which is the analysis of variance where all have the same (:mod:`calibration.grr_nested`).
Intervals: :mod:`calibration.variance_components`. ``n`` is pumps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calibration.uncertainty import effective_degrees_of_freedom
from calibration.variance_components import difference_interval, sum_interval
from rig.verify.errors import MetricError
from rig.verify.rule import student_quantile
from rig.verify.tolerance import two_sided_factor

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Pumps:
    """A study of several pumps, in one unit of the caller's.

    Attributes:
        pumps, runs: how many.
        mean: of the means of the pumps.
        u_mean: its standard uncertainty as a statement about all pumps: pumps, runs and what is shared.
        nu_mean: degrees of freedom of it.
        u_shared: what all runs share.
        sd_between, sd_within: standard deviations; ``between`` is zero where ``clipped``.
        between_interval, within_interval: confidence intervals of them.
        sd_of_means: scatter of the means of the pumps, of which tolerance intervals are made.
        clipped: whether the variance between pumps was estimated below zero.
        level: of the intervals.
    """

    pumps: int
    runs: int
    mean: float
    u_mean: float
    nu_mean: float
    u_shared: float
    sd_between: float
    sd_within: float
    between_interval: tuple[float, float]
    within_interval: tuple[float, float]
    sd_of_means: float
    clipped: bool
    level: float

    def mean_interval(self) -> tuple[float, float]:
        """Confidence interval of the mean of all pumps."""
        reach = student_quantile(0.5 + 0.5 * self.level, self.nu_mean) * self.u_mean
        return self.mean - reach, self.mean + reach

    def tolerance_interval(self, content: float = 0.95, confidence: float = 0.95) -> tuple[float, float]:
        """Where a part of all pumps lies, widened by twice what they share.

        Raises:
            MetricError: content or confidence not between 0 and 1.
        """
        reach = two_sided_factor(self.pumps, content, confidence) * self.sd_of_means + 2.0 * self.u_shared
        return self.mean - reach, self.mean + reach


def between_pumps(runs: Sequence[Sequence[float]], *, u_shared: float = 0.0, level: float = 0.95) -> Pumps:
    """Analyse runs of several pumps.

    Args:
        runs: the results of each pump, two pumps or more, at least one of them with two runs.
        u_shared: standard uncertainty that all results share.
        level: of the confidence intervals.

    Raises:
        MetricError: fewer pumps or runs, a result that is no number, u_shared below zero.
    """
    values = [np.asarray(one, np.float64) for one in runs]
    counts = np.array([one.size for one in values])
    if len(values) < 2 or counts.min() < 1 or counts.max() < 2 or not all(np.isfinite(one).all() for one in values):
        raise MetricError(
            f"pumps: expected two or more with finite results, one with two runs at least, found runs {counts.tolist()}"
        )
    if not (0.0 <= u_shared < math.inf and 0.0 < level < 1.0):
        raise MetricError(f"pumps: expected u_shared from zero and a level between 0 and 1, found {u_shared}, {level}")
    means = np.array([one.mean() for one in values])
    pumps, nu_within = len(values), int(counts.sum()) - len(values)
    within = sum(float(((one - one.mean()) ** 2).sum()) for one in values) / nu_within
    rest = within * float((1.0 / counts).mean())  # what the runs leave in the mean of a pump
    scatter = float(means.var(ddof=1))
    u_pumps = math.sqrt(scatter / pumps)
    raw = scatter - rest
    between_ends = difference_interval(scatter, pumps - 1, rest, nu_within, level)
    within_ends = sum_interval([1.0], [within], [nu_within], level)
    return Pumps(
        pumps=pumps,
        runs=int(counts.sum()),
        mean=float(means.mean()),
        u_mean=math.hypot(u_pumps, u_shared),
        nu_mean=effective_degrees_of_freedom([u_pumps, u_shared], [pumps - 1.0, math.inf]),
        u_shared=u_shared,
        sd_between=math.sqrt(max(raw, 0.0)),
        sd_within=math.sqrt(within),
        between_interval=(math.sqrt(float(between_ends[0])), math.sqrt(float(between_ends[1]))),
        within_interval=(math.sqrt(max(float(within_ends[0]), 0.0)), math.sqrt(float(within_ends[1]))),
        sd_of_means=math.sqrt(scatter),
        clipped=raw < 0.0,
        level=level,
    )

"""Control charts: is what an instrument shows over months one steady process, and if not, which pattern gives it away?

>>> chart = individuals_chart([0.1, -0.2, 0.0, 0.1, 5.0], u=1.0, centre=0.0)
>>> [(signal.rule, signal.index) for signal in chart.signals()]
[('one beyond 3 sigma', 4)]

Results in the order of time, all in one unit of the caller's. The limits come from uncertainties that are known, or
from the moving range of the results themselves; what is common to all results (the error of the one reference) belongs
to neither, because it moves no result against another.

The patterns are in :mod:`calibration.chart_rules`, the sums for small shifts in :mod:`calibration.cusum`.

Source: Shewhart charts as in ISO 7870-2 [K].
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calibration.chart_rules import Signal, signals
from calibration.errors import ImplausibleError
from calibration.series import column, uncertainties

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

#: Mean range of two normal values, in standard deviations: 2 / sqrt(pi).
D2_OF_TWO = 2.0 / math.sqrt(math.pi)


@dataclass(frozen=True)
class Chart:
    """Results with their centre line and limits.

    Attributes:
        values: what is plotted: results, or means of subgroups.
        centre: the centre line.
        sigma: standard deviation of each value.
        lower, upper: limits at three sigma, one for each value.
        source: where ``sigma`` came from: ``known u``, ``moving range`` or ``subgroups``.
    """

    values: NDArray[np.float64]
    centre: float
    sigma: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    source: str

    @property
    def z(self) -> NDArray[np.float64]:
        """Distance of each value from the centre line, in its own sigma."""
        return (self.values - self.centre) / self.sigma

    def signals(self, rules: Iterable[str] | None = None) -> list[Signal]:
        """Signals of the named rules (those of Western Electric unless named), in the order of time."""
        return signals(self.z, rules)


def individuals_chart(
    results: ArrayLike, u: ArrayLike | None = None, centre: float | None = None, baseline: int | None = None
) -> Chart:
    """Chart of single results, one a calibration.

    Args:
        results: in the order of time.
        u: standard uncertainty of each, or one for all, without what is common; without it the mean moving range
            divided by 1.128, which takes two results or more.
        centre: the centre line; the mean of the baseline unless given, weighted by 1/u^2.
        baseline: this many first results set centre and moving range, so that a later shift cannot hide in its own
            limits; all unless given.

    Raises:
        ImplausibleError: no results, one that is not finite, an uncertainty not above zero, or results that never
            change and so set no limits.
    """
    values = column("results", results)
    n = values.size if baseline is None else baseline
    if not 1 <= n <= values.size:
        raise ImplausibleError(f"baseline: expected from 1 to {values.size} results, found {n!r}")
    if u is None:
        sigma, source = np.full(values.size, _from_moving_range(values[:n])), "moving range"
    else:
        sigma, source = uncertainties("u", u, values.size), "known u"
    middle = float(np.average(values[:n], weights=sigma[:n] ** -2.0)) if centre is None else centre
    return _chart(values, middle, sigma, source)


def means_chart(subgroups: ArrayLike, centre: float | None = None) -> Chart:
    """Chart of the means of subgroups (X-bar): limits from the spread within them, s-bar / (c4 sqrt(n)).

    Args:
        subgroups: shape (subgroups, results of each), two results or more in each.
        centre: the centre line; the mean of all unless given.

    Raises:
        ImplausibleError: another shape, results that are not finite, or that never differ within a subgroup.
    """
    table = np.asarray(subgroups, np.float64)
    if table.ndim != 2 or table.shape[0] < 1 or table.shape[1] < 2 or not np.isfinite(table).all():
        raise ImplausibleError(f"subgroups: expected rows of two finite results or more, found shape {table.shape}")
    n = table.shape[1]
    s = float(table.std(axis=1, ddof=1).mean()) / _c4(n)
    means = table.mean(axis=1)
    sigma = np.full(means.size, _spread(s) / math.sqrt(n))
    return _chart(means, float(means.mean()) if centre is None else centre, sigma, "subgroups")


def _chart(values: NDArray[np.float64], centre: float, sigma: NDArray[np.float64], source: str) -> Chart:
    if not math.isfinite(centre):
        raise ImplausibleError(f"centre: expected a finite number, found {centre!r}")
    return Chart(values, centre, sigma, centre - 3.0 * sigma, centre + 3.0 * sigma, source)


def _from_moving_range(values: NDArray[np.float64]) -> float:
    if values.size < 2:
        raise ImplausibleError("results: a moving range takes two results or more, found one; give u instead")
    return _spread(float(np.abs(np.diff(values)).mean()) / D2_OF_TWO)


def _spread(s: float) -> float:
    if not s > 0.0:
        raise ImplausibleError("results: they never change and set no limits; give u, at least resolution / sqrt(12)")
    return s


def _c4(n: int) -> float:
    """Mean of the standard deviation of n normal values, in standard deviations."""
    return math.sqrt(2.0 / (n - 1)) * math.exp(math.lgamma(n / 2.0) - math.lgamma((n - 1) / 2.0))

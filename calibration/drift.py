"""Drift of one unit: a straight line through its calibrations, with what it says and does not say about the next one.

>>> line = fit_drift([0.0, 365.0, 730.0, 1095.0], [0.0, 0.11, 0.19, 0.31], u=0.02)
>>> print(f"{365.0 * line.slope:.3f} {365.0 * line.u_slope:.3f} {line.at(1460.0):.2f} {line.u_at(1460.0):.3f}")
0.101 0.009 0.41 0.032

Results (errors of indication at one point, or slopes of successive calibrations) are in one unit of the caller's; a day
is a number of days or a date. What a result may be wrong by comes in two parts: its own, ``u``, which moves it against
the others, and the common one, ``u_common`` (the one reference behind all of them), which moves the whole line and no
slope.

The residuals judge the uncertainties: where the results scatter more than their ``u`` can explain (chi-squared, 5 %),
the ``u`` are only weights, the scatter counts, and Student's factor with n - 2 degrees of freedom replaces the normal
one (GUM H.3; Birge, Phys. Rev. 40 (1932) 207). When it leaves its tolerance is in :mod:`calibration.departure`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.errors import ImplausibleError
from calibration.series import days as to_days
from calibration.series import uncertainties

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

#: Results on different days that a prediction takes: two determine the line, the third tells how well.
LEAST_RESULTS = 3


@dataclass(frozen=True)
class Drift:
    """A straight line through the history of a unit, or the reason why there is none.

    Attributes:
        level: the line at ``middle_day``, the weighted mean of the days; NaN without a line.
        slope: change per day.
        u_level, u_slope: standard uncertainties from the results' own; at the middle day they are independent.
        u_common: standard uncertainty common to all results.
        u_next: standard uncertainty of the next result, its own part.
        degrees_of_freedom: infinite where ``u`` was believed, else n - 2.
        birge: root of chi-squared over its degrees of freedom; NaN without ``u``.
        last_day: day of the last result.
        problem: why there is no line; empty where there is one.
    """

    level: float
    slope: float
    u_level: float
    u_slope: float
    u_common: float
    u_next: float
    degrees_of_freedom: float
    birge: float
    middle_day: float
    last_day: float
    problem: str = ""

    def at(self, day: ArrayLike) -> Any:
        """The line at a day."""
        return self.level + self.slope * (to_days("day", day) - self.middle_day)

    def u_at(self, day: ArrayLike) -> Any:
        """Standard uncertainty of the next result at a day, about the line: line, own and common part together."""
        d = to_days("day", day) - self.middle_day
        return np.sqrt(self.u_level**2 + (d * self.u_slope) ** 2 + self.u_next**2 + self.u_common**2)


def fit_drift(
    day: ArrayLike, result: ArrayLike, u: ArrayLike | None = None, *, u_common: float = 0.0, u_next: float | None = None
) -> Drift:
    """The weighted straight line through a history; one or two results give an object that says why there is none.

    Args:
        day: of each result, numbers or dates, in any order.
        result: errors of indication, or slopes.
        u: standard uncertainty of each, or one for all, its own part only; without it the scatter about the line.
        u_common: standard uncertainty that all results share.
        u_next: own part of the next result; the median of ``u``, or the scatter, unless given.

    Raises:
        ImplausibleError: no result, unequal lengths, a number that is not finite or an uncertainty out of range.
    """
    days, values = _history(day, result)
    own = np.ones(values.size) if u is None else uncertainties("u", u, values.size)
    if not 0.0 <= u_common < math.inf or (u_next is not None and not 0.0 <= u_next < math.inf):
        raise ImplausibleError(f"u_common, u_next: expected numbers from zero, found {u_common!r}, {u_next!r}")
    problem = _problem(days)
    if problem:
        nan = math.nan
        return Drift(nan, nan, nan, nan, u_common, nan, nan, nan, nan, float(days.max()), problem)
    return _fit(days, values, own, u is not None, u_common, u_next)


def _fit(
    days: NDArray[np.float64],
    values: NDArray[np.float64],
    own: NDArray[np.float64],
    known: bool,
    u_common: float,
    u_next: float | None,
) -> Drift:
    weight = own**-2.0
    middle = float(np.average(days, weights=weight))
    d, total = days - middle, float(weight.sum())
    s_dd = float((weight * d * d).sum())
    level, slope = float(np.average(values, weights=weight)), float((weight * d * values).sum()) / s_dd
    nu = values.size - 2
    chi_squared = float((weight * (values - level - slope * d) ** 2).sum())
    birge = math.sqrt(chi_squared / nu)
    believed = known and not _too_large(chi_squared, nu)
    scale = 1.0 if believed else birge
    return Drift(
        level,
        slope,
        scale / math.sqrt(total),
        scale / math.sqrt(s_dd),
        u_common,
        scale * float(np.median(own)) if u_next is None else u_next,
        math.inf if believed else float(nu),
        birge if known else math.nan,
        middle,
        float(days.max()),
    )


def _too_large(chi_squared: float, nu: int) -> bool:
    from scipy.special import chdtrc

    return bool(chdtrc(nu, chi_squared) < 0.05)


def _problem(days: NDArray[np.float64]) -> str:
    n, different = days.size, np.unique(days).size
    if n == 1:
        return "nothing is predicted: one result has no slope; calibrate twice more"
    if n < LEAST_RESULTS:
        return "nothing is predicted: two results fix a line and leave nothing to tell how well; calibrate once more"
    if different < 2:
        return f"nothing is predicted: all {n} results are of one day"
    return ""


def _history(day: ArrayLike, result: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    days, values = to_days("day", day), np.asarray(result, np.float64)
    if days.ndim != 1 or days.shape != values.shape or not days.size:
        raise ImplausibleError(f"history: expected a day for each result, found {days.shape} and {values.shape}")
    if not (np.isfinite(days).all() and np.isfinite(values).all()):
        raise ImplausibleError("history: expected finite days and results, found otherwise")
    return days, values

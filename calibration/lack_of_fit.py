"""Does the curve describe its points? A test against repeated points, or against uncertainties known beforehand.

>>> test = FitTest("chi-square", statistic=4.1, dof=(4,), p=0.39, alpha=0.05)
>>> test.accepted
True
>>> print(test)
chi-square: 4.1 with 4 degrees of freedom, p = 0.39, not significant at 0.05

``lack_of_fit`` compares the scatter of the means about the curve with the scatter of repeats about their means (F test;
NIST/SEMATECH e-Handbook 4.6.1); ``chi_square_test`` compares the scatter about the curve with the known uncertainties
(ISO/TS 28037:2010, 6.3). Neither proves a curve right: a test of few points finds little.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calibration.curve_points import refusal
from calibration.errors import ImplausibleError

if TYPE_CHECKING:
    from calibration.curve_value import Curve


@dataclass(frozen=True)
class FitTest:
    """What a test found.

    Attributes:
        name: of the test.
        statistic: F or chi-square.
        dof: one number for chi-square, two for F.
        p: how often a true model would give a larger statistic.
        alpha: below which ``p`` counts against the curve.
    """

    name: str
    statistic: float
    dof: tuple[int, ...]
    p: float
    alpha: float

    @property
    def accepted(self) -> bool:
        """Whether nothing was found against the curve."""
        return self.p >= self.alpha

    def __str__(self) -> str:
        dof = " and ".join(str(one) for one in self.dof)
        found = "not significant" if self.accepted else "significant"
        seen = f"{self.name}: {self.statistic:.4g} with {dof} degrees of freedom, p = {self.p:.2g}"
        return f"{seen}, {found} at {self.alpha:g}"


def lack_of_fit(curve: Curve, *, alpha: float = 0.05) -> FitTest:
    """F test with pure error, from points repeated at exactly the same x.

    Args:
        curve: ordinary or weighted, with its points.
        alpha: level of significance.

    Raises:
        CalibrationError: no repeats, no more different x than coefficients, or points whose x is uncertain or that are
            correlated, for which there is no such test.
        ImplausibleError: an ``alpha`` that is no probability.
    """
    _require_probability(alpha)
    x = np.asarray(curve.x)
    levels, group = np.unique(x, return_inverse=True)
    if reasons := _why_not(curve, levels.size):
        raise refusal(reasons)
    weight = np.asarray(curve.u_points) ** -2.0
    residuals = np.asarray(curve.residuals)
    means = np.bincount(group, weight * residuals) / np.bincount(group, weight)
    pure = float((weight * (residuals - means[group]) ** 2).sum()) + rounding(curve)
    lack = float((weight * means[group] ** 2).sum())
    return f_test("lack of fit", (lack, levels.size - curve.free), (pure, x.size - levels.size), alpha)


def chi_square_test(curve: Curve, *, alpha: float = 0.05) -> FitTest:
    """Chi-square of the residuals against uncertainties that were known beforehand.

    Raises:
        CalibrationError: the uncertainties were found from the residuals.
        ImplausibleError: an ``alpha`` that is no probability.
    """
    _require_probability(alpha)
    if curve.chi2 is None or curve.p_chi2 is None:
        raise refusal(["chi-square: expected uncertainties known beforehand, found them taken from the residuals"])
    return FitTest("chi-square", curve.chi2, (curve.dof,), curve.p_chi2, alpha)


def f_test(name: str, over: tuple[float, int], under: tuple[float, int], alpha: float) -> FitTest:
    """The ratio of two mean squares, each a sum of squares with its degrees of freedom."""
    from scipy.special import fdtrc

    mean, other = over[0] / over[1], under[0] / under[1]
    statistic = mean / other if other > 0.0 else 0.0 if mean == 0.0 else float("inf")
    return FitTest(name, statistic, (over[1], under[1]), float(fdtrc(over[1], under[1], statistic)), alpha)


def rounding(curve: Curve) -> float:
    """The sum of squares that the last bits of y alone make: below it nothing is significant."""
    largest = np.abs(curve.predict(curve.x)[0]).max()
    return float(((8.0 * np.finfo(np.float64).eps * largest / np.asarray(curve.u_points)) ** 2).sum())


def _why_not(curve: Curve, levels: int) -> list[str]:
    reasons = []
    if curve.method not in {"ordinary", "weighted"}:
        reasons.append(
            f"lack of fit: expected independent points at exact x, found {curve.method}; use the chi-square test"
        )
    if levels <= curve.free:
        reasons.append(f"lack of fit: expected more than {curve.free} different x, found {levels}")
    if len(curve.x) <= levels:
        reasons.append(f"lack of fit: expected points repeated at the same x, found {len(curve.x)} at {levels} x")
    return reasons


def _require_probability(alpha: float) -> None:
    if not 0.0 < alpha < 1.0:
        raise ImplausibleError(f"alpha: expected a probability between 0 and 1, such as 0.05, found {alpha!r}")

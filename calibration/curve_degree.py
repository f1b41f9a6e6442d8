"""The degree of a calibration curve, chosen by rule and not by eye.

>>> holm([0.04, 0.20, 0.01])
[0.08, 0.2, 0.03]

**The rule.** Degrees 1 to 3 are tried from the lowest; a degree is tried only with at least degree + 3 different x. The
first one is taken for which none of these is significant at ``alpha`` = 0.05, after Holm's correction for their number:

* its own lack of fit, where it can be tested: by chi-square where the uncertainties are known, otherwise by F where
  points are repeated (:mod:`calibration.lack_of_fit`);
* the terms that each higher degree adds, all together: the extra sum of squares, by chi-square or by F.

So the lowest degree wins unless the points speak against it, and an S-shaped deviation is not missed because the
parabola alone does not help. When every degree is spoken against the points are refused, with the tests.

**Its risk.** Holm's correction holds for all tests of a degree together: where a line is true and the uncertainties are
right, a line is spoken against in ``alpha`` of calibrations at most. About half of these get a degree too high, and
the others (chi-square stays too large for every degree) are refused.

A curve chosen by its own points claims a little too much: simulated, with eleven points and nothing known beforehand,
the 95 % interval at the end of the range held the truth in 93 % for a line and in 89 % for a barely bent parabola.
Where the shape of an instrument is known, state the degree.

Source: S. Holm, Scand. J. Stat. 6 (1979) 65; N. R. Draper and H. Smith, Applied Regression Analysis, chapter 6.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from calibration.curve_points import refusal
from calibration.lack_of_fit import FitTest, chi_square_test, f_test, lack_of_fit, rounding

if TYPE_CHECKING:
    from calibration.curve_value import Curve

HIGHEST = 3


def choose(distinct: int, fit: Callable[[int], Curve], *, alpha: float = 0.05) -> Curve:
    """The curve of the degree that the rule takes.

    Args:
        distinct: number of different x.
        fit: gives the curve of a degree.
        alpha: level of significance.

    Raises:
        CalibrationError: too few different x, or every degree is spoken against.
    """
    degrees = [degree for degree in range(1, HIGHEST + 1) if distinct >= degree + 3]
    if not degrees:
        raise refusal([f"degree: expected 4 or more different x to choose one, found {distinct}; state the degree"])
    curves = [fit(degree) for degree in degrees]
    reasons = []
    for i, curve in enumerate(curves):
        against = significant(tests_of(curve, curves[i + 1 :], alpha))
        if not against:
            return curve
        reasons += [f"degree {curve.degree}: {test}" for test in against]
    raise refusal([*reasons, f"degree: expected one of {degrees} to describe the points, found none"])


def tests_of(curve: Curve, higher: Sequence[Curve], alpha: float) -> list[FitTest]:
    """What can be tested of a degree: its lack of fit, and what each higher one adds."""
    tests = [_extra_terms(curve, other, alpha) for other in higher]
    levels = len(set(curve.x))
    if curve.chi2 is not None:
        tests.append(chi_square_test(curve, alpha=alpha))
    elif curve.method in {"ordinary", "weighted"} and curve.free < levels < len(curve.x):
        tests.append(lack_of_fit(curve, alpha=alpha))
    return tests


def significant(tests: Sequence[FitTest]) -> list[FitTest]:
    """The tests that are significant after Holm's correction, with the corrected p."""
    corrected = zip(tests, holm([test.p for test in tests]), strict=True)
    told = [FitTest(test.name, test.statistic, test.dof, p, test.alpha) for test, p in corrected]
    return [test for test in told if not test.accepted]


def holm(p: Sequence[float]) -> list[float]:
    """The p values corrected for their number (Holm 1979), in their order."""
    order = sorted(range(len(p)), key=lambda i: p[i])
    corrected, most = [0.0] * len(p), 0.0
    for rank, i in enumerate(order):
        most = max(most, min(1.0, (len(p) - rank) * p[i]))
        corrected[i] = most
    return corrected


def _extra_terms(low: Curve, high: Curve, alpha: float) -> FitTest:
    from scipy.special import chdtrc

    name, more = f"terms up to degree {high.degree}", high.free - low.free
    if low.chi2 is not None and high.chi2 is not None:
        gain = max(low.chi2 - high.chi2, 0.0)
        return FitTest(name, gain, (more,), float(chdtrc(more, gain)), alpha)
    floor = rounding(low)
    left, still = (max(floor, curve.sum_of_squares or 0.0) for curve in (low, high))
    return f_test(name, (max(left - still, 0.0), more), (still, high.dof), alpha)

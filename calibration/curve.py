"""Calibration curves: from points and their uncertainties to a curve that may be used, or the reasons why not.

>>> x = [0.0, 1.0, 2.0, 3.0, 4.0]
>>> curve = fit_curve(x, [0.1, 1.0, 2.1, 2.9, 4.1], increasing=True, max_residual_sd=0.2)
>>> y, u = curve.predict(2.5)
>>> print(f"{y:.3f} {u:.3f} {curve.expanded(2.5):.3f} {curve.band(2.5):.3f}")
2.535 0.048 0.153 0.211
>>> x, u = curve.inverse(2.5, u_y=0.05)
>>> print(f"{x:.3f} {u:.3f}")
2.465 0.070

Which fit is made follows from what is known:

=====================================  =========================================================================
nothing                                ordinary least squares; uncertainty from the residuals
``u_y``                                weighted; the uncertainties are taken at their word, and chi-square judges them
``cov_y``                              generalised
``u_x`` or ``cov_x``, with one of y    errors in variables
``u_known=False``                      weights right in proportion only; their size is found from the residuals
``spread_x``                           weights as for ``u_x``, but another covariance is carried to the curve
``common_x``, ``common_y``             an error that all points share, such as one reference weight's: never averaged
=====================================  =========================================================================

With the reference value as x and the reading as y, :meth:`Curve.inverse` gives from a reading what it means. The
neighbours: :mod:`calibration.curve_value` (what a curve can do), :mod:`calibration.curve_degree` (the rule behind
``degree="auto"``), :mod:`calibration.lack_of_fit` (tests). For a plain line :func:`calibration.straight_line.fit_line`
is lighter. Plain numbers, in the units of the caller's columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from calibration.curve_degree import choose
from calibration.curve_fit import fit_polynomial
from calibration.curve_points import Points, read_points, refusal
from calibration.curve_shape import slope_extremes
from calibration.curve_value import Curve
from calibration.lack_of_fit import FitTest, chi_square_test, lack_of_fit

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from calibration.curve_fit import Fit
    from calibration.curve_points import Array

__all__ = ["Curve", "FitTest", "chi_square_test", "fit_curve", "lack_of_fit", "reasons_against"]


def fit_curve(
    x: ArrayLike,
    y: ArrayLike,
    u_x: ArrayLike | None = None,
    u_y: ArrayLike | None = None,
    *,
    degree: int | Literal["auto"] = 1,
    alpha: float = 0.05,
    through_zero: bool = False,
    x0: float | None = None,
    cov_x: ArrayLike | None = None,
    cov_y: ArrayLike | None = None,
    common_x: ArrayLike | None = None,
    common_y: ArrayLike | None = None,
    spread_x: ArrayLike | None = None,
    u_known: bool = True,
    increasing: bool | None = None,
    monotonic: bool = False,
    max_residual_sd: float | None = None,
) -> Curve:
    """Put a polynomial through points.

    Args:
        x, y: points, three or more.
        u_x, u_y: standard uncertainties, independent from point to point: one number or one for each.
        degree: 0 to 3, or "auto" for the rule of :mod:`calibration.curve_degree`; the uncertainty then takes the
            degree that was chosen for the true one.
        alpha: how often that rule may speak against a line that is true.
        through_zero: the curve is zero at x = 0 by its nature; no constant is fitted, and its range takes in zero.
        x0: where the coefficients are taken; the middle of the range when left out, 0 for ``through_zero``.
        cov_x, cov_y: full covariance matrices in place of ``u_x``, ``u_y``.
        common_x, common_y: errors shared by all points (:mod:`calibration.curve_points`).
        spread_x: full covariance of the errors of x, where ``u_x`` shall weigh and judge the points as if they were
            independent: one that is known in its sum and hardly in its pattern, such as that of roundings.
        u_known: whether ``u_x`` and ``u_y`` are right in size, and not only in proportion.
        increasing: demand a slope above zero over the whole range (False: below zero).
        monotonic: demand a curve that can be inverted.
        max_residual_sd: demand residuals with no larger standard deviation, in the unit of y.

    Raises:
        CalibrationError: points that cannot carry the curve, or a curve that is not as demanded; with all reasons.
    """
    points = read_points(
        x, y, u_x, u_y, cov_x=cov_x, cov_y=cov_y, common_x=common_x, common_y=common_y, spread_x=spread_x
    )
    if through_zero and x0:
        raise refusal([f"x0: expected 0 for a curve through zero, found {x0:g}"])

    def fit(one: int) -> Curve:
        made = fit_polynomial(points, one, through_zero=through_zero)
        return _curve(points, made, x0, through_zero=through_zero, u_known=u_known and points.cov_y is not None)

    curve = choose(points.distinct, fit, alpha=alpha) if degree == "auto" else fit(degree)
    if reasons := reasons_against(curve, increasing=increasing, monotonic=monotonic, max_residual_sd=max_residual_sd):
        raise refusal(reasons)
    return curve


def reasons_against(
    curve: Curve,
    *,
    increasing: bool | None = None,
    monotonic: bool = False,
    max_residual_sd: float | None = None,
) -> list[str]:
    """Why a curve is not as demanded; arguments as for :func:`fit_curve`. Empty when it is."""
    least, most = slope_extremes(curve.coefficients, curve.lowest - curve.x0, curve.highest - curve.x0)
    reasons = []
    if increasing is not None and not (least > 0.0 if increasing else most < 0.0):
        sign = "above" if increasing else "below"
        reasons.append(f"slope: expected {sign} zero over the whole range, found {least:g} to {most:g}")
    if monotonic and not curve.is_monotonic:
        at = ", ".join(f"{one:g}" for one in curve.turns) or "a flat place"
        reasons.append(f"curve: expected to rise or to fall over the whole range, found a turn at {at}")
    if max_residual_sd is not None and not (curve.residual_sd or 0.0) <= max_residual_sd:
        reasons.append(
            f"residuals: expected a standard deviation of {max_residual_sd:g} or less, found {curve.residual_sd:g}"
        )
    return reasons


def _curve(points: Points, fit: Fit, x0: float | None, *, through_zero: bool, u_known: bool) -> Curve:
    x0 = fit.centre if x0 is None else float(x0)
    coefficients, noise, common = fit.about(x0)
    size = 1.0 if u_known else fit.chi2 / fit.dof
    return Curve(
        degree=coefficients.size - 1,
        coefficients=tuple(coefficients.tolist()),
        covariance=_rows(size * noise + common),
        x0=x0,
        lowest=float(points.x.min(initial=0.0 if through_zero else np.inf)),
        highest=float(points.x.max(initial=0.0 if through_zero else -np.inf)),
        dof=fit.dof,
        u_known=u_known,
        covariance_common=_rows(common) if common.any() else (),
        through_zero=through_zero,
        method=_method(points),
        residual_sd=float((fit.residuals**2).sum() / fit.dof) ** 0.5,
        sum_of_squares=fit.chi2,
        x=tuple(points.x.tolist()),
        residuals=tuple(fit.residuals.tolist()),
        u_points=tuple(fit.u_points.tolist()),
    )


def _rows(matrix: Array) -> tuple[tuple[float, ...], ...]:
    """A matrix as rows, symmetric to the last bit."""
    return tuple(tuple(row) for row in ((matrix + matrix.T) / 2.0).tolist())


def _method(points: Points) -> str:
    if points.cov_x is not None:
        return "errors in variables"
    if points.correlated:
        return "generalised"
    return "ordinary" if points.cov_y is None else "weighted"

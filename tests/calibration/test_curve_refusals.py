"""Points and curves that are refused, with all the reasons at once."""

from __future__ import annotations

import math

import numpy as np
import pytest

from calibration.curve import chi_square_test, fit_curve, lack_of_fit
from calibration.errors import CalibrationError, ImplausibleError

X = np.arange(6.0)
Y = 2.0 * X + np.array([0.1, -0.1, 0.0, 0.1, -0.1, 0.0])


def told(x=X, y=Y, **options):
    with pytest.raises(CalibrationError, match="calibration curve refused:") as refused:
        fit_curve(x, y, **options)
    return str(refused.value)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"x": [0.0, 1.0], "y": [0.0, 1.0]}, "points: expected three or more, found 2"),
        ({"x": [1.0] * 6}, "x: expected 2 or more different values for degree 1, found 1"),
        ({"x": [0.0, 0.0, 0.0], "y": [1.0, 2.0, 3.0], "through_zero": True}, "other than zero"),
        ({"y": [0.0, 1.0, 2.0, 3.0, 4.0, math.nan]}, "points: expected finite numbers"),
        ({"y": [1.0]}, "two columns of equal length"),
        ({"degree": 1.5}, "degree: expected 0 to 3, found 1.5"),
        ({"degree": 4}, "degree: expected 0 to 3, found 4"),
        ({"degree": 0, "through_zero": True}, "degree: expected 1 to 3, found 0"),
        ({"x": X[:4], "y": Y[:4], "degree": 3}, "points: expected more than 4 for degree 3, found 4"),
        ({"u_y": 0.0}, "u_y: expected standard uncertainties above zero, found 0"),
        ({"u_y": [0.1, 0.1, 0.1, -0.1, 0.1, 0.1]}, "found -0.1 as the lowest"),
        ({"u_y": [0.1, 0.1]}, "one for each of 6 points"),
        ({"u_x": 0.1}, "u_y: expected with u_x, found none"),
        ({"u_y": 0.1, "cov_y": np.eye(6)}, "expected one of the two, found both"),
        ({"cov_y": np.ones((6, 6))}, "cov_y: expected a positive definite matrix"),
        ({"cov_y": np.triu(np.ones((6, 6)))}, "cov_y: expected a symmetric matrix"),
        ({"common_y": [1.0, 2.0]}, "common_y: expected a finite number"),
        ({"common_x": math.inf}, "common_x: expected a finite number"),
        ({"through_zero": True, "x0": 1.0}, "x0: expected 0 for a curve through zero"),
        ({"y": [3.0, 0.0, 5.0, 1.0, 4.0, 2.0], "u_x": 1.0, "u_y": 0.1}, "fit: expected to come to rest"),
        ({"x": X[:3], "y": Y[:3], "degree": "auto"}, "expected 4 or more different x to choose one, found 3"),
    ],
)
def test_each_reason(options, reason):
    assert reason in told(**options)


def test_all_reasons_at_once():
    found = told([0.0, math.inf], [0.0, 1.0], u_x=-1.0, u_y=0.0).splitlines()
    assert [line.split(":")[0].strip() for line in found[1:]] == ["points", "points", "u_x", "u_y"]


@pytest.mark.parametrize(
    ("y", "demand", "reason"),
    [
        (-Y, {"increasing": True}, "slope: expected above zero over the whole range, found -1.98857 to"),
        (Y, {"increasing": False}, "slope: expected below zero"),
        ((X - 2.0) ** 2 + 0.01 * Y, {"increasing": True, "degree": 2}, "slope: expected above zero"),
        ((X - 2.0) ** 2 + 0.01 * Y, {"monotonic": True, "degree": 2}, "found a turn at 1.99"),
        (Y, {"max_residual_sd": 0.01}, "residuals: expected a standard deviation of 0.01 or less, found 0.0971"),
    ],
)
def test_curves_that_are_not_as_demanded(y, demand, reason):
    assert reason in told(y=y, **demand)


def test_every_demand_is_judged():
    found = told(y=(X - 2.0) ** 2, degree=1, increasing=False, max_residual_sd=0.1, monotonic=True)
    assert len(found.splitlines()) == 3


def test_demands_that_are_met():
    assert fit_curve(X, Y, increasing=True, monotonic=True, max_residual_sd=0.2).degree == 1


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({}, "points repeated at the same x"),
        ({"degree": 3, "x": [0.0, 0.0, 1.0, 1.0, 2.0, 3.0]}, "more than 4 different x, found 4"),
        ({"u_x": 0.1, "u_y": 0.1}, "independent points at exact x, found errors in variables"),
        ({"cov_y": np.eye(6) + 0.1}, "found generalised"),
    ],
)
def test_lack_of_fit_needs_repeats(options, reason):
    with pytest.raises(CalibrationError, match=reason):
        lack_of_fit(fit_curve(**({"x": X, "y": Y} | options)))


def test_chi_square_needs_what_is_known():
    with pytest.raises(CalibrationError, match="taken from the residuals"):
        chi_square_test(fit_curve(X, Y))
    with pytest.raises(ImplausibleError, match="alpha"):
        chi_square_test(fit_curve(X, Y, u_y=0.1), alpha=5.0)


def test_chi_square_finds_what_does_not_fit():
    bent = fit_curve(X, X**2, u_y=0.1)
    assert not chi_square_test(bent).accepted
    assert bent.p_chi2 < 1e-6

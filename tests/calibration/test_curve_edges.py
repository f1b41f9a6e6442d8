"""Where a curve ends: its range, its turns, how far it may be followed, and what a demand just allows."""

from __future__ import annotations

import math
import warnings
from dataclasses import replace

import numpy as np
import pytest

from calibration.curve import Curve, fit_curve, reasons_against
from calibration.errors import CalibrationError

X = np.linspace(10.0, 20.0, 6)
ZIGZAG = np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])


def stated(*coefficients, lowest, highest, x0=0.0):
    """A curve as a certificate states it, exact."""
    free = len(coefficients)
    nothing = ((0.0,) * free,) * free
    return Curve(free - 1, coefficients, nothing, x0, lowest, highest, dof=8, u_known=True)


@pytest.mark.parametrize("width", [1e-3, 1.0, 1e3])
@pytest.mark.parametrize("end", [-1.0, 1.0])
def test_a_range_reaches_a_billionth_of_itself_beyond_its_ends(width, end):
    """Enough for the rounding of a reading, nothing for a reading beyond the last weight."""
    line = stated(0.0, 1.0, lowest=7.0 - width, highest=7.0 + width, x0=7.0)
    for beyond in (0.0, 1e-9):
        assert line.inverse(end * width * (1.0 + beyond))[0] == pytest.approx(7.0 + end * width)
    with pytest.raises(CalibrationError, match="which the curve reaches"):
        line.inverse(end * width * (1.0 + 4e-9))


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
def test_a_bent_curve_reaches_its_ends_whatever_the_unit_of_y(unit):
    """A rounding of y is as large as y; the way there and back again must not fail on it."""
    bent = stated(unit, unit, 0.1 * unit, lowest=1000.0, highest=1002.0, x0=1000.0)
    for x, y in ((1000.0, unit * (1.0 - 5e-13)), (1002.0, 3.4 * unit * (1.0 + 5e-13))):
        assert bent.inverse(y)[0] == pytest.approx(x, abs=1e-9)
    with pytest.raises(CalibrationError, match="which the curve reaches"):
        bent.inverse(3.4 * unit * (1.0 + 1e-9))


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
def test_a_rounding_of_x_does_not_leave_the_range_whatever_its_unit(unit):
    line = stated(0.0, 1.0, lowest=unit, highest=2.0 * unit)
    assert line.predict(2.0 * unit * (1.0 + 5e-13))[0] == pytest.approx(2.0 * unit)
    with pytest.raises(CalibrationError, match="which was calibrated"):
        line.predict(2.0 * unit * (1.0 + 1e-11))


def test_readings_at_both_ends_of_the_range_are_calibrated():
    line = fit_curve(X, 2.0 * X)
    assert line.predict([10.0, 20.0])[0] == pytest.approx([20.0, 40.0])
    for ask in (line.predict, line.expanded, line.band):
        for x in (10.0 - 1e-9, 20.0 + 1e-9):
            with pytest.raises(CalibrationError, match="which was calibrated"):
                ask(x)
            ask(x, extrapolate=True)


def test_a_curve_may_be_followed_for_a_thousand_ranges_and_no_further():
    rising = stated(0.0, 1.0, 0.0, 1e-6, lowest=-1.0, highest=1.0)
    assert rising.inverse(rising.predict(1900.0, extrapolate=True)[0], extrapolate=True)[0] == pytest.approx(1900.0)
    too_far = rising.predict(3000.0, extrapolate=True)[0]
    with pytest.raises(CalibrationError, match="which the curve reaches"):
        rising.inverse(too_far, extrapolate=True)


@pytest.mark.parametrize(("lowest", "highest"), [(0.0, 2.0), (-2.0, 0.0), (-1.0, 1.0)])
def test_a_turn_on_an_end_of_the_range_is_a_turn(lowest, highest):
    valley = stated(1.0, 0.0, 1.0, lowest=lowest, highest=highest)
    assert valley.turns == (0.0,)
    with pytest.raises(CalibrationError, match="found a turn at 0;"):
        valley.inverse(1.5)


@pytest.mark.parametrize(("lowest", "highest"), [(0.1, 2.0), (-2.0, -0.1)])
def test_a_turn_beyond_an_end_is_none(lowest, highest):
    assert stated(1.0, 0.0, 1.0, lowest=lowest, highest=highest).turns == ()


def test_at_the_turn_itself_nothing_is_known_and_nobody_is_warned():
    arch = stated(0.0, 0.0, -1.0, lowest=-2.0, highest=-1.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert arch.inverse(0.0, u_y=0.1, extrapolate=True) == (0.0, math.inf)


@pytest.mark.parametrize(("x", "ends"), [([0.2, 0.3, 0.5], (0.0, 0.5)), ([-3.0, -2.0, -1.0], (-3.0, 0.0))])
def test_the_range_of_a_curve_through_zero_takes_in_zero_and_no_more(x, ends):
    curve = fit_curve(x, 2.0 * np.array(x), through_zero=True)
    assert (curve.lowest, curve.highest) == ends


def test_a_curve_that_a_certificate_states_has_a_constant_unless_it_says_otherwise():
    curve = stated(1.0, 2.0, lowest=0.0, highest=5.0)
    assert (curve.free, curve.method) == (2, "stated")
    assert replace(stated(0.0, 2.0, lowest=0.0, highest=5.0), through_zero=True).free == 1


@pytest.mark.parametrize(("known", "method"), [
    ({}, "ordinary"),
    ({"u_y": 0.1}, "weighted"),
    ({"u_y": 0.1, "u_known": False}, "weighted"),
    ({"cov_y": 0.01 * np.eye(6) + 0.001}, "generalised"),
    ({"u_x": 0.1, "u_y": 0.1}, "errors in variables"),
])  # fmt: skip
def test_what_is_known_names_the_method(known, method):
    assert fit_curve(X, 2.0 * X + 0.1 * ZIGZAG, **known).method == method


def test_a_demand_of_a_slope_is_about_the_calibrated_range_alone():
    """Wherever the coefficients are taken: this arch turns at 25, far beyond the last point."""
    arch = -((X - 25.0) ** 2)
    for x0 in (10.0, 15.0, 40.0):
        assert fit_curve(X, arch, degree=2, x0=x0, increasing=True).degree == 2
    with pytest.raises(CalibrationError, match="slope: expected below zero"):
        fit_curve(X, arch, degree=2, x0=10.0, increasing=False)


@pytest.mark.parametrize(("bend", "increasing"), [(1.0, True), (-1.0, False)])
def test_a_curve_that_is_flat_at_an_end_neither_rises_nor_falls_there(bend, increasing):
    flat_at_zero = stated(0.0, 0.0, bend, lowest=0.0, highest=2.0)
    assert reasons_against(flat_at_zero, increasing=increasing) != []
    beyond = stated(0.0, 0.0, bend, lowest=1e-6, highest=2.0)
    assert reasons_against(beyond, increasing=increasing, monotonic=True) == []


def test_residuals_that_just_meet_the_demand_meet_it():
    curve = fit_curve(X, 2.0 * X + 0.1 * ZIGZAG)
    assert curve.residual_sd is not None
    assert reasons_against(curve, max_residual_sd=curve.residual_sd) == []
    found = reasons_against(curve, max_residual_sd=math.nextafter(curve.residual_sd, 0.0))
    assert len(found) == 1
    assert found[0].startswith("residuals: expected a standard deviation of")


def test_points_without_a_residual_meet_every_demand():
    zero = fit_curve(X, 0.0 * X)
    assert zero.residual_sd == 0.0
    assert reasons_against(zero, max_residual_sd=1e-30) == []

"""Legs, placements, draws of correlated inputs and curves' parts, each at a border that can be reckoned."""

from __future__ import annotations

import math

import numpy as np
import pytest

from calibration.budget_draws import distributions_of
from calibration.budget_rows import evaluate_rows
from calibration.curve_parts import error_parts
from calibration.curve_shape import branch, slope_at, slope_extremes, solve_for, turning_points
from calibration.curve_spread import band_factor, degrees_of_freedom, pointwise_factor, span, variance
from calibration.curve_value import Curve
from calibration.distributions import MultivariateNormal, MultivariateT, Normal
from calibration.errors import ImplausibleError, UnitError
from calibration.evaporation import evaporation_between, leg_from_levels, leg_rate_mg_h, rate_between_mg_h
from calibration.placements import level_sd, mean_factor, placement_matrix
from calibration.straight_line import fit_line
from calibration.uncertainty import Budget, Input
from calibration.units import MASS, TIME
from tests.calibration.test_evaporation import leg


def test_three_levels_are_one_placement():
    matrix = placement_matrix([0.0, 1.0, 4.0])
    assert matrix.tolist() == [[-0.75, 1.0, -0.25]]
    assert mean_factor(matrix) == pytest.approx(math.sqrt(0.75**2 + 1.0 + 0.25**2))


@pytest.mark.parametrize("at_s", [[0.0], [0.0, 1.0, 1.0], [0.0, 1.0, 2.0, 3.0], [], [0.0, 1.0, math.nan]])
def test_other_levels_are_no_placements(at_s):
    with pytest.raises(ImplausibleError, match="expected an odd number of ascending times, three or more"):
        placement_matrix(at_s)


def test_the_scatter_of_two_placements_by_hand():
    """They share half a level each way: variances 1.5, covariance 0.25, and half the squared difference is 1.25."""
    matrix = placement_matrix(np.arange(5.0))
    assert matrix.tolist() == [[-0.5, 1.0, -0.5, 0.0, 0.0], [0.0, 0.0, -0.5, 1.0, -0.5]]
    assert level_sd([1.0, 2.0], matrix) == pytest.approx(math.sqrt(0.5 / 1.25))
    assert mean_factor(matrix) == pytest.approx(math.sqrt(0.0625 + 1.0 / 4.0 + 0.25 + 1.0 / 4.0 + 0.0625))


def test_independent_readings_of_a_leg_have_two_freedoms_fewer():
    """Readings that push each other away count as independent: no more than there are."""
    time_s = np.arange(0.0, 200.0, 10.0)
    rate, u, nu = leg_rate_mg_h(time_s, 50.0 + 1e-5 * (-1.0) ** np.arange(20))
    line = 0.01 * math.sqrt(20.0 / 18.0) / math.sqrt(20.0 * 399.0 / 12.0) * 360.0  # n (n^2 - 1) / 12 steps of 10 s
    assert nu == pytest.approx(18.0)
    assert u == pytest.approx(line, rel=0.02)
    assert abs(rate) < u


def test_the_intercept_of_a_line_is_at_zero_unless_another_place_is_named():
    x, y = [1.0, 2.0, 3.0], [5.0, 7.0, 9.0]
    assert [fit_line(x, y).intercept, fit_line(x, y, x0=2.0).intercept] == pytest.approx([3.0, 7.0])


def test_each_row_is_a_leg_of_its_own():
    time_s = np.arange(0.0, 200.0, 10.0)
    noise = np.random.default_rng(1).normal(size=(2, 20)) * 1e-5
    both = leg_rate_mg_h(time_s, 50.0 + noise)
    for i in range(2):
        alone = leg_rate_mg_h(time_s, 50.0 + noise[i])
        assert [one[i] for one in both] == pytest.approx(list(alone))


def test_readings_that_hang_together_are_worth_one_at_least():
    """A slow wave has no more than a reading's worth: one degree of freedom, and a wide uncertainty."""
    time_s = np.arange(0.0, 2000.0, 10.0)
    _, _, nu = leg_rate_mg_h(time_s, 50.0 + 1e-4 * np.sin(time_s / 300.0))
    assert nu == 1.0


def test_the_rate_between_two_legs_is_the_same_in_either_order():
    one, other = leg(0.3, 0.02), leg(0.4, 0.0)
    found, turned = evaporation_between(one, other), evaporation_between(other, one)
    assert (found.rate, found.u, found.degrees_of_freedom) == (turned.rate, turned.u, turned.degrees_of_freedom)
    rate, u, nu = rate_between_mg_h((0.3, 0.02, 5.0), (0.3, 0.02, 5.0))
    assert (rate, u, nu) == pytest.approx((0.3, 0.02 / math.sqrt(2.0), 10.0))


def test_no_less_than_nothing_is_known_of_a_level():
    one = leg_from_levels(MASS.quantity(50.0), MASS.quantity(49.0), TIME.quantity(7200.0), MASS.quantity(0.0))
    assert (one.rate.m, one.u.m) == (pytest.approx(500.0), 0.0)
    with pytest.raises(UnitError, match="u_level: expected a standard uncertainty, zero or more, found -1 mg"):
        leg_from_levels(MASS.quantity(50.0), MASS.quantity(49.0), TIME.quantity(1.0), MASS.quantity(-1e-3))


def test_inputs_that_hang_together_are_drawn_together_and_others_alone():
    budget = Budget(
        [Input.normal("a", 1.0, 2.0), Input.normal("b", 5.0, 0.5), Input.normal("c", 3.0, 3.0)], {("a", "c"): 0.5}
    )
    found = distributions_of(budget)
    assert found["b"] == Normal(5.0, 0.5)
    assert found[("a", "c")] == MultivariateNormal((1.0, 3.0), ((4.0, 3.0), (3.0, 9.0)))
    assert set(found) == {"b", ("a", "c")}


def test_inputs_from_common_readings_have_common_degrees_of_freedom():
    inputs = [Input.normal(name, 0.0, 1.0, 7.0) for name in "abc"]
    found = distributions_of(Budget(inputs, {("a", "b"): 0.5, ("b", "c"): -0.5}))
    [(names, joint)] = found.items()
    assert names == ("a", "b", "c")
    assert isinstance(joint, MultivariateT)
    assert joint.nu == 7.0
    assert joint.scale.covariance == ((1.0, 0.5, 0.0), (0.5, 1.0, -0.5), (0.0, -0.5, 1.0))


def test_rows_of_inputs_that_are_wholly_correlated_may_cancel():
    budget = Budget([Input.normal("a", np.ones(2), 0.3), Input.normal("b", np.ones(2), 0.3)], {("a", "b"): 1.0})
    assert evaluate_rows(budget, lambda a, b: a - b).u.tolist() == pytest.approx([0.0, 0.0], abs=1e-9)
    assert evaluate_rows(budget, lambda a, b: a + b).u.tolist() == pytest.approx([0.6, 0.6])


def test_parts_of_a_curve_add_up_to_its_variance():
    """Any covariance of a parabola; and an exact coefficient has no part."""
    root = np.array([[0.3, 0.1, 0.2], [0.0, 0.2, -0.1], [0.0, 0.0, 0.05]])
    covariance = tuple(tuple(row) for row in (root @ root.T).tolist())
    curve = Curve(2, (0.0, 2.0, 0.1), covariance, x0=1.0, lowest=0.0, highest=5.0, dof=8, u_known=True)
    x = np.linspace(0.0, 5.0, 6)
    parts = error_parts(curve, x)
    assert list(parts) == ["offset", "scale", "bend"]
    assert sum(one**2 for one in parts.values()) == pytest.approx(curve.predict(x)[1] ** 2)
    assert np.ptp(parts["offset"]) == 0.0
    exact = Curve(1, (0.0, 2.0), ((0.0, 0.0), (0.0, 0.01)), x0=0.0, lowest=0.0, highest=5.0, dof=8, u_known=True)
    [(name, scale)] = error_parts(exact, x).items()
    assert (name, scale.tolist()) == ("scale", pytest.approx((0.1 * x).tolist()))


def test_slopes_and_turns_of_a_cubic_by_hand():
    """z^3 - 3 z: slope 3 z^2 - 3, steepest down in the middle."""
    cubic = [0.0, -3.0, 0.0, 1.0]
    assert slope_at(cubic, [0.0, 2.0]).tolist() == [-3.0, 9.0]
    assert slope_extremes(cubic, -0.5, 2.0) == (-3.0, 9.0)
    assert slope_extremes(cubic, 0.5, 2.0) == (-2.25, 9.0)
    moved = [2.0, 0.0, -3.0, 1.0]  # the same about z = 1
    assert slope_extremes(moved, 0.0, 2.5) == pytest.approx((-3.0, 3.75))
    assert branch(cubic, -1.0, 1.0) == (-1.0, 1.0)
    assert branch(cubic, -0.5, 0.5) == (-1.0, 1.0)
    assert branch([0.0, 1.0], 0.0, 1.0) == (-math.inf, math.inf)
    assert turning_points([0.0, 3.0, 3.0, 1.0]) == []  # (1 + z)^3: flat at -1, and no turn


def test_the_way_back_ends_with_its_slack():
    square = [0.0, 0.0, 1.0]
    assert solve_for(square, [0.0, 4.0, 9.0], 0.0, 3.0).tolist() == pytest.approx([0.0, 2.0, 3.0], abs=1e-12)
    places = np.linspace(0.01, 2.99, 97)
    assert solve_for(square, places**2, 0.0, 3.0).tolist() == pytest.approx(places.tolist(), rel=1e-14, abs=0.0)
    assert np.isnan(solve_for(square, [-0.1, 9.1], 0.0, 3.0)).all()
    assert solve_for(square, [-0.1, 9.1], 0.0, 3.0, slack=0.2).tolist() == pytest.approx([0.0, 3.0], abs=1e-12)
    assert solve_for([1.0, 2.0], 11.0, 0.0, 3.0) == 5.0


def test_factors_of_the_tables():
    """T of 97.5 % with 9 degrees of freedom is 2.262, normal 1.960; F of 95 % with 2 and 9 is 4.256."""
    assert pointwise_factor(np.array([9.0, 1e9]), 0.95).tolist() == pytest.approx([2.262, 1.960], abs=1e-3)
    assert band_factor(2, np.array([9.0]), 0.95).tolist() == pytest.approx([math.sqrt(2.0 * 4.2565)], abs=1e-3)
    assert band_factor(2, np.array([1e9]), 0.95).tolist() == pytest.approx([math.sqrt(5.9915)], abs=1e-3)


def test_what_is_common_and_known_raises_the_degrees_of_freedom():
    """Half of the variance is noise: four times the degrees of freedom (Welch and Satterthwaite)."""
    z, total, common = np.array([0.0]), ((2.0,),), ((1.0,),)
    assert degrees_of_freedom(z, 5.0, total, common).tolist() == pytest.approx([20.0])
    assert degrees_of_freedom(z, 5.0, total, ()).tolist() == [5.0]
    assert degrees_of_freedom(z, math.inf, total, common).tolist() == [1e9]
    assert degrees_of_freedom(z, 5.0, total, total).tolist() == [1e9]
    assert degrees_of_freedom(z, 5.0, ((0.0,),), ((0.0,),)).tolist() == [5.0]
    assert variance(np.array([0.0, 2.0]), ((1.0, 0.5), (0.5, 0.25))).tolist() == [1.0, 4.0]


@pytest.mark.parametrize(("values", "told"), [([], "nothing"), (2.5, "2.5"), ([3.0, 1.0], "1 to 3")])
def test_values_as_text(values, told):
    assert span(np.asarray(values)) == told

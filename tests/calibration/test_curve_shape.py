"""Where low polynomials turn, and the way back."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.curve_shape import branch, slope_extremes, solve_for, turning_points


@pytest.mark.parametrize(
    ("coefficients", "turns"),
    [
        ([1.0], []),
        ([1.0, 2.0], []),
        ([0.0, -4.0, 1.0], [2.0]),
        ([0.0, 1.0, 0.0, 0.1], []),
        ([0.0, 0.0, 0.0, 1.0], []),
        ([0.0, -3.0, 0.0, 1.0], [-1.0, 1.0]),
        ([0.0, 0.0, -3.0, 2.0], [0.0, 1.0]),
    ],
)
def test_turns(coefficients, turns):
    assert turning_points(coefficients) == pytest.approx(turns)


@given(st.lists(st.floats(-10.0, 10.0, allow_subnormal=False), min_size=4, max_size=4))
@settings(max_examples=100, deadline=None)
def test_a_turn_is_where_the_slope_changes_its_sign(coefficients):
    c = np.round(coefficients, 3)
    for at in turning_points(c):
        step = 1e-4 * max(1.0, abs(at))
        before, after = (
            np.polynomial.polynomial.polyval(at + d, np.polynomial.polynomial.polyder(c)) for d in (-step, step)
        )
        assert before * after <= 0.0 or min(abs(before), abs(after)) < 1e-6


def test_the_steepest_place_may_lie_inside():
    assert slope_extremes([0.0, 1.0, 3.0, -1.0], 0.0, 2.0) == pytest.approx((1.0, 4.0))
    assert slope_extremes([0.0, 1.0, 3.0, -0.5], 1.0, 3.0) == pytest.approx((5.5, 7.0))  # at 2, and neither end


def test_branches_end_at_turns():
    assert branch([0.0, -3.0, 0.0, 1.0], -0.5, 0.5) == pytest.approx((-1.0, 1.0))
    assert branch([0.0, 1.0, 0.0, 0.1], -0.5, 0.5) == (-math.inf, math.inf)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_the_way_back_through_a_cubic(sign):
    c = sign * np.array([0.5, 1.0, 0.2, 0.1])
    z = np.linspace(-1.0, 2.0, 31)
    found = solve_for(c, np.polynomial.polynomial.polyval(z, c), -1.0, 2.0)
    np.testing.assert_allclose(found, z, atol=1e-14)


def test_what_is_not_reached_is_no_number():
    found = solve_for([0.0, 1.0, 1.0], [-0.1, 1.0, 2.1], 0.0, 1.0)
    assert np.isnan(found).tolist() == [True, False, True]

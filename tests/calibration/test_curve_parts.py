"""Small parts of a curve by hand: corrected p values, what a degree needs, and how a spread is told."""

from __future__ import annotations

import math

import numpy as np
import pytest

from calibration.curve import fit_curve
from calibration.curve_degree import holm
from calibration.curve_spread import degrees_of_freedom, pointwise_factor, span, variance
from calibration.errors import CalibrationError


def test_p_values_are_corrected_for_their_number():
    """Holm 1979: the smallest times their number, the next times one fewer, never less than the one before."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, 0.6]) == [1.0, 1.0]
    assert holm([0.02]) == [0.02]
    assert holm([]) == []


def test_the_variance_of_a_polynomial_is_that_of_its_coefficients():
    """A + b z with u(a) = 3, u(b) = 2 and covariance -1: 9 - 2 z + 4 z^2."""
    covariance = ((9.0, -1.0), (-1.0, 4.0))
    assert variance(np.array([0.0, 1.0, 2.0]), covariance) == pytest.approx([9.0, 11.0, 21.0])
    assert variance(np.array([1.0]), ((1.0, -2.0), (-2.0, 1.0))) == [0.0]  # rounding below zero counts as zero


def test_what_a_certificate_shares_is_known_and_only_noise_has_few_degrees_of_freedom():
    """Half of the variance is noise with 5 degrees of freedom: 5 / (1/2)^2 = 20."""
    covariance, common = ((2.0,),), ((1.0,),)
    z = np.array([0.0])
    assert degrees_of_freedom(z, 5.0, covariance, common) == pytest.approx([20.0])
    assert degrees_of_freedom(z, 5.0, covariance, ()) == [5.0]
    assert degrees_of_freedom(z, math.inf, covariance, common) == [1e9]
    assert degrees_of_freedom(z, 5.0, ((1.0,),), ((2.0,),)) == [1e9]  # nothing is left that is not known
    assert degrees_of_freedom(z, 5.0, ((0.0,),), ((0.0,),)) == [5.0]


def test_a_factor_for_each_place():
    assert pointwise_factor(np.array([4.0, 1e9]), 0.95) == pytest.approx([2.776445, 1.959964], abs=1e-6)


@pytest.mark.parametrize(
    ("values", "told"), [([], "nothing"), (2.5, "2.5"), ([3.0, 1.0, 2.0], "1 to 3"), ([7.0], "7 to 7")]
)
def test_a_spread_is_told_by_its_ends(values, told):
    assert span(np.asarray(values, np.float64)) == told


@pytest.mark.parametrize("alpha", [0.05, 0.4])
@pytest.mark.parametrize("known", [True, False])
def test_a_true_line_is_kept_as_often_as_the_level_says(alpha, known):
    """A hundred and fifty lines with noise, each point read twice; the uncertainty known, or found from the points."""
    rng, x = np.random.default_rng(3), np.repeat(np.arange(8.0), 2)
    kept = 0
    for _ in range(150):
        y = 2.0 * x + rng.standard_normal(x.size)
        try:
            kept += fit_curve(x, y, u_y=1.0 if known else None, degree="auto", alpha=alpha).degree == 1
        except CalibrationError:  # every degree is spoken against
            continue
    assert kept / 150 >= 1.0 - alpha - 0.06
    assert kept / 150 <= 1.0 - 0.4 * alpha + 0.03


def test_a_curve_through_zero_needs_one_point_fewer():
    """One coefficient: two points are more than enough, with one of them beside zero."""
    curve = fit_curve([1.0, 2.0, 4.0], [2.0, 4.0, 8.0], through_zero=True, degree=2)
    assert curve.predict(3.0)[0] == pytest.approx(6.0)
    with pytest.raises(CalibrationError, match="expected more than 3 for degree 2"):
        fit_curve([1.0, 2.0, 4.0], [2.0, 4.0, 8.0], degree=2)

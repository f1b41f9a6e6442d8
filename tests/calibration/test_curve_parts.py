"""Small parts of a curve by hand: corrected p values, what a degree needs, and how a spread is told."""

from __future__ import annotations

import math

import numpy as np
import pytest

from calibration.curve_degree import holm
from calibration.curve_spread import degrees_of_freedom, pointwise_factor, span, variance


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

"""Distributions at their borders, and what correlated draws share."""

from __future__ import annotations

import math

import numpy as np
import pytest

from calibration.budget_input import Input
from calibration.distributions import (
    Arcsine,
    CurvilinearTrapezoid,
    Exponential,
    Gamma,
    MultivariateNormal,
    MultivariateT,
    Normal,
    Rectangular,
    StudentT,
    Trapezoidal,
    Triangular,
)
from calibration.errors import ImplausibleError

NAN, INF = math.nan, math.inf


def generator(seed=1):
    return np.random.Generator(np.random.PCG64(seed))


@pytest.mark.parametrize(
    ("made", "mean", "std"),
    [
        (Normal(3.0, 0.0), 3.0, 0.0),
        (Rectangular(1.0, 5.0), 3.0, 2.0 / 3.0**0.5),
        (Triangular(1.0, 5.0), 3.0, 2.0 / 6.0**0.5),
        (Arcsine(1.0, 5.0), 3.0, 2.0 / 2.0**0.5),
        (Trapezoidal(1.0, 5.0, 0.0), 3.0, 2.0 / 6.0**0.5),  # a triangle
        (Trapezoidal(1.0, 5.0, 1.0), 3.0, 2.0 / 3.0**0.5),  # a rectangle
        (CurvilinearTrapezoid(1.0, 5.0, 2.0), 3.0, (4.0 / 3.0 + 4.0 / 9.0) ** 0.5),
        (Exponential(2.5), 2.5, 2.5),
        (Gamma(4.0), 4.0, 2.0),
        (Gamma(4.0, 0.5), 2.0, 1.0),
        (StudentT(1.0, 2.0, 3.0), 1.0, 2.0 * 3.0**0.5),
        (StudentT(1.0, 2.0, 4.0), 1.0, 2.0 * 2.0**0.5),
        (StudentT(1.0, 2.0, 2.0), 1.0, INF),
        (StudentT(1.0, 2.0, 1.0), 1.0, INF),
        (StudentT(1.0, 2.0, INF), 1.0, 2.0),
    ],
)
def test_mean_and_deviation_by_hand(made, mean, std):
    assert (made.mean, made.std) == pytest.approx((mean, std))
    assert made.sample(generator(), 7).shape == (7,)


@pytest.mark.parametrize(
    ("made", "low", "high"),
    [
        (Rectangular(1.0, 5.0), 1.0, 5.0),
        (Triangular(1.0, 5.0), 1.0, 5.0),
        (Arcsine(1.0, 5.0), 1.0, 5.0),
        (Trapezoidal(1.0, 5.0, 0.5), 1.0, 5.0),
        (CurvilinearTrapezoid(1.0, 5.0, 0.5), 0.5, 5.5),
    ],
)
def test_draws_reach_to_their_limits_and_no_further(made, low, high):
    found = made.sample(generator(), 200_000)
    assert low <= found.min() < low + 0.05
    assert high - 0.05 < found.max() <= high


def test_a_student_t_has_the_quantiles_of_the_table():
    """97.5 % with 4 degrees of freedom: 2.776; the median is the mean."""
    found = StudentT(10.0, 2.0, 4.0).sample(generator(), 400_000)
    assert np.quantile(found, [0.025, 0.5, 0.975]).tolist() == pytest.approx([4.448, 10.0, 15.552], abs=0.06)
    many = StudentT(10.0, 2.0, INF).sample(generator(), 400_000)
    assert np.quantile(many, 0.975) == pytest.approx(13.92, abs=0.03)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: Normal(NAN, 1.0), "Normal: expected a mean and a deviation of zero or more"),
        (lambda: Normal(0.0, INF), "Normal: expected a mean"),
        (lambda: Rectangular(0.0, INF), "finite limits, the lower first, found 0.0 and inf"),
        (lambda: Rectangular(-INF, 0.0), "finite limits, the lower first"),
        (lambda: Triangular(2.0, 1.0), "finite limits, the lower first"),
        (lambda: Trapezoidal(1.0, 1.0, 0.5), "finite limits, the lower first"),
        (lambda: CurvilinearTrapezoid(1.0, 1.0, 0.5), "finite limits, the lower first"),
        (lambda: Trapezoidal(0.0, 1.0, -0.01), "expected a top ratio from 0 to 1, found -0.01"),
        (lambda: Trapezoidal(0.0, 1.0, 1.01), "expected a top ratio from 0 to 1"),
        (lambda: CurvilinearTrapezoid(0.0, 1.0, 0.0), "expected d above 0 and within the half width"),
        (lambda: CurvilinearTrapezoid(0.0, 1.0, 0.51), "expected d above 0 and within the half width"),
        (lambda: Exponential(-1.0), "expected mean above zero, found -1.0"),
        (lambda: Exponential(INF), "expected mean above zero"),
        (lambda: Gamma(0.0), "expected shape above zero, found 0.0"),
        (lambda: Gamma(1.0, 0.0), "expected scale above zero, found 0.0"),
        (lambda: StudentT(0.0, 0.0, 3.0), "expected scale above zero"),
        (lambda: StudentT(0.0, 1.0, -1.0), "expected degrees of freedom above zero, found -1.0"),
        (lambda: StudentT(0.0, 1.0, NAN), "expected degrees of freedom above zero, found nan"),
        (lambda: MultivariateT(PAIR, 0.0), "expected degrees of freedom above zero, found 0.0"),
        (lambda: MultivariateT(PAIR, INF), "expected degrees of freedom above zero, found inf"),
        (lambda: MultivariateNormal((0.0,), ((NAN,),)), "expected a symmetric 1 x 1 matrix"),
        (lambda: MultivariateNormal((0.0, 0.0), ((1.0, 0.1), (0.2, 1.0))), "expected a symmetric 2 x 2 matrix"),
        (lambda: MultivariateNormal((0.0, 0.0), ((1.0, 1.1), (1.1, 1.0))), "no negative eigenvalue, found -0.1"),
    ],
)
def test_what_cannot_be_is_refused_by_name(make, told):
    with pytest.raises(ImplausibleError, match=told):
        make()


PAIR = MultivariateNormal((10.0, 20.0), ((4.0, 3.0), (3.0, 9.0)))


def test_correlated_draws_have_the_covariance_that_was_stated():
    found = PAIR.sample_columns(generator(), 200_000)
    assert found.shape == (2, 200_000)
    assert found.mean(axis=1).tolist() == pytest.approx([10.0, 20.0], abs=0.03)
    assert np.cov(found).ravel().tolist() == pytest.approx([4.0, 3.0, 3.0, 9.0], rel=0.02)


@pytest.mark.parametrize("unit", [1e-18, 1.0, 1e12])
def test_a_covariance_that_cannot_be_is_none_in_any_unit(unit):
    """Square grams of a balance are as small as that, square pascals as large."""
    with pytest.raises(ImplausibleError, match="expected no negative eigenvalue, found -"):
        MultivariateNormal((0.0, 0.0), ((unit, 1.1 * unit), (1.1 * unit, unit)))
    all_one = MultivariateNormal((0.0,) * 3, ((unit / 3.0,) * 3,) * 3)
    assert np.ptp(all_one.sample_columns(generator(), 100), axis=0).max() < 1e-6 * unit**0.5


def test_an_exact_input_is_drawn_as_itself():
    for shape in ("normal", "rectangular"):
        drawn = Input("mass_g", 53.0, 0.0, nu=5.0, shape=shape).distribution.sample(generator(), 3)
        assert drawn.tolist() == [53.0] * 3


def test_wholly_correlated_inputs_move_together():
    """An eigenvalue of zero, or a rounding below it, is allowed: both are then one."""
    for scale in (1.0, 1e-12):
        one = MultivariateNormal((0.0, 0.0), ((scale, scale), (scale, scale)))
        first, second = one.sample_columns(generator(), 1000)
        assert np.allclose(first, second, atol=1e-7 * scale**0.5, rtol=0.0)


def test_common_readings_widen_both_by_the_same_factor():
    """Covariance nu / (nu - 2) times as large; and far draws come together, though not correlated."""
    found = MultivariateT(PAIR, 8.0).sample_columns(generator(), 400_000)
    assert found.mean(axis=1).tolist() == pytest.approx([10.0, 20.0], abs=0.03)
    assert np.cov(found).ravel().tolist() == pytest.approx([4.0 * 8 / 6, 4.0, 4.0, 12.0], rel=0.04)
    apart = MultivariateT(MultivariateNormal((0.0, 0.0), ((1.0, 0.0), (0.0, 1.0))), 5.0)
    a, b = np.abs(apart.sample_columns(generator(), 100_000)) > 4.0
    assert (a & b).mean() > 5.0 * a.mean() * b.mean()

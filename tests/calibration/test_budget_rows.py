"""A budget of many results at once says of each what GTC says of it alone; and the same budget can be drawn from."""

import math

import numpy as np
import pytest

from calibration.budget_draws import distributions_of
from calibration.budget_rows import evaluate_rows
from calibration.errors import ImplausibleError
from calibration.monte_carlo import propagate
from calibration.uncertainty import Budget, Input

RNG = np.random.default_rng(1)
A, U, NU, R = RNG.normal(3.0, 0.1, 5), RNG.uniform(0.01, 0.02, 5), RNG.uniform(5.0, 50.0, 5), RNG.uniform(-0.5, 0.5, 5)


def model(a, b, c, d):
    return a * b / (1.0 + c) ** 2 + d


def budget_of(which):
    inputs = [
        Input.normal("a", A[which], U[which], NU[which]),
        Input.normal("b", 2.0, 0.01, NU[which]),
        Input.rectangular("c", 0.1, 0.01),
        Input.normal("d", 0.0, 0.0),
    ]
    return Budget(inputs, {("a", "b"): R[which]})


def test_each_row_is_what_gtc_says_of_it_alone():
    rows = evaluate_rows(budget_of(slice(None)), model)
    for number in range(len(A)):
        alone = budget_of(number).evaluate(model)
        found = rows.value[number], rows.u[number], rows.nu_eff[number]
        assert found == pytest.approx((alone.value, alone.u, alone.nu_eff), rel=1e-12)
        told = [rows.contributions[one.name][number] for one in alone.components]
        assert told == pytest.approx([one.contribution for one in alone.components], rel=1e-12)


def test_without_uncertainty_the_degrees_of_freedom_are_infinite():
    rows = evaluate_rows(Budget([Input.normal("x", np.ones(3), 0.0)]), lambda x: 2.0 * x)
    assert rows.u.tolist() == [0.0] * 3
    assert np.isinf(rows.nu_eff).all()


def test_draws_of_a_budget_have_its_correlation_and_the_tails_of_student():
    budget = Budget([Input.normal("a", 1.0, 1.0, 6.0), Input.normal("b", 0.0, 1.0, 6.0)], {("a", "b"): -0.6})
    found = propagate(lambda a, b: a + b, distributions_of(budget), draws=400_000, seed=1)
    scale = math.sqrt(2.0 - 1.2)
    assert found.u == pytest.approx(scale * math.sqrt(6.0 / 4.0), rel=0.02)
    half = budget.evaluate(lambda a, b: a + b).expanded(0.95)
    assert found.symmetric == pytest.approx((1.0 - half, 1.0 + half), abs=0.03)


def test_each_shape_is_drawn_as_it_was_stated():
    inputs = [Input.rectangular("r", 1.0, 2.0), Input.triangular("t", 1.0, 2.0), Input.arcsine("s", 1.0, 2.0)]
    for one in inputs:
        assert one.distribution.mean == pytest.approx(1.0)
        assert one.distribution.std == pytest.approx(one.u)
        values = one.distribution.sample(np.random.default_rng(2), 1000)
        assert -1.0 <= values.min() < -0.7 < 2.7 < values.max() <= 3.0


def test_a_correlation_of_what_is_not_normal_is_not_drawn():
    budget = Budget([Input.rectangular("a", 0.0, 1.0), Input.normal("b", 0.0, 1.0)], {("a", "b"): 0.3})
    with pytest.raises(ImplausibleError, match="expected normal inputs to draw from"):
        distributions_of(budget)


def test_rows_with_a_correlation_that_cannot_be_are_refused():
    with pytest.raises(ImplausibleError, match="a number from -1 to 1"):
        Budget([Input.normal("a", A, U), Input.normal("b", A, U)], {("a", "b"): np.full(5, 1.5)})

"""Intervals by counting, how sure they are, and when to stop drawing: numbers that can be reckoned by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from calibration.distributions import MultivariateNormal, Normal, Rectangular
from calibration.errors import ImplausibleError
from calibration.monte_carlo import (
    MonteCarloResult,
    coverage_intervals,
    drawn,
    endpoint_deviation,
    numerical_tolerance,
    propagate,
    propagate_adaptive,
    summary,
    validate_framework,
)

NORMAL = {"x": Normal(0.0, 1.0)}


def same(x):
    return x


def shuffled(values):
    return np.random.default_rng(1).permutation(np.asarray(values, np.float64))


@pytest.mark.parametrize(("last", "ends"), [(100, (3.0, 98.0)), (200, (5.0, 195.0)), (201, (5.0, 196.0))])
def test_the_symmetric_interval_counts_as_the_supplement_does(last, ends):
    """JCGM 101 clause 7.7.2: q = pM, rounded; from draw r = (M - q) / 2, or (M - q + 1) / 2, to draw r + q."""
    symmetric, _ = coverage_intervals(shuffled(range(1, last + 1)), 0.95)
    assert symmetric == ends


def test_the_shortest_interval_lies_where_the_draws_are_dense():
    squares = shuffled(range(1, 101)) ** 2
    assert coverage_intervals(squares, 0.95)[1] == (1.0, 96.0**2)
    assert coverage_intervals(-squares, 0.95)[1] == (-(96.0**2), -1.0)


def test_what_draws_say_of_themselves():
    """The sample variance of 1 to n is n (n + 1) / 12."""
    found = summary(shuffled(range(1, 9)), 0.5)
    assert (found.estimate, found.draws, found.p, found.converged) == (4.5, 8, 0.5, True)
    assert found.u == pytest.approx(math.sqrt(6.0), rel=1e-12)


def batch(size=10_000):
    return np.linspace(0.0, 1.0, size)


@pytest.mark.parametrize(
    ("batches", "deviation"),
    [
        ([batch(), batch() + 1.0], 0.5),  # ends of two batches 1 apart: s = 1 / sqrt(2), of their mean by sqrt(2) less
        ([batch(), batch() + 1.0, batch() + 2.0], 1.0 / math.sqrt(3.0)),
        ([batch(), 3.0 * batch()], 0.975),  # the upper end moves from 0.975 to 2.925
        ([batch(), 1.0 - 3.0 * (1.0 - batch())], 0.975),  # and the lower end as far down
        ([batch(12_500), batch(12_500) + 1.0, [9.0]], 0.5),  # what fills no batch is left out
        ([batch(80), batch(80) + 1.0], 0.5),
    ],
)
def test_an_end_is_as_sure_as_its_batches_agree(batches, deviation):
    assert endpoint_deviation(np.concatenate(batches), 0.95) == pytest.approx(deviation, rel=1e-9)


def test_an_end_of_a_normal_is_as_sure_as_theory_says():
    """Of a quantile: sqrt(q (1 - q) / M) / density; 0.0042 for 400 000 draws at 97.5 %."""
    found = endpoint_deviation(drawn(same, NORMAL, draws=400_000, seed=4), 0.95)
    assert found == pytest.approx(0.0042, rel=0.25)


def test_half_of_the_draws_must_do_for_an_interval():
    with pytest.raises(ImplausibleError, match=r"expected 80 or more for p = 0\.95, found 79$"):
        endpoint_deviation(batch(159), 0.95)


@pytest.mark.parametrize(("draws", "p"), [(8, 0.5), (10, 0.1), (80, 0.95)])
def test_as_few_draws_as_an_interval_can_have(draws, p):
    assert summary(shuffled(range(draws)), p).draws == draws
    with pytest.raises(ImplausibleError, match=f"found {draws - 1}$"):
        summary(shuffled(range(draws - 1)), p)


@pytest.mark.parametrize("p", [0.0, 1.0, 1.5, -0.1, math.nan])
@pytest.mark.parametrize("asked", [lambda p: summary(batch(), p), lambda p: propagate_adaptive(same, NORMAL, p=p)])
def test_certainty_is_no_coverage_probability(asked, p):
    with pytest.raises(ImplausibleError, match="p: expected a probability between 0 and 1"):
        asked(p)


@pytest.mark.parametrize(("p", "draws"), [(0.95, 20_000), (0.999, 200_000)])
def test_what_does_not_vary_is_stable_after_two_blocks(p, draws):
    """A block is 1e4 draws, or 100 / (1 - p) where that is more (clause 7.9.4)."""
    found = propagate_adaptive(lambda x: 0.0 * x + 5.0, NORMAL, p=p)
    assert (found.estimate, found.u, found.draws, found.converged) == (5.0, 0.0, draws, True)


@pytest.mark.parametrize(("most", "draws"), [(1, 20_000), (29_999, 20_000), (30_000, 30_000), (50_000, 50_000)])
def test_no_block_is_begun_that_would_be_too_much(most, draws):
    found = propagate_adaptive(same, NORMAL, digits=4, max_draws=most)
    assert (found.draws, found.converged) == (draws, False)


def test_a_fifth_of_the_tolerance_takes_twenty_five_times_the_draws():
    """Two digits of u = 1 are 0.05; an end of a block of 1e4 varies by 0.027, so that five blocks halve it enough."""
    usual, fine = (
        [propagate_adaptive(same, NORMAL, fraction=one, seed=seed).draws for seed in range(4)] for one in (1.0, 0.2)
    )
    assert 15_000 < np.mean(usual) < 60_000
    assert np.mean(fine) == pytest.approx(25 * (2 * 0.0267 / 0.05) ** 2 * 1e4, rel=0.25)


def test_a_longer_simulation_begins_with_the_draws_of_a_shorter_one():
    """Chunk by chunk, each input in turn: part of the definition of a result."""
    inputs = {"a": Normal(0.0, 1.0), "b": Rectangular(0.0, 1.0)}
    short, long = (drawn(lambda a, b: a + b, inputs, draws=n, seed=7) for n in (32_768, 40_000))
    assert long[:32_768].tolist() == short.tolist()
    assert len(set(long.tolist())) == 40_000


SIMULATED = MonteCarloResult(0.0, 100.0, (-200.0, 200.0), (-190.0, 180.0), 0.95, 10**6)


@pytest.mark.parametrize(
    ("framework", "digits", "valid"),
    [
        ((-205.0, 195.0), 2, True),  # u = 1.0e2: half of its last digit is 5
        ((-205.5, 200.0), 2, False),
        ((-200.0, 205.5), 2, False),
        ((-250.0, 150.0), 1, True),
        ((-251.0, 200.0), 1, False),
    ],
)
def test_the_framework_holds_up_to_its_tolerance_at_both_ends(framework, digits, valid):
    assert validate_framework(framework, SIMULATED, digits=digits).valid is valid


def test_the_framework_can_be_held_against_the_shortest_interval():
    found = validate_framework((-192.0, 181.0), SIMULATED, shortest=True)
    assert (found.low_difference, found.high_difference, found.tolerance, found.valid) == (2.0, 1.0, 5.0, True)
    assert not validate_framework((-192.0, 181.0), SIMULATED).valid


@pytest.mark.parametrize(("u", "digits"), [(0.0, 2), (-1.0, 2), (math.inf, 2), (math.nan, 2), (1.0, 0)])
def test_no_uncertainty_and_no_digit_make_no_tolerance(u, digits):
    with pytest.raises(ImplausibleError, match="expected an uncertainty above zero and one digit or more"):
        numerical_tolerance(u, digits)


def first(a, b):
    return a + 0.0 * b


PAIR = MultivariateNormal((0.0, 0.0), ((1.0, 0.0), (0.0, 1.0)))


@pytest.mark.parametrize(
    ("model", "inputs", "told"),
    [
        (first, {"a": Normal(0.0, 1.0), ("a", "b"): PAIR}, "named once, found 2"),
        (lambda a: a, {"a": PAIR}, "one column for each of .*, found 2"),
        (first, {("a", "b"): Normal(0.0, 1.0)}, "one column for each of .*, found 1"),
        (lambda a: np.where(np.arange(a.size) < 3, np.nan, a), {"a": Normal(0.0, 1.0)}, "found 3 of 1000 that are not"),
    ],
)
def test_inputs_and_models_that_do_not_fit_are_refused(model, inputs, told):
    with pytest.raises(ImplausibleError, match=told):
        drawn(model, inputs, draws=1000)


def never(x):
    pytest.fail(f"asked for {x.size} draws in vain")


def test_what_cannot_give_an_interval_is_refused_before_anything_is_drawn():
    with pytest.raises(ImplausibleError, match="expected 80 or more"):
        propagate(never, NORMAL, draws=79)
    with pytest.raises(ImplausibleError, match="p: expected a probability"):
        propagate_adaptive(never, NORMAL, p=0.0)


def test_who_says_nothing_has_95_percent_two_digits_and_seed_0():
    said = propagate_adaptive(same, NORMAL, digits=2, fraction=1.0, p=0.95, seed=0)
    assert propagate_adaptive(same, NORMAL) == said
    assert propagate(same, NORMAL, draws=1000) == propagate(same, NORMAL, draws=1000, p=0.95, seed=0)
    assert drawn(same, NORMAL, draws=9).tolist() == drawn(same, NORMAL, draws=9, seed=0).tolist()
    assert propagate(same, NORMAL).draws == 1_000_000
    assert numerical_tolerance(0.123) == 0.005
    assert validate_framework((-205.0, 195.0), SIMULATED) == validate_framework((-205.0, 195.0), SIMULATED, digits=2)


@pytest.mark.parametrize(("apart", "stable"), [(0.49, True), (0.51, False)])
def test_two_blocks_are_stable_when_their_mean_is(apart, stable):
    """Of u = 1 to one digit the tolerance is 0.5; the mean of two is as sure as half their distance."""
    shifts = iter([0.0, apart])

    def block(x):
        return math.sqrt(3.0) * np.linspace(-1.0, 1.0, x.size) + next(shifts)

    assert propagate_adaptive(block, NORMAL, digits=1, max_draws=20_000).converged is stable

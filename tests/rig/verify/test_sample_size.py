"""Sample sizes against published ones, a drawn population, and the noncentral t."""

import numpy as np
import pytest

from rig.verify.errors import MetricError
from rig.verify.sample_size import (
    Claim,
    chance_of_success,
    largest_sd,
    order_statistics,
    tolerance_interval,
    zero_failures,
)

BOTH = Claim(-14.5, 14.5)


def test_the_sample_sizes_that_everybody_quotes():
    """95/95: 59 without a failure, 93 with one, 124 with two; 93 for both extremes (Wilks 1941; ISO 16269-6)."""
    assert [zero_failures(BOTH, failures) for failures in (0, 1, 2)] == [59, 93, 124]
    assert order_statistics(BOTH) == 93
    assert order_statistics(Claim(None, 14.5)) == 59
    assert zero_failures(Claim(-14.5, 14.5, 0.90, 0.90)) == 22


@pytest.mark.parametrize(("n", "mean", "sd"), [(5, 0.0, 3.0), (10, 1.0, 3.0), (20, 2.0, 4.0), (60, -5.0, 3.5)])
def test_the_chance_is_that_of_drawn_studies(n, mean, sd):
    drawn = np.random.default_rng(7).normal(mean, sd, (100_000, n))
    middle, reach = drawn.mean(axis=1), BOTH.factor(n) * drawn.std(axis=1, ddof=1)
    succeeded = ((middle + reach <= 14.5) & (middle - reach >= -14.5)).mean()
    assert chance_of_success(BOTH, n, mean=mean, sd=sd) == pytest.approx(succeeded, abs=0.005)


@pytest.mark.parametrize("n", [3, 12, 40])
def test_of_one_limit_it_is_the_noncentral_t(n):
    from scipy.stats import nct

    claim, root = Claim(None, 14.5), n**0.5
    exact = 1.0 - nct.cdf(claim.factor(n) * root, n - 1, root * (14.5 - 1.0) / 4.0)
    assert chance_of_success(claim, n, mean=1.0, sd=4.0) == pytest.approx(exact, abs=1e-5)


def test_one_pump_less_would_not_do():
    n = tolerance_interval(BOTH, mean=1.0, sd=3.0, chance=0.95)
    chances = [chance_of_success(BOTH, one, mean=1.0, sd=3.0) for one in (n - 1, n)]
    assert chances[0] < 0.95 <= chances[1]


def test_pumps_that_scatter_too_much_are_shown_by_no_sample():
    """14.5 is 1.93 standard deviations of 7.5 %: 94.7 % lie within, and 95 % are claimed."""
    assert tolerance_interval(BOTH, mean=0.0, sd=7.5, chance=0.95) is None


def test_the_largest_scatter_is_the_limit_over_the_exact_factor():
    """K = 3.3934 for n = 10, 95/95 two-sided (ISO 16269-6)."""
    assert largest_sd(BOTH, 10) == pytest.approx(14.5 / 3.3934, rel=1e-4)
    assert largest_sd(Claim(-14.5, 14.5, band=0.5), 10, mean=4.0) == pytest.approx(10.0 / 3.3934, rel=1e-4)
    assert largest_sd(BOTH, 10, mean=20.0) == 0.0


def test_a_scatter_of_nothing_is_refused():
    with pytest.raises(MetricError, match="sd above zero"):
        tolerance_interval(BOTH, mean=0.0, sd=0.0, chance=0.95)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: chance_of_success(BOTH, 10, mean=0.0, sd=-1.0), "sd: expected a value above zero, found -1"),
        (lambda: chance_of_success(BOTH, 10, mean=0.0, sd=0.0), "sd: expected a value above zero, found 0"),
        (lambda: chance_of_success(BOTH, 10, mean=float("nan"), sd=1.0), "mean: expected a number, found nan"),
        (lambda: chance_of_success(BOTH, 1, mean=0.0, sd=1.0), "n, pumps: expected a whole number from 2 up, found 1"),
        (lambda: chance_of_success(BOTH, 2.5, mean=0.0, sd=1.0), "n, pumps: expected a whole number from 2 up"),
        (lambda: largest_sd(BOTH, 10, mean=float("nan")), "mean: expected a number, found nan"),
        (lambda: largest_sd(BOTH, 2.5), "n, independent items: expected a whole number from 2 up, found 2.5"),
    ],
)
def test_no_chance_and_no_scatter_of_what_cannot_be(call, says):
    with pytest.raises(MetricError, match=says):
        call()

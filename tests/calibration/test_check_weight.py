"""The daily check: it is silent when nothing happened, and it finds what it promises to find."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.check_weight import check, compare, detection_probability, pooled_sd
from calibration.errors import ImplausibleError

CHECKS = 100_000


def alarms(shift_sd, n, seed):
    """The fraction of simulated checks that lie beyond the limit of the module."""
    draws = np.random.default_rng(seed).normal(shift_sd, 1.0, size=(CHECKS, n)).mean(axis=1)
    return float((np.abs(draws) > check([0.0] * n, 0.0, sd=1.0).limit).mean())


def test_one_weighing_is_not_enough_and_three_are():
    assert detection_probability(3.0, n=1) == pytest.approx(0.664, abs=0.0005)
    assert detection_probability(3.0, n=3) == pytest.approx(0.996, abs=0.0005)


def test_a_hundred_thousand_checks_find_three_standard_deviations():
    assert alarms(3.0, n=3, seed=1) >= 0.99
    assert alarms(3.0, n=3, seed=2) == pytest.approx(detection_probability(3.0), abs=0.001)


def test_a_hundred_thousand_sound_checks_are_silent():
    assert alarms(0.0, n=3, seed=3) <= 0.01 + 3.0 * math.sqrt(0.01 * 0.99 / CHECKS)
    assert alarms(0.0, n=1, seed=4) == pytest.approx(0.01, abs=0.001)


def test_an_estimated_deviation_keeps_the_false_alarms_where_they_were():
    """Five degrees of freedom: Student's factor, 1 % false alarms, and less power."""
    generator, nu = np.random.default_rng(5), 5
    mean = generator.normal(size=CHECKS) / math.sqrt(3.0)
    sd = np.sqrt(generator.chisquare(nu, CHECKS) / nu)
    limit = check([0.0] * 3, 0.0, sd=1.0, nu=nu).limit
    assert (np.abs(mean) > limit * sd).mean() == pytest.approx(0.01, abs=0.001)
    found = (np.abs(mean + 3.0) > limit * sd).mean()
    assert found == pytest.approx(detection_probability(3.0, nu=nu), abs=0.004)


def test_the_weight_itself_may_be_wrong():
    """An error of the weight within its own uncertainty is no shift of the balance."""
    readings = [50.00020, 50.00020, 50.00020]
    assert check(readings, 50.0, sd=5e-5).verdict == "shifted"
    assert check(readings, 50.0, sd=5e-5, u_reference=1e-4).verdict == "held"


def test_an_allowance_is_added_to_the_limit_as_it_is():
    plain, allowed = check([1.0], 0.0, sd=1.0), check([1.0], 0.0, sd=1.0, drift_allowance=0.5)
    assert allowed.limit == pytest.approx(plain.limit + 0.5)
    assert allowed.p > plain.p


def test_a_comparison_pays_the_square_root_of_two():
    alone, both = check([3.0] * 3, 0.0, sd=1.0), compare([0.0] * 3, [3.0] * 3, sd=1.0)
    assert both.value == pytest.approx(3.0)
    assert both.limit == pytest.approx(alone.limit * math.sqrt(2.0))


def test_the_deviation_of_one_weighing_comes_from_earlier_checks():
    days = np.random.default_rng(6).normal(0.0, 1.0, size=(2000, 3)) + np.arange(2000.0)[:, None]
    sd, nu = pooled_sd(days)
    assert nu == 4000.0
    assert sd == pytest.approx(1.0, abs=0.04)


@settings(deadline=None)
@given(st.lists(st.floats(-10.0, 10.0), min_size=1, max_size=6), st.floats(0.01, 5.0), st.floats(0.0, 2.0))
def test_verdict_limit_and_p_say_the_same(readings, sd, allowance):
    found = check(readings, 0.0, sd=sd, drift_allowance=allowance)
    assert (found.verdict == "shifted") == (abs(found.value) > found.limit)
    if abs(abs(found.value) - found.limit) > 1e-6 * sd:
        assert (found.p < 0.01) == (found.verdict == "shifted")


@settings(deadline=None)
@given(st.floats(0.0, 8.0), st.floats(0.0, 2.0), st.integers(1, 10), st.sampled_from([2.0, 10.0, math.inf]))
def test_a_larger_shift_is_never_harder_to_find(shift, more, n, nu):
    smaller, larger = (detection_probability(d, n, nu=nu) for d in (shift, shift + more))
    assert 0.01 - 1e-6 <= smaller <= larger + 1e-9 <= 1.0 + 2e-9


@pytest.mark.parametrize(
    ("readings", "sd", "named"), [([], 1.0, "readings"), ([math.nan], 1.0, "readings"), ([1.0], 0.0, "sd")]
)
def test_what_cannot_be_is_refused_by_name(readings, sd, named):
    with pytest.raises(ImplausibleError, match=named):
        check(readings, 0.0, sd=sd)


def test_a_comparison_by_hand():
    """100.0 and 100.2 before, 100.5 once after: 0.4 higher, with u = 0.1 sqrt(1/2 + 1)."""
    found = compare([100.0, 100.2], [100.5], sd=0.1)
    assert found.value == pytest.approx(0.4)
    assert found.u == pytest.approx(0.1 * math.sqrt(1.5))
    assert found.verdict == "shifted"
    assert compare([100.5], [100.0, 100.2], sd=0.1).value == pytest.approx(-0.4)


def test_how_likely_a_value_is_by_chance_by_hand():
    """1.96 u beyond the reference: 5 %; inside the allowance it is certain, and never more than that."""
    assert check([1.959964], 0.0, sd=1.0).p == pytest.approx(0.05, abs=1e-6)
    assert check([2.776445], 0.0, sd=1.0, nu=4.0).p == pytest.approx(0.05, abs=1e-6)
    assert check([0.0], 0.0, sd=1.0).p == 1.0
    assert check([0.5], 0.0, sd=1.0, drift_allowance=1.0).p == 1.0
    assert check([2.959964], 0.0, sd=1.0, drift_allowance=1.0).p == pytest.approx(0.05, abs=1e-6)


def test_two_readings_of_one_check_are_a_scatter():
    assert pooled_sd([[1.0, 3.0]]) == (pytest.approx(math.sqrt(2.0)), 1.0)
    assert pooled_sd([[1.0, 3.0], [9.0], [5.0, 5.0, 5.0]]) == (pytest.approx(math.sqrt(2.0 / 3.0)), 3.0)


def test_on_the_limit_nothing_has_shifted():
    limit = check([0.0], 0.0, sd=1.0).limit
    assert check([limit], 0.0, sd=1.0).verdict == "held"
    assert check([math.nextafter(limit, 9.0)], 0.0, sd=1.0).verdict == "shifted"

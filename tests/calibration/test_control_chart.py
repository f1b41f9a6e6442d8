"""Control charts: limits, patterns and sums, and how often they cry wolf."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.chart_rules import NELSON, RULES, WESTERN_ELECTRIC, signals
from calibration.control_chart import individuals_chart, means_chart
from calibration.cusum import cusum
from calibration.errors import ImplausibleError

PATTERNS = {
    "one beyond 3 sigma": [0.0, -3.1],
    "two of three beyond 2 sigma": [2.1, 0.0, 2.1],
    "four of five beyond 1 sigma": [-1.1, -1.1, 0.0, -1.1, -1.1],
    "eight on one side": [0.1] * 8,
    "nine on one side": [-0.1] * 9,
    "six in a row rising or falling": [-0.5, -0.3, -0.1, 0.1, 0.3, 0.5],
    "fourteen alternating": [0.0, 0.1] * 7,
}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_sees_its_pattern_when_it_is_complete(rule):
    found = signals([0.0, *PATTERNS[rule]], [rule])
    assert [(one.rule, one.index) for one in found] == [(rule, len(PATTERNS[rule]))]
    assert signals([0.0, *PATTERNS[rule][:-1]], [rule]) == []


def test_two_on_different_sides_are_no_pattern():
    assert signals([2.5, 0.0, -2.5]) == []


@settings(deadline=None)
@given(st.lists(st.floats(-5.0, 5.0), min_size=1, max_size=40))
def test_a_chart_upside_down_shows_the_same(z):
    every = tuple(RULES)
    assert signals(z, every) == signals([-one for one in z], every)


def average_run_length(rules, series=1500, length=3000):
    z = np.random.default_rng(1).normal(size=(series, length))
    return float(np.mean([found[0].index + 1 if (found := signals(row, rules)) else length for row in z]))


def test_four_rules_cry_wolf_four_times_as_often_as_one():
    assert average_run_length(WESTERN_ELECTRIC[:1]) == pytest.approx(370.4, rel=0.08)
    assert average_run_length(WESTERN_ELECTRIC) == pytest.approx(91.75, rel=0.08)


def test_limits_come_from_the_moving_range():
    """True sigma 2: the estimate from 4000 results is within 3 %."""
    chart = individuals_chart(np.random.default_rng(2).normal(10.0, 2.0, 4000))
    assert chart.source == "moving range"
    assert chart.sigma[0] == pytest.approx(2.0, rel=0.03)
    assert (chart.lower[0], chart.upper[0]) == pytest.approx((4.0, 16.0), abs=0.3)


def test_known_uncertainties_give_each_result_its_own_limits():
    chart = individuals_chart([1.0, 2.0], u=[0.5, 1.0])
    assert chart.centre == pytest.approx((1.0 * 4.0 + 2.0) / 5.0)
    assert (chart.upper - chart.centre).tolist() == pytest.approx([1.5, 3.0])


def test_a_later_shift_cannot_hide_in_limits_of_a_baseline():
    results = [0.1, -0.1, 0.2, 0.0, -0.2, 0.1, 2.0, 2.1, 1.9]
    assert {one.index for one in individuals_chart(results, baseline=6).signals(NELSON)} == {6, 7, 8}


def test_means_of_subgroups_have_limits_from_within_them():
    """A bench that differs from day to day by five times its spread within a day."""
    generator = np.random.default_rng(3)
    days = generator.normal(0.0, 1.0, (400, 4)) + generator.normal(0.0, 5.0, (400, 1))
    chart = means_chart(days)
    assert chart.sigma[0] == pytest.approx(0.5, rel=0.05)
    assert len(chart.signals(["one beyond 3 sigma"])) > 200


@settings(deadline=None)
@given(st.lists(st.floats(-6.0, 6.0), min_size=1, max_size=50), st.floats(0.1, 2.0))
def test_the_sums_are_those_of_the_recursion(z, k):
    found, high, low = cusum(z, k=k), 0.0, 0.0
    for i, one in enumerate(z):
        high, low = max(0.0, high + one - k), max(0.0, low - one - k)
        assert (found.high[i], found.low[i]) == pytest.approx((high, low), abs=1e-9)


@pytest.mark.parametrize(("shift", "h", "expected"), [(0.0, 4.0, 168.0), (0.0, 5.0, 465.0), (1.0, 5.0, 10.4)])
def test_run_lengths_of_the_sums(shift, h, expected):
    z = np.random.default_rng(4).normal(shift, 1.0, size=(1500, 3000))
    beyond = cusum(z, h=h).beyond
    length = np.where(beyond.any(axis=1), beyond.argmax(axis=1) + 1, z.shape[1])
    assert length.mean() == pytest.approx(expected, rel=0.08)


def test_the_sums_say_when_the_shift_began():
    """Forty steady results, then a shift of one sigma: the middle estimate of the onset is within two results."""
    z = np.random.default_rng(5).normal(size=(400, 120))
    z[:, 40:] += 1.0
    begun = [cusum(row).begun_at(late[0]) for row in z if (late := [i for i in cusum(row).alarms if i >= 40])]
    assert abs(np.median(begun) - 40.0) <= 2.0


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: individuals_chart([1.0, 1.0, 1.0]), "never change"),
        (lambda: individuals_chart([1.0]), "moving range"),
        (lambda: individuals_chart([1.0, 2.0], u=[1.0, 0.0]), "u:"),
        (lambda: individuals_chart([1.0, 2.0], u=1.0, baseline=3), "baseline"),
        (lambda: means_chart([1.0, 2.0]), "subgroups"),
        (lambda: signals([0.0], ["thirteen"]), "rules"),
        (lambda: cusum([0.0], k=0.0), "k, h"),
    ],
)
def test_what_cannot_be_is_refused_by_name(call, named):
    with pytest.raises(ImplausibleError, match=named):
        call()

"""Each rule of a control chart at its own borders: how many, how far, on which side, and where the pattern begins."""

from __future__ import annotations

import pytest

from calibration.chart_rules import NELSON, RULES, WESTERN_ELECTRIC, signals
from calibration.errors import ImplausibleError

THREE, TWO, ONE = tuple(RULES)[:3]
EIGHT, NINE, SIX, FOURTEEN = tuple(RULES)[3:]


def seen(z, rule):
    return [(one.first, one.index) for one in signals(z, [rule])]


def both_ways(z, rule):
    """A chart upside down shows the same."""
    found = seen(z, rule)
    assert seen([-one for one in z], rule) == found
    return found


def test_a_limit_itself_is_not_beyond_it():
    assert both_ways([3.0, 3.0001], THREE) == [(1, 1)]
    assert both_ways([2.0, 2.0, 2.0, 2.0001, 2.0001], TWO) == [(2, 4)]
    assert both_ways([1.0] * 5 + [1.0001] * 4, ONE) == [(4, 8)]


@pytest.mark.parametrize(
    ("z", "found"),
    [
        ([2.5, 2.5, 2.0], []),
        ([2.5, 2.5, 0.0], []),  # the last must be among them, or the same two would be told again
        ([0.0, 2.5, 2.5], [(0, 2)]),
        ([2.5, 2.5, 2.5], [(0, 2)]),
        ([2.5, 0.0, 0.0, 2.5], []),
        ([2.5, -2.5, 2.5], [(0, 2)]),
        ([0.0, 0.0, 2.5], []),
        ([2.5, 2.5, -2.5], []),
        ([2.5, 2.5], []),  # fewer than the rule looks at
    ],
)
def test_two_of_three(z, found):
    assert both_ways(z, TWO) == found


@pytest.mark.parametrize(
    ("z", "found"),
    [
        ([1.5, 1.5, 1.5, 1.5, 0.0], []),
        ([1.5, 0.0, 1.5, 1.5, 1.5], [(0, 4)]),
        ([1.5, 0.0, 1.5, 0.0, 1.5], []),
        ([0.0, 1.5, 1.5, 1.5, -1.5], []),
        ([1.5] * 6, [(0, 4), (1, 5)]),
    ],
)
def test_four_of_five(z, found):
    assert both_ways(z, ONE) == found


@pytest.mark.parametrize(("rule", "width"), [(EIGHT, 8), (NINE, 9)])
def test_a_result_on_the_centre_ends_a_run(rule, width):
    assert both_ways([0.1] * width, rule) == [(0, width - 1)]
    assert both_ways([0.1] * (width - 1), rule) == []
    assert both_ways([0.1] * (width - 1) + [0.0], rule) == []
    assert both_ways([0.1] * (width - 1) + [-0.1], rule) == []


def test_two_that_are_equal_end_a_trend():
    assert both_ways([0.0, 0.1, 0.2, 0.3, 0.4, 0.5], SIX) == [(0, 5)]
    assert both_ways([0.0, 0.1, 0.2, 0.3, 0.4, 0.4], SIX) == []
    assert both_ways([0.1, 0.1, 0.2, 0.3, 0.4, 0.5], SIX) == []
    assert both_ways([0.5, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6], SIX) == [(1, 6)]


def test_fourteen_that_go_up_and_down_may_drift_meanwhile():
    assert both_ways([0.2 * i + (0.5 if i % 2 else 0.0) for i in range(14)], FOURTEEN) == [(0, 13)]
    assert both_ways([0.0, 0.1] * 6 + [0.0], FOURTEEN) == []
    assert both_ways([0.0, 0.1] * 6 + [0.0, 0.0], FOURTEEN) == []
    assert both_ways([0.0, 0.1] * 6 + [0.2, 0.3], FOURTEEN) == []


def test_signals_come_in_the_order_of_time_and_then_by_name():
    found = signals([0.0, 3.5, 3.5, 0.0, -3.5], [TWO, THREE])
    assert [(one.index, one.rule) for one in found] == [(1, THREE), (2, THREE), (2, TWO), (4, THREE)]


def test_who_names_no_rules_has_those_of_western_electric():
    z = [0.1] * 9
    assert signals(z) == signals(z, WESTERN_ELECTRIC)
    assert {one.rule for one in signals(z)} == {EIGHT}
    assert {one.rule for one in signals(z, NELSON)} == {NINE}
    assert WESTERN_ELECTRIC == (THREE, TWO, ONE, EIGHT)
    assert signals(z, []) == []


def test_a_rule_that_nobody_knows_is_refused_with_those_that_are():
    with pytest.raises(ImplausibleError, match=r"expected some of 'one beyond 3 sigma', .*, found 'ten in a row'"):
        signals([0.0], ["ten in a row"])
    with pytest.raises(ImplausibleError, match="z: "):
        signals([0.0, float("nan")])

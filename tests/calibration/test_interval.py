"""Intervals: four methods, each with a reason, and a staircase that comes to rest where it should."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.check_weight import detection_probability
from calibration.drift import fit_drift
from calibration.errors import ImplausibleError
from calibration.interval import METHODS, from_drift, in_service, in_use, staircase, step_down

HELD = [True] * 60


@pytest.mark.parametrize("reliability", [0.8, 0.9, 0.95])
def test_a_staircase_comes_to_rest_at_its_reliability(reliability):
    """A unit that fails at random, once in 1000 days: 20 000 calibrations in a row, whatever the first interval was."""
    generator, days, inside = np.random.default_rng(1), 30.0, []
    up, down = 1.02, 1.0 - step_down(0.02, reliability)
    for chance in generator.random(20_000):
        inside.append(chance < math.exp(-days / 1000.0))
        days *= up if inside[-1] else down
    assert np.mean(inside[2000:]) == pytest.approx(reliability, abs=0.01)


def test_found_near_the_limit_earns_nothing():
    assert staircase(365.0, in_tolerance=True, used_of_tolerance=0.5).days == 401
    assert staircase(365.0, in_tolerance=True, used_of_tolerance=0.9).days == 365
    assert staircase(365.0, in_tolerance=False, used_of_tolerance=1.2).days < 100


def test_the_bounds_are_kept_and_said():
    short = staircase(10.0, in_tolerance=False, min_days=30.0)
    long = staircase(700.0, in_tolerance=True, max_days=730.0)
    assert (short.days, long.days) == (30, 730)
    assert "shortest" in short.reason
    assert "longest" in long.reason


def test_a_drift_is_due_before_it_leaves():
    line = fit_drift([0.0, 365.0, 730.0, 1095.0], [0.0, 0.11, 0.19, 0.31], u=0.02)
    likely, sure = (from_drift(line, (-0.5, 0.5), 365.0, reliability=one).days for one in (0.8, 0.99))
    assert 365 < sure < likely < 1803 - 1095
    assert from_drift(line, (-0.5, 0.5), 365.0).days == 1600 - 1095


def test_a_history_that_predicts_nothing_keeps_the_interval_and_says_why():
    found = from_drift(fit_drift([0.0, 365.0], [0.0, 0.1], u=0.02), (-0.5, 0.5), 365.0)
    assert found.days == 365
    assert "two results" in found.reason


def test_a_unit_that_may_be_outside_already_has_no_interval():
    found = from_drift(fit_drift([0.0, 365.0, 730.0], [0.4, 0.4, 0.4], u=0.1), (-0.5, 0.5), 365.0, min_days=30.0)
    assert (found.days, "no interval is short enough" in found.reason) == (0, True)


def test_a_steady_unit_waits_for_the_longest_interval():
    found = from_drift(fit_drift([0.0, 365.0, 730.0], [0.0, 0.0, 0.0], u=0.001), (-9.0, 9.0), 365.0, max_days=730.0)
    assert (found.days, "neither limit" in found.reason) == (730, True)


def test_a_pump_that_turns_more_is_due_sooner():
    """A million revolutions since the last calibration, in tolerance: the next after 1.1 million."""
    slow, fast = (in_use(1e6, per_day, in_tolerance=True) for per_day in (1000.0, 5000.0))
    assert (slow.days, fast.days) == (1100, 220)
    assert slow.use == pytest.approx(1.1e6)
    assert in_use(1e6, 0.0, in_tolerance=True, max_days=730.0).days == 730


def test_checks_that_find_enough_carry_the_instrument():
    assert in_service(365.0, HELD, detection_probability(3.0, n=3)).days == 1826
    assert in_service(365.0, HELD, detection_probability(3.0, n=1)).days == 365
    assert in_service(365.0, HELD[:5], 0.99).days == 365


def test_a_check_that_shifted_ends_the_interval():
    found = in_service(365.0, [True, True, False, True], 0.99)
    assert (found.days, found.reason) == (0, "check 3 of 4 shifted: calibrate now")


def test_the_cut_that_belongs_to_a_growth_by_hand():
    """(1 + a)^R (1 - b)^(1 - R) = 1: with a = 21 % and R = 2/3 the cut interval is 1 / 1.21^2 of itself."""
    assert step_down(0.21, 2.0 / 3.0) == pytest.approx(1.0 - 1.21**-2)
    assert step_down(0.1, 0.95) == pytest.approx(1.0 - 1.1**-19)


def test_the_defaults_are_a_tenth_more_and_19_of_20():
    assert staircase(1000.0, in_tolerance=True).days == 1100
    assert staircase(1000.0, in_tolerance=False).days == int(1000.0 * 1.1**-19)
    assert (staircase(1e5, in_tolerance=True).days, staircase(2.0, in_tolerance=False).days) == (1826, 1)


@pytest.mark.parametrize(("used", "days"), [(0.8, 110), (0.81, 100), (1.0, 100)])
def test_up_to_four_fifths_of_the_tolerance_earns_a_longer_interval(used, days):
    found = staircase(100.0, in_tolerance=True, used_of_tolerance=used)
    assert found.days == days
    assert ("stays" in found.reason) == (days == 100)


def test_a_staircase_says_what_it_did():
    assert staircase(100.0, in_tolerance=True).reason == ("found in tolerance: the interval of 100 days grows by 10 %")
    assert staircase(100.0, in_tolerance=False, step_up=0.21, reliability=2.0 / 3.0).reason == (
        "found out of tolerance: the interval of 100 days is cut to 68 % of itself"
    )


def test_whole_days_are_not_lost_to_rounding_and_bounds_are_whole_days_within():
    """100 x 1.1 is 110.00000000000001 or 109.99999999999999; a shortest of 7.5 days is 8, a longest of 9.5 is 9."""
    assert staircase(110.0 / 1.1, in_tolerance=True).days == 110
    assert staircase(1.0, in_tolerance=False, min_days=7.5).days == 8
    assert staircase(100.0, in_tolerance=True, max_days=9.5).days == 9
    assert staircase(10.0, in_tolerance=True, used_of_tolerance=0.9, min_days=10.0, max_days=10.0).days == 10
    assert "held" not in staircase(10.0, in_tolerance=True, used_of_tolerance=0.9, max_days=10.0).reason


def test_use_that_is_allowed_shrinks_and_grows_as_days_do():
    assert in_use(1000.0, 10.0, in_tolerance=False, step_up=0.21, reliability=2.0 / 3.0).use == pytest.approx(
        1e3 / 1.21**2
    )
    assert in_use(1000.0, 10.0, in_tolerance=True, used_of_tolerance=0.9).use == 1000.0
    assert in_use(1000.0, 10.0, in_tolerance=True, min_days=150.0).days == 150


def test_every_advice_names_its_method_whatever_it_says():
    two = fit_drift([0.0, 365.0], [0.0, 0.1], u=0.02)
    three = fit_drift([0.0, 365.0, 730.0], [0.4, 0.4, 0.4], u=0.1)
    assert {from_drift(line, (-0.5, 0.5), 365.0).method for line in (two, three)} == {"from_drift"}
    said = [in_service(365.0, held, found) for held in (HELD, HELD[:5], [False]) for found in (0.5, 1.0)]
    assert {one.method for one in said} == {"in_service"}
    assert in_use(10.0, 1.0, in_tolerance=True).method == "in_use"


def test_a_check_that_finds_nothing_is_a_check_and_a_slow_use_is_use():
    assert in_service(365.0, HELD, 0.0).days == 365
    assert in_use(100.0, 0.5, in_tolerance=True).days == 220
    kept = staircase(100.0, in_tolerance=True, used_of_tolerance=0.9).reason
    assert kept == "found in tolerance at 90 % of it: the interval of 100 days stays"


def test_a_drift_is_followed_as_far_as_the_longest_interval():
    """It leaves after nine years: within ten it is told, and within three it is not looked for."""
    line = fit_drift([0.0, 365.0, 730.0], [0.0, 0.05, 0.1], u=0.0001)
    assert from_drift(line, (-0.5, 0.5), 365.0, max_days=730.0).days == 730
    assert 2500 < from_drift(line, (-0.5, 0.5), 365.0, max_days=3650.0).days < 2921


def test_a_unit_that_used_nothing_of_its_tolerance_earns_a_longer_interval():
    assert staircase(100.0, in_tolerance=True, used_of_tolerance=0.0).days == 110


def test_an_interval_of_just_the_shortest_is_not_held():
    assert "held" not in staircase(10.0, in_tolerance=True, used_of_tolerance=0.9, min_days=10.0).reason


def test_checks_carry_an_instrument_from_the_twentieth_on_and_from_the_reliability_on():
    assert in_service(365.0, HELD[:20], 0.95).days == 1826
    assert in_service(365.0, HELD[:19], 0.95).days == 365
    assert in_service(365.0, HELD, 0.9499).days == 365
    assert in_service(365.0, HELD, 0.96, reliability=0.97).days == 365
    assert in_service(5000.0, HELD[:3], 1.0).days == 1826  # what stays is never more than the longest
    assert in_service(365.0, HELD[:3], 1.0, least_checks=3, max_days=700.0).days == 700


@settings(deadline=None)
@given(st.floats(1.0, 3000.0), st.booleans(), st.floats(0.01, 1.0), st.floats(0.5, 0.99))
def test_a_staircase_grows_inside_shrinks_outside_and_stays_within_its_bounds(days, inside, up, reliability):
    found = staircase(days, in_tolerance=inside, step_up=up, reliability=reliability, min_days=7.0, max_days=1000.0)
    assert found.method in METHODS
    assert 7 <= found.days <= 1000
    assert found.days >= min(int(days), 1000) if inside else found.days <= max(days, 7.0)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: staircase(0.0, in_tolerance=True), "previous_days"),
        (lambda: staircase(1.0, in_tolerance=True, reliability=1.0), "reliability"),
        (lambda: staircase(1.0, in_tolerance=True, used_of_tolerance=1.1), "used_of_tolerance"),
        (lambda: staircase(1.0, in_tolerance=True, min_days=9.0, max_days=8.0), "min_days"),
        (lambda: staircase(math.inf, in_tolerance=True), "previous_days: expected a number above zero, found inf"),
        (lambda: staircase(1.0, in_tolerance=True, step_up=0.0), "step_up"),
        (lambda: staircase(1.0, in_tolerance=True, step_up=math.inf), "step_up"),
        (lambda: staircase(1.0, in_tolerance=True, reliability=0.0), "reliability"),
        (lambda: staircase(1.0, in_tolerance=True, used_of_tolerance=-0.1), "used_of_tolerance"),
        (lambda: staircase(1.0, in_tolerance=False, used_of_tolerance=1.0), "used_of_tolerance"),
        (lambda: staircase(1.0, in_tolerance=False, used_of_tolerance=math.inf), "used_of_tolerance"),
        (lambda: staircase(1.0, in_tolerance=True, min_days=0.0), "min_days"),
        (lambda: staircase(1.0, in_tolerance=True, max_days=math.inf), "min_days, max_days"),
        (lambda: in_use(1.0, -1.0, in_tolerance=True), "use_per_day"),
        (lambda: in_use(1.0, math.inf, in_tolerance=True), "use_per_day"),
        (lambda: in_use(0.0, 1.0, in_tolerance=True), "previous_use"),
        (lambda: in_service(1.0, HELD, -0.1), "detection"),
        (lambda: in_service(1.0, HELD, 0.5, reliability=0.0), "reliability"),
        (lambda: in_service(1.0, HELD, 0.5, reliability=1.0), "reliability"),
        (lambda: in_service(0.0, HELD, 0.5), "previous_days"),
        (lambda: in_service(1.0, HELD, 0.5, max_days=0.0), "max_days"),
        (lambda: in_service(1.0, HELD, 1.1), "detection"),
    ],
)
def test_what_cannot_be_is_refused_by_name(call, named):
    with pytest.raises(ImplausibleError, match=named):
        call()

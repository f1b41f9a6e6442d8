"""A balance that rests on its digit: U holds what the digit can do, and noise that dithers it costs nothing."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.noise_model import NoiseModel
from fixtures.synthetic.bench import SETUP, Run
from fixtures.synthetic.study import coverage, passes, study
from rig.delivery.collected import Air
from rig.delivery.digit import scatter_g, u_slope_mg_h, undithered_g
from rig.delivery.levels import level, level_before
from rig.delivery.rows import delivery_of_rows
from rig.delivery.wander import wander

MG = 1e-3
RECORDS = 1000
DAY = Run("a day", 6.25, 24.0, 5.0, evaporation_mg_h=0.02, evaporation_sd_mg_h=0.003, course_mg_h=0.0013)
SHORT = Run("two hours", 6.25, 2.0, 1.0)
TIME_S = np.arange(0.0, 3600.0, 10.0)


def on_digit(run, digit_g, digits):
    noise = NoiseModel(digits * digit_g, 0.0, run.interval_s, 0.0, 0.0, 0.0, math.inf, 86400.0)
    return replace(run, setup=replace(SETUP, resolution_g=digit_g)), noise


def one_delivery(digit_g, digits):
    run, _ = on_digit(SHORT, digit_g, digits)
    time_s = np.arange(0.0, run.legs_s[1][1] + 1.0, run.interval_s)
    noise_g = digits * digit_g * np.random.default_rng(2).standard_normal(time_s.size)
    gained_g = 6.25e-3 * (np.clip(time_s, run.legs_s[0][1], run.legs_s[1][0]) - run.legs_s[0][1]) / 3600.0
    reading_g = digit_g * np.round((53.0 + gained_g + noise_g) / digit_g)
    air = Air(time_s[:1], np.array([1.19]), 5e-4, "measured")
    return delivery_of_rows(time_s, reading_g, air, run.setup, run.legs_s, 600.0), run.ends_s


@pytest.mark.parametrize("digits", [0.1, 0.2, 0.3])
@pytest.mark.parametrize(("run", "digit_g"), [(DAY, 1.0 * MG), (DAY, 0.1 * MG), (SHORT, 1.0 * MG)])
def test_u_holds_the_truth_and_few_pass_at_the_limit(run, digit_g, digits):
    """Without the digit in the budget 36 % are held and 32 % pass (a day, 1 mg, 0.1 digits, pumps at both limits)."""
    made = study(*on_digit(run, digit_g, digits), RECORDS, 3, 0.145)
    assert coverage(made) >= 0.94 - 2.0 * math.sqrt(0.94 * 0.06 / RECORDS)
    assert passes(made) / RECORDS <= 0.025 + 2.0 * math.sqrt(0.025 * 0.975 / RECORDS)


@pytest.mark.parametrize("digits", [0.1, 0.2])
def test_a_balance_that_rests_is_no_balance_that_wanders(digits):
    """Its legs step by a digit, which looks like a walk: nearly all of these were refused."""
    assert study(*on_digit(DAY, 0.1 * MG, digits), RECORDS, 3).refused.mean() < 0.02


def test_a_walk_beyond_the_digit_is_found_all_the_same():
    walk_g = MG * np.cumsum(np.random.default_rng(1).standard_normal((100, TIME_S.size)), axis=1) / 19.0
    legs = [(TIME_S, 0.1 * MG * np.round(walk_g / (0.1 * MG)))] * 2
    assert (wander(legs, 0.05 * MG).p < 1e-3).mean() > 0.9


def test_noise_that_dithers_leaves_every_number_as_it_was():
    delivery, ends = one_delivery(0.1 * MG, 0.7)
    assert delivery.digit_g == 0.0
    assert "digit_ul" not in {line.name for line in delivery.difference_ul(*ends).components}


def test_the_digit_is_a_line_of_the_budget_and_is_drawn():
    delivery, ends = one_delivery(1.0 * MG, 0.1)
    lines = {line.name: line.contribution for line in delivery.difference_ul(*ends).components}
    levels, legs = math.sqrt(2.0 / 12.0), math.sqrt(2.0 / 12.0) * 2.0  # mg; two hours by legs of one hour
    assert lines["digit_ul"] == pytest.approx(math.hypot(levels, legs), rel=0.01)
    drawn = delivery.difference_draws_ul(*ends, 100_000, 1)
    assert drawn.std() == pytest.approx(delivery.difference_ul(*ends).u, rel=0.02)


def test_the_covariance_of_levels_has_the_digit_of_the_budget():
    with_digit, ends = one_delivery(1.0 * MG, 0.1)
    without = replace(with_digit, digit_g=0.0, evaporation=replace(with_digit.evaporation, u_digit_mg_h=0.0))
    more = [one.levels_ul(np.array(ends))[1] for one in (with_digit, without)]
    variance = np.array([-1.0, 1.0]) @ (more[0] - more[1]) @ np.array([-1.0, 1.0])
    line = next(one for one in with_digit.difference_ul(*ends).components if one.name == "digit_ul")
    assert math.sqrt(variance) == pytest.approx(line.contribution, rel=1e-9)


@given(st.floats(0.0, 1.0), st.floats(-20.0, 20.0))
def test_no_level_is_off_by_more_than_the_bound(phase, rise):
    true = phase + rise * TIME_S / TIME_S[-1]
    off = np.round(true) - true
    middle, end = level(TIME_S, off, 1800.0, 1200.0), level_before(TIME_S, off, 3590.0, 1200.0)
    assert abs(middle.value) <= undithered_g(0.0, 1.0) * middle.reach + 1e-9
    assert abs(end.value) <= undithered_g(0.0, 1.0) * end.reach + 1e-9


@pytest.mark.parametrize("lost", [0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.5, 2.5, 5.0, 10.0])
def test_the_slope_of_a_leg_has_no_more_than_its_uncertainty_over_all_places_between_two_digits(lost):
    """Of a leg that loses a part h of a digit by least squares, 1.2 h - h^2 in digits squared: 0.6^2 at h = 0.6."""
    true = np.linspace(0.0, 1.0, 500, endpoint=False)[:, None] - lost * TIME_S / TIME_S[-1]
    off = np.polyfit(TIME_S, (np.round(true) - true).T, 1)[0] * TIME_S[-1]
    u = u_slope_mg_h(0.5, [(TIME_S, np.round(true))], 1.0) / 3.6e6 * TIME_S[-1]
    assert math.sqrt(np.square(off).mean()) <= 1.05 * math.sqrt(np.square(u).mean())
    if lost <= 1.0:
        assert np.square(off).mean() == pytest.approx(1.2 * lost - lost**2, abs=0.01)


def test_a_leg_that_loses_many_digits_tells_its_slope_better():
    still, falls = (u_slope_mg_h(0.5, [(TIME_S, np.round(-lost * TIME_S / 3600.0))], 1.0) for lost in (0.0, 10.0))
    assert falls == pytest.approx(still / 9.5, rel=0.02)


def test_few_readings_of_many_digits_may_all_be_rounded_alike():
    time_s = np.arange(0.0, 60.0, 10.0)
    assert u_slope_mg_h(0.5, [(time_s, time_s)], 1.0) == u_slope_mg_h(0.5, [(time_s, 0.0 * time_s)], 1.0)


def test_two_values_in_turn_may_be_a_balance_at_rest_between_two_digits():
    flips = np.random.default_rng(1).integers(0, 2, 1800).astype(float)
    assert undithered_g(scatter_g([flips]), 1.0) == 0.5
    assert undithered_g(scatter_g([np.zeros(10)]), 1.0) == 0.5


def test_weather_does_not_pass_for_noise():
    slow = np.round(2.0 * np.sin(np.linspace(0.0, 3.0, 1800)))
    assert undithered_g(scatter_g([slow]), 1.0) == 0.5


def test_a_balance_whose_digit_is_not_known_rests_on_none():
    assert undithered_g(1e-5, 0.0) == 0.0
    assert u_slope_mg_h(1e-5, [], 1e-5) == 0.0

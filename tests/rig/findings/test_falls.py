"""Falls that stay, and all that looks like one: noise, spikes, a pump that runs backwards, shots, a filter."""

import numpy as np
import pytest

from rig.findings.falls import lasting_falls_g

TIME_S = np.arange(0.0, 600.0)
SD_G = 1e-4
NOISE_G = np.random.default_rng(8).normal(0.0, SD_G, TIME_S.size)
FLOW_G = 70e-6 * TIME_S  # 6 mL/day


def falls(reading_g, time_s=TIME_S, allowed_g=0.0, sd_g=SD_G):
    """Where, and how far at most [mg]."""
    found_g = lasting_falls_g(time_s, reading_g, sd_g, np.full(len(time_s), allowed_g))
    return np.flatnonzero(found_g).tolist(), 1e3 * found_g.max(initial=0.0)


def lower(by_g, at=300, time_s=TIME_S):
    return np.where(np.arange(len(time_s)) >= at, -by_g, 0.0)


@pytest.mark.parametrize("by_mg", [2.0, 40.0, 5e3])
def test_a_step_down_is_found_where_it_is_and_as_large_as_it_is(by_mg):
    at, fell_mg = falls(FLOW_G + NOISE_G + lower(1e-3 * by_mg))
    assert at == [300, 301, 302]
    assert fell_mg == pytest.approx(by_mg, abs=0.5)


def test_steps_up_noise_and_less_than_ten_sigma_are_none():
    for reading_g in (FLOW_G + NOISE_G, FLOW_G + NOISE_G - lower(0.04), NOISE_G + lower(5e-4)):
        assert falls(reading_g)[0] == []


def test_what_may_be_less_by_itself_is_none():
    reading_g = FLOW_G + NOISE_G + lower(4e-3)
    assert falls(reading_g, allowed_g=2e-3)[0] == [300, 301, 302]
    assert falls(reading_g, allowed_g=4e-3)[0] == []


def test_a_spike_comes_back():
    for wide in (1, 2, 4, 15, 50):
        spike_g = np.where((TIME_S >= 300) & (300 + wide > TIME_S), 0.03, 0.0)
        assert falls(FLOW_G + NOISE_G + spike_g)[0] == []
        assert falls(FLOW_G + NOISE_G - spike_g)[0] == []


def test_a_door_that_stands_open_scatters_and_does_not_step():
    loud_g = np.where((TIME_S > 200) & (TIME_S < 400), 50.0, 1.0) * NOISE_G
    assert falls(FLOW_G + loud_g)[0] == []


def test_a_pump_that_runs_backwards_goes_on():
    back_g = -3e-3 * np.clip(TIME_S - 300.0, 0.0, 120.0)
    assert falls(FLOW_G + NOISE_G + back_g)[0] == []


def test_a_pump_that_delivers_in_shots_hides_no_fall():
    shots_g = 2e-3 * np.floor(TIME_S / 40.0)
    assert falls(shots_g + NOISE_G)[0] == []
    assert 300 in falls(shots_g + NOISE_G + lower(6e-3))[0]


def test_the_filter_of_a_balance_spreads_a_step_over_seconds():
    smooth_g = -0.02 * (1.0 - np.exp(-np.clip(TIME_S - 300.0, 0.0, None) / 0.8))
    assert set(falls(FLOW_G + NOISE_G + smooth_g)[0]) & {302, 303}


def test_readings_half_a_minute_apart_show_it_from_one_to_the_next():
    slow_s = np.arange(0.0, 3600.0, 30.0)
    reading_g = 70e-6 * slow_s + NOISE_G[: len(slow_s)] + lower(0.01, 60, slow_s)
    assert falls(reading_g, slow_s)[0] == [60]


def test_a_gap_hides_none():
    there = (TIME_S < 200) | (TIME_S > 400)
    reading_g = FLOW_G + NOISE_G - np.where(TIME_S > 300, 0.04, 0.0)
    assert falls(reading_g[there], TIME_S[there])[0] == [200]


@pytest.mark.parametrize(("at", "seen"), [(7, False), (11, True), (591, True), (594, False)])
def test_eight_readings_on_both_sides_tell(at, seen):
    assert bool(falls(NOISE_G + lower(0.04, at))[0]) is seen


def test_too_few_readings_tell_nothing():
    assert falls(lower(0.04, 8)[:15], TIME_S[:15])[0] == []
    assert falls(np.zeros(0), np.zeros(0)) == ([], 0.0)

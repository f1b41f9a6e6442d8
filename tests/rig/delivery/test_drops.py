"""Drops in readings: found by their steps, told from flow, and held by U over many records."""

import math
from dataclasses import replace

import numpy as np
import pytest

from calibration.noise_model import NoiseModel
from fixtures.synthetic.bench import Run, drawn
from fixtures.synthetic.noise import noise_g
from fixtures.synthetic.readings import delivered_ul, still_readings_g
from fixtures.synthetic.untold import Records, drips
from rig.delivery.collected import Air
from rig.delivery.drops import drop_ul
from rig.delivery.rows import delivery_of_rows, differences_ul

TIME_S = np.arange(0.0, 7200.0, 10.0)
RUN = Run("two hours at 1 mL/day", 1000.0 / 24.0, 2.0, 0.5)
NOISE = NoiseModel(2e-5, 0.3, 10.0, 0.0, 0.0, 0.0, math.inf, 86400.0)


@pytest.mark.parametrize("size", [3.0, 7.5, 20.0])
def test_drops_are_found_through_noise_and_a_slow_balance(size):
    fell = size * np.floor(60.0 * TIME_S / 3600.0 / size)
    slow = 0.5 * fell + 0.5 * np.concatenate([[0.0], fell[:-1]])
    noise = 0.02 * np.random.default_rng(1).normal(size=TIME_S.size)
    assert drop_ul(TIME_S, fell + noise, 0.5) == pytest.approx(size, rel=0.03)
    assert drop_ul(TIME_S, slow + noise, 0.5) == pytest.approx(size, rel=0.03)


def test_a_flow_a_bolus_and_a_line_that_opens_twice_are_no_drops():
    flow = 60.0 * TIME_S / 3600.0
    assert drop_ul(TIME_S, flow, 0.5) == 0.0
    assert drop_ul(TIME_S, flow + 100.0 * (TIME_S > 3600.0), 0.5) == 0.0
    assert drop_ul(TIME_S, 30.0 * (TIME_S > 2000.0) + 40.0 * (TIME_S > 5000.0), 0.5) == 0.0


def test_without_readings_there_are_no_drops():
    assert drop_ul(TIME_S[:1], TIME_S[:1], 0.5) == 0.0


def records(count):
    """Deliveries in drops with every reading in them, and what was delivered."""
    rng, time_s = np.random.default_rng(5), np.arange(0.0, RUN.legs_s[1][1], RUN.interval_s)
    truth = drawn(RUN, rng, count)
    still = still_readings_g(RUN, truth, time_s) + noise_g(NOISE, time_s, count, rng)
    dripping, _ = drips(11.0)(Records(RUN, truth, time_s, rng), still)
    air = Air(time_s[:1], np.array([RUN.air_kg_m3]), RUN.u_air_kg_m3, "measured")
    return delivery_of_rows(time_s, dripping, air, RUN.setup, RUN.legs_s, RUN.window_s), delivered_ul(RUN, truth)


def test_u_with_the_drops_in_it_holds_the_truth_and_without_them_does_not():
    many, true_ul = records(400)
    size = drop_ul(many.time_s, many.collected_ul[0], 0.5)
    off = {drop: differences_ul(replace(many, drop_ul=drop), *RUN.ends_s) for drop in (0.0, size)}
    held = {drop: (np.abs(found.value - true_ul) <= 1.96 * found.u).mean() for drop, found in off.items()}
    assert size == pytest.approx(11.0, rel=0.03)
    assert held[0.0] < 0.1
    assert held[size] >= 0.94

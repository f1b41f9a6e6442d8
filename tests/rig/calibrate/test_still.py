"""A balance left alone: evaporation, and what it wanders by, whatever the kind of wander."""

from __future__ import annotations

import math

import numpy as np
import pytest

from calibration.errors import CalibrationError
from rig.calibrate.collected import Collected, covariance
from rig.calibrate.cycles import mean_of_cycles
from rig.calibrate.still import LEVEL_S, level_u_g, still_tables

TIMES = np.arange(0.0, 1800.0, 0.5)


def balance(seed, walk_g=0.0):
    """Readings with 20 ug of noise, and a walk by so much in a root hour."""
    rng = np.random.default_rng(seed)
    walk = np.cumsum(rng.normal(0.0, walk_g * math.sqrt(0.5 / 3600.0), TIMES.size))
    return 53.0 - 0.3e-3 * TIMES / 3600.0 + walk + rng.normal(0.0, 2e-5, TIMES.size)


def test_noise_alone_is_the_same_at_every_distance():
    found = still_tables(TIMES, balance(1))
    expected = 2e-5 * math.sqrt(2.0 / (2.0 * LEVEL_S))
    assert [level_u_g(found, apart) for apart in (10.0, 300.0, 900.0)] == pytest.approx([expected] * 3, rel=0.2)


def test_a_walk_makes_levels_differ_the_more_the_further_they_are_apart():
    made = [still_tables(TIMES, balance(seed, walk_g=1e-4)) for seed in range(30)]
    for apart in (60.0, 240.0):
        u = math.sqrt(np.mean([level_u_g(found, apart) ** 2 for found in made]))
        assert u == pytest.approx(math.hypot(7.1e-6, 1e-4 * math.sqrt(apart / 3600.0)), rel=0.2)


def test_beyond_what_was_seen_it_goes_on_as_a_walk():
    found = still_tables(TIMES, balance(1, walk_g=1e-4))
    noise, seen, far = (
        level_u_g(found, apart) ** 2 for apart in (8.0, found["apart_s"][-1], 3.0 * found["apart_s"][-1])
    )
    assert far - seen == pytest.approx(2.0 * (seen - noise))


def test_the_rate_is_as_uncertain_as_it_says():
    made = [still_tables(TIMES, balance(seed, walk_g=1e-4)) for seed in range(60)]
    said = math.sqrt(np.mean([found["u_mg_h"] ** 2 for found in made]))
    assert math.sqrt(np.mean([(found["mg_h"] - 0.3) ** 2 for found in made])) == pytest.approx(said, rel=0.3)


def test_a_balance_that_hardly_spoke_is_refused():
    with pytest.raises(CalibrationError, match="over 72 s or more without flow, found 20 readings"):
        still_tables(TIMES[:20], balance(1)[:20])


def test_the_last_shot_of_a_cycle_is_not_lost_with_the_last_readings():
    """One shot at the end of each second; the wire takes the last readings of all."""
    times = np.arange(0.1, 12.35, 0.1)
    values = np.where((np.arange(times.size) + 1) % 10 == 0, 10.0, 0.0)
    found = mean_of_cycles(times.tolist(), values.tolist(), cycle_s=2.0)
    assert (found["mean"], found["cycles"]) == (pytest.approx(1.0), 6)
    assert mean_of_cycles(times[:-6].tolist(), values[:-6].tolist(), cycle_s=2.0)["cycles"] == 5


STRETCH = Collected(volume_ul=50.0, u_ul=3.0, u_evaporation_ul=9.0, u_linearity_ul=4.0, apart_s=300.0)


def test_what_nonlinearity_adds_to_one_stretch_it_takes_from_the_next():
    found = np.array(covariance([STRETCH] * 5, [2.0] * 5, lambda _: 0.0))
    assert found[0, 0] == pytest.approx((2.0 * STRETCH.u_own_ul) ** 2)
    assert found.sum() == pytest.approx(4.0 * (5 * 3.0**2 + 4.0**2))  # of all five together: of two levels alone


def test_so_does_a_wander_that_comes_back_but_a_walk_does_not():
    back = np.array(covariance([STRETCH] * 5, [1.0] * 5, lambda apart_s: 6.0 if apart_s else 0.0))
    walk = np.array(covariance([STRETCH] * 5, [1.0] * 5, lambda apart_s: 0.02 * apart_s))
    assert back[0, 1] - walk[0, 1] == pytest.approx(-6.0 / 2.0)
    assert back[0, 2] == walk[0, 2] == pytest.approx(0.0)

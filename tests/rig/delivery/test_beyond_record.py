"""Legs against the noise record: what is in it is left alone, what a balance walks more today is found and weighed."""

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from calibration.noise_fit import fit_noise
from calibration.noise_model import NoiseModel
from fixtures.synthetic.bench import SETUP, Run
from fixtures.synthetic.noise import noise_g
from fixtures.synthetic.study import coverage, released_and_wrong, study
from fixtures.synthetic.untold import wanders
from rig.delivery.beyond_record import BeyondRecord, beyond, beyond_of
from rig.delivery.collected import Air
from rig.delivery.rows import delivery_of_rows
from rig.delivery.wander import wander

TIME_S = np.arange(0.0, 3600.0, 2.0)
LEGS = 400
CALM = NoiseModel(2e-5, 0.3, 2.0, 0.0, 0.0, 0.0, math.inf, 144_000.0)
#: Flicker of 0.01 mg and a walk of 0.03 mg in a root hour, well known.
RESTLESS = replace(CALM, flicker_g2=1e-10, walk_g2_s=9e-10 / 3600.0)
TWO_HOURS = Run("two hours", 6.25, 2.0, 1.0)


def legs(noise, more_mg=0.0, seed=1):
    """Two legs of each of many records, with a walk on top."""
    rng = np.random.default_rng(seed)
    today = replace(noise, walk_g2_s=noise.walk_g2_s + (1e-3 * more_mg) ** 2 / 3600.0)
    return [(TIME_S, 53.0 - 1e-4 * TIME_S / 3600.0 + noise_g(today, TIME_S, LEGS, rng)) for _ in range(2)]


@pytest.mark.parametrize("noise", [CALM, RESTLESS])
def test_what_is_in_the_record_is_left_alone(noise):
    found = beyond(legs(noise), noise)
    assert (found.p < 0.01).mean() < 0.03
    assert abs((found.p < 0.5).mean() - 0.5) < 0.1
    assert (wander(legs(RESTLESS)).p < 0.01).mean() > 0.9  # which the record has to explain


@pytest.mark.parametrize("noise", [CALM, RESTLESS])
def test_a_walk_beyond_the_record_is_found_as_large_as_it_is(noise):
    found = beyond(legs(noise, more_mg=0.2), noise)
    assert (found.p < BeyondRecord.alpha).mean() > 0.95
    assert 1e3 * math.sqrt(3600.0 * found.walk_g2_s.mean()) == pytest.approx(0.2, rel=0.1)


def test_for_white_noise_it_is_the_test_of_legs_without_a_record():
    calm, walks = legs(CALM), legs(CALM, more_mg=0.02)
    for made in (calm, walks):
        told, alone = beyond(made, CALM), wander(made)
        assert np.corrcoef(told.p, alone.p)[0, 1] > 0.97
        assert told.walk_g2_s.mean() == pytest.approx(alone.walk_g2_s.mean(), rel=0.1)


def test_a_record_that_knows_little_accuses_less():
    made = legs(RESTLESS, more_mg=0.2)
    known = beyond(made, RESTLESS)
    little = beyond(made, replace(RESTLESS, nu=3.0, length_s=4 * 3600.0))
    assert (little.p > known.p).all()
    assert little.walk_g2_s == pytest.approx(known.walk_g2_s)
    white = replace(CALM, nu=3.0)  # nothing in it is little known
    assert beyond(made, white).p == pytest.approx(beyond(made, CALM).p)


def test_readings_that_scatter_more_than_in_the_record_are_no_walk():
    louder = beyond(legs(replace(CALM, reading_g=6e-5)), CALM)
    assert (louder.p < 0.01).mean() < 0.03


def test_steps_of_a_digit_are_no_walk():
    digit_g = 1e-4
    rounded = [(time_s, digit_g * np.round(mass_g / digit_g)) for time_s, mass_g in legs(CALM)]
    assert (beyond(rounded, CALM, digit_g / 2.0).p < 0.01).mean() < 0.03


def test_evaporation_that_the_beaker_saw_is_no_walk():
    """Ten times as fast at the end of a leg as at its begin."""
    rng, time_s = np.random.default_rng(1), TWO_HOURS.time_s()
    gone_g = 5e-4 * (np.mod(time_s, 3.0 * 3600.0) / 3600.0) ** 2
    readings = 53.0 - gone_g + 2e-5 * rng.normal(size=(20, len(time_s)))
    air = Air(time_s[:1], np.array([1.19]), 5e-4, "measured")
    calm = replace(CALM, lag_one=0.0, interval_s=10.0)
    bare = delivery_of_rows(time_s, readings, air, SETUP, TWO_HOURS.legs_s, 600.0, calm)
    seen = SimpleNamespace(evaporated_ul=lambda at, hours, mg: (1e3 * np.interp(at, time_s, gone_g) / mg, hours))
    beside = replace(bare, evaporation=replace(bare.evaporation, beaker=seen))
    assert (beyond_of(bare).p < 1e-6).all()
    assert (beyond_of(beside).p < 0.01).mean() < 0.1


def test_legs_that_are_too_short_say_nothing():
    found = beyond([(TIME_S[:100], TIME_S[:100] * 0.0)], CALM)
    assert math.isnan(found.p)
    assert found.walk_g2_s == 0.0


def test_what_is_released_is_held_although_the_balance_walks_more_than_its_record_says():
    """By 0.02 mg in a root hour, which legs of one hour see half the time: without the walk in U 7 % were wrong."""
    calm = replace(CALM, interval_s=TWO_HOURS.interval_s)
    walks = study(TWO_HOURS, calm, 1000, 1, told=calm, untold=wanders(walk_mg=0.02))
    assert 0.3 < walks.refused.mean() < 0.8
    assert coverage(walks) > 0.91
    assert released_and_wrong(walks) < 0.06 + 3.0 * math.sqrt(0.06 * 0.94 / 1000)
    assert walks.shares["wander_ul"] > 0.2


def test_a_sound_balance_with_an_honest_record_is_neither_refused_nor_widened_by_much():
    noise = replace(RESTLESS, interval_s=TWO_HOURS.interval_s)
    time_s = np.arange(0.0, 40.0 * 3600.0, noise.interval_s)
    refused, wide = [], []
    for seed in range(4):
        record = fit_noise(time_s, noise_g(noise, time_s, 1, np.random.default_rng(seed))[0], seed=seed)
        made = study(TWO_HOURS, noise, 250, [seed, 1], told=record)
        refused.append(made.refused.mean())
        wide.append(made.shares["wander_ul"])
    assert np.mean(refused) < 0.02
    assert np.mean(wide) < 0.3

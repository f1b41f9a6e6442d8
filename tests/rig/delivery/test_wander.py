"""Legs that show a balance which remembers: a walk is found and weighed, readings that forget are left alone."""

import math

import numpy as np
import pytest

from calibration.noise_model import NoiseModel
from fixtures.synthetic.bench import Run
from fixtures.synthetic.noise import noise_g
from fixtures.synthetic.study import coverage, study
from fixtures.synthetic.untold import UNTOLD
from rig.delivery.wander import ALPHA, wander

TIME_S = np.arange(0.0, 3600.0, 2.0)
LEGS = 300


def legs(walk_mg=0.0, lag=0.3, flicker_mg=0.0):
    rng = np.random.default_rng(1)
    walk, flicker = (1e-3 * walk_mg) ** 2 / 3600.0, (1e-3 * flicker_mg) ** 2
    model = NoiseModel(2e-5, lag, 2.0, 0.0, flicker, walk, math.inf, 3600.0)
    return [(TIME_S, 53.0 + 1e-4 * TIME_S / 3600.0 + noise_g(model, TIME_S, LEGS, rng)) for _ in range(2)]


@pytest.mark.parametrize("lag", [0.0, 0.3, 0.6])
def test_readings_that_forget_are_left_alone(lag):
    found = wander(legs(lag=lag))
    assert (found.p < ALPHA).mean() < 0.03
    assert abs((found.p < 0.5).mean() - 0.5) < 0.15


@pytest.mark.parametrize("noise", [{"walk_mg": 0.03}, {"flicker_mg": 0.02}])
def test_a_balance_that_remembers_is_found(noise):
    assert (wander(legs(**noise)).p < ALPHA).mean() > 0.97


def test_the_walk_is_found_as_large_as_it_is():
    walks_mg = 1e3 * np.sqrt(3600.0 * wander(legs(walk_mg=0.1)).walk_g2_s)
    assert math.sqrt(np.square(walks_mg).mean()) == pytest.approx(0.1, rel=0.1)


def test_a_leg_that_is_too_short_says_nothing():
    found = wander([(TIME_S[:100], TIME_S[:100] * 0.0)])
    assert math.isnan(found.p)
    assert found.walk_g2_s == 0.0


def test_results_that_would_under_cover_are_refused_and_sound_ones_are_not():
    run, quiet = Run("two hours", 6.25, 2.0, 2.0), NoiseModel(2e-5, 0.3, 10.0, 0.0, 0.0, 0.0, math.inf, 86400.0)
    sound = study(run, quiet, 500, 1)
    assert sound.refused.mean() < 0.02
    walks = study(run, quiet, 500, 1, untold=UNTOLD["random walk, 0.1 mg in a root hour"])
    assert coverage(walks) < 0.9
    assert walks.refused.mean() > 0.98

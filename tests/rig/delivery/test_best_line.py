"""Best levels and slopes: right for every line, as good as all readings together allow, and better than plain lines."""

import numpy as np
import pytest

from calibration.block_covariance import covariance_g2
from calibration.noise_blocks import block_means
from calibration.noise_model import NoiseModel
from rig.delivery.best_line import best_line, best_weights
from rig.delivery.bound import bound_of_constant_rate, bound_of_ends
from rig.delivery.joint_lines import Stretch, joint_lines
from rig.errors import EvidenceError

WINDOW_S, HOUR = 600.0, 3600.0
TIME_S = np.arange(-300.0, 301.0)
WALK = NoiseModel(2e-5, 0.1, 1.0, 0.0, 1e-11, 2.8e-12, 50.0, 86400.0)
FLICKER = NoiseModel(2e-5, 0.1, 1.0, 0.0, 2.5e-9, 0.0, 50.0, 86400.0)
WHITE = NoiseModel(1e-4, 0.3, 1.0, 0.0, 0.0, 0.0, 50.0, 86400.0)
MODELS = pytest.mark.parametrize("model", [WALK, FLICKER, WHITE], ids=["walk", "flicker", "white"])


def single(time_s):
    return block_means(time_s, np.zeros_like(time_s), np.append(time_s - 0.5, time_s[-1] + 0.5))


def variance_of_all_readings(model, wanted):
    blocks = single(TIME_S)
    design = np.stack([np.ones_like(TIME_S), TIME_S], axis=1)
    covariance = covariance_g2(model, blocks, WINDOW_S)
    weights = best_weights(covariance, design, np.array(wanted)[:, None])[:, 0]
    return weights @ covariance @ weights


@MODELS
def test_a_line_without_noise_is_read_exactly(model):
    line = best_line(model, TIME_S, 3.0 - 0.02 * TIME_S, WINDOW_S, (0.0,))
    assert (line.level.value, line.slope.value) == (pytest.approx(3.0, rel=1e-9), pytest.approx(-0.02, rel=1e-9))


@MODELS
def test_blocks_lose_less_than_a_hundredth_of_what_single_readings_know(model):
    line = best_line(model, TIME_S, TIME_S, WINDOW_S, (0.0, -300.0, 300.0))
    level, slope = (one.covariance_with(one, model, WINDOW_S) for one in (line.level, line.slope))
    best_slope = variance_of_all_readings(model, (0.0, 1.0))
    assert slope == pytest.approx(best_slope, rel=0.01)
    shift = max(0.0, -2 * level)  # a walk's own variance of a level has no zero; a difference of levels does
    best = variance_of_all_readings(model, (1.0, 0.0))
    spread = 2.8e-12 * HOUR if model is WALK else 0.0
    assert spread + level + shift == pytest.approx(spread + best + shift, rel=0.01)


def simulated(rng, runs, hours=1.0):
    count = int(hours * HOUR) + 601
    walk = np.cumsum(rng.normal(size=(runs, count)), axis=1) * np.sqrt(2.8e-12)
    return walk + 2e-5 * rng.normal(size=(runs, count))


def test_levels_of_a_walking_balance_scatter_as_their_variance_says():
    model = NoiseModel(2e-5, 0.0, 1.0, 0.0, 0.0, 2.8e-12, 50.0, 86400.0)
    found = best_line(model, TIME_S, TIME_S, WINDOW_S, (0.0,)).level
    first = np.searchsorted(TIME_S, found.blocks.first_s)
    weights = np.repeat(found.weights / found.blocks.count, found.blocks.count.astype(int))
    assert first[0] == 0
    noise = simulated(np.random.default_rng(8), 600)
    apart = noise[:, -601:] @ weights - noise[:, :601] @ weights
    other = found.later(HOUR)
    variance = 2 * found.covariance_with(found, model, WINDOW_S) - 2 * found.covariance_with(other, model, WINDOW_S)
    assert variance == pytest.approx(apart.var(), rel=0.12)


def bound(model, hours, windows=None):
    times = windows or [TIME_S + at for at in (0.0, hours * HOUR)]
    return bound_of_ends(model, times, [], (0.0, hours * HOUR), WINDOW_S)


def test_readings_between_the_ends_would_help_only_if_the_flow_were_known():
    whole = np.arange(-300.0, 6 * HOUR + 301.0)
    known = bound_of_constant_rate(FLICKER, whole, [], (0.0, 6 * HOUR), WINDOW_S)
    assert known < bound(FLICKER, 6.0)


@MODELS
def test_the_bound_of_graded_blocks_is_that_of_single_readings(model):
    fine = [Stretch(single(TIME_S + at), at) for at in (0.0, HOUR)]
    assert bound(model, 1.0) == pytest.approx(joint_lines(model, fine, WINDOW_S).u([-1, 0, 1, 0]), rel=0.005)


def test_readings_that_tell_no_line_and_a_model_without_noise_are_refused():
    silent = NoiseModel(0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 50.0, 86400.0)
    with pytest.raises(EvidenceError, match="and noise in their model"):
        _ = best_line(silent, TIME_S, TIME_S, WINDOW_S, (0.0,)).level
    with pytest.raises(EvidenceError, match="found 1 means"):
        best_weights(np.eye(1), np.array([[1.0, 0.0]]), np.eye(2))

"""Levels that wander as their growth says, and the noise floor of a balance that does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from calibration.noise_model import NoiseModel
from calibration.units import FLOW, TIME, VOLUME
from rig.delivery.modelled import ModelledNoise
from rig.findings.curves import wander_ul
from rig.verify.errors import MetricError
from rig.verify.noise import LevelNoise, noise_floor
from rig.verify.wandering import wandering

QUARTER, RATE = TIME.parse("S", "15 min"), FLOW.parse("rate", "0.15 mL/day")
HOURS = [TIME.parse("P", f"{hours} h") for hours in (1, 2, 6)]
#: 0.2 mg in a root hour, and 0.05 mg of flicker.
MODEL = NoiseModel(2e-5, 0.0, 10.0, 0.0, 25e-10, 4e-8 / 3600.0, 50.0, 1e5)
SINCE_S = 900.0 * np.arange(101.0)


def draws(growth, rows=20_000):
    return wandering(np.random.RandomState(7), rows, growth)


def test_differences_grow_as_the_model_says_wherever_they_begin():
    growth = 1e8 * MODEL.growth_g2(SINCE_S, 600.0)
    levels = draws(growth)
    for apart in (1, 4, 50):
        for begin in (0, 30, 50):
            found = (levels[:, begin + apart] - levels[:, begin]).var()
            assert found == pytest.approx(growth[apart], rel=0.05)
    assert not levels[:, 0].any()


def test_steps_of_a_walk_know_nothing_of_each_other():
    steps = np.diff(draws(np.arange(5.0)), axis=1)
    assert np.cov(steps.T) == pytest.approx(np.eye(4), abs=0.05)


@pytest.mark.parametrize("growth", [np.arange(9.0) ** 2 + np.arange(9.0) ** 3, np.arange(1.0, 9.0)])
def test_what_grows_ever_faster_or_from_something_is_refused(growth):
    with pytest.raises(MetricError, match="growth: expected"):
        draws(growth, 2)


def floors(walk_ul, sd_ul=0.05):
    noise = LevelNoise(VOLUME.quantity(sd_ul), wander=None if walk_ul is None else VOLUME.quantity(walk_ul))
    return noise_floor(101, QUARTER, RATE, HOURS, noise, seed=1)


def test_the_floor_of_a_balance_that_walks_is_that_of_its_covariance():
    """Against draws from the whole covariance by its root, which is another way to the same."""
    walk_ul = 1e3 * np.sqrt(MODEL.growth_g2(SINCE_S, 600.0))
    covariance = 1e6 * MODEL.covariance_g2(SINCE_S, 600.0) + 0.05**2 * np.eye(101)
    levels = np.random.default_rng(1).standard_normal((4000, 101)) @ np.linalg.cholesky(covariance).T
    for floor, steps, hours in zip(floors(walk_ul), (4, 8, 24), (1, 2, 6), strict=True):
        largest = np.abs(levels[:, steps:] - levels[:, :-steps]).max(axis=1)
        assert floor == pytest.approx(100.0 * np.quantile(largest, 0.95) / (6.25 * hours), rel=0.05)


def test_a_walk_lifts_the_floor_above_that_of_white_noise():
    """What was drawn of such a balance was the white part alone."""
    white, walks = floors(None), floors(1e3 * np.sqrt(MODEL.growth_g2(SINCE_S, 600.0)))
    assert white[0] < 14.5 / 3.0 < walks[0]
    assert walks[2] > 3.0 * white[2]


def test_the_wander_of_a_delivery_is_that_of_its_noise_model(weighed, program):
    told = program('kind = "continuous", flow = "6.25 uL/h", duration = "4 h"')
    still = weighed(told.volume_ul, 4, program=told)
    walks = replace(still, noise=ModelledNoise.of(MODEL, still.time_s, still.window_s))
    expected = 1e6 / still.setup.fluid_kg_m3 * np.sqrt(MODEL.growth_g2(SINCE_S[:9], still.window_s))
    assert wander_ul(walks, SINCE_S[:9]) == pytest.approx(expected)
    assert not wander_ul(still, SINCE_S[:9]).any()


def test_no_wander_leaves_the_floor_as_it_was():
    assert floors(np.zeros(101)) == floors(None)


def test_a_wander_is_told_for_every_level():
    with pytest.raises(MetricError, match=r"one for each of 101 levels, found \(100,\)"):
        floors(np.ones(100))


def test_of_three_levels_neighbouring_steps_share_what_the_growth_says():
    """Growth 0, 1, 1.5: each step has the variance 1 and two the covariance -0.25, so that the third level has 1.5."""
    levels = draws(np.array([0.0, 1.0, 1.5]), 40_000)
    assert np.cov(np.diff(levels, axis=1).T) == pytest.approx(np.array([[1.0, -0.25], [-0.25, 1.0]]), abs=0.03)
    assert levels[:, 2].var() == pytest.approx(1.5, rel=0.03)


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
def test_whether_a_growth_can_be_is_no_matter_of_its_unit(scale):
    assert draws(scale * np.arange(9.0), 2).shape == (2, 9)
    assert draws(scale * np.arange(9.0) ** 0.5, 2).shape == (2, 9)
    with pytest.raises(MetricError, match="growth: expected"):
        draws(scale * (np.arange(9.0) ** 2 + np.arange(9.0) ** 3), 2)


def test_what_does_not_wander_stays_where_it_is():
    assert not draws(np.zeros(9), 5).any()


def test_the_floor_of_a_balance_that_wanders_is_the_same_for_ever():
    """A record's numbers come again years later: one seed, one floor, with white noise of its own."""
    walk_ul = 1e3 * np.sqrt(MODEL.growth_g2(SINCE_S, 600.0))
    assert floors(walk_ul) == pytest.approx((12.716378429484458, 8.489821265873257, 4.198641913729813), rel=1e-9)


def test_levels_that_scatter_and_no_more_differ_alike_at_any_distance():
    """Growth of 1 from the first step on: its steps give back what they took, and their spectrum begins at zero."""
    levels = draws(np.array([0.0] + [1.0] * 20))
    for apart in (1, 7, 20):
        assert (levels[:, apart] - levels[:, 0]).var() == pytest.approx(1.0, rel=0.04)

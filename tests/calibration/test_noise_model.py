"""What a wandering balance does to a level, a difference and a slope, against noise that is drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from calibration.block_covariance import covariance_g2
from calibration.noise_blocks import Blocks, block_means, graded, joined
from calibration.noise_model import NoiseModel

WINDOW_S = 600.0
QUIET = NoiseModel(0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 50.0, 86400.0)
FLICKER, WALK = replace(QUIET, flicker_g2=1.0), replace(QUIET, walk_g2_s=1.0)


def test_correlated_readings_are_worth_fewer_independent_ones():
    """A first-order autoregression: (1 + r) / (1 - r) = 3 for r = 1/2; half as often taken, r is 1/4 and it is 5/3."""
    model = replace(QUIET, reading_g=2.0, lag_one=0.5)
    assert model.reading_g2(1.0) == pytest.approx(4.0 * 3.0)
    assert model.reading_g2(2.0) == pytest.approx(4.0 * 5.0 / 3.0)


def test_what_neighbours_share_belongs_to_the_interval_of_the_record_that_it_comes_from():
    """R = 1/2 between readings two seconds apart: r = 1/4 between readings four seconds apart."""
    model = replace(QUIET, reading_g=2.0, lag_one=0.5, interval_s=2.0)
    assert model.reading_g2(2.0) == pytest.approx(4.0 * 3.0)
    assert model.reading_g2(4.0) == pytest.approx(4.0 * 5.0 / 3.0)


def test_a_slope_does_not_depend_on_when_it_was_taken():
    early = np.arange(0.0, 101.0, 2.0)
    model = replace(QUIET, reading_g=3.0, lag_one=0.5, flicker_g2=2.0, walk_g2_s=0.3)
    assert model.slope_g2_s2(early + 1e4) == pytest.approx(model.slope_g2_s2(early))


def test_slow_white_noise_counts_by_the_second_whatever_the_interval():
    model = replace(QUIET, slow_white_g2_s=6.0)
    assert [model.reading_g2(step) for step in (1.0, 3.0)] == [6.0, 2.0]


def test_a_level_in_the_middle_of_its_window_and_at_its_end():
    """Flicker 3/2 and 15/4; a factor times readings of 1 is the middle, of 4 the end, and nothing lies beyond."""
    levels = [FLICKER.level_g2(factor / 100, 100, WINDOW_S, 6.0) for factor in (0.5, 1.0, 2.5, 4.0, 9.0)]
    assert levels == pytest.approx([1.5, 1.5, 2.625, 3.75, 3.75])


def test_a_level_holds_the_noise_of_its_readings_and_a_little_of_the_walk():
    assert replace(QUIET, reading_g=3.0).level_g2(0.04, 100, WINDOW_S, 6.0) == pytest.approx(9.0 * 0.04)
    assert WALK.level_g2(0.01, 100, WINDOW_S, 6.0) == pytest.approx(WINDOW_S * 2.0 / 15.0)


def test_what_the_time_between_two_levels_adds():
    assert WALK.growth_g2(3600.0, WINDOW_S) == pytest.approx(3600.0)
    assert FLICKER.growth_g2(WINDOW_S * (np.e - 1.0), WINDOW_S) == pytest.approx(2.0)
    assert FLICKER.growth_g2([-50.0, 0.0], WINDOW_S)[1] == 0.0
    assert WALK.growth_g2(-3600.0, WINDOW_S) == WALK.growth_g2(3600.0, WINDOW_S)


def test_a_walk_at_two_times_shares_the_time_up_to_the_earlier():
    """The covariance of a random walk is the earlier time."""
    assert WALK.covariance_g2([10.0, 40.0], WINDOW_S) == pytest.approx(np.array([[10.0, 10.0], [10.0, 40.0]]))


@pytest.mark.parametrize("model", [WALK, FLICKER, replace(WALK, flicker_g2=5.0)])
def test_every_difference_has_its_growth_as_variance(model):
    times = np.array([0.0, 100.0, 700.0, 5000.0])
    wander = model.covariance_g2(times, WINDOW_S)
    differences = np.diag(wander)[:, None] + np.diag(wander) - 2.0 * wander
    assert differences == pytest.approx(model.growth_g2(times[:, None] - times, WINDOW_S), abs=1e-9)


def test_the_slope_of_a_walk_scatters_as_is_said():
    rng = np.random.default_rng(17)
    time_s = np.arange(0.0, 401.0)
    walks = np.cumsum(rng.standard_normal((4000, time_s.size)), axis=1)
    slopes = np.polyfit(time_s, walks.T, 1)[0]
    assert WALK.slope_g2_s2(time_s) == pytest.approx(slopes.var(), rel=0.07)


def test_the_slope_of_white_readings_is_that_of_least_squares():
    time_s = np.arange(0.0, 101.0, 2.0)
    expected = 9.0 / ((time_s - time_s.mean()) ** 2).sum()
    assert replace(QUIET, reading_g=3.0).slope_g2_s2(time_s) == pytest.approx(expected)
    assert FLICKER.slope_g2_s2(time_s) == pytest.approx(9.0 / 100.0**2)
    correlated = replace(QUIET, reading_g=3.0, lag_one=0.5).slope_g2_s2(time_s)  # every two seconds: r = 1/4
    assert correlated == pytest.approx(expected * 5.0 / 3.0)


@pytest.mark.parametrize("shortest", [0.25, 1.0, 4.0])
def test_blocks_at_a_focus_are_one_interval_long_and_grow_from_there(shortest):
    """At most 15 % from one to the next; the first is shortened a little, so that a whole number of blocks fits."""
    lengths = np.diff(graded(0.0, 600.0, (0.0,), shortest))
    assert shortest / 1.2 < lengths[0] <= shortest
    assert lengths[1:] / lengths[:-1] == pytest.approx(1.15)
    assert np.diff(graded(0.0, 600.0, (300.0,), shortest)).min() == pytest.approx(shortest, rel=0.17)


def test_blocks_at_another_time_are_the_same_blocks():
    blocks = block_means(np.arange(10.0), np.arange(10.0) ** 2, [0.0, 4.0, 9.0])
    moved = blocks.later(50.0)
    for name in ("middle_s", "first_s", "last_s"):
        assert getattr(moved, name) == pytest.approx(getattr(blocks, name) + 50.0)
    assert moved.mean == pytest.approx(blocks.mean)
    assert covariance_g2(FLICKER, moved, WINDOW_S) == pytest.approx(covariance_g2(FLICKER, blocks, WINDOW_S))


def test_readings_before_the_first_edge_are_in_no_block():
    """A leg in the middle of a record: squares of 4 and 5, then of 6 to 9."""
    blocks = block_means(np.arange(20.0), np.arange(20.0) ** 2, [4.0, 6.0, 9.0])
    assert blocks.mean.tolist() == [(16.0 + 25.0) / 2.0, (36.0 + 49.0 + 64.0 + 81.0) / 4.0]
    assert (blocks.middle_s.tolist(), blocks.first_s.tolist(), blocks.last_s.tolist()) == ([4.5, 7.5], [4, 6], [5, 9])


def test_stretches_of_several_records_join_record_by_record():
    time_s = np.arange(4.0)
    early, late = (block_means(time_s + at, [time_s, 10.0 * time_s], [at, at + 2.0, at + 3.0]) for at in (0.0, 50.0))
    both = joined(early, late)
    assert both.mean.tolist() == [[0.5, 2.5, 0.5, 2.5], [5.0, 25.0, 5.0, 25.0]]
    assert both.middle_s.tolist() == [0.5, 2.5, 50.5, 52.5]


def test_a_stretch_without_readings_has_no_blocks():
    empty = block_means([1.0, 2.0], [1.0, 2.0], [5.0, 9.0])
    assert isinstance(empty, Blocks)
    assert (empty.mean.size, empty.count.size, empty.interval_s) == (0, 0, 0.0)


def test_a_reading_on_the_last_edge_counts_and_on_another_belongs_to_the_block_after():
    blocks = block_means([0.0, 1.0, 2.0, 3.0], [0.0, 1.0, 2.0, 3.0], [0.0, 2.0, 3.0])
    assert blocks.count.tolist() == [2.0, 2.0]
    assert blocks.half_width_s.tolist() == [1.0, 1.0]

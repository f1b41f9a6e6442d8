"""Covariance of means over blocks: against the covariance of single readings, and against simulated noise."""

import numpy as np
import pytest

from calibration.block_covariance import covariance_g2
from calibration.noise_blocks import block_means, graded, joined
from calibration.noise_model import NoiseModel

WINDOW_S = 600.0
TIME_S = np.arange(0.0, 601.0)
ALL = NoiseModel(2e-5, 0.3, 1.0, 1e-10, 1e-10, 2.8e-12, 50.0, 86400.0)


def single(time_s):
    return block_means(time_s, time_s, np.append(time_s - 0.5, time_s[-1] + 0.5))


def averaging(blocks, time_s):
    """The matrix that makes means of readings."""
    first = np.searchsorted(time_s, blocks.first_s)
    number = np.arange(len(time_s)) - first[:, None]
    return ((number >= 0) & (number < blocks.count[:, None])) / blocks.count[:, None]


def test_means_have_the_covariance_that_their_readings_give_them():
    blocks = block_means(TIME_S, TIME_S, graded(0.0, 600.0, (300.0,), 1.0))
    average = averaging(blocks, TIME_S)
    from_readings = average @ covariance_g2(ALL, single(TIME_S), WINDOW_S) @ average.T
    assert covariance_g2(ALL, blocks, WINDOW_S) == pytest.approx(from_readings, rel=1e-6, abs=1e-18)


def test_neighbouring_readings_are_correlated_as_a_first_order_autoregression():
    reading = NoiseModel(2e-5, 0.3, 1.0, 0.0, 0.0, 0.0, 50.0, 86400.0)
    expected = 4e-10 * 0.3 ** np.abs(TIME_S[:, None] - TIME_S)
    assert covariance_g2(reading, single(TIME_S), WINDOW_S) == pytest.approx(expected, rel=1e-9, abs=1e-22)


def test_a_walk_of_days_keeps_its_digits():
    walk = NoiseModel(0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 50.0, 86400.0)
    early, late = single(TIME_S), single(TIME_S + 40 * 86400.0)
    apart = covariance_g2(walk, early, WINDOW_S, late)[300, 300]
    assert apart == pytest.approx(-0.5 * 40 * 86400.0, rel=1e-12)


def test_the_difference_of_two_means_scatters_as_the_walk_says():
    rng = np.random.default_rng(5)
    walks = np.cumsum(rng.normal(size=(4000, 601)), axis=1)
    blocks = block_means(TIME_S, TIME_S, [0.0, 50.0, 400.0, 600.0])
    model = NoiseModel(0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 50.0, 86400.0)
    weights = np.array([-1.0, 0.0, 1.0])
    scatter = (walks @ averaging(blocks, TIME_S).T @ weights).var()
    assert weights @ covariance_g2(model, blocks, WINDOW_S) @ weights == pytest.approx(scatter, rel=0.07)


def test_flicker_agrees_with_the_constants_of_a_straight_line():
    flicker = NoiseModel(0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 50.0, 86400.0)
    covariance = covariance_g2(flicker, single(TIME_S), WINDOW_S)
    line = np.linalg.pinv(np.stack([np.ones(601), TIME_S], axis=1))[0]
    middle = np.full(601, 1 / 601)
    assert middle @ covariance @ middle == pytest.approx(1.5, rel=5e-3)
    assert line @ covariance @ line == pytest.approx(3.75, rel=5e-3)


def test_no_reading_is_lost_or_counted_twice_and_gaps_leave_no_blocks():
    time_s = np.concatenate([np.arange(0.0, 200.0), np.arange(400.0, 601.0)])
    blocks = block_means(time_s, time_s, graded(0.0, 600.0, (0.0, 600.0), 1.0))
    assert blocks.count.sum() == 401
    assert blocks.count @ blocks.mean == pytest.approx(time_s.sum())
    assert not ((blocks.middle_s > 215.0) & (blocks.middle_s < 385.0)).any()


def test_stretches_join_in_order_of_time():
    both = joined(single(TIME_S[:100]), single(TIME_S[300:]))
    assert len(both.count) == 401
    assert (np.diff(both.middle_s) > 0).all()

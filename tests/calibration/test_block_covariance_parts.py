"""Each kind of noise by itself, between readings that are not a second apart and blocks of several of them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from calibration.block_covariance import covariance_g2
from calibration.noise_blocks import block_means, graded
from calibration.noise_model import NoiseModel
from tests.calibration.test_block_covariance import TIME_S, averaging, single

WINDOW_S = 600.0
PARTS = {
    "readings": NoiseModel(3.0, 0.3, 1.0, 0.0, 0.0, 0.0, 50.0, 86400.0),
    "independent readings": NoiseModel(3.0, 0.0, 1.0, 0.0, 0.0, 0.0, 50.0, 86400.0),
    "slow white": NoiseModel(0.0, 0.0, 1.0, 3.0, 0.0, 0.0, 50.0, 86400.0),
    "flicker": NoiseModel(0.0, 0.0, 1.0, 0.0, 5.0, 0.0, 50.0, 86400.0),
    "walk": NoiseModel(0.0, 0.0, 1.0, 0.0, 0.0, 7.0, 50.0, 86400.0),
}


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("step_s", [1.0, 2.0])
def test_means_have_the_covariance_that_their_readings_give_them(name, step_s):
    time_s = TIME_S[:: int(step_s)]
    blocks = block_means(time_s, time_s, graded(0.0, 600.0, (300.0,), 4.0))
    readings = block_means(time_s, time_s, np.append(time_s - step_s / 2.0, time_s[-1] + step_s / 2.0))
    model, average = PARTS[name], averaging(blocks, time_s)
    expected = average @ covariance_g2(model, readings, WINDOW_S) @ average.T
    assert covariance_g2(model, blocks, WINDOW_S) == pytest.approx(expected, rel=1e-5, abs=1e-9)


def test_readings_two_seconds_apart_share_the_square_of_what_neighbours_share():
    covariance = covariance_g2(PARTS["readings"], single(TIME_S[::2]), WINDOW_S)
    assert covariance[0, :4].tolist() == pytest.approx([9.0, 9.0 * 0.09, 9.0 * 0.0081, 9.0 * 0.000729])


def test_what_neighbours_share_belongs_to_the_interval_of_the_record():
    """0.09 of readings two seconds apart is 0.3 of those a second apart, and 0.0081 of those four seconds apart."""
    model = NoiseModel(3.0, 0.09, 2.0, 0.0, 0.0, 0.0, 50.0, 86400.0)
    for step, shared in ((1, 0.3), (2, 0.09), (4, 0.0081)):
        assert covariance_g2(model, single(TIME_S[::step]), WINDOW_S)[0, 1] == pytest.approx(9.0 * shared)


def test_a_mean_of_four_neighbours_by_hand():
    """Sum of r^|i - j| over four and four: 4 + 2 (3 r + 2 r^2 + r^3), over sixteen."""
    blocks = block_means(TIME_S[:8], TIME_S[:8], [0.0, 4.0, 7.0])
    r, found = 0.3, covariance_g2(PARTS["readings"], blocks, WINDOW_S)
    assert found[0, 0] == pytest.approx(9.0 * (4.0 + 2.0 * (3.0 * r + 2.0 * r**2 + r**3)) / 16.0)
    between = sum(r ** (j - i) for i in range(4) for j in range(4, 8))
    assert found[0, 1] == found[1, 0] == pytest.approx(9.0 * between / 16.0)


def test_independent_readings_average_out():
    blocks = block_means(TIME_S[:8], TIME_S[:8], [0.0, 5.0, 7.0])
    found = covariance_g2(PARTS["independent readings"], blocks, WINDOW_S)
    assert found.tolist() == [pytest.approx([9.0 / 5.0, 0.0]), pytest.approx([0.0, 9.0 / 3.0])]


def test_slow_white_goes_by_the_time_of_a_block():
    """A mean over 10 s of a density of 3 g^2 s: 0.3 g^2, whether of a hundred readings or of five."""
    for step_s in (0.1, 1.0, 2.0):
        time_s = np.arange(0.0, 20.0, step_s)
        blocks = block_means(time_s, time_s, [-step_s / 2.0, 10.0 - step_s / 2.0, 20.0])
        found = covariance_g2(PARTS["slow white"], blocks, WINDOW_S)
        assert found.tolist() == [pytest.approx([0.3, 0.0]), pytest.approx([0.0, 0.3])]


def test_blocks_of_two_stretches_share_no_readings():
    one, other = (block_means(TIME_S[some], TIME_S[some], [TIME_S[some][0], TIME_S[some][-1]])
                  for some in (slice(0, 100), slice(200, 300)))  # fmt: skip
    assert covariance_g2(PARTS["slow white"], one, WINDOW_S, other)[0, 0] == 0.0
    assert covariance_g2(PARTS["readings"], one, WINDOW_S, other)[0, 0] == pytest.approx(0.0, abs=1e-30)


def test_a_walk_seen_by_means_far_apart_is_the_distance_of_their_middles():
    """And within one block of length L it is a third of it: -q / 2 times L / 3."""
    blocks = block_means(TIME_S, TIME_S, [0.0, 100.0, 500.0, 600.0])
    found = covariance_g2(PARTS["walk"], blocks, WINDOW_S)
    assert found[0, 2] == pytest.approx(-3.5 * (blocks.middle_s[2] - blocks.middle_s[0]), rel=1e-12)
    assert found[0, 0] == pytest.approx(-3.5 * 100.0 / 3.0, rel=1e-9)


def test_flicker_far_apart_goes_by_the_logarithm_of_the_distance():
    early, late = (block_means(t, t, [t[0], t[-1]]) for t in (TIME_S[:10], TIME_S[:10] + 6000.0))
    found = covariance_g2(PARTS["flicker"], early, WINDOW_S, late)
    assert found[0, 0] == pytest.approx(-5.0 * math.log(10.0), rel=1e-5)
    assert covariance_g2(PARTS["flicker"], early, 2.0 * WINDOW_S, late)[0, 0] - found[0, 0] == pytest.approx(
        5.0 * math.log(2.0)
    )


@pytest.mark.parametrize("times", [49.0, 49.9, 50.1, 60.0])
def test_near_and_far_meet(times):
    """Fifty half widths apart the series takes over: the same to eight digits."""
    width = 10.0
    early, late = (block_means(t, t, [t[0], t[-1]]) for t in (TIME_S[:10], TIME_S[:10] + times * width / 2.0))
    found = covariance_g2(PARTS["flicker"], early, WINDOW_S, late)[0, 0]
    apart = times * width / 2.0
    series = math.log(apart / WINDOW_S) - (2.0 * 25.0) / (6.0 * apart**2)
    assert found == pytest.approx(-5.0 * series, rel=1e-6)


def test_no_flicker_and_no_walk_leave_the_readings_alone():
    blocks = single(TIME_S[:50])
    nothing = NoiseModel(3.0, 0.3, 1.0, 0.0, 0.0, 0.0, 50.0, 86400.0)
    assert covariance_g2(nothing, blocks, WINDOW_S).tolist() == covariance_g2(nothing, blocks, 1.0).tolist()
    assert covariance_g2(nothing, blocks, WINDOW_S, single(TIME_S[60:80])).shape == (50, 20)


@pytest.mark.parametrize(("focus", "shortest_at"), [((0.0,), [0]), ((600.0,), [-1]), ((0.0, 600.0), [0, -1])])
def test_blocks_are_shortest_where_they_are_looked_at(focus, shortest_at):
    edges = graded(0.0, 600.0, focus, 1.0)
    widths = np.diff(edges)
    assert (edges[0], edges[-1]) == (0.0, 600.0)
    assert widths[shortest_at].tolist() == pytest.approx([widths.min()] * len(shortest_at))
    assert 0.8 < widths.min() <= 1.0
    assert widths.max() <= 1.16 * 600.0 / 6.0 * 1.3
    ratio = widths[1:] / widths[:-1]
    assert ((np.abs(ratio - 1.15) < 1e-6) | (np.abs(ratio - 1 / 1.15) < 1e-6) | (np.abs(ratio - 1.0) < 1e-6)).all()


def test_a_focus_in_the_middle_makes_both_sides_alike():
    edges = graded(0.0, 600.0, (300.0,), 1.0)
    assert (600.0 - edges[::-1]).tolist() == pytest.approx(edges.tolist())
    assert 300.0 in edges
    assert graded(0.0, 600.0, (300.0, 700.0, -5.0), 1.0).tolist() == edges.tolist()


def test_one_reading_alone_stands_for_no_time():
    blocks = block_means([5.0], [2.0], [0.0, 10.0])
    assert (blocks.mean.tolist(), blocks.middle_s.tolist(), blocks.count.tolist()) == ([2.0], [5.0], [1.0])
    assert (blocks.interval_s, blocks.half_width_s.tolist()) == (0.0, [0.0])
    assert block_means([5.0], [2.0], [6.0, 10.0]).interval_s == 0.0


@pytest.mark.parametrize("name", ["readings", "independent readings"])
def test_one_reading_alone_has_the_variance_of_one(name):
    one = block_means([5.0], [2.0], [0.0, 10.0])
    assert covariance_g2(PARTS[name], one, WINDOW_S).tolist() == [[9.0]]

"""Gauge studies: two published examples, simulated truth, and intervals that hold it as often as they say.

The examples are that of the AIAG manual (10 parts, 3 appraisers, 3 trials) as the help of statistical programs repeats
it, and the thermal resistances of Houf and Berman, Quality Engineering 1 (1988), as in the manual of SAS PROC VARCOMP.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.errors import ImplausibleError
from calibration.grr import crossed
from calibration.grr_nested import nested
from calibration.variance_components import crossed_sums_of_squares, difference_interval, sum_interval

_AIAG = """
 0.29 -0.56 1.34 0.47 -0.80  0.02 0.59 -0.31 2.26 -1.36   0.41 -0.68 1.17 0.50 -0.92 -0.11 0.75 -0.20 1.99 -1.25
 0.64 -0.58 1.27 0.64 -0.84 -0.21 0.66 -0.17 2.01 -1.31   0.08 -0.47 1.19 0.01 -0.56 -0.20 0.47 -0.63 1.80 -1.68
 0.25 -1.22 0.94 1.03 -1.20  0.22 0.55  0.08 2.12 -1.62   0.07 -0.68 1.34 0.20 -1.28  0.06 0.83 -0.34 2.19 -1.50
 0.04 -1.38 0.88 0.14 -1.46 -0.29 0.02 -0.46 1.77 -1.49  -0.11 -1.13 1.09 0.20 -1.07 -0.67 0.01 -0.56 1.45 -1.77
-0.15 -0.96 0.67 0.11 -1.45 -0.49 0.21 -0.49 1.87 -2.16
"""
_HOUF_BERMAN = """
37 38 37 41 41 40 41 42 41   42 41 43 42 42 42 43 42 43   30 31 31 31 31 31 29 30 28   42 43 42 43 43 43 42 42 42
28 30 29 29 30 29 31 29 29   42 42 43 45 45 45 44 46 45   25 26 27 28 28 30 29 27 27   40 40 40 43 42 42 43 43 41
25 25 25 27 29 28 26 26 26   35 34 34 35 35 34 35 34 35
"""
AIAG = np.array(_AIAG.split(), float).reshape(3, 3, 10).transpose(2, 0, 1)
HOUF_BERMAN = np.array(_HOUF_BERMAN.split(), float).reshape(10, 3, 3)


def simulated(number, shape, part, condition, interaction, repeat, seed):
    """Studies with known standard deviations, (number, parts, conditions, repeats)."""
    g, (p, o, r) = np.random.default_rng(seed), shape
    effects = [(part, (p, 1, 1)), (condition, (1, o, 1)), (interaction, (p, o, 1)), (repeat, (p, o, r))]
    return 10.0 + sum(sd * g.normal(size=(number, *one)) for sd, one in effects)


def test_the_example_of_the_manual_in_every_line():
    found = crossed(AIAG, tolerance=10.0)
    assert [row.sum_of_squares for row in found.table] == pytest.approx([88.3619, 3.1673, 0.3590, 2.7589], abs=5e-5)
    assert [row.degrees_of_freedom for row in found.table] == [9, 2, 18, 60]
    assert found.pooled
    assert found.table[2].p == pytest.approx(0.974, abs=5e-4)


def test_the_variances_of_the_manual():
    found = crossed(AIAG, tolerance=10.0)
    assert (found.repeatability, found.condition, found.part) == pytest.approx((0.03997, 0.05146, 1.08645), abs=5e-6)
    assert (found.grr, found.total) == pytest.approx((0.09143, 1.17788), abs=5e-6)
    assert (found.percent_of_total, found.percent_of_tolerance) == pytest.approx((27.86, 18.14), abs=0.005)
    assert (found.ndc, found.clipped) == (4, ())
    assert "pooled" in found.remarks[0]


def test_a_study_with_interaction_keeps_it():
    found = crossed(HOUF_BERMAN)
    squares = [row.mean_square for row in found.table]
    assert squares == pytest.approx([437.328395, 19.633333, 2.695062, 0.511111], abs=1e-6)
    assert not found.pooled
    expected = (0.51111111, 0.56460905, 0.72798354, 48.29259259)
    assert (found.repeatability, found.condition, found.interaction, found.part) == pytest.approx(expected)


def test_the_limits_are_those_of_an_independent_implementation():
    """The R package gaugerr gives these modified large-sample limits for the same readings."""
    found = crossed(HOUF_BERMAN)
    assert found.grr_interval == pytest.approx((1.206225574, 27.0172388372))
    assert found.part_interval == pytest.approx((22.694519080, 161.6391841517))
    assert found.repeatability_interval == pytest.approx((0.368157535, 0.7575430447))


def test_generalised_limits_of_the_ratio_are_those_of_others():
    """Other programs, with draws of their own: gaugerr (variance, 95 %), and one for the manual's example (90 %)."""
    low, high = ((one / 100.0) ** 2 for one in crossed(HOUF_BERMAN).percent_of_total_interval)
    assert (low, high) == pytest.approx((0.01170, 0.36336), rel=0.05)
    assert crossed(AIAG, level=0.9).percent_of_total_interval == pytest.approx((16.95, 69.18), rel=0.03)


def test_simulated_variances_come_back_on_average():
    """3000 studies, true variances 4, 1, 0.25 and 0.0625: the mean of each estimate within four of its own errors."""
    shape = p, o, r = (8, 5, 3)
    sums = crossed_sums_of_squares(simulated(3000, shape, 2.0, 1.0, 0.5, 0.25, seed=1))
    freedoms = (p - 1, o - 1, (p - 1) * (o - 1), p * o * (r - 1))
    part, condition, both, repeat = (one / nu for one, nu in zip(sums, freedoms, strict=True))
    estimates = ((part - both) / (o * r), (condition - both) / (p * r), (both - repeat) / r, repeat)
    for found, truth in zip(estimates, (4.0, 1.0, 0.25, 0.0625), strict=True):
        assert abs(found.mean() - truth) < 4.0 * found.std() / math.sqrt(found.size)


@pytest.mark.parametrize(("condition", "interaction"), [(1.0, 0.5), (0.3, 0.0), (0.0, 0.0)])
def test_limits_of_the_gauge_hold_the_truth(condition, interaction):
    """20 000 studies: 95 % and a little more, also with no conditions at work."""
    p, o, r = shape = (8, 5, 3)
    _, condition_ss, both, repeat = crossed_sums_of_squares(
        simulated(20_000, shape, 2.0, condition, interaction, 0.5, 2)
    )
    squares = [condition_ss / (o - 1), both / ((p - 1) * (o - 1)), repeat / (p * o * (r - 1))]
    weights, freedoms = [1.0 / (p * r), (p - 1.0) / (p * r), (r - 1.0) / r], [o - 1, (p - 1) * (o - 1), p * o * (r - 1)]
    low, high = sum_interval(weights, squares, freedoms)
    truth = condition**2 + interaction**2 + 0.25
    assert 0.945 < ((low <= truth) & (truth <= high)).mean() < 0.98


def test_limits_of_the_parts_hold_the_truth():
    p, o, r = shape = (8, 5, 3)
    part, _, both, _ = crossed_sums_of_squares(simulated(20_000, shape, 1.0, 0.5, 0.7, 0.5, 3))
    low, high = difference_interval(part / (p - 1), p - 1, both / ((p - 1) * (o - 1)), (p - 1) * (o - 1))
    assert ((low <= o * r) & (o * r <= high)).mean() == pytest.approx(0.95, abs=0.01)


@pytest.mark.parametrize("interaction", [0.0, 0.4])
def test_the_whole_study_holds_the_truth_with_pooling_and_all(interaction):
    """300 studies through the door: percentage of the total and variance of the gauge."""
    grr = 0.25 + interaction**2 + 0.25
    percent, hits = 100.0 * math.sqrt(grr / (grr + 4.0)), []
    for readings in simulated(300, (10, 6, 3), 2.0, 0.5, interaction, 0.5, seed=4):
        found = crossed(readings)
        hits.append([low <= truth <= high for (low, high), truth in (
            (found.percent_of_total_interval, percent), (found.grr_interval, grr))])  # fmt: skip
    assert (np.mean(hits, axis=0) > 0.91).all()


def test_what_was_below_zero_is_zero_and_named():
    """No conditions at work at all: half of the studies estimate less than nothing."""
    studies = [crossed(one) for one in simulated(100, (8, 3, 3), 2.0, 0.0, 0.0, 1.0, seed=5)]
    below = [one for one in studies if "condition" in one.clipped]
    assert 30 < len(below) < 80
    assert all(one.condition == 0.0 and "set to zero" in one.remarks[-1] for one in below)


STUDIES = st.integers(0, 10_000).map(lambda seed: simulated(1, (4, 3, 2), 2.0, 0.5, 0.3, 0.5, seed)[0])


@settings(max_examples=40, deadline=None)
@given(STUDIES, st.floats(0.01, 100.0), st.floats(-100.0, 100.0), st.permutations(range(4)))
def test_units_offset_and_order_change_nothing(readings, scale, offset, order):
    plain, other = crossed(readings, tolerance=8.0), crossed((readings * scale + offset)[order], tolerance=8.0 * scale)
    assert other.percent_of_total == pytest.approx(plain.percent_of_total, rel=1e-6)
    assert other.percent_of_tolerance_interval == pytest.approx(plain.percent_of_tolerance_interval, rel=1e-6)
    assert other.clipped == plain.clipped


@settings(max_examples=40, deadline=None)
@given(STUDIES)
def test_the_sums_of_squares_leave_nothing_over(readings):
    total = ((readings - readings.mean()) ** 2).sum()
    assert sum(row.sum_of_squares for row in crossed(readings).table) == pytest.approx(total)


def benches(number, deviations, shape, seed):
    g = np.random.default_rng(seed)
    return sum(
        sd * g.normal(size=(number, *shape[: i + 1], *[1] * (len(shape) - i - 1))) for i, sd in enumerate(deviations)
    )


def test_runs_within_benches_give_back_what_was_put_in():
    """600 studies of 8 benches, 4 runs each, 3 readings: variances 1, 0.25, 0.04 and their intervals."""
    studies = [nested(one) for one in benches(600, (1.0, 0.5, 0.2), (8, 4, 3), seed=6)]
    means = np.mean([list(one.variances.values()) for one in studies], axis=0)
    assert means == pytest.approx([1.0, 0.25, 0.04], rel=0.08)
    truth = math.sqrt(1.29)
    hits = [one.reproducibility_interval[0] <= truth <= one.reproducibility_interval[1] for one in studies]
    assert 0.93 < np.mean(hits) < 0.985


def test_two_stages_are_the_analysis_of_iso_5725():
    """By hand: three laboratories of two results; s_r^2 = 0.02, s_L^2 = (0.86 - 0.02) / 2."""
    found = nested([[1.0, 1.2], [2.1, 1.9], [2.4, 2.6]], ("laboratory", "result"))
    assert found.mean_squares == pytest.approx((2.0 * np.var([1.1, 2.0, 2.5], ddof=1), 0.02))
    assert found.repeatability**2 == pytest.approx(0.02)
    between = (found.mean_squares[0] - 0.02) / 2.0
    assert found.reproducibility**2 == pytest.approx(0.02 + between)


def test_readings_within_a_run_are_the_repeatability_however_far_apart_runs_are():
    """By hand: two readings in each run, 0.1 from their middle: s_r^2 = 2 x 0.01 on one degree of freedom each."""
    middles = np.array([[10.0, 12.0], [20.0, 25.0]])
    found = nested(middles[:, :, None] + np.array([-0.1, 0.1]))
    assert list(found.deviations) == ["bench", "run", "reading"]
    assert found.repeatability == pytest.approx(math.sqrt(0.02))


@pytest.mark.parametrize("factor", [1e-3, 1e3])
def test_the_unit_of_a_nested_study_does_not_matter(factor):
    """Deviations and the ends of their intervals are of the unit of the readings."""
    [readings] = benches(1, (1.0, 0.5, 0.2), (8, 4, 3), seed=7)
    found, scaled = nested(readings), nested(factor * readings)
    for name in ("reproducibility_interval", "repeatability_interval"):
        ends = getattr(found, name)
        assert 0.0 < ends[0] < ends[1]
        assert getattr(scaled, name) == pytest.approx([factor * one for one in ends], rel=1e-9)


def test_what_does_not_vary_was_not_estimated_below_zero():
    found = nested([[1.0, 1.0], [1.0, 1.0]], ("bench", "run"))
    assert (found.variances, found.clipped) == ({"bench": 0.0, "run": 0.0}, ())


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: crossed([[1.0, 2.0]]), "readings"),
        (lambda: crossed(np.ones((2, 2, 2))), "never differ"),
        (lambda: crossed(AIAG[:, :, :1]), "repeats"),
        (lambda: crossed(AIAG, tolerance=0.0), "tolerance"),
        (lambda: crossed(AIAG, level=1.0), "level"),
        (lambda: nested([[1.0, 2.0], [1.0, math.nan]], ("bench", "run")), "bench, run"),
        (lambda: nested([[1.0, 2.0], [1.0, 2.0]]), "reading"),
    ],
)
def test_what_cannot_be_is_refused_by_name(call, named):
    with pytest.raises(ImplausibleError, match=named):
        call()

"""Studies without any noise, by hand, and what must hold of every study."""

from __future__ import annotations

import math

import numpy as np
import pytest

from calibration.errors import ImplausibleError
from calibration.grr import crossed
from calibration.grr_anova import anova, components, gauge_weights, used
from calibration.variance_components import difference_interval, generalised_draws, sum_interval
from tests.calibration.test_grr import AIAG, HOUF_BERMAN, simulated

PARTS, CONDITIONS = np.array([0.0, 1.0, 5.0]), np.array([0.0, 0.5])


def noiseless(interaction=0.0):
    """Three parts, two conditions, two repeats that agree to the last bit."""
    cell = PARTS[:, None] + CONDITIONS + interaction * np.array([[0.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    return np.repeat(cell[:, :, None], 2, axis=2)


def test_effects_without_any_noise_are_certain():
    part, condition, interaction, repeat = anova(noiseless())
    assert (part.f, part.p, condition.f, condition.p) == (math.inf, 0.0, math.inf, 0.0)
    assert (math.isnan(interaction.f), interaction.p) == (True, 1.0)
    assert (repeat.mean_square, math.isnan(repeat.f), math.isnan(repeat.p)) == (0.0, True, True)


def test_a_condition_that_does_nothing_shows_nothing_even_without_noise():
    _, condition, *_ = anova(np.broadcast_to(PARTS[:, None, None], (3, 2, 2)))
    assert (math.isnan(condition.f), condition.p) == (True, 1.0)


def test_each_effect_is_compared_with_what_it_must_exceed():
    """Parts and conditions with the interaction, and that with the repeats (Montgomery)."""
    part, condition, interaction, repeat = anova(HOUF_BERMAN)
    assert part.f == pytest.approx(437.328395 / 2.695062, rel=1e-6)
    assert condition.f == pytest.approx(19.633333 / 2.695062, rel=1e-6)
    assert interaction.f == pytest.approx(2.695062 / 0.511111, rel=1e-5)
    assert [one.degrees_of_freedom for one in (part, condition, interaction, repeat)] == [9, 2, 18, 60]
    assert (part.p < 1e-12, condition.p) == (True, pytest.approx(0.0050, abs=2e-4))


@pytest.mark.parametrize("readings", [AIAG, HOUF_BERMAN])
@pytest.mark.parametrize("pooled", [True, False])
def test_the_gauge_is_the_sum_of_its_parts(readings, pooled):
    """As a sum of mean squares, and as the sum of the variances that come from them."""
    squares, freedoms = used(anova(readings), pooled)
    found, clipped = components(squares, readings.shape, pooled)
    gauge = sum(w * one for w, one in zip(gauge_weights(readings.shape, pooled), squares[1:], strict=True))
    raw = sum(found[name] for name in ("repeatability", "condition", "interaction"))
    assert sum(freedoms) == readings.size - 1
    assert len(squares) == (3 if pooled else 4)
    assert clipped or gauge == pytest.approx(raw)


def test_pooling_keeps_the_sum_of_squares():
    table = anova(AIAG)
    squares, freedoms = used(table, pooled=True)
    whole = sum(one.sum_of_squares for one in table)
    assert sum(s * nu for s, nu in zip(squares, freedoms, strict=True)) == pytest.approx(whole)
    assert freedoms == [9.0, 2.0, 78.0]


def test_the_percentage_of_a_tolerance_is_that_of_six_deviations():
    found = crossed(HOUF_BERMAN, tolerance=60.0)
    low, high = found.percent_of_tolerance_interval
    assert (low, high) == pytest.approx((10.0 * 1.206225574**0.5, 10.0 * 27.0172388372**0.5))
    assert low < found.percent_of_tolerance < high
    assert math.isnan(crossed(HOUF_BERMAN).percent_of_tolerance)
    assert math.isnan(crossed(HOUF_BERMAN).tolerance)


def test_a_large_study_leaves_little_open():
    """Forty parts, thirty conditions: standard deviations 2 of parts, 1 each of the gauge's three: root of 3 in 7."""
    [readings] = simulated(1, (40, 30, 3), 2.0, 1.0, 1.0, 1.0, seed=5)
    found = crossed(readings)
    low, high = found.percent_of_total_interval
    assert low < 100.0 * math.sqrt(3.0 / 7.0) < high
    assert low < found.percent_of_total < high
    assert high - low < 25.0


def test_parts_smaller_than_the_interaction_add_nothing():
    """The gauge is then all there is: its part of the total reaches up to everything, and no higher."""
    [readings] = simulated(1, (6, 3, 2), 0.0, 1.0, 1.0, 1.0, seed=8)
    assert crossed(readings, pool_above=1.0).percent_of_total_interval[1] == pytest.approx(100.0)


def test_a_level_belongs_to_every_interval():
    narrow, wide = (crossed(HOUF_BERMAN, level=level) for level in (0.8, 0.99))
    for name in ("grr_interval", "repeatability_interval", "part_interval", "percent_of_total_interval"):
        inner, outer = getattr(narrow, name), getattr(wide, name)
        assert outer[0] < inner[0] < inner[1] < outer[1]
    assert (narrow.level, wide.level) == (0.8, 0.99)


def test_categories_are_counted_and_cut():
    """sqrt(2) times 5 over 1 is 7.07; without noise there is no number."""
    made = crossed(HOUF_BERMAN)
    assert made.ndc == math.floor(math.sqrt(2.0 * 48.29259259 / made.grr))
    flat = crossed(np.broadcast_to(PARTS[:, None, None], (3, 2, 2)))
    assert (flat.ndc, flat.grr, flat.percent_of_total) == (None, 0.0, 0.0)


def test_remarks_name_what_was_pooled_and_what_was_cut():
    [readings] = simulated(1, (6, 3, 2), 0.0, 0.0, 0.0, 1.0, seed=1)
    pooled = crossed(readings, pool_above=0.0)
    kept = crossed(readings, pool_above=1.0)
    assert (pooled.pooled, kept.pooled) == (True, False)
    assert pooled.remarks[0].startswith("the interaction shows nothing (p = ")
    assert len(pooled.remarks) == 1 + len(pooled.clipped)
    assert list(kept.remarks) == [
        f"the variance of {name} was estimated below zero and is set to zero" for name in kept.clipped
    ]
    assert min(getattr(kept, name) for name in ("part", "condition", "interaction")) == 0.0


@pytest.mark.parametrize("tolerance", [0.0, -1.0, math.inf, math.nan])
def test_a_tolerance_has_a_width(tolerance):
    with pytest.raises(ImplausibleError, match="tolerance: expected a width above zero"):
        crossed(AIAG, tolerance=tolerance)


@pytest.mark.parametrize("shape", [(1, 2, 2), (2, 1, 2), (2, 2, 1), (4, 4)])
def test_a_study_has_two_of_everything(shape):
    with pytest.raises(ImplausibleError, match="two or more each, found"):
        crossed(np.arange(math.prod(shape), dtype=float).reshape(shape))
    assert crossed(np.arange(8.0).reshape(2, 2, 2) ** 2).table[3].degrees_of_freedom == 4


@pytest.mark.parametrize("level", [-0.95, 0.0, 1.0, 1.5, math.nan])
def test_a_level_is_a_probability(level):
    told = f"level: expected a probability between 0 and 1, such as 0.95, found {level}"
    with pytest.raises(ImplausibleError, match=told):
        sum_interval([1.0], [1.0], [5.0], level)
    with pytest.raises(ImplausibleError, match=told):
        difference_interval(2.0, 5.0, 1.0, 5.0, level)


def test_one_mean_square_has_the_interval_of_chi_squared():
    """Tables: 2.5 % and 97.5 % points of chi-squared with 10 degrees of freedom, 3.247 and 20.483."""
    assert sum_interval([2.0], [1.0], [10.0]) == pytest.approx((20.0 / 20.483, 20.0 / 3.247), rel=1e-4)
    with pytest.raises(ImplausibleError, match="coefficients: expected numbers above zero"):
        sum_interval([1.0, 0.0], [1.0, 1.0], [5.0, 5.0])


def test_a_difference_of_known_mean_squares_is_known():
    low, high = difference_interval(3.0, 1e7, 1.0, 1e7)
    assert (low, high) == pytest.approx((2.0, 2.0), abs=0.01)
    assert difference_interval(1.0, 1e7, 3.0, 1e7) == (0.0, 0.0)


def test_a_difference_from_nothing_is_the_first_alone():
    assert difference_interval(1.0, 10.0, 0.0, 20.0) == pytest.approx((10.0 / 20.483, 10.0 / 3.247), rel=1e-4)


def test_limits_of_differences_hold_the_truth_where_the_second_is_large():
    """The upper limit by itself: in 97.5 of 100 the truth lies below it."""
    rng = np.random.default_rng(6)
    first, second = 2.0 * rng.chisquare(5, 40_000) / 5, 1.5 * rng.chisquare(6, 40_000) / 6
    low, high = difference_interval(first, 5, second, 6)
    assert (high >= 0.5).mean() == pytest.approx(0.975, abs=0.006)
    assert (low <= 0.5).mean() == pytest.approx(0.975, abs=0.01)


def test_generalised_draws_scatter_as_the_truth_may():
    """Nu S^2 / chi-squared: the mean of 1 / chi-squared is 1 / (nu - 2)."""
    first, second = generalised_draws([2.0, 3.0], [12.0, 22.0], 100_000, 1)
    assert (first.mean(), second.mean()) == pytest.approx((2.4, 3.3), rel=0.01)
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(0.0, abs=0.02)
    assert generalised_draws([2.0], [12.0], 5, 1)[0].tolist() == generalised_draws([2.0], [12.0], 5, 1)[0].tolist()


@pytest.mark.parametrize("factor", [1e-3, 10.0])
def test_the_unit_of_the_readings_does_not_matter(factor):
    found, scaled = (difference_interval(3.0 * one, 5, 2.0 * one, 6) for one in (1.0, factor))
    assert scaled == pytest.approx([factor * one for one in found], rel=1e-12)
    assert found[1] > 0.0
    found, scaled = (sum_interval([0.5, 2.0], [3.0 * one, 2.0 * one], [5, 6]) for one in (1.0, factor))
    assert scaled == pytest.approx([factor * one for one in found], rel=1e-12)

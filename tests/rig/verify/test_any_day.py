"""The any-24-h dose: where its windows begin, what lies between two of them, and how far chance pushes an extreme."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.units import TIME
from rig.verify.dose_windows import TRIALS, extreme_windows, largest_errors_ul, start_instants_s
from rig.verify.errors import MetricError

HOUR = 3600.0
STILL = {"noise_ul": 0.0, "u_rate_ul_h": 0.0, "u_scale": 0.0}
STEADY = 'kind = "continuous", flow = "5 uL/h", duration = "72 h"'
FLEX = (
    'kind = "day_schedule", duration = "72 h", steps = [ { start = "00:00", flow = "5 uL/h" }, '
    '{ start = "08:00", flow = "10 uL/h" }, { start = "20:00", flow = "2 uL/h" } ]'
)


def any_window(levels, told, step="1 h", window="24 h", began_s=0.0, seed=0):
    length, grid = TIME.parse("window", window), TIME.parse("step", step)
    return extreme_windows(levels, told, TIME.quantity(began_s), step=grid, window=length, seed=seed)


def test_windows_begin_on_the_grid_and_where_an_end_meets_a_corner():
    found = start_instants_s(np.array([0.0, 8.0, 30.0, 72.0]) * HOUR, 24 * HOUR, 7 * HOUR)
    assert found / HOUR == pytest.approx([0, 6, 7, 8, 14, 21, 28, 30, 35, 42, 48])


def test_no_window_reaches_beyond_the_program():
    assert start_instants_s(np.array([0.0, 48.5, 72.0]), 24.0, 48.0).tolist() == [0.0, 24.5, 48.0]
    assert start_instants_s(np.array([0.0, 72.0]), 24.0, 24.0).tolist() == [0.0, 24.0, 48.0]
    assert start_instants_s(np.array([0.0, 72.0]), 24.0, 30.0).tolist() == [0.0, 30.0, 48.0]


def test_starts_that_rounding_parts_are_one():
    assert start_instants_s(np.array([0.0, 10.0000003, 100.0]), 80.0, 10.0).tolist() == [0.0, 10.0, 20.0]
    assert start_instants_s(np.array([0.0, 10.00004, 100.0]), 80.0, 10.0).tolist() == [0.0, 10.0, 10.00004, 20.0]


def test_a_program_of_one_window_has_one_start():
    assert start_instants_s(np.array([0.0, 24.0]), 24.0, 1.0).tolist() == [0.0]
    assert start_instants_s(np.array([0.0, 24.0]), 24.0 + 5e-7, 1.0).tolist() == [0.0]
    with pytest.raises(MetricError, match=r"at most the program's 24 s, found 24\.01 s; run longer"):
        start_instants_s(np.array([0.0, 24.0]), 24.01, 1.0)


def test_what_both_ends_of_a_window_share_is_no_error_of_it():
    """Three levels, noise of 1 uL each and 20 uL that all share: a window has the root of two, and no more."""
    drawn = largest_errors_ul(np.eye(3) + 400.0, np.array([0, 0]), np.array([1, 2]), seed=3)
    assert drawn.shape == (TRIALS, 2) == (4000, 2)
    assert drawn.std(axis=0) == pytest.approx(np.sqrt(2.0), rel=0.05)
    assert np.corrcoef(drawn.T)[0, 1] == pytest.approx(0.5, abs=0.05)
    assert drawn.mean(axis=0) == pytest.approx(0.0, abs=0.1)


def test_another_seed_draws_other_errors(program, drawn):
    told = program(FLEX)
    first, second = (any_window(drawn(told.volume_ul, 73.0), told, seed=seed).expanded_ul for seed in (0, 1))
    assert first != second
    assert first == pytest.approx(second, rel=0.05)
    assert any_window(drawn(told.volume_ul, 73.0), told).expanded_ul == first


def test_rounding_below_zero_is_no_noise():
    """Levels that err all together leave eigenvalues of zero."""
    assert np.abs(largest_errors_ul(np.full((3, 3), 1e6), np.array([0, 1]), np.array([1, 2]), 0)).max() < 1e-3


def test_one_window_by_itself_has_the_interval_of_a_normal_error(program, drawn):
    told = program('kind = "continuous", flow = "5 uL/h", duration = "24 h"')
    found = any_window(drawn(told.volume_ul, 25.0, **STILL | {"noise_ul": 0.5}), told)
    assert found.count == 1
    assert found.u_largest_ul == found.u_smallest_ul == pytest.approx(0.5 * np.sqrt(2.0))
    assert found.expanded_ul == pytest.approx(1.96 * found.u_largest_ul, rel=0.05)
    assert found.bias_at_most_ul == pytest.approx(0.0, abs=0.05)
    assert found.largest_ul == found.smallest_ul == found.between_at_most_ul == found.between_at_least_ul


def test_each_extreme_has_the_uncertainty_of_its_own_window(program, drawn):
    """A scale that is wrong by 1 %: of 120 uL in the largest 12 h, and of 44 uL in the smallest."""
    told = program(FLEX)
    found = any_window(drawn(told.volume_ul, 73.0, **STILL | {"u_scale": 0.01}), told, window="12 h")
    assert (found.programmed_largest_ul, found.programmed_smallest_ul) == pytest.approx((120.0, 4 * 5.0 * 2 + 8.0))
    assert (found.u_largest_ul, found.u_smallest_ul) == pytest.approx((1.2, 0.01 * found.programmed_smallest_ul))
    assert found.expanded_ul == pytest.approx(1.96 * 1.2, rel=0.05)


def test_extremes_are_told_on_the_clock_of_the_bench(program, drawn):
    """12 h at 10 uL/h begin at 08:00; the least, 8 h at 2 and 4 h at 5 uL/h, at 20:00. The program began at 1200 s."""
    told = program(FLEX)
    levels = drawn(lambda t: told.volume_ul(t - 1200.0), 74.0, **STILL)
    found = any_window(levels, told, step="4 h", window="12 h", began_s=1200.0)
    assert (found.at_largest_s, found.largest_ul) == pytest.approx((1200.0 + 8 * HOUR, 120.0))
    assert (found.at_smallest_s, found.smallest_ul) == pytest.approx((1200.0 + 20 * HOUR, found.programmed_smallest_ul))
    assert found.window_s == 12 * HOUR
    assert found.count == 16


def test_what_may_hide_between_two_starts_is_one_step_more_or_less(program, drawn):
    """Steady 5 uL/h: no 24 h between two starts an hour apart can hold more than 25 h do, or less than 23 h."""
    told = program(STEADY)
    found = any_window(drawn(told.volume_ul, 73.0, **STILL), told)
    assert (found.largest_ul, found.smallest_ul) == pytest.approx((120.0, 120.0))
    assert (found.between_at_most_ul, found.between_at_least_ul) == pytest.approx((125.0, 115.0))
    assert found.error_percent == pytest.approx(0.0, abs=1e-9)


def test_a_burst_between_two_starts_is_bounded_wherever_it_lies(program, drawn):
    """8 uL in the last half hour: only the last window holds them, and it is the last pair that bounds the most."""
    told = program(STEADY)
    late = drawn(lambda t: told.volume_ul(t) + 16.0 * np.clip(t / HOUR - 71.5, 0.0, 0.5), 73.0, **STILL)
    found = any_window(late, told)
    assert (found.largest_ul, found.at_largest_s) == pytest.approx((128.0, 48 * HOUR))
    assert found.between_at_most_ul == pytest.approx(133.0)
    idle = drawn(lambda t: told.volume_ul(t) - 16.0 * np.clip(t / HOUR, 0.0, 0.5), 73.0, **STILL)
    assert any_window(idle, told).smallest_ul == pytest.approx(112.0)

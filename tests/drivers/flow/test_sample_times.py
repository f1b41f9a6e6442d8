"""Times of buffered measurements: one interval apart, never in the future, never back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.flow.sample_times import SampleTimes


def test_nothing_read_is_no_time():
    times = SampleTimes(0.1, 5.0)
    assert times.of([], 6.0) == []
    assert times.last_s == 5.0


@pytest.mark.parametrize("factor", [0.97, 1.0, 1.03])
def test_a_clock_of_the_sensor_that_is_wrong_is_followed(factor):
    times, done = SampleTimes(0.1, 0.0), 0
    for now_s in range(1, 600):
        due = int(now_s / (0.1 * factor))
        times.of([1] * (due - done), float(now_s))
        done = due
        assert now_s - 0.1 <= times.last_s <= now_s


def test_what_was_lost_leaves_a_gap():
    times = SampleTimes(1.0, 0.0)
    assert times.of([1, 1, 5], 7.4) == [1.0, 2.0, 7.0]


def test_what_never_arrived_is_found_by_the_time():
    times = SampleTimes(0.1, 0.0)
    times.of([1] * 10, 1.04)
    assert times.missing(10, 2.04) == 0
    assert times.missing(10, 5.04) == 30
    assert times.missing(60, 5.04) == 0


@given(st.lists(st.tuples(st.floats(0.0, 10.0), st.lists(st.integers(1, 5), max_size=20)), max_size=10))
def test_times_never_go_back_and_are_never_in_the_future(readings):
    times, now_s, before_s = SampleTimes(0.1, 0.0), 0.0, 0.0
    for later_s, steps in readings:
        now_s += later_s
        for t_s in times.of(steps, now_s):
            assert before_s <= t_s <= now_s + 1e-9
            before_s = t_s

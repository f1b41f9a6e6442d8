"""The wall clock: monotonic, aware of UTC, and watchful for steps between the two."""

from __future__ import annotations

from datetime import UTC

from drivers.clock import STEP_S, WallClock


def test_sleeping_ends_at_the_deadline_and_not_before():
    clock = WallClock()
    deadline_s = clock.now() + 0.02
    clock.sleep_until(deadline_s)
    assert clock.now() >= deadline_s
    clock.sleep_until(deadline_s - 10)  # long past: returns at once


def test_waiting_ends_when_ready_or_at_the_deadline():
    clock = WallClock()
    answers = iter([False, False, True])
    assert clock.wait(clock.now() + 10, lambda: next(answers))
    assert not clock.wait(clock.now() + 0.005, lambda: False)


def test_utc_is_aware():
    assert WallClock().utc().tzinfo is UTC


def test_a_step_of_utc_is_noticed_once(monkeypatch):
    clock = WallClock()
    later_s = clock.utc().timestamp() + 3600.0
    monkeypatch.setattr("time.time", lambda: later_s)
    clock.utc()
    (step_s,) = clock.time_base().steps_s
    assert abs(step_s - 3600.0) < STEP_S


def test_what_is_known_of_the_clock_can_be_recorded():
    known = WallClock().time_base()
    assert (known.source, known.steps_s) == ("wall", ())
    assert known.synchronised in {True, False, None}

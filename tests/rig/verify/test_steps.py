"""Steps, re-programming and stops: errors and instants against a pump of which both are known."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.units import FLOW, TIME, VOLUME
from rig.verify.change_point import meeting_of_lines
from rig.verify.effective_time import effective_time
from rig.verify.errors import MetricError
from rig.verify.minimum_rate import flow_in
from rig.verify.recovery import recovery
from rig.verify.schedule import schedule
from rig.verify.stop import after_stop

HOUR = 3600.0
BEGAN = TIME.quantity(0.0)
GUARD = TIME.parse("guard", "20 min")
FLEX = (
    'kind = "day_schedule", duration = "24 h", steps = [ { start = "00:00", flow = "5 uL/h" }, '
    '{ start = "08:00", flow = "10 uL/h" }, { start = "20:00", flow = "2 uL/h" } ]'
)


def hours(value):
    return TIME.quantity(value * HOUR)


def late(told, delay_s, gain=1.0):
    return lambda t: gain * told.volume_ul(t - delay_s)


def test_a_meeting_of_lines_is_covered_in_many_curves_at_once():
    """20000 curves with noise, one wrong rate and one wrong scale each."""
    rng = np.random.default_rng(5)
    t = np.concatenate([np.linspace(-8, -0.3, 12), np.linspace(0.3, 8, 12)]) * HOUR
    truth = np.where(t < 240.0, 5.0 * t, 10.0 * t - 1200.0) / HOUR
    spread = np.eye(24) * 0.1**2 + np.outer(t, t) * (0.02 / HOUR) ** 2 + np.outer(truth, truth) * 0.002**2
    found = meeting_of_lines(t, truth + rng.standard_normal((20_000, 24)) @ np.linalg.cholesky(spread).T, spread)
    assert np.mean(np.abs(found.at_s - 240.0) <= 1.96 * found.u_s) == pytest.approx(0.95, abs=0.01)
    assert np.std(found.at_s) == pytest.approx(np.median(found.u_s), rel=0.03)


def test_every_step_that_begins_four_minutes_late_on_the_balance(program, weighed):
    """And delivers 4 % too much throughout, which is no delay."""
    told = program(FLEX)
    found = schedule(weighed(late(told, 240.0, 1.04), 24.0, program=told), told, TIME.quantity(1200.0), guard=GUARD)
    first, second, third = found.steps
    assert [first.delay_s, first.why] == [None, ""]
    for step in (second, third):
        assert abs(step.delay_s - 240.0) < 3 * step.u_delay_s < 120.0
    exact = 100 * (1.04 * (120.0 - 5.0 / 15) / 120.0 - 1)  # four minutes of it at 5 uL/h
    assert abs(second.error_percent - exact) < 2 * second.u_percent


def test_the_delay_of_a_step_is_covered(program, drawn, covered):
    told = program(FLEX)

    def delay(seed):
        found = schedule(drawn(late(told, 240.0), 25.0, seed=seed, noise_ul=0.1), told, BEGAN, guard=GUARD)
        return found.steps[1].delay_s, found.steps[1].u_delay_s

    assert 0.94 <= covered(delay, 240.0, 2500) <= 0.96


def test_the_error_of_a_step_is_covered(program, drawn, covered):
    told = program(FLEX)

    def error(seed):
        step = schedule(drawn(told.volume_ul, 25.0, seed=seed), told, BEGAN, guard=GUARD).steps[2]
        return step.error_percent, step.u_percent

    assert 0.94 <= covered(error, 0.0, 2500) <= 0.96


def test_steps_that_the_record_does_not_hold_say_so(program, drawn):
    told = program(FLEX)
    found = schedule(drawn(told.volume_ul, 21.0), told, BEGAN, guard=GUARD).steps
    assert found[1].error_percent is not None
    assert (found[2].error_percent, found[2].delay_s) == (None, None)
    assert "does not hold it" in found[2].why


def test_a_stop_has_no_error_in_percent(program, drawn):
    told = program('kind = "continuous", flow = "6 uL/h", duration = "4 h"', 'kind = "stop", duration = "4 h"')
    stopped = schedule(drawn(told.volume_ul, 9.0), told, BEGAN, guard=GUARD).steps[1]
    assert stopped.error_percent is None
    assert "nothing is programmed" in stopped.why
    assert abs(stopped.delay_s) < 3 * stopped.u_delay_s


def test_a_delay_as_long_as_the_guard_is_refused_in_words(program, drawn):
    told = program(FLEX)
    found = schedule(drawn(late(told, 1500.0), 25.0), told, BEGAN, guard=GUARD).steps[1]
    assert found.delay_s is None
    assert "take a longer guard" in found.why


def test_a_change_that_noise_could_have_made_has_no_delay(program, drawn):
    told = program(
        'kind = "continuous", flow = "6 uL/h", duration = "4 h"',
        'kind = "continuous", flow = "6.1 uL/h", duration = "4 h"',
    )
    found = schedule(drawn(told.volume_ul, 9.0, noise_ul=0.2), told, BEGAN, guard=GUARD).steps[1]
    assert found.delay_s is None
    assert "five" in found.why or "5 standard" in found.why


CHANGED = (
    'kind = "continuous", flow = "5 uL/h", duration = "12 h", '
    'changes = [{ at = "6 h", effective_after = "10 min", flow = "10 uL/h" }]'
)


def reprogrammed(levels, **changes):
    facts = {"told": hours(6), "before": hours(0.5), "after": hours(12), "promised": TIME.parse("p", "10 min")}
    return effective_time(levels, **facts | {"guard": GUARD, "u_told": TIME.quantity(1.0)} | changes)


def test_re_programming_that_takes_two_minutes_longer_than_promised(program, drawn, covered):
    told = program(CHANGED)

    def seen(seed):
        found = reprogrammed(drawn(late(told, 120.0), 13.0, seed=seed))
        return found.late_s, found.u_delay_s

    assert 0.94 <= covered(seen, 120.0, 2500) <= 0.96
    found = reprogrammed(drawn(late(told, 120.0), 13.0))
    assert found.delay_s == pytest.approx(found.late_s + 600.0)
    assert found.at_s == pytest.approx(6 * HOUR + found.delay_s)


def test_who_told_the_pump_when_is_part_of_the_uncertainty(program, drawn):
    levels = drawn(program(CHANGED).volume_ul, 13.0, noise_ul=1e-6, u_rate_ul_h=0.0, u_scale=0.0)
    assert reprogrammed(levels, u_told=TIME.quantity(30.0)).u_delay_s == pytest.approx(30.0, abs=0.01)


def draining(t, stop_s=2 * HOUR, leak_ul_h=0.0):
    """6 uL/h until the stop; then 3 uL of the line, with a time constant of two minutes, and a leak."""
    after = np.maximum(t - stop_s, 0.0)
    return np.minimum(np.maximum(t, 0.0), stop_s) / 600.0 - 3 * np.expm1(-after / 120.0) + leak_ul_h * after / HOUR


def test_what_comes_after_a_stop(drawn):
    levels = drawn(draining, 9.0, noise_ul=0.01, u_rate_ul_h=0.005)
    found = after_stop(levels, hours(2), hours(8), settle=TIME.parse("settle", "10 min"))
    assert abs(found.residual_ul - 3.0) < 3 * found.u_residual_ul
    assert abs(found.settling_ul - 3.0 * (1 - np.exp(-5))) < 3 * found.u_settling_ul
    assert not found.flows


def test_a_residual_flow_is_covered_and_told_from_zero(drawn, covered):
    def flow(seed):
        levels = drawn(lambda t: draining(t, leak_ul_h=0.5), 9.0, seed=seed)
        found = after_stop(levels, hours(2), hours(8), settle=TIME.parse("settle", "20 min"))
        return found.flow_ul_h, found.u_flow_ul_h

    assert 0.94 <= covered(flow, 0.5) <= 0.96


def test_more_through_a_stopped_pump_than_was_programmed_is_free_flow(drawn):
    levels = drawn(lambda t: draining(t, leak_ul_h=7.0), 9.0)
    found = after_stop(levels, hours(2), hours(8), settle=TIME.parse("settle", "10 min"))
    assert found.flows
    assert found.free_flow(FLOW.quantity(6.0))
    assert not found.free_flow(FLOW.quantity(7.0))


def test_a_stop_that_settles_for_longer_than_it_lasts(drawn):
    with pytest.raises(MetricError, match="time left after settling"):
        after_stop(drawn(draining, 9.0), hours(2), hours(3), settle=hours(1))


def test_a_stop_on_the_balance_with_no_time_to_settle(weighed):
    found = after_stop(weighed(draining, 8.0, began_s=0.0), hours(2), hours(8), settle=TIME.quantity(0.0))
    assert (found.settling_ul, found.u_settling_ul) == (0.0, 0.0)
    assert abs(found.residual_ul - 3.0) < 2 * found.u_residual_ul < 0.5
    assert found.flow_ul_h == pytest.approx(found.residual_ul / 6.0)
    assert 25 < found.nu < np.inf


def test_the_minimum_rate_and_what_this_run_could_have_seen(drawn, covered):
    told = FLOW.parse("minimum", "0.048 mL/day")

    def error(seed):
        found = flow_in(drawn(lambda t: 1.9 * t / HOUR, 25.0, seed=seed), hours(1), hours(25), programmed=told)
        return found.error_percent, found.u_percent

    assert 0.94 <= covered(error, -5.0) <= 0.96
    found = flow_in(drawn(lambda t: 1.9 * t / HOUR, 25.0), hours(1), hours(25), programmed=told)
    assert found.delivers
    assert found.smallest_error_percent == pytest.approx(1.96 * found.u_percent, rel=1e-4)
    assert not flow_in(drawn(lambda t: 0.0 * t, 25.0), hours(1), hours(25), programmed=told).delivers


def test_a_pump_resumes_six_minutes_after_a_brown_out_of_an_hour(program, drawn):
    told = program('kind = "continuous", flow = "6 uL/h", duration = "10 h"')
    back = 5 * HOUR + 360.0
    levels = drawn(lambda t: (t - np.clip(t - 4 * HOUR, 0.0, back - 4 * HOUR)) / 600.0, 11.0, noise_ul=0.01)
    found = recovery(levels, told, BEGAN, cut=hours(4), back=hours(5), end=hours(10), guard=GUARD)
    assert found.recovered
    assert abs(found.resumed_s - 360.0) < 3 * found.u_resumed_s < 60.0
    assert abs(found.missed_ul - 6.6) < 3 * found.u_missed_ul
    assert abs(found.error_percent) < 3 * found.u_percent


def test_a_pump_that_does_not_come_back_has_no_instant(program, drawn):
    told = program('kind = "continuous", flow = "6 uL/h", duration = "10 h"')
    levels = drawn(lambda t: np.minimum(t, 4 * HOUR) / 600.0, 11.0)
    found = recovery(levels, told, BEGAN, cut=hours(4), back=hours(5), end=hours(10), guard=GUARD)
    assert (found.recovered, found.resumed_s) == (False, None)
    assert found.why == "it does not deliver again"
    with pytest.raises(MetricError, match="cut < back"):
        recovery(levels, told, BEGAN, cut=hours(5), back=hours(4), end=hours(10), guard=GUARD)


def test_ripple_of_the_pump_widens_a_delay(program, drawn):
    told, levels = program(FLEX), drawn(program(FLEX).volume_ul, 25.0, noise_ul=0.01)
    plain, rough = (
        schedule(levels, told, BEGAN, guard=GUARD, ripple=VOLUME.quantity(ul)).steps[1] for ul in (0.0, 0.5)
    )
    assert rough.u_delay_s > 5 * plain.u_delay_s

"""Steps of a day, re-programming, stops, recovery, the minimum rate: errors and instants of a pump that is known."""

from __future__ import annotations

import numpy as np

from calibration.units import FLOW, TIME
from rig.verify.change_point import change_of_flow, meeting_of_lines
from rig.verify.effective_time import effective_time
from rig.verify.minimum_rate import flow_in
from rig.verify.recovery import recovery
from rig.verify.schedule import schedule
from rig.verify.stop import after_stop
from tests.held_against.row import HOLDS, K, Row, compared, drawn, same
from tests.planted import Drawn, program

HOUR_S = 3600.0
BEGAN, GUARD = TIME.quantity(0.0), TIME.parse("guard", "20 min")
FLEX = program(
    'kind = "day_schedule", duration = "24 h", steps = [ { start = "00:00", flow = "5 uL/h" }, '
    '{ start = "08:00", flow = "10 uL/h" }, { start = "20:00", flow = "2 uL/h" } ]'
)
CHANGED = program(
    'kind = "continuous", flow = "5 uL/h", duration = "12 h", '
    'changes = [{ at = "6 h", effective_after = "10 min", flow = "10 uL/h" }]'
)
STEADY = program('kind = "continuous", flow = "6 uL/h", duration = "10 h"')
LATE_S = 240.0


def rows() -> list[Row]:
    return [
        step_error(),
        step_delay(),
        meeting(),
        reprogrammed(),
        residual(),
        residual_flow(),
        free_flow(),
        least(),
        seen_at_least(),
        resumed(),
        missed(),
        never_back(),
    ]


def hours(value):
    return TIME.quantity(value * HOUR_S)


def late(told, delay_s):
    return lambda time_s: told.volume_ul(time_s - delay_s)


def step_error() -> Row:
    """4 % too much of each step."""

    def errors(seed):
        levels = Drawn(lambda t: 1.04 * FLEX.volume_ul(t), 25.0, seed=seed)
        found = schedule(levels, FLEX, BEGAN, guard=GUARD).steps
        return np.array([(one.error_percent, one.u_percent) for one in found])

    return drawn(
        "error of each step of a day",
        (schedule,),
        "planted: 4 % too much",
        errors,
        [4.0] * 3,
        "%",
        what=("5 uL/h", "10 uL/h", "2 uL/h"),
        findings=("day_schedule",),
    )


def step_delay() -> Row:
    def delays(seed):
        found = schedule(Drawn(late(FLEX, LATE_S), 25.0, seed=seed), FLEX, BEGAN, guard=GUARD).steps
        return np.array([(one.delay_s, one.u_delay_s) for one in found[1:]])

    return drawn(
        "delay of each step of a day",
        (schedule, change_of_flow),
        "planted: 4 min late",
        delays,
        [LATE_S] * 2,
        "s",
        what=("to 10 uL/h", "to 2 uL/h"),
        findings=("day_schedule",),
    )


def meeting() -> Row:
    """20,000 curves with noise, one wrong rate and one wrong scale each: how often U holds the instant."""
    t = np.concatenate([np.linspace(-8.0, -0.3, 12), np.linspace(0.3, 8.0, 12)]) * HOUR_S
    truth = np.where(t < LATE_S, 5.0 * t, 10.0 * t - 5.0 * LATE_S) / HOUR_S
    spread = np.eye(24) * 0.1**2 + np.outer(t, t) * (0.02 / HOUR_S) ** 2 + np.outer(truth, truth) * 0.002**2
    curves = truth + np.random.default_rng(5).standard_normal((20_000, 24)) @ np.linalg.cholesky(spread).T
    found = meeting_of_lines(t, curves, spread)
    held = float(np.mean(np.abs(found.at_s - LATE_S) <= K * found.u_s))
    values = (
        compared("mean", "s", LATE_S, found.at_s.mean(), 0.1 * float(np.median(found.u_s))),
        compared("U holds", "%", 100.0 * HOLDS, 100.0 * held, 1.0),
    )
    return Row("instant at which a flow changes", (meeting_of_lines,), "20,000 drawn curves", values, "u/10; 1 %")


def reprogrammed() -> Row:
    """Two minutes later than the ten that are promised; who told it when is known to 1 s."""
    facts = {"told": hours(6), "before": hours(0.5), "after": hours(12), "promised": TIME.parse("p", "10 min")}

    def delay(seed):
        levels = Drawn(late(CHANGED, 120.0), 13.0, seed=seed)
        shift = np.random.default_rng([seed, 1]).normal(0.0, 1.0)
        asked = facts | {"told": TIME.quantity(6 * HOUR_S + shift)}
        found = effective_time(levels, **asked, guard=GUARD, u_told=TIME.quantity(1.0))
        return found.delay_s, found.u_delay_s

    return drawn(
        "effective time of a new rate",
        (effective_time,),
        "planted: 12 min after telling",
        delay,
        720.0,
        "s",
        findings=("reprogramming",),
    )


def draining(leak_ul_h):
    """6 uL/h until hour 2; then 3 uL of the line with a time constant of two minutes, and a leak."""

    def volume_ul(t):
        after = np.maximum(t - 2 * HOUR_S, 0.0)
        ran = np.minimum(np.maximum(t, 0.0), 2 * HOUR_S) / 600.0
        return ran - 3.0 * np.expm1(-after / 120.0) + leak_ul_h * after / HOUR_S

    return volume_ul


def stopped(leak_ul_h, seed):
    levels = Drawn(draining(leak_ul_h), 9.0, seed=seed)
    return after_stop(levels, hours(2), hours(8), settle=TIME.parse("settle", "20 min"))


def residual() -> Row:
    def volume(seed):
        found = stopped(0.0, seed)
        return found.residual_ul, found.u_residual_ul

    return drawn(
        "residual volume after a stop",
        (after_stop,),
        "planted: 3 uL of the line",
        volume,
        3.0,
        "uL",
        findings=("stop",),
    )


def residual_flow() -> Row:
    def flow(seed):
        found = stopped(0.5, seed)
        return found.flow_ul_h, found.u_flow_ul_h

    return drawn(
        "residual flow after a stop", (after_stop,), "planted: 0.5 uL/h", flow, 0.5, "uL/h", findings=("stop",)
    )


def free_flow() -> Row:
    """7 uL/h through a pump that was programmed for 6 and stands; and none."""
    told = FLOW.quantity(6.0)
    says = [sum(stopped(leak, seed).free_flow(told) for seed in range(100)) for leak in (7.0, 0.5)]
    values = (same("7 uL/h", 100, says[0]), same("0.5 uL/h", 0, says[1]))
    return Row(
        "free flow through a stopped pump",
        (after_stop,),
        "planted flows, 100 draws each",
        values,
        "each draw",
        findings=("stop",),
    )


def slow(seed, rate_ul_h=1.9):
    levels = Drawn(lambda t: rate_ul_h * t / HOUR_S, 25.0, seed=seed)
    return flow_in(levels, hours(1), hours(25), programmed=FLOW.parse("minimum", "0.048 mL/day"))


def least() -> Row:
    def error(seed):
        found = slow(seed)
        return found.error_percent, found.u_percent

    return drawn(
        "flow error at the minimum rate",
        (flow_in,),
        "planted: 1.9 of 2 uL/h",
        error,
        -5.0,
        "%",
        findings=("minimum_rate",),
    )


def seen_at_least() -> Row:
    """A pump that delivers nothing is told from one that does; noise passes for a delivery in 2.5 % of draws."""
    runs = 400
    says = 100.0 * sum(slow(seed, 0.0).delivers for seed in range(runs)) / runs
    values = (
        same("1.9 uL/h, of 100", 100, sum(slow(seed).delivers for seed in range(100))),
        compared("nothing", "%", 2.5, says, 100.0 * 4.0 * (0.025 * 0.975 / runs) ** 0.5, at_most=True),
    )
    return Row(
        "whether it delivers at all",
        (flow_in,),
        f"planted flows, {runs} draws",
        values,
        "4 sd",
        findings=("minimum_rate",),
    )


BACK_S = 5 * HOUR_S + 360.0


def brown_out(seed):
    """Cut at hour 4, supplied again at hour 5, delivering six minutes after that."""
    levels = Drawn(lambda t: (t - np.clip(t - 4 * HOUR_S, 0.0, BACK_S - 4 * HOUR_S)) / 600.0, 11.0, seed=seed)
    return recovery(levels, STEADY, BEGAN, cut=hours(4), back=hours(5), end=hours(10), guard=GUARD)


def resumed() -> Row:
    def instant(seed):
        found = brown_out(seed)
        return found.resumed_s, found.u_resumed_s

    return drawn(
        "recovery after a brown-out",
        (recovery,),
        "planted: 6 min after supply",
        instant,
        360.0,
        "s",
        findings=("recovery", "battery"),
    )


def missed() -> Row:
    def volume(seed):
        found = brown_out(seed)
        return np.array([(found.missed_ul, found.u_missed_ul), (found.flow_ul_h, found.u_flow_ul_h)])

    return drawn(
        "missed by a brown-out or reset; rate after it",
        (recovery,),
        "planted: 66 min without flow",
        volume,
        [6.6, 6.0],
        ("uL", "uL/h"),
        what=("missed", "flow"),
        findings=("recovery",),
    )


def never_back() -> Row:
    def stands(seed):
        levels = Drawn(lambda t: np.minimum(t, 4 * HOUR_S) / 600.0, 11.0, seed=seed)
        return recovery(levels, STEADY, BEGAN, cut=hours(4), back=hours(5), end=hours(10), guard=GUARD)

    values = (same("said to deliver, of 100", 0, sum(stands(seed).recovered for seed in range(100))),)
    return Row(
        "a pump that does not come back",
        (recovery,),
        "planted: no flow, 100 draws",
        values,
        "each draw",
        findings=("recovery",),
    )

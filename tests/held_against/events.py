"""Events: stall, reset, alarm, loss of telemetry; time to detection, and the dose meanwhile."""

from __future__ import annotations

import numpy as np

from calibration.units import FLOW, RATIO, TIME, VOLUME
from rig.verify.events import TimedEvent, detection, dose_meanwhile, missed_time
from tests.held_against.row import Row, compared, drawn, same
from tests.planted import Drawn, program

HOUR_S = 3600.0
BEGAN = TIME.quantity(0.0)
STEADY = program('kind = "continuous", flow = "6 uL/h", duration = "24 h"')


def rows() -> list[Row]:
    return [alarm(), clocks(), telemetry(), never(), stall(), reset(), as_time()]


def event(at_s, u_s=0.0, poll_s=None):
    return TimedEvent(TIME.quantity(at_s), TIME.quantity(u_s), None if poll_s is None else TIME.quantity(poll_s))


def alarm() -> Row:
    """72 s after the cause, which is known to 1 s; seen by the next poll, one each 60 s."""

    def delay(seed):
        random = np.random.default_rng(seed)
        true = 1000.0 + random.uniform(0.0, 60.0)
        shown = np.ceil((true + 72.0) / 60.0) * 60.0
        found = detection(event(true + random.normal(0.0, 1.0), 1.0), event(shown, poll_s=60.0))
        return found.value_s, found.u_s

    return drawn(
        "time to an alarm that is polled",
        (TimedEvent, detection),
        "planted: 72 s, polled each 60 s",
        delay,
        72.0,
        "s",
        findings=("events", "alarms"),
    )


def clocks() -> Row:
    """The pump's clock is off by 3 s (u) and runs wrong by 50 ppm (u)."""
    u = {"u_offset": TIME.quantity(3.0), "u_rate": RATIO.parse("rate", "50 ppm")}

    def delay(seed):
        offset, rate = np.random.default_rng(seed).normal(0.0, (3.0, 50e-6))
        found = detection(event(0.0), event(80_000.0 * (1.0 + rate) + offset), **u)
        return found.value_s, found.u_s

    return drawn(
        "time to detection by two clocks", (detection,), "planted: 80,000 s", delay, 80_000.0, "s", findings=("events",)
    )


def telemetry() -> Row:
    """Telemetry is lost at hour 6 and noticed at hour 6.5; the pump gives a quarter too little meanwhile."""

    def truth(t):
        return t / 600.0 - 0.25 * 6.0 * np.clip(t / HOUR_S - 6.0, 0.0, 0.5)

    def parts(seed):
        off = np.random.default_rng([seed, 1]).normal(0.0, 5.0, 2)
        lost, noticed = event(6.0 * HOUR_S + off[0], 5.0), event(6.5 * HOUR_S + off[1], 5.0)
        quiet = Drawn(truth, 25.0, seed=seed)
        when, dose = detection(lost, noticed), dose_meanwhile(quiet, STEADY, BEGAN, lost, noticed)
        return np.array([(when.value_s / 60.0, when.u_s / 60.0), (dose.error_ul, dose.u_ul)])

    return drawn(
        "loss of telemetry: detection, dose error",
        (detection, dose_meanwhile),
        "planted: 30 min, -25 %",
        parts,
        [30.0, -0.75],
        ("min", "uL"),
        what=("time", "dose"),
        findings=("events",),
    )


def never() -> Row:
    found = detection(event(1000.0, 2.0), None, record_end=TIME.quantity(5000.0))
    values = (
        compared("at least", "s", 4000.0, found.value_s, 1e-9),
        same("detected", "no", "yes" if found.detected else "no"),
    )
    return Row(
        "an event that nobody detected",
        (detection,),
        "planted: 4,000 s to the end",
        values,
        findings=("events", "alarms"),
    )


def stalled(stop_h, hours):
    return lambda t: t / 600.0 - 6.0 * np.clip(t / HOUR_S - stop_h, 0.0, hours)


def stall() -> Row:
    def error(seed):
        levels = Drawn(stalled(6.0, 2.0), 25.0, seed=seed)
        found = dose_meanwhile(levels, STEADY, BEGAN, event(6 * HOUR_S), event(8 * HOUR_S))
        return found.error_ul, found.u_ul

    return drawn(
        "dose missed by a stall", (dose_meanwhile,), "planted: 2 h at 6 uL/h", error, -12.0, "uL", findings=("events",)
    )


def reset() -> Row:
    """Ten minutes without flow; when it happened is known to 30 s, each end by itself.

    An end that errs outwards takes in what was delivered as programmed; one that errs inwards leaves out what was
    missed. On average that is 30 s times the mean of the positive part of a normal error, 0.398942, at either end.
    """
    cut = 2.0 * 30.0 * 0.398942 * 6.0 / HOUR_S

    def error(seed):
        off = np.random.default_rng([seed, 1]).normal(0.0, 30.0, 2)
        levels = Drawn(stalled(6.0, 1.0 / 6.0), 25.0, seed=seed)
        cause, seen = event(6 * HOUR_S + off[0], 30.0), event(6 * HOUR_S + 600.0 + off[1], 30.0)
        found = dose_meanwhile(levels, STEADY, BEGAN, cause, seen)
        return found.error_ul, found.u_ul

    against = "planted: 1 uL, of which inward errors of 30 s hide 0.04"
    return drawn(
        "dose missed by a reset",
        (dose_meanwhile,),
        against,
        error,
        -1.0,
        "uL",
        findings=("events", "recovery"),
        bias=cut,
    )


def as_time() -> Row:
    found = TIME.magnitude("t", missed_time(VOLUME.quantity(-12.0), FLOW.quantity(6.0)))
    values = (compared("", "s", 2 * HOUR_S, found, 1e-9),)
    return Row("missed volume as time", (missed_time,), "12 uL at 6 uL/h, by hand", values, findings=("events",))

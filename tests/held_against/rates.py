"""The rate of a pump: mean error over whole cycles, windows, start-up."""

from __future__ import annotations

import numpy as np

from calibration.units import FLOW, RATIO, TIME, VOLUME
from rig.verify.joint import errors_of_levels, successive_errors
from rig.verify.mean_flow import relative_error, whole_cycles
from rig.verify.start_up import running_error_percent, start_up
from rig.verify.windows import levels_at_ul, windows_ul
from tests.held_against.row import Row, compared, drawn, same
from tests.planted import Drawn

HOUR_S, RATE_UL_H, ERROR = 3600.0, 6.25, 3.0
LENGTHS_H = (1.0, 6.0, 24.0, 168.0)
#: Half the rate for two hours, then the rate for three; levels each quarter of an hour.
SLOW_START_UL = np.concatenate([[0.0], np.cumsum([0.78125] * 8 + [1.5625] * 12)])


def rows() -> list[Row]:
    return [cycles(), mean_error(), shared_times(), windows(), successive(), stabilised(), curve()]


def off_by_three_percent(time_s):
    return (1.0 + ERROR / 100.0) * RATE_UL_H * time_s / HOUR_S


def cycles() -> Row:
    """3.9 cycles of an hour hold three whole ones."""
    found = whole_cycles(100.0, 100.0 + 3.9 * HOUR_S, HOUR_S)
    values = (same("cycles", 3, found.cycles), compared("end", "s", 100.0 + 3 * HOUR_S, found.end_s, 1e-6))
    return Row("whole cycles of an analysis", (whole_cycles,), "planted cycles, counted", values)


def mean_error() -> Row:
    """24 whole cycles of a pump that gives 3 % too much, from its levels."""

    def error(seed):
        span = whole_cycles(HOUR_S, 25.5 * HOUR_S, HOUR_S)
        seen = windows_ul(Drawn(off_by_three_percent, 26.0, seed=seed), span.start_s, span.end_s)
        told = VOLUME.quantity(RATE_UL_H * span.cycles)
        found = relative_error(VOLUME.quantity(seen.volume_ul[0]), told, VOLUME.quantity(seen.u_ul[0]))
        return found.value, found.u

    functions = (whole_cycles, windows_ul, relative_error)
    return drawn(
        "mean flow error",
        functions,
        "planted error of 3 %",
        error,
        ERROR,
        "%",
        findings=("mean_flow_error", "claim_agreement"),
    )


def shared_times() -> Row:
    """Delivered and programmed volume share the times of the span: 200,000 draws of both."""
    both = [[2.0**2, 0.6 * 2.0 * 1.5], [0.6 * 2.0 * 1.5, 1.5**2]]
    made = np.random.default_rng(5).multivariate_normal([165.0, 150.0], both, 200_000)
    scatter = float(np.std(100.0 * (made[:, 0] / made[:, 1] - 1.0)))
    ul = VOLUME.quantity
    found = relative_error(ul(165.0), ul(150.0), ul(2.0), ul(1.5), correlation=0.6)
    values = (compared("u", "%", scatter, found.u, 0.01 * scatter),)
    return Row("u of an error whose times are shared", (relative_error,), "scatter of 200,000 draws", values, "1 %")


def windows() -> Row:
    """One window of each length out of a week."""

    def errors(seed):
        ends = np.array([HOUR_S, *(HOUR_S * (1.0 + hours) for hours in LENGTHS_H)])
        level, covariance = levels_at_ul(Drawn(off_by_three_percent, 170.0, seed=seed), ends)
        told = RATE_UL_H * np.array(LENGTHS_H)
        found = errors_of_levels(level, covariance, np.zeros(4, int), np.arange(1, 5), told)
        return np.column_stack([found.value, found.u])

    names = ("1 h", "6 h", "24 h", "7 d")
    return drawn(
        "error of windows of 1 h, 6 h, 24 h, 7 d",
        (levels_at_ul, errors_of_levels),
        "planted error of 3 %",
        errors,
        [ERROR] * 4,
        "%",
        what=names,
        findings=("rate_windows",),
    )


def successive() -> Row:
    def errors(seed):
        time_s = HOUR_S * np.array([1.0, 6.0, 11.0, 26.0])
        level, covariance = levels_at_ul(Drawn(off_by_three_percent, 27.0, seed=seed), time_s)
        found = successive_errors(level, covariance, time_s, RATE_UL_H)
        return np.column_stack([found.value, found.u])

    names = ("5 h", "10 h", "25 h")
    return drawn(
        "error of ever longer spans", (successive_errors,), "planted error of 3 %", errors, [ERROR] * 3, "%", what=names
    )


def stabilised() -> Row:
    made = VOLUME.quantity(SLOW_START_UL), TIME.parse("S", "15 min"), FLOW.quantity(RATE_UL_H)
    found = start_up(*made, cycle=TIME.parse("cycle", "1 h"), band=RATIO.parse("band", "5 %"))
    values = (compared("", "s", 2.0 * HOUR_S, found.stabilised_at_s, 1e-6),)
    return Row("stabilization", (start_up,), "planted: half the rate for 2 h", values, findings=("start_up",))


def curve() -> Row:
    made = VOLUME.quantity(SLOW_START_UL), TIME.parse("S", "15 min"), FLOW.quantity(RATE_UL_H)
    found = start_up(*made)
    _, errors = running_error_percent(SLOW_START_UL, 900.0, 1.5625, HOUR_S)
    values = (
        compared("flow", "uL/h", [3.125] * 8 + [6.25] * 12, found.flow_ul_h, 1e-9),
        compared("error of a cycle", "%", [-50.0, -12.5, 0.0], errors[[0, 7, 8]], 1e-9),
    )
    functions = (start_up, running_error_percent)
    return Row("start-up curve", functions, "planted: half the rate for 2 h", values, findings=("start_up",))

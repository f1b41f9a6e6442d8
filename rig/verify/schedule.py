"""Steps of a day schedule: how much each delivered, and how late each began.

    for step in schedule(delivery, program, began, guard=TIME.parse("guard", "20 min")).steps:
        print(step.rate_ul_h, step.error_percent, step.u_percent, step.delay_s, step.u_delay_s, step.why)

A step's error is volume against volume between its programmed instants; its delay is where the levels before and
after its beginning meet (:mod:`rig.verify.change_point`). The two are not independent: a step that begins late by
d misses d times the change of flow. What cannot be said is None, and ``why`` says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.units import TIME, VOLUME
from rig.verify.change_point import change_of_flow
from rig.verify.errors import MetricError
from rig.verify.grid import duration_above_zero_s
from rig.verify.series import checked_times
from rig.verify.windows import Levels, windows_ul

if TYPE_CHECKING:
    from calibration.units import Quantity
    from rig.dose import DoseProgram

    Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Step:
    """One stretch of constant programmed flow.

    Attributes:
        start_s, end_s: as programmed, on the bench's clock [s].
        rate_ul_h: as programmed [uL/h].
        volume_ul, u_ul: delivered between these instants [uL]; None where the record does not hold them.
        error_percent, u_percent: against the program; None also where nothing is programmed.
        delay_s, u_delay_s: how late the flow changed to this step's [s]; None for the first one.
        why: what is None, and why; empty if nothing is.
    """

    start_s: float
    end_s: float
    rate_ul_h: float
    volume_ul: float | None = None
    u_ul: float | None = None
    error_percent: float | None = None
    u_percent: float | None = None
    delay_s: float | None = None
    u_delay_s: float | None = None
    why: str = ""


@dataclass(frozen=True, eq=False)
class Schedule:
    """All steps of a program.

    Attributes:
        steps: in order of time.
        covariance_ul2: of the delivered volumes of the steps that the record holds, in their order [uL^2].
    """

    steps: tuple[Step, ...]
    covariance_ul2: Floats


def schedule(
    delivery: Levels, program: DoseProgram, began: Quantity, *, guard: Quantity, ripple: Quantity | None = None
) -> Schedule:
    """Error and delay of every step.

    Args:
        delivery: delivered volume.
        program: what the pump was told.
        began: when the program began, on the bench's clock.
        guard: longer than any delay that is looked for, and than half a level's window.
        ripple: standard uncertainty of a level by shots and rollers; a declared shot over the root of 12.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: the record holds no whole step.
    """
    began_s, guard_s = TIME.magnitude("began", began), duration_above_zero_s("guard", guard)
    ripple_ul = 0.0 if ripple is None else VOLUME.magnitude("ripple", ripple)
    points, rates = _steps(program)
    edges = points + began_s
    record = checked_times("the record", delivery.time_s)
    whole = np.flatnonzero((edges[:-1] >= record[0]) & (edges[1:] <= record[-1]))
    if not len(whole):
        raise MetricError(
            f"schedule: expected a record that holds a whole step, found {record[0]:g} s to "
            f"{record[-1]:g} s and the first step from {edges[0]:g} s to {edges[1]:g} s"
        )
    seen = windows_ul(delivery, edges[whole], edges[whole + 1])
    steps = [Step(float(a), float(b), float(r), why="the record does not hold it whole")
             for a, b, r in zip(edges, edges[1:], rates, strict=False)]  # fmt: skip
    for place, index in enumerate(whole):
        told = float(program.volume_ul(points[index + 1]) - program.volume_ul(points[index]))
        steps[index] = _measured(steps[index], float(seen.volume_ul[place]), float(seen.u_ul[place]), told)
        if index - 1 in whole:
            # the neighbours' own changes may be as late (or early) as this one: the guard holds there as well
            around = float(edges[index]), float(edges[index - 1] + guard_s), float(edges[index + 1] - guard_s)
            steps[index] = _with_delay(steps[index], delivery, around, guard_s, ripple_ul)
    return Schedule(tuple(steps), seen.covariance_ul2)


def _steps(program: DoseProgram) -> tuple[Floats, Floats]:
    """Instants between which the programmed flow is one, and that flow; neighbours of one flow are one step."""
    points = program.breakpoints
    rates = program.rate_ul_h(points[:-1])
    keep = np.concatenate([[True], np.diff(rates) != 0.0])
    return np.concatenate([points[:-1][keep], points[-1:]]), rates[keep]


def _measured(step: Step, volume_ul: float, u_ul: float, told_ul: float) -> Step:
    if told_ul <= 0.0:
        return Step(step.start_s, step.end_s, step.rate_ul_h, volume_ul, u_ul, why="error: nothing is programmed in it")
    error = 100.0 * (volume_ul / told_ul - 1.0)
    return Step(step.start_s, step.end_s, step.rate_ul_h, volume_ul, u_ul, error, 100.0 * u_ul / told_ul)


def _with_delay(
    step: Step, delivery: Levels, around: tuple[float, float, float], guard_s: float, ripple_ul: float
) -> Step:
    from dataclasses import replace

    try:
        found = change_of_flow(delivery, *around, guard_s, ripple_ul)
    except MetricError as error:
        return replace(step, why="; ".join(filter(None, (step.why, f"delay: {error}"))))
    return replace(step, delay_s=float(found.at_s), u_delay_s=float(found.u_s))

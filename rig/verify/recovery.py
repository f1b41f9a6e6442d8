"""After a brown-out, a stall or a reset: does the pump deliver again, since when, and at which rate?

    found = recovery(delivery, program, began, cut=t1, back=t2, end=t3, guard=TIME.parse("guard", "20 min"))
    found.resumed_s, found.u_resumed_s, found.error_percent, found.missed_ul

The instant of resumption is where the standing level meets the line of the flow afterwards
(:mod:`rig.verify.change_point`); a pump that does not deliver again has none, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calibration.units import TIME
from rig.delivery.corners import Corner
from rig.verify.change_point import change_of_flow
from rig.verify.errors import MetricError
from rig.verify.grid import duration_above_zero_s
from rig.verify.windows import Levels, programmed_above_zero, windows_ul

if TYPE_CHECKING:
    from calibration.units import Quantity
    from rig.dose import DoseProgram


@dataclass(frozen=True)
class Recovery:
    """What came after an interruption.

    Attributes:
        recovered: whether it delivers again, beyond the uncertainty.
        resumed_s, u_resumed_s: how long after the supply came back [s]; None where that cannot be said.
        flow_ul_h, u_flow_ul_h: mean flow afterwards [uL/h].
        error_percent, u_percent: of that flow against the program.
        missed_ul, u_missed_ul: from the interruption to the end, less than programmed [uL].
        why: why there is no instant of resumption; empty where there is one.
    """

    recovered: bool
    resumed_s: float | None
    u_resumed_s: float | None
    flow_ul_h: float
    u_flow_ul_h: float
    error_percent: float
    u_percent: float
    missed_ul: float
    u_missed_ul: float
    why: str = ""


def recovery(
    delivery: Levels,
    program: DoseProgram,
    began: Quantity,
    *,
    cut: Quantity,
    back: Quantity,
    end: Quantity,
    guard: Quantity,
) -> Recovery:
    """Resumption after an interruption.

    Args:
        delivery: delivered volume.
        program: what the pump was told.
        began: when the program began, on the bench's clock.
        cut: when it was interrupted.
        back: when the cause was taken away.
        end: of what is looked at.
        guard: longer than the pump takes to resume, and than the line takes to drain after the interruption.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: instants in the wrong order or outside the record, nothing programmed afterwards.
    """
    began_s, cut_s, back_s, end_s = (
        TIME.magnitude(name, value) for name, value in (("began", began), ("cut", cut), ("back", back), ("end", end))
    )
    guard_s = duration_above_zero_s("guard", guard)
    if not (cut_s < back_s and back_s + guard_s < end_s):
        raise MetricError(
            f"recovery: expected cut < back < back + guard < end, found {cut_s:g}, {back_s:g}, {end_s:g} s"
        )
    split = delivery.with_corners(Corner(cut_s, calm_before=False))
    seen = windows_ul(split, [back_s + guard_s, cut_s], [end_s, end_s])
    told = np.diff(program.volume_ul(np.array([[back_s + guard_s, end_s], [cut_s, end_s]]) - began_s))[:, 0]
    programmed_above_zero(float(told[0]), "after the interruption")
    hours = (end_s - back_s - guard_s) / 3600.0
    flow, u_flow = float(seen.volume_ul[0]) / hours, float(seen.u_ul[0]) / hours
    resumed, u_resumed, why = None, None, "it does not deliver again"
    recovered = flow > 3.0 * u_flow
    if recovered:
        try:
            found = change_of_flow(delivery, back_s, cut_s + guard_s, end_s, guard_s)
            resumed, u_resumed, why = float(found.at_s), float(found.u_s), ""
        except MetricError as error:
            why = str(error)
    return Recovery(
        recovered, resumed, u_resumed, flow, u_flow,
        100.0 * (float(seen.volume_ul[0] / told[0]) - 1.0), 100.0 * float(seen.u_ul[0] / told[0]),
        float(told[1] - seen.volume_ul[1]), float(seen.u_ul[1]), why,
    )  # fmt: skip

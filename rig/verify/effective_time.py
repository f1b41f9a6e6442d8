"""Re-programming: when the new rate really held, against when the programmer told it and the maker promises it.

    found = effective_time(delivery, told=told, before=begin, after=end, promised=delay, guard=guard, u_told=u)
    found.delay_s, found.u_delay_s, found.late_s

The instant comes from the level curve (:mod:`rig.verify.change_point`), never from the pump's own word.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calibration.units import TIME, VOLUME
from rig.verify.change_point import change_of_flow
from rig.verify.grid import duration_above_zero_s
from rig.verify.windows import Levels

if TYPE_CHECKING:
    from calibration.units import Quantity


@dataclass(frozen=True)
class EffectiveTime:
    """When a new rate held.

    Attributes:
        at_s: on the bench's clock [s].
        delay_s: after the pump was told [s].
        u_delay_s: standard uncertainty, of the levels and of the instant of telling [s].
        late_s: after the instant that the maker promises [s]; the same uncertainty.
        change_ul_h: by how much the flow changed [uL/h].
    """

    at_s: float
    delay_s: float
    u_delay_s: float
    late_s: float
    change_ul_h: float


def effective_time(
    delivery: Levels,
    *,
    told: Quantity,
    before: Quantity,
    after: Quantity,
    promised: Quantity,
    guard: Quantity,
    u_told: Quantity,
    ripple: Quantity | None = None,
) -> EffectiveTime:
    """The effective time of one change of rate.

    Args:
        delivery: delivered volume.
        told: when the pump was told, on the bench's clock.
        before: since when the old rate had really held: later than programmed, where the pump began it late.
        after: until when the new one surely did.
        promised: how long after it is told the pump's documentation says that the new rate holds.
        guard: longer than the error of that promise, either side of the promised instant.
        u_told: standard uncertainty of ``told`` on the balance's time base.
        ripple: standard uncertainty of a level by shots and rollers of the pump.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: as :func:`rig.verify.change_point.change_of_flow`.
    """
    told_s, promised_s = TIME.magnitude("told", told), TIME.magnitude("promised", promised)
    found = change_of_flow(
        delivery,
        told_s + promised_s,
        TIME.magnitude("before", before),
        TIME.magnitude("after", after),
        duration_above_zero_s("guard", guard),
        0.0 if ripple is None else VOLUME.magnitude("ripple", ripple),
    )
    late_s = float(found.at_s)
    u_s = math.hypot(float(found.u_s), TIME.magnitude("u_told", u_told))
    return EffectiveTime(told_s + promised_s + late_s, promised_s + late_s, u_s, late_s, float(found.change_ul_h))

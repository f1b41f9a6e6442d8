"""A stopped pump: what still comes (residual volume), and whether it goes on coming (residual flow, free flow).

    found = after_stop(delivery, stopped, end, settle=TIME.parse("settle", "10 min"))
    found.residual_ul, found.u_residual_ul          # all that came after the stop
    found.flow_ul_h, found.u_flow_ul_h              # what flows on once the line has settled

A residual flow is held against its limit like any other value. One that cannot be told from zero is no proof of zero:
``smallest_seen_ul_h`` says what could have been seen. A flow above the programmed one while the pump stands is free
flow by definition; ``free_flow`` asks whether the data show one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calibration.units import FLOW, TIME
from rig.delivery.corners import Corner
from rig.verify.errors import MetricError
from rig.verify.windows import Levels, freedom, windows_ul

if TYPE_CHECKING:
    from calibration.units import Quantity

#: Coverage of the statements "can be told from".
_K = 2.0


@dataclass(frozen=True)
class AfterStop:
    """What came after a stop.

    Attributes:
        residual_ul, u_residual_ul: from the stop to the end [uL].
        settling_ul, u_settling_ul: of that, while the line settled [uL].
        flow_ul_h, u_flow_ul_h: mean flow after it settled [uL/h].
        nu: effective degrees of freedom of the flow.
        start_s, end_s: the stretch of the flow [s].
    """

    residual_ul: float
    u_residual_ul: float
    settling_ul: float
    u_settling_ul: float
    flow_ul_h: float
    u_flow_ul_h: float
    nu: float
    start_s: float
    end_s: float

    @property
    def smallest_seen_ul_h(self) -> float:
        """The smallest flow that these data could tell from zero [uL/h]."""
        return _K * self.u_flow_ul_h

    @property
    def flows(self) -> bool:
        """Whether the flow can be told from zero."""
        return abs(self.flow_ul_h) > self.smallest_seen_ul_h

    def free_flow(self, programmed: Quantity) -> bool:
        """Whether more flows through the stopped pump than it was programmed to deliver, beyond the uncertainty."""
        return self.flow_ul_h - self.smallest_seen_ul_h > FLOW.magnitude("programmed", programmed)


def after_stop(delivery: Levels, stopped: Quantity, end: Quantity, *, settle: Quantity) -> AfterStop:
    """What came after a stop.

    Args:
        delivery: delivered volume.
        stopped: when the pump was told to stop, on the bench's clock.
        end: of the stretch in which it stood.
        settle: how long the line delivers on by itself; five of its time constants.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: nothing left after settling, or a stretch that the record does not hold.
    """
    stopped_s, end_s, settle_s = (
        TIME.magnitude(name, value) for name, value in (("stopped", stopped), ("end", end), ("settle", settle))
    )
    start_s = stopped_s + settle_s
    if not start_s < end_s:
        raise MetricError(f"stop: expected time left after settling, found {end_s - stopped_s:g} s for {settle_s:g} s")
    hours = (end_s - start_s) / 3600.0
    # from before the stop: what the line gives after it would bend a line through readings from after it
    split = delivery.with_corners(Corner(stopped_s, calm_before=True))
    begins = [stopped_s, start_s] if settle_s else [stopped_s]
    seen = windows_ul(split, begins, [end_s] * len(begins))
    settling = np.array([1.0, -1.0]) if settle_s else np.array([0.0])
    return AfterStop(
        residual_ul=float(seen.volume_ul[0]),
        u_residual_ul=float(seen.u_ul[0]),
        settling_ul=float(settling @ seen.volume_ul),
        u_settling_ul=math.sqrt(max(float(settling @ seen.covariance_ul2 @ settling), 0.0)),
        flow_ul_h=float(seen.volume_ul[-1]) / hours,
        u_flow_ul_h=float(seen.u_ul[-1]) / hours,
        nu=freedom(delivery, start_s, end_s),
        start_s=start_s,
        end_s=end_s,
    )

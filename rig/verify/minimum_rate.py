"""The minimum rate: does the pump deliver at all, and how well can this run say so?

At 2 uL/h evaporation and drift are of the size of the flow. The error is an ordinary flow error; what is added here
is what the run could see: ``smallest_error_percent`` is U, and a U above the limit decides nothing::

    found = flow_in(delivery, start, end, programmed=FLOW.parse("minimum", "0.048 mL/day"))
    found.error_percent, found.u_percent, found.delivers
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calibration.units import FLOW, TIME
from rig.verify.guard_bands import student_quantile
from rig.verify.series import above_zero
from rig.verify.windows import Levels, freedom, windows_ul

if TYPE_CHECKING:
    from calibration.units import Quantity


@dataclass(frozen=True)
class FlowIn:
    """Mean flow of a stretch.

    Attributes:
        flow_ul_h, u_flow_ul_h: mean flow [uL/h].
        programmed_ul_h: what was programmed [uL/h].
        nu: effective degrees of freedom.
        hours: length of the stretch.
    """

    flow_ul_h: float
    u_flow_ul_h: float
    programmed_ul_h: float
    nu: float
    hours: float

    @property
    def error_percent(self) -> float:
        """Against the programmed flow [%]."""
        return 100.0 * (self.flow_ul_h / self.programmed_ul_h - 1.0)

    @property
    def u_percent(self) -> float:
        """Standard uncertainty of the error [%]."""
        return 100.0 * self.u_flow_ul_h / self.programmed_ul_h

    @property
    def smallest_error_percent(self) -> float:
        """The smallest error that this run could show, U for 95 % [%]."""
        return student_quantile(0.975, self.nu) * self.u_percent

    @property
    def delivers(self) -> bool:
        """Whether the flow can be told from zero."""
        return self.flow_ul_h > student_quantile(0.975, self.nu) * self.u_flow_ul_h


def flow_in(delivery: Levels, start: Quantity, end: Quantity, *, programmed: Quantity) -> FlowIn:
    """Mean flow of a stretch of constant programmed rate.

    Args:
        delivery: delivered volume.
        start, end: on the bench's clock; whole cycles of the pump where it has cycles.
        programmed: the rate, above zero.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: nothing programmed, or a stretch that the record does not hold.
    """
    told = above_zero("programmed", FLOW.magnitude("programmed", programmed), "uL/h")
    start_s, end_s = TIME.magnitude("start", start), TIME.magnitude("end", end)
    seen = windows_ul(delivery, start_s, end_s)
    hours = (end_s - start_s) / 3600.0
    flow, u = float(seen.volume_ul[0]) / hours, float(seen.u_ul[0]) / hours
    return FlowIn(flow, u, told, freedom(delivery, start_s, end_s), hours)

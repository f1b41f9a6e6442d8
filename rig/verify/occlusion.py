"""An occluded catheter: how long until it is noticed, what is missed meanwhile, what is released at once.

A pump that goes on against a closed line stores volume in what gives way: with a compliance C the pressure reaches a
threshold dP after ``C dP / Q``, and ``C dP`` is released when the line opens::

    time_to_threshold(compliance, threshold, flow), stored_bolus(compliance, threshold)

Many ITB pumps have no occlusion sensor [K]. Then there is no time to detection, and what is measured is the harm::

    found = undetected(delivery, program, began, blocked=t1, opened=t2, settle=TIME.parse("settle", "10 min"))
    found.missed_ul, found.release_ul, found.lost_ul       # each with its u

Where the pump has an alarm, the time to it is :func:`rig.verify.events.detection`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calibration.units import COMPLIANCE, FLOW, PRESSURE, TIME, VOLUME, Quantity
from rig.delivery.corners import Corner
from rig.verify.errors import MetricError
from rig.verify.windows import Levels, programmed_above_zero, windows_ul

if TYPE_CHECKING:
    from rig.dose import DoseProgram


@dataclass(frozen=True)
class Undetected:
    """What an occlusion did that nobody noticed.

    Attributes:
        programmed_ul: while the line was blocked [uL].
        missed_ul, u_missed_ul: of that, not delivered while it was blocked [uL].
        release_ul, u_release_ul: delivered beyond the program while it opened and settled [uL].
        lost_ul, u_lost_ul: missed and never made good, with the covariance of the two [uL].
        missed_percent: of what was programmed while it was blocked.
    """

    programmed_ul: float
    missed_ul: float
    u_missed_ul: float
    release_ul: float
    u_release_ul: float
    lost_ul: float
    u_lost_ul: float

    @property
    def missed_percent(self) -> float:
        """Part of the program that was missed while the line was blocked."""
        return 100.0 * self.missed_ul / self.programmed_ul


def stored_bolus(compliance: Quantity, pressure: Quantity) -> Quantity:
    """The volume that a line stores at a pressure above the resting one: C dP.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: a pressure below zero.
    """
    rise = PRESSURE.magnitude("pressure", pressure)
    if rise < 0.0:
        raise MetricError(f"pressure: expected a rise from zero up, found {rise:g} kPa")
    return VOLUME.quantity(COMPLIANCE.magnitude("compliance", compliance) * rise)


def time_to_threshold(compliance: Quantity, threshold: Quantity, flow: Quantity) -> Quantity:
    """How long a pump needs to bring a blocked line to a pressure: C dP / Q, for a pump that does not slip.

    Args:
        compliance: of everything between pump and blockage.
        threshold: pressure above the resting one.
        flow: of the pump, above zero; of any shape.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: no flow, or a pressure below zero.
    """
    flow_ul_h = FLOW.array("flow", flow)
    if not (flow_ul_h > 0.0).all():
        raise MetricError(f"flow: expected a flow above zero, found {flow_ul_h.min():g} uL/h; it never gets there")
    volume_ul = VOLUME.magnitude("stored", stored_bolus(compliance, threshold))
    times = volume_ul / flow_ul_h * 3600.0
    return TIME.quantity(float(times) if times.ndim == 0 else times)


def undetected(
    delivery: Levels, program: DoseProgram, began: Quantity, *, blocked: Quantity, opened: Quantity, settle: Quantity
) -> Undetected:
    """Under-delivery while a line was blocked and the bolus at its release, beyond the tip.

    Args:
        delivery: delivered volume at the tip.
        program: what the pump was told.
        began: when the program began, on the bench's clock.
        blocked, opened: when the line was closed and opened.
        settle: how long the release lasts; five time constants of the line.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: nothing programmed meanwhile, or a time that the record does not hold.
    """
    began_s, blocked_s, opened_s, settle_s = (
        TIME.magnitude(name, value)
        for name, value in (("began", began), ("blocked", blocked), ("opened", opened), ("settle", settle))
    )
    instants = np.array([blocked_s, opened_s, opened_s + settle_s])
    # while the line is closed nothing flows: that is the calm side of either end
    ends = Corner(blocked_s, calm_before=False), Corner(opened_s, calm_before=True)
    seen = windows_ul(delivery.with_corners(*ends), instants[:-1], instants[1:])
    told = np.diff(program.volume_ul(instants - began_s))
    programmed_above_zero(float(told[0]), "while the line was blocked")
    beyond = seen.volume_ul - told
    both = float(seen.covariance_ul2.sum())
    return Undetected(
        programmed_ul=float(told[0]),
        missed_ul=float(-beyond[0]),
        u_missed_ul=float(seen.u_ul[0]),
        release_ul=float(beyond[1]),
        u_release_ul=float(seen.u_ul[1]),
        lost_ul=float(-beyond.sum()),
        u_lost_ul=math.sqrt(max(both, 0.0)),
    )

"""Arithmetic of therapy: dose to flow, days to a reservoir level, time of a bridge.

>>> from calibration.units import CONCENTRATION, DOSE_RATE
>>> flow = flow_for_dose(DOSE_RATE.parse("dose", "300 ug/day"), CONCENTRATION.parse("drug", "2000 ug/mL"))
>>> FLOW.format(flow)
'6.25 uL/h'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from calibration.errors import ImplausibleError
from calibration.units import CONCENTRATION, DOSE_RATE, FLOW, TIME, VOLUME

if TYPE_CHECKING:
    from calibration.units import Quantity

_HOUR_S = 3600.0


def flow_for_dose(dose_rate: Quantity, concentration: Quantity) -> Quantity:
    """The flow that delivers a dose.

    Args:
        dose_rate: drug per time.
        concentration: drug per volume.

    Raises:
        UnitError: an argument of another kind, or out of its plausible range.
    """
    dose = DOSE_RATE.magnitude("dose_rate", dose_rate)
    return FLOW.quantity(dose / CONCENTRATION.magnitude("concentration", concentration) * 1000.0 / 24.0)


def time_to_level(fill: Quantity, level: Quantity, flow: Quantity) -> Quantity:
    """How long a fill lasts down to a level: to the low-reservoir alarm, or to empty with a level of zero.

    Args:
        fill: volume in the reservoir now.
        level: volume at the alarm.
        flow: constant flow out of it, above zero.

    Raises:
        UnitError: an argument of another kind, a flow of zero, a level above the fill.
    """
    volume = VOLUME.magnitude("fill", fill) - VOLUME.magnitude("level", level)
    rate = FLOW.magnitude("flow", flow)
    if volume < 0 or rate <= 0:
        raise ImplausibleError(f"expected level < fill and a flow above zero, found {level} of {fill} at {flow}")
    return TIME.quantity(volume / rate * _HOUR_S)


def bridge_time(volume: Quantity, old_concentration: Quantity, dose_rate: Quantity) -> Quantity:
    """How long the old drug in tubing and catheter lasts at the rate that keeps the dose.

    Args:
        volume: of pump tubing and catheter.
        old_concentration: of the drug still in them.
        dose_rate: the dose to keep.

    Raises:
        UnitError: an argument of another kind, or out of its plausible range.
    """
    rate = FLOW.magnitude("rate", flow_for_dose(dose_rate, old_concentration))
    return TIME.quantity(VOLUME.magnitude("volume", volume) / rate * _HOUR_S)

"""The screening dose: 1 mL in a minute or more, from a syringe. It judges a syringe profile, never a pump.

Before a pump is implanted, 50 ug in 1 mL are injected over at least one minute, on later days 75 ug in 1.5 mL and
100 ug in 2 mL. No ITB pump can do this: its largest rate is about 1 mL/h. So a pump's verdict never rests on it::

    found = screening_dose(volume, u_volume, duration, u_duration, programmed=VOLUME.parse("dose", "1 mL"))
    found.error_percent, found.duration_s, found.too_fast
"""

from __future__ import annotations

from dataclasses import dataclass

from calibration.units import FLOW, TIME, VOLUME, Quantity
from rig.verify.errors import MetricError
from rig.verify.series import above_zero, not_negative

#: An injection takes at least this long [s] (label of baclofen injection).
LEAST_S = 60.0
#: No ITB pump flows faster than this [uL/h] [K].
PUMP_MOST_UL_H = 1000.0


@dataclass(frozen=True)
class ScreeningDose:
    """One injection.

    Attributes:
        error_percent, u_percent: volume against the programmed one.
        duration_s, u_duration_s: of the injection [s].
        too_fast: whether it was shorter than a minute by more than U (k = 2).
        slow_enough: whether it took a minute or more by more than U; between the two, the time decides nothing.
    """

    error_percent: float
    u_percent: float
    duration_s: float
    u_duration_s: float

    @property
    def too_fast(self) -> bool:
        """Shorter than a minute, beyond doubt."""
        return self.duration_s + 2.0 * self.u_duration_s < LEAST_S

    @property
    def slow_enough(self) -> bool:
        """A minute or longer, beyond doubt."""
        return self.duration_s - 2.0 * self.u_duration_s >= LEAST_S


def screening_dose(
    volume: Quantity, u_volume: Quantity, duration: Quantity, u_duration: Quantity, *, programmed: Quantity
) -> ScreeningDose:
    """Volume and time of one injection.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: nothing programmed, no duration, or a profile that a pump could have: it is judged as a bolus.
    """
    told = above_zero("programmed", VOLUME.magnitude("programmed", programmed), "uL")
    lasted = above_zero("duration", TIME.magnitude("duration", duration), "s")
    u_lasted = TIME.magnitude("u_duration", u_duration)
    u_ul = not_negative("u_volume", VOLUME.magnitude("u_volume", u_volume), "uL")
    rate = told / lasted * 3600.0
    if rate <= PUMP_MOST_UL_H:
        raise MetricError(
            f"screening dose: expected a syringe's profile, faster than {PUMP_MOST_UL_H:g} uL/h, found "
            f"{FLOW.format(FLOW.quantity(rate))}; judge it as a bolus (rig.verify.delivered_bolus)"
        )
    error = 100.0 * (VOLUME.magnitude("volume", volume) / told - 1.0)
    return ScreeningDose(error, 100.0 * u_ul / told, lasted, u_lasted)

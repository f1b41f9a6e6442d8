"""Readings that no pump can cause: positive evidence that somebody or something touched the balance.

A pump adds liquid to the vessel. A reading that *falls* at once by far more than evaporation or a pump that runs
backwards could take means a tare, a beaker that was lifted or a weight that was taken off: the bench's fault. So does a
smaller fall that *stays* (:mod:`rig.findings.falls`), once it is more than noise, what evaporates and what a pump sucks
back; also one behind a gap in the readings.

A *rise* is no such evidence by itself: a pump may run away, and a line that was blocked and opens gives much at once.
But it has a largest size. Within three seconds no pump gives more than a hundred times its highest declared rate and
what a line can have stored; and liquid that pours does not stop pouring on the gram, while a weight that fell on the
pan lies still from then on. Both must hold: the step is too large, and the reading rests after it. A rise that goes
on, or after which nothing more was recorded, is left to the findings, and a runaway pump fails by them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from calibration.units import FLOW
from rig.evaluation import WITH_GAPS, revision_of
from rig.execute.phases import DELIVERY, EVAPORATION_AFTER, EVAPORATION_BEFORE, ZERO_FLOW
from rig.findings.falls import STEP_S, lasting_falls_g, since

if TYPE_CHECKING:
    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence
    from rig.delivery.levels import Floats

#: A fall that counts [g]; three times what a pump of 1 mL/h could take back within the longest interval.
FALL_G: Final = 0.1
#: Between readings further apart than this, much may have happened [s].
NEIGHBOURS_S: Final = 120.0
#: A pump that comes to rest sucks back no more than so many of its smallest portions [K].
SUCKED: Final = 2.0
#: So many times what evaporated by the legs may have evaporated at once, were a lid lifted [K].
DRIED: Final = 3.0
#: No pump gives more than so many times its highest declared rate, whatever is wrong with it [K].
RUNAWAY: Final = 100.0
#: Most that a line and a tube hold back and give at once: 0.5 uL/kPa at 300 kPa is 150 uL [K] [uL].
STORED_UL: Final = 250.0
#: After a step, what still rises within :data:`STEP_S` is less than this part of it.
REST: Final = 0.1
#: No liquid that is pumped here is denser [K] [g/uL].
_DENSEST_G_UL: Final = 1.1e-3


def disturbance(evidence: Evidence, delivery: Delivery) -> str:
    """What was done to the balance while a leg or the delivery lasted, in words; empty if nothing shows."""
    time_s, reading_g = delivery.time_s, delivery.reading_g
    fell_g = np.zeros(len(time_s))
    if revision_of(evidence.record.start) >= WITH_GAPS:
        fell_g = lasting_falls_g(time_s, reading_g, noise_g(delivery), less_g(evidence, delivery))
    begun, rise = rises(time_s, reading_g, FLOW.magnitude("max_rate", evidence.bench.device.max_rate))
    found = [
        (time_s[1:], -np.diff(reading_g), fallen(time_s, reading_g), "fell", "it was tared or touched"),
        (time_s, fell_g, fell_g > 0.0, "fell", "it did not come back: the balance was tared or touched"),
        (begun, rise, rise > 0.0, "rose", "no pump gives that much, and it rested after that: something was put on it"),
    ]
    for name in (EVAPORATION_BEFORE, DELIVERY, EVAPORATION_AFTER, ZERO_FLOW):
        begin, end = evidence.phases.get(name, (np.inf, -np.inf))
        for times, by_g, counts, moved, why in found:
            inside = np.flatnonzero(counts & (times > begin) & (times <= end))
            if len(inside):
                first = inside[0]
                return (
                    f"the balance's reading {moved} by {by_g[first]:.4g} g at t = {times[first]:.0f} s ({name}); {why}"
                )
    return ""


def noise_g(delivery: Delivery) -> float:
    """Standard deviation of a reading at rest; one digit where a balance rests on it [g]."""
    return max(float(np.max(delivery.noise.sd)), delivery.setup.resolution_g)


def less_g(evidence: Evidence, delivery: Delivery) -> Floats:
    """What may be less at each reading with no hand near: evaporated or sucked back, shape (n,) [g]."""
    took_s = delivery.time_s - delivery.time_s[since(delivery.time_s)]
    evaporated_g = 1e-3 * np.max(np.abs(delivery.evaporation.rate_mg_h)) * took_s / 3600.0
    sucked_g = 1e-6 * delivery.setup.fluid_kg_m3 * evidence.bench.device.shot_ul
    return np.asarray(DRIED * evaporated_g + SUCKED * sucked_g)


def fallen(time_s: Floats, reading_g: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether the reading fell by what counts from each reading to the next, shape (n - 1,)."""
    return np.asarray((np.diff(reading_g) < -FALL_G) & (np.diff(time_s) <= NEIGHBOURS_S))


def rises(time_s: Floats, reading_g: Floats, max_rate_ul_h: float) -> tuple[Floats, Floats]:
    """Rises that no pump can cause: when each was whole [s], and by how much [g]; 0 where a reading ends none.

    Args:
        time_s: of the readings, ascending [s], shape (n,).
        reading_g: shape (n,).
        max_rate_ul_h: highest rate that the maker declares of the device [uL/h].

    Returns:
        Both of shape (n,).
    """
    if len(time_s) < 2:
        return time_s, np.zeros(len(time_s))
    begun = since(time_s)
    took_s, rise_g = time_s - time_s[begun], reading_g - reading_g[begun]
    allowed_g = _DENSEST_G_UL * (RUNAWAY * max_rate_ul_h * took_s / 3600.0 + STORED_UL)
    later = [np.interp(time_s + wait_s, time_s, reading_g) for wait_s in (STEP_S, 2 * STEP_S)]
    rested = (np.abs(later[1] - later[0]) < REST * rise_g) & (time_s + 2 * STEP_S <= time_s[-1])
    counts = (rise_g > allowed_g) & (took_s <= NEIGHBOURS_S) & rested
    return time_s, np.where(counts, rise_g, 0.0)

"""Readings that no pump can cause: positive evidence that somebody or something touched the balance.

A pump adds liquid to the vessel. A reading that falls at once by far more than evaporation or a pump that runs
backwards could take means a tare, a beaker that was lifted or a weight that was taken off: the bench's fault.
A *rise* is no such evidence, because a line that was blocked and opens gives much at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.execute.phases import DELIVERY, EVAPORATION_AFTER, EVAPORATION_BEFORE, ZERO_FLOW

if TYPE_CHECKING:
    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence

#: A fall that counts [g]; three times what a pump of 1 mL/h could take back within the longest interval.
FALL_G = 0.1
#: Between readings further apart than this, much may have happened [s].
NEIGHBOURS_S = 120.0


def disturbance(evidence: Evidence, delivery: Delivery) -> str:
    """What was done to the balance while a leg or the delivery lasted, in words; empty if nothing shows."""
    time_s, steps = delivery.time_s, np.diff(delivery.reading_g)
    fell = (steps < -FALL_G) & (np.diff(time_s) <= NEIGHBOURS_S)
    for name in (EVAPORATION_BEFORE, DELIVERY, EVAPORATION_AFTER, ZERO_FLOW):
        begin, end = evidence.phases.get(name, (np.inf, -np.inf))
        found = np.flatnonzero(fell & (time_s[:-1] >= begin) & (time_s[1:] <= end))
        if len(found):
            at, by = time_s[found[0] + 1], -steps[found[0]]
            return f"the balance's reading fell by {by:.4g} g at t = {at:.0f} s ({name}); it was tared or touched"
    return ""

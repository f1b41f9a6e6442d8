"""Drops: a needle that hangs above the liquid, or whose oil film let go, gives what it delivers in portions.

What still hangs at the needle is delivered and not yet on the balance: up to a drop, at either end of a difference. It
shows in the readings as steps that no pump makes by its declared portions, with nothing between them.

>>> time_s = np.arange(0.0, 7200.0, 10.0)
>>> flow_ul = 12.5 * time_s / 3600.0
>>> drop_ul(time_s, flow_ul, most_ul=0.2), round(drop_ul(time_s, 5.0 * np.floor(flow_ul / 5.0), most_ul=0.2), 6)
(0.0, 5.0)
"""

from __future__ import annotations

from typing import Final

import numpy as np

from rig.delivery.levels import Floats

#: No drop that falls off a needle is smaller (Tate: a bore of 0.1 mm gives some 2 uL of water) [K] [uL].
SMALLEST_UL: Final = 2.0
#: Fewer steps may be anything: a blocked line that opens, a hand.
FEWEST: Final = 3
#: Of what was collected, so much must have come in steps.
PART: Final = 0.5
#: Standard deviations of a reading that noise alone does not reach.
SIGMAS: Final = 6.0


def drop_ul(time_s: Floats, volume_ul: Floats, most_ul: float) -> float:
    """Size of the drops that a volume grew by [uL]; zero where it grew without.

    A drop that a balance takes two readings to follow counts as one.

    Args:
        time_s: of the delivery, ascending [s].
        volume_ul: collected, noise and all [uL], shape as ``time_s``.
        most_ul: what noise, a portion of the pump and its fastest flow could give together between two readings.
    """
    if len(time_s) < 2:
        return 0.0
    rises = np.diff(volume_ul)
    large = rises > max(most_ul, SMALLEST_UL / 2.0)
    begins = np.flatnonzero(large & ~np.concatenate([[False], large[:-1]]))
    if len(begins) < FEWEST:
        return 0.0
    sizes = np.add.reduceat(np.where(large, rises, 0.0), begins)
    whole = float(volume_ul[-1] - volume_ul[0])
    drop = float(np.median(sizes))
    return drop if drop >= SMALLEST_UL and float(sizes.sum()) >= PART * whole else 0.0

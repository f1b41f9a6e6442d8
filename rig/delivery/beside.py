"""Lines of the budget that add to the volume and to no other input: an estimate of zero each, and what it is worth.

    beside(delivery, start_s, end_s)         # inputs in uL, only those that are there

=================== =================================================================== ====================
``room_ul``         evaporation that may follow the air of the room                     docs/decisions/0042
``between_legs_ul`` evaporation that nobody sees between the legs                       0050
``beaker_bent_ul``  evaporation that changed at once, in the windows of the beaker      docs/files.md
``gaps_ul``         what could hide in gaps of the readings                             0047
``digit_ul``        the digit on which a balance may rest                               0045
``wander_ul``       what the balance walks beyond its noise record                      0051
``drops_ul``        what hangs at a needle that drips
``held_ul``         a change of sensitivity that the check weight does not show         0052
=================== =================================================================== ====================
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.uncertainty import Input

if TYPE_CHECKING:
    from rig.delivery.volume import Delivery


def beside(delivery: Delivery, start_s: float, end_s: float) -> list[Input]:
    """What adds to V(end) - V(start), in uL; of several records one number for each.

    Args:
        delivery: of one record, or of several.
        start_s, end_s: instants on the bench's clock [s].

    Raises:
        EvidenceError: no readings around one of them.
    """
    gone, mg_per_ul = delivery.evaporation, delivery.setup.fluid_kg_m3 / 1000.0
    lines = [
        Input.rectangular("room_ul", 0.0, np.abs(gone.strayed_ul(start_s, end_s, mg_per_ul)), unit="uL"),
        Input.rectangular("between_legs_ul", 0.0, np.abs(gone.unseen_ul(start_s, end_s, mg_per_ul)), unit="uL"),
        Input.rectangular("beaker_bent_ul", 0.0, gone.bent_ul(start_s, end_s), unit="uL"),
        Input.rectangular("gaps_ul", 0.0, delivery.gaps.half_width_ul(start_s, end_s), unit="uL"),
        Input.triangular("digit_ul", 0.0, np.sqrt(6.0) * _u_digit_ul(delivery, start_s, end_s, mg_per_ul), unit="uL"),
        _walked(delivery, start_s, end_s),
        Input.triangular("drops_ul", 0.0, delivery.drop_ul, unit="uL"),
        Input.normal("held_ul", 0.0, 1e3 * delivery.held_g / mg_per_ul, unit="uL"),
    ]
    return [line for line in lines if np.any(line.u)]


def _walked(delivery: Delivery, start_s: float, end_s: float) -> Input:
    walk = delivery.beyond
    if not np.any(walk.walk_g2_s):
        return Input.normal("wander_ul", 0.0, 0.0, unit="uL")
    return Input.normal("wander_ul", 0.0, walk.u_ul(delivery, start_s, end_s), walk.nu, "uL")


def _u_digit_ul(delivery: Delivery, start_s: float, end_s: float, mg_per_ul: float) -> Any:
    """Standard uncertainty of a difference by what the digit may do to both levels and to the legs [uL]."""
    if not np.any(delivery.digit_g):
        return 0.0
    ends = [delivery.level(delivery.reading_g, t) for t in (start_s, end_s)]
    levels_mg = 1e3 * delivery.digit_g * math.sqrt(sum(one.reach**2 for one in ends) / 3.0)
    lost_mg = delivery.evaporation.u_digit_mg_h * (end_s - start_s) / 3600.0
    return np.hypot(levels_mg, lost_mg) / mg_per_ul

"""A needle that drips where it should be submerged: what hangs at it is delivered, and not on the balance.

The volume of each level is then uncertain by a drop, and a difference by a triangle of a drop either way. That is told,
and stands in every uncertainty of the run; a drop of 11 uL makes U of a day at 0.15 mL/day 6 %.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from calibration.units import VOLUME
from rig.delivery.drops import SIGMAS, drop_ul
from rig.execute.phases import DELIVERY
from rig.finding import Finding

if TYPE_CHECKING:
    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence

NAME: Final = "drops"
#: A pump may run so many times too fast, or pulse so much, before its flow is taken for drops.
_TIMES: Final = 3.0
#: Neighbours are no further apart than this, in median intervals.
_NEIGHBOUR: Final = 1.5


def with_drops(evidence: Evidence, delivery: Delivery) -> tuple[Delivery, Finding | None]:
    """The delivery as uncertain as its drops make it, and an informative finding; as it was where nothing drips."""
    if DELIVERY not in evidence.phases:
        return delivery, None
    begin, end = evidence.phases[DELIVERY]
    part = slice(*np.searchsorted(delivery.time_s, (begin, end)))
    time_s, volume_ul = delivery.time_s[part], delivery.collected_ul[part]
    if len(time_s) < 2:
        return delivery, None
    apart_s = np.diff(time_s)
    usual_s = float(np.median(apart_s))
    flowed_ul = np.concatenate([[0.0], np.where(apart_s <= _NEIGHBOUR * usual_s, np.diff(volume_ul), 0.0)]).cumsum()
    size_ul = drop_ul(time_s, flowed_ul, _most_ul(evidence, delivery, usual_s))
    if not size_ul:
        return delivery, None
    text = (
        f"the liquid came in drops of {size_ul:.3g} uL: the needle is not submerged, or the oil film is gone. What "
        "hangs at it is not weighed; each difference of volumes is uncertain by a drop either way"
    )
    return replace(delivery, drop_ul=size_ul), Finding(NAME, "informative", text, value=size_ul, unit="uL")


def _most_ul(evidence: Evidence, delivery: Delivery, interval_s: float) -> float:
    """What noise, a portion of the pump and its fastest flow could give from one reading to the next."""
    fastest = max((piece.rate_ul_h for piece in evidence.protocol.dose.pieces), default=0.0)
    shot = evidence.bench.device.shot_volume
    portion = 0.0 if shot is None else VOLUME.magnitude("shot_volume", shot)
    noise = math.sqrt(2.0) * SIGMAS * delivery.noise.sd * 1e6 / delivery.setup.fluid_kg_m3
    return float(_TIMES * (fastest * interval_s / 3600.0 + portion) + noise)

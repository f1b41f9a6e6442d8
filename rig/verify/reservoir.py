"""The reservoir's books: what the pump says is left, against what was filled in and weighed out.

    book = bookkeeping(fill, u_fill, delivered, u_delivered, claimed_left)
    book.left_ul, book.u_left_ul, book.claim_error_ul
    low = low_reservoir(fill, u_fill, delivery, began, alarmed, u_alarmed, setting)
    low.left_ul, low.early_ul        # how much more than the setting was left when it alarmed

The pump counts what it programmed, so its book is wrong by its flow error from the first day on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calibration.units import FLOW, TIME, VOLUME
from rig.verify.errors import MetricError
from rig.verify.series import above_zero, not_negative
from rig.verify.windows import Levels, freedom, windows_ul

if TYPE_CHECKING:
    from calibration.units import Quantity


@dataclass(frozen=True)
class Book:
    """What is left in a reservoir.

    Attributes:
        left_ul, u_left_ul: fill less what was weighed out [uL].
        claimed_ul: what the pump says [uL].
        claim_error_ul: claim less what is left; the same uncertainty [uL].
        claim_error_percent: of the delivered volume.
    """

    left_ul: float
    u_left_ul: float
    claimed_ul: float
    claim_error_ul: float
    claim_error_percent: float


@dataclass(frozen=True)
class LowReservoir:
    """What was left when the pump alarmed.

    Attributes:
        left_ul, u_left_ul: then [uL].
        early_ul: that, less the setting; above zero it alarmed early, the safe side [uL].
        early_s, u_early_s: the same at the flow of the moment [s].
        nu: effective degrees of freedom of the delivered volume.
    """

    left_ul: float
    u_left_ul: float
    early_ul: float
    early_s: float
    u_early_s: float
    nu: float


def bookkeeping(
    fill: Quantity, u_fill: Quantity, delivered: Quantity, u_delivered: Quantity, claimed_left: Quantity
) -> Book:
    """The pump's book against the scales.

    Args:
        fill, u_fill: what was filled in (weighed), with standard uncertainty.
        delivered, u_delivered: since then.
        claimed_left: what the pump says is left.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: nothing filled in or delivered, or more delivered than filled in, beyond the uncertainty.
    """
    filled = above_zero("fill", VOLUME.magnitude("fill", fill), "uL")
    gone = above_zero("delivered", VOLUME.magnitude("delivered", delivered), "uL")
    u_ul = math.hypot(
        not_negative("u_fill", VOLUME.magnitude("u_fill", u_fill), "uL"),
        not_negative("u_delivered", VOLUME.magnitude("u_delivered", u_delivered), "uL"),
    )
    left = filled - gone
    if left < -3.0 * u_ul:
        raise MetricError(
            f"delivered: expected no more than the {filled:g} uL that were filled in, found {gone:g} uL; "
            "the fill is not what the record says"
        )
    claimed = VOLUME.magnitude("claimed_left", claimed_left)
    return Book(left, u_ul, claimed, claimed - left, 100.0 * (claimed - left) / gone)


def low_reservoir(
    fill: Quantity,
    u_fill: Quantity,
    delivery: Levels,
    began: Quantity,
    alarmed: Quantity,
    u_alarmed: Quantity,
    setting: Quantity,
    *,
    flow: Quantity,
) -> LowReservoir:
    """The volume at which the low-reservoir alarm came.

    Args:
        fill, u_fill: in the reservoir when the delivery began.
        delivery: delivered volume.
        began, alarmed: on the bench's clock.
        u_alarmed: standard uncertainty of the alarm's instant; polling is a rectangular part of it.
        setting: volume at which it should alarm.
        flow: of the pump at that moment, above zero.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: no flow, or an alarm outside the record.
    """
    began_s, alarmed_s = TIME.magnitude("began", began), TIME.magnitude("alarmed", alarmed)
    flow_ul_s = above_zero("flow", FLOW.magnitude("flow", flow), "uL/h") / 3600.0
    seen = windows_ul(delivery, began_s, alarmed_s)
    u_time_s = TIME.magnitude("u_alarmed", u_alarmed)
    u_fill_ul = not_negative("u_fill", VOLUME.magnitude("u_fill", u_fill), "uL")
    u_left = math.hypot(u_fill_ul, float(seen.u_ul[0]), u_time_s * flow_ul_s)
    left = VOLUME.magnitude("fill", fill) - float(seen.volume_ul[0])
    early = left - VOLUME.magnitude("setting", setting)
    nu = freedom(delivery, began_s, alarmed_s)
    return LowReservoir(left, u_left, early, early / flow_ul_s, u_left / flow_ul_s, nu)

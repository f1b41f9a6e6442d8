"""Refill reconciliation: what the nurse draws out of a pump against what should be left, and what that cannot show.

    found = reconcile(fill, programmed, residual, u_residual, limit=RATIO.parse("limit", "14.5 %"))
    found.error_percent, found.u_percent, found.over, found.under, found.blind

**The blind spot.** A pump cannot give more than it holds. Filled with 40 mL and programmed for 35 mL, one that is
found completely empty has delivered +14.29 %, whatever it would have gone on to deliver: over-infusion beyond
+14.5 % cannot be found in this way at all. ``largest_visible_percent`` says how far the method sees; where that is
within the limit, ``blind`` is true and *not over* means nothing. An empty pump is moreover only a lower bound of
its error: ``at_least``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from calibration.units import RATIO, VOLUME, Quantity
from rig.verify.errors import MetricError
from rig.verify.series import above_zero, not_negative


@dataclass(frozen=True)
class Reconciliation:
    """Delivered against programmed between two fillings.

    Attributes:
        ratio: delivered over programmed.
        error_percent, u_percent: and its standard uncertainty.
        largest_visible_percent: the error of a pump that is found empty.
        limit_percent: either side of zero.
        over, under: whether the error itself is beyond the limit; a decision with its uncertainty is a rule's.
        empty: nothing could be drawn out, within the uncertainty.
    """

    ratio: float
    error_percent: float
    u_percent: float
    largest_visible_percent: float
    limit_percent: float
    over: bool
    under: bool
    empty: bool

    @property
    def blind(self) -> bool:
        """Whether over-infusion beyond the limit could not be seen, however large."""
        return self.largest_visible_percent <= self.limit_percent

    @property
    def at_least(self) -> bool:
        """Whether the error is only a lower bound, because the pump was empty."""
        return self.empty

    @property
    def says(self) -> str:
        """What the method cannot show, in words; empty where it can."""
        if self.blind:
            return (
                f"blind to over-infusion beyond {self.limit_percent:g} %: an empty pump is only "
                f"{self.largest_visible_percent:+.2f} %"
            )
        return "the pump was empty: it delivered this error or more" if self.empty else ""


def reconcile(
    fill: Quantity,
    programmed: Quantity,
    residual: Quantity,
    u_residual: Quantity,
    *,
    limit: Quantity,
    unusable: Quantity | None = None,
    u_fill: Quantity | None = None,
) -> Reconciliation:
    """Reconcile one filling.

    Args:
        fill: volume filled in.
        programmed: delivered since then, as the pump counts it; above zero.
        residual, u_residual: drawn out at the refill, with standard uncertainty.
        limit: accepted either side of zero.
        unusable: part of the fill that can never be delivered, so that the pump is empty before; None is zero.
        u_fill: standard uncertainty of the fill; None is zero.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: nothing filled in or programmed, a limit not above zero, more drawn out than was filled in, beyond
            the uncertainty.
    """
    filled = above_zero("fill", VOLUME.magnitude("fill", fill), "uL")
    told = above_zero("programmed", VOLUME.magnitude("programmed", programmed), "uL")
    left = not_negative("residual", VOLUME.magnitude("residual", residual), "uL")
    u_left = not_negative("u_residual", VOLUME.magnitude("u_residual", u_residual), "uL")
    u_filled = 0.0 if u_fill is None else not_negative("u_fill", VOLUME.magnitude("u_fill", u_fill), "uL")
    kept = 0.0 if unusable is None else not_negative("unusable", VOLUME.magnitude("unusable", unusable), "uL")
    u_ul = math.hypot(u_left, u_filled)
    if left > filled + 3.0 * u_ul:
        raise MetricError(f"residual: expected no more than the fill of {filled:g} uL, found {left:g} uL")
    error = 100.0 * ((filled - left) / told - 1.0)
    bound = above_zero("limit", RATIO.magnitude("limit", limit), "%")
    return Reconciliation(
        ratio=(filled - left) / told,
        error_percent=error,
        u_percent=100.0 * u_ul / told,
        largest_visible_percent=100.0 * ((filled - kept) / told - 1.0),
        limit_percent=bound,
        over=error > bound,
        under=error < -bound,
        empty=left <= kept + 2.0 * u_left,
    )

"""The device's claim against the witness: compared, never trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rig.errors import EvidenceError
from rig.finding import Finding
from rig.findings.held import at_least, decided, held_against, sides_of

if TYPE_CHECKING:
    from calibration.uncertainty import BudgetResult
    from rig.delivery import Delivery
    from rig.findings.span import Span
    from rig.protocol_findings.ruled import Decided
    from rig.record import Record

NAME = "claim_agreement"
#: What a claim is in a stream of the device.
_CLAIM = ("t_s", "boots", "claimed_ul")
#: A device that is silent for longer than this around an end of the span claims nothing about it [s].
_STALE_S = 120.0


def claim_agreement(record: Record, delivery: Delivery, span: Span, asked: Decided | None) -> Finding:
    """100 (claimed / delivered - 1) in percent over the span of the mean flow error.

    Args:
        record: with the device's claims.
        delivery: what the witness saw.
        span: whole cycles of the analysis.
        asked: limit and rule; None for an informative finding.

    Raises:
        EvidenceError: the device claimed nothing around an end of the span, or the witness cannot tell the
            delivered volume from nothing.
    """
    rows = record.stream("device", *_CLAIM)
    claimed = _claimed_ul(rows, span.end_s) - _claimed_ul(rows, span.start_s)
    volume = delivery.difference_ul(span.start_s, span.end_s)
    if volume.value <= 0:
        raise EvidenceError(f"the witness saw {volume.value:.3g} uL: no volume to compare a claim with")
    value = 100.0 * (claimed / volume.value - 1.0)
    facts = {"claimed_ul": claimed, "delivered_ul": volume.value}
    if asked is None:
        text = f"the device claims {claimed:.3f} uL where the witness saw {volume.value:.3f} uL ({value:+.2f} %)"
        return Finding(NAME, "informative", text, value=value, facts=facts)
    sides = sides_of(asked.limit, volume.value)
    upper = None if sides is None else sides.upper
    k = at_least(asked.k, volume.nu_eff)
    u = _u_percent(claimed, volume, k, too_much=upper is not None and value > upper)
    return decided(NAME, held_against(value, u, volume.nu_eff, asked, programmed_ul=volume.value), asked, **facts)


def _u_percent(claimed: float, volume: BudgetResult, k: float, *, too_much: bool) -> float:
    """Standard uncertainty such that U reaches from the ratio to the one at the far end of the delivered volume.

    A ratio is not linear in what it is divided by: where delivery is hardly known (evaporation that was not
    measured, say), the linear formula would call every claim a lie. The far end is the largest volume for a claim
    of too much, else the smallest.

    Raises:
        EvidenceError: the witness cannot tell the delivered volume from nothing.
    """
    expanded = k * volume.u
    if too_much:
        return 100.0 * volume.u * claimed / (volume.value * (volume.value + expanded))
    if volume.value <= expanded:
        raise EvidenceError(
            f"the witness saw {volume.value:.3g} uL with U = {expanded:.3g} uL: it cannot be told from 0"
        )
    return 100.0 * volume.u * max(claimed, volume.value) / (volume.value * (volume.value - expanded))


def claimed_ul(record: Record, at_s: float) -> float:
    """Volume that the device claimed at an instant [uL], linear between its words before and after it.

    Raises:
        EvidenceError: it said nothing for two minutes, or was reset in between (the claim begins anew).
    """
    return _claimed_ul(record.stream("device", *_CLAIM), at_s)


def _claimed_ul(rows: dict[str, Any], at_s: float) -> float:
    after = int(np.searchsorted(rows["t_s"], at_s, side="left"))
    if after == 0 or after == len(rows["t_s"]) or rows["t_s"][after] - rows["t_s"][after - 1] > _STALE_S:
        raise EvidenceError(f"the device claimed nothing within two minutes of t = {at_s:.0f} s")
    if rows["boots"][after] != rows["boots"][0]:
        raise EvidenceError("the device was reset; its claim began anew")
    return float(np.interp(at_s, rows["t_s"][after - 1 : after + 1], rows["claimed_ul"][after - 1 : after + 1]))

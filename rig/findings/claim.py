"""The device's claim against the witness: compared, never trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from calibration.units import RATIO
from rig.errors import EvidenceError
from rig.finding import Finding
from rig.findings.mean_flow import at_least
from rig.verify.rules import decide_numbers

if TYPE_CHECKING:
    from rig.delivery import Delivery
    from rig.findings.span import Span
    from rig.protocol_tables import Decided
    from rig.record import Record

NAME = "claim_agreement"
#: A claim older than this at an end of the span is no claim about it [s].
_STALE_S = 120.0


def claim_agreement(record: Record, delivery: Delivery, span: Span, asked: Decided | None) -> Finding:
    """100 (claimed / delivered - 1) in percent over the span of the mean flow error.

    Args:
        record: with the device's claims.
        delivery: what the witness saw.
        span: whole cycles of the analysis.
        asked: limit and rule; None for an informative finding.

    Raises:
        EvidenceError: the device claimed nothing around an end of the span.
    """
    claimed = claimed_ul(record, span.end_s) - claimed_ul(record, span.start_s)
    volume = delivery.difference_ul(span.start_s, span.end_s)
    value = 100.0 * (claimed / volume.value - 1.0)
    facts = {"claimed_ul": claimed, "delivered_ul": volume.value}
    if asked is None:
        text = f"the device claims {claimed:.3f} uL where the witness saw {volume.value:.3f} uL ({value:+.2f} %)"
        return Finding(NAME, "informative", text, value=value, facts=facts)
    limit = RATIO.magnitude("limit", asked.limit)
    u = 100.0 * volume.u * claimed / volume.value**2
    k = at_least(asked.k, volume.nu_eff)
    decision = decide_numbers(value, u, lower=-limit, upper=limit, rule=asked.rule, nu=volume.nu_eff, k=k)
    return Finding.decided(NAME, decision, **facts)


def claimed_ul(record: Record, at_s: float) -> float:
    """Volume that the device claimed at an instant [uL]: its last word before it.

    Raises:
        EvidenceError: it said nothing for two minutes before, or was reset in between (the claim starts anew).
    """
    rows = record.stream("device")
    index = int(np.searchsorted(rows["t_s"], at_s, side="right")) - 1
    if index < 0 or at_s - rows["t_s"][index] > _STALE_S:
        raise EvidenceError(f"the device claimed nothing in the two minutes before t = {at_s:.0f} s")
    if rows["boots"][index] != rows["boots"][0]:
        raise EvidenceError("the device was reset; its claim began anew")
    return float(rows["claimed_ul"][index])

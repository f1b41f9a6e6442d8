"""What of the bench was shown to hold before and after a run: no difference is held against a pump without that."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence
    from rig.findings.check_weight import CheckWeights


def bench_not_held(evidence: Evidence, delivery: Delivery, weights: CheckWeights, touched: str) -> str:
    """What of check weight, zero and evaporation was not shown to hold before and after; empty if all of it was."""
    missing = []
    if evidence.protocol.check_weight is None or weights.blocks or weights.shift:
        missing.append("check weight")
    if touched:
        missing.append("zero of the balance")
    if not delivery.evaporation.measured:
        missing.append("evaporation")
    return ", ".join(missing)

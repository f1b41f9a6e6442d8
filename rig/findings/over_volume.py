"""What a safety stop for over-volume proves: more came out than the whole program allows.

It never passes: the balance did show too much, or the run would not have been stopped. Where it shows less afterwards,
liquid did not come out of the beaker again, so the balance moved.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from rig.errors import EvidenceError
from rig.finding import Finding
from rig.findings.held import at_least, sides_of
from rig.verify.rules import decide_numbers

if TYPE_CHECKING:
    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence

NAME = "over_volume"
_BACK: Final = (
    "Not a pass: the run was stopped because the balance had shown more than is allowed, and it did not show that any "
    "more at the end; what moved in between was not the pump's delivery."
)


def over_volume(evidence: Evidence, delivery: Delivery) -> Finding:
    """Volume delivered until the stop, against the programmed volume of the whole delivery plus its limit.

    Raises:
        EvidenceError: no readings around the beginning or the end, or no upper limit.
    """
    asked = evidence.protocol.findings.mean_flow_error
    programmed = float(evidence.protocol.dose.volume_ul(evidence.protocol.timing.delivery_s))
    sides = sides_of(asked.limit, programmed)
    if sides is None or sides.upper is None:
        raise EvidenceError("the protocol gives the mean flow error no upper limit, so that no volume is too much")
    allowed = programmed * (1 + sides.upper / 100)
    last = float(delivery.time_s[-1]) - delivery.window_s / 2
    if last <= evidence.delivery_began_s:
        raise EvidenceError("the run was stopped before the level after the first delivered volume could be read")
    volume = delivery.difference_ul(evidence.delivery_began_s, last)
    decision = decide_numbers(
        volume.value,
        volume.u,
        lower=None,
        upper=allowed,
        rule=asked.rule,
        nu=volume.nu_eff,
        k=at_least(asked.k, volume.nu_eff),
        unit="uL",
    )
    found = Finding.decided(NAME, decision, programmed_ul=programmed)
    return found if found.verdict != "pass" else replace(found, verdict="inconclusive").saying(_BACK, {})

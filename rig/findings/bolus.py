"""Boluses of the program: the mean of their errors, and the one that is furthest off; each held against the limit.

The largest of many is pushed outwards by the noise of its weighing: the more boluses, the harder the limit. The volume
is judged. During a bridge or priming bolus the composition is only modelled, and the finding says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from calibration.units import TIME, VOLUME
from rig.finding import Finding
from rig.findings.held import held_against
from rig.verify.delivered_bolus import delivered_boluses

if TYPE_CHECKING:
    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence
    from rig.protocol_tables import Bolus

NAME = "bolus"
#: What a volume says about the drug in it.
_MODELLED = "volume only; which drug is in a bridge or priming bolus is modelled, not measured"


def bolus_findings(evidence: Evidence, delivery: Delivery, asked: Bolus, shot_ul: float) -> list[Finding]:
    """Two findings: ``bolus_mean`` and ``bolus_largest``, errors in percent.

    Raises:
        EvidenceError: delivery never began.
        MetricError: the program has no bolus, or the record does not hold one of them.
    """
    found = delivered_boluses(
        delivery,
        evidence.protocol.dose,
        TIME.quantity(evidence.delivery_began_s),
        settle=asked.settle,
        shot=VOLUME.quantity(shot_ul),
    )
    errors, u = found.error_percent, found.u_percent
    worst = int(np.abs(errors).argmax())
    facts = {
        "boluses": len(errors),
        "kinds": list(found.kinds),
        "programmed_ul": found.programmed_ul.tolist(),
        "delivered_ul": found.volume_ul.tolist(),
        "error_percent": errors.tolist(),
        "u_percent": u.tolist(),
    }
    if set(found.kinds) != {"single"}:
        facts["composition"] = _MODELLED
    mean = held_against(found.mean_error_percent, found.u_mean_percent, found.nu, asked)
    largest = held_against(float(errors[worst]), float(u[worst]), found.nu, asked)
    return [
        Finding.decided(f"{NAME}_mean", mean, **facts),
        Finding.decided(f"{NAME}_largest", largest, bolus=worst + 1, of=len(errors)),
    ]

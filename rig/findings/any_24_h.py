"""The any-24-h volume: the most and the least of any 24 h, against the most and the least that was programmed.

The uncertainty is that of an extreme over all windows at once (:mod:`rig.verify.dose_windows`); the Monte Carlo is
seeded from the record's content digest. It is a volume: without an assay of the drug it is no dose, and says so.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from calibration.units import TIME
from rig.findings.held import decided, held_against
from rig.verify.dose_windows import CONTENT, extreme_windows
from rig.verify.guard_bands import student_quantile
from rig.verify.windows import programmed_above_zero

if TYPE_CHECKING:
    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence
    from rig.finding import Finding
    from rig.protocol_tables import Any24Hours

NAME = "any_24_h"


def any_24_h_findings(evidence: Evidence, delivery: Delivery, asked: Any24Hours) -> list[Finding]:
    """Two findings: ``any_24_h_most`` and ``any_24_h_least``, errors in percent.

    Raises:
        EvidenceError: delivery never began.
        MetricError: a program or a record of less than 24 h, or nothing programmed in one of them.
    """
    found = extreme_windows(
        delivery,
        evidence.protocol.dose,
        TIME.quantity(evidence.delivery_began_s),
        step=asked.step,
        window=TIME.parse("window", "24 h"),
        seed=int(evidence.record.content_digest[:12], 16),
    )
    factor = student_quantile(0.5 + 0.5 * CONTENT, math.inf)
    findings = []
    for name, volume_ul, told_ul, at_s in (
        ("most", found.largest_ul, found.programmed_largest_ul, found.at_largest_s),
        ("least", found.smallest_ul, found.programmed_smallest_ul, found.at_smallest_s),
    ):
        told = programmed_above_zero(told_ul, f"the {name} of any 24 h")
        u = 100.0 * found.expanded_ul / factor / told
        decision = held_against(100.0 * (volume_ul / told - 1.0), u, math.inf, asked, programmed_ul=told)
        facts = {
            "delivered_ul": volume_ul,
            "programmed_ul": told,
            "start_s": at_s,
            "windows": found.count,
            "bias_of_the_extreme_at_most_ul": found.bias_at_most_ul,
            "between_starts_at_most_ul": found.between_at_most_ul,
            "between_starts_at_least_ul": found.between_at_least_ul,
            "composition": "volume only; a dose needs an assayed concentration",
        }
        findings.append(decided(f"{NAME}_{name}", decision, asked, **facts))
    return findings

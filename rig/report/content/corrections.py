"""How large the corrections were: what the volume would have been without each of them.

The increment of the balance over the density of the fluid is the plain volume; slope, buoyancy, the submerged needle
and evaporation take it to the delivered one, in this order. None is hidden by being small.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calibration.gravimetry import collected_volume_ul, needle_ratio

if TYPE_CHECKING:
    from rig.delivery import Delivery
    from rig.finding import Finding


@dataclass(frozen=True)
class Correction:
    """One correction.

    Attributes:
        name: of what.
        volume_ul: by how much it changed the volume.
        percent: of the programmed volume.
    """

    name: str
    volume_ul: float
    percent: float


def corrections(delivery: Delivery, finding: Finding) -> list[Correction]:
    """Of the mean flow error.

    Args:
        delivery: the volume it stands on.
        finding: with its budget; empty where it was not determined.
    """
    rows = {row["name"]: row["estimate"] for row in finding.facts.get("budget", ())}
    if "increment_g" not in rows:
        return []
    programmed, part = finding.facts["programmed_ul"], delivery.setup
    plain = rows["increment_g"] * 1e6 / rows["fluid_kg_m3"]
    sloped = plain * rows["slope"]
    floating = collected_volume_ul(
        0.0,
        rows["increment_g"] * rows["slope"],
        air_0_kg_m3=rows["air_adjustment_kg_m3"],
        air_1_kg_m3=rows["air_start_kg_m3"],
        air_2_kg_m3=rows["air_end_kg_m3"],
        fluid_kg_m3=rows["fluid_kg_m3"],
        load_volume_ml=rows["load_volume_ml"],
        weights_kg_m3=rows["weights_kg_m3"],
    )
    collected = floating * needle_ratio(part.needle_mm, part.vessel_mm)
    steps = {
        "slope of the balance": sloped - plain,
        "buoyancy of fluid, weights and load": floating - sloped,
        "submerged needle": collected - floating,
        "evaporation": finding.facts["delivered_ul"] - collected,
    }
    return [Correction(name, float(ul), 100.0 * float(ul) / programmed) for name, ul in steps.items()]

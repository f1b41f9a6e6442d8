"""What makes the uncertainty of a finding so large, and what would help most: tried, not guessed.

U is predicted again with legs twice as long, with twice the analysis, and with a balance of half the noise. What takes
most off it helps most; where nothing takes off a twentieth, the largest line of the budget says what to work on.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from calibration.errors import DoseproofError
from calibration.units import TIME
from rig.planning.case import Lengths
from rig.predict.shares import AIR, ASSAY, SHOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rig.planning.case import Case
    from rig.predict import PredictedFinding, Prediction

LEGS, ANALYSIS, BALANCE = "legs twice as long", "twice the analysis", "a balance with half the noise"
#: What takes less than this part off U is no help.
_WORTH: Final = 0.05

#: What to work on, by the line of the budget.
ADVICE: Final = {
    SHOT: "more shots in what is judged",
    ASSAY: "a better assay, a fitted tracer of the line",
    "increment_g": "a balance with less noise, more volume",
    "wander_ul": "a balance that is left alone, a noise record of today",
    "digit_ul": "a balance with a finer digit, longer legs, more volume",
    "linearity_g": "a more linear balance, more volume",
    "slope": "a better calibration of the balance",
    "evaporation_mg_h": "longer legs, a film of oil, an evaporation beaker",
    "held_ul": "a check weight as heavy as the load, more placements, a steadier room",
    "room_ul": "a steadier room, a film of oil, an evaporation beaker",
    "between_legs_ul": "an evaporation beaker, a film of oil",
    "evaporation_ratio": "longer legs, in which both beakers are compared",
    "drift_mg_h": "longer legs, in which both beakers are compared",
    "beaker_bent_ul": "a steadier room",
    "beaker_g": "a balance with less noise under the evaporation beaker",
    "beaker_linearity_g": "a balance that is more linear under the evaporation beaker",
    AIR: "better sensors of the air, a smaller load_volume",
    "load_volume_ml": "know the load_volume better",
    "fluid_kg_m3": "a better measured density of the fluid",
    "needle_mm": "measure the needle, or take a thinner one",
    "vessel_mm": "measure the vessel, or take a wider one",
}


@dataclass(frozen=True, slots=True)
class Help:
    """What would help.

    Attributes:
        what: the one thing tried that takes most off U; empty where none is worth it.
        expanded: U with it, in the unit of the finding; None where there is none.
        advice: on the largest line of the budget.
    """

    what: str
    expanded: float | None
    advice: str


def what_helps(case: Case) -> Mapping[str, Prediction]:
    """Predictions with one thing changed each, by what was changed; what cannot be changed is left out."""
    timing, made = case.protocol.timing, {}
    legs = [leg for leg in (timing.evaporation_before, timing.evaporation_after) if leg is not None]
    if legs:
        made[LEGS] = case.predict(Lengths(leg_s=2.0 * max(TIME.magnitude("leg", leg) for leg in legs)))
    longer = Lengths(analysis_s=2.0 * timing.analysis_s)
    if case.stretchable and case.fits(longer):
        made[ANALYSIS] = case.predict(longer)
    with contextlib.suppress(DoseproofError):
        made[BALANCE] = case.predicted(case.protocol, quieter=2.0)
    return made


def help_of(found: PredictedFinding, tried: Mapping[str, Prediction]) -> Help:
    """What helps one finding most."""
    advice = ADVICE.get(found.dominating, "")
    if found.expanded is None:
        return Help("", None, advice)
    after = {
        what: one.expanded
        for what, prediction in tried.items()
        for one in prediction.findings
        if one.name == found.name and one.expanded is not None
    }
    best = min(after, key=lambda what: after[what], default="")
    if not best or after[best] > (1.0 - _WORTH) * found.expanded:
        return Help("", None, advice)
    return Help(best, after[best], advice)

"""What makes the uncertainty of a predicted finding so large: the budget of one stretch like those that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.findings import (
    after_stop,
    day_schedule,
    dose,
    mean_flow,
    minimum_rate,
    rate_windows,
    reprogramming,
    trumpet,
)

if TYPE_CHECKING:
    from rig.finding import Finding
    from rig.findings.run import Run

#: Lines of a budget for the portion in which the pump delivers, and for what a dose adds to a volume.
SHOT = "shot"
ASSAY = "assay"
#: The density of the air at both ends of what is judged, as one line.
AIR = "air_kg_m3"
_AIR = ("air_start_kg_m3", "air_end_kg_m3")
#: Findings about pieces of the program; the shortest one says what they suffer from.
_PIECES = (day_schedule.NAME, reprogramming.NAME, after_stop.NAME, minimum_rate.NAME)


def shares_of(found: Finding, run: Run) -> dict[str, float]:
    """Part of the variance by line of the budget, over the stretch that the finding is about; they add to one.

    A finding that stands on more than the balance says itself what dominates.

    Args:
        found: of a planned record.
        run: that record with its delivery.

    Raises:
        EvidenceError: no readings around an end of the stretch.
    """
    if "dominating" in found.facts:
        return {f"{found.facts['dominating']} (at least so much: the noise of its readings is not known yet)": 1.0}
    begin, end = _stretch(found, run)
    variances: dict[str, float] = {}
    for line in run.delivery.difference_ul(begin, end).components:
        name = AIR if line.name in _AIR else line.name
        variances[name] = variances.get(name, 0.0) + line.contribution**2
    if times := _shots(found.name):
        variances[SHOT] = times * run.shot_ul**2 / 12.0
    if found.name.startswith(dose.NAME) and found.u is not None:
        told_ul = float(np.diff(run.dose.volume_ul(np.array([begin, end]) - run.began_s))[0])
        variances[ASSAY] = max((found.u * told_ul / 100.0) ** 2 - sum(variances.values()), 0.0)
    total = sum(variances.values()) or 1.0
    return {name: one / total for name, one in variances.items()}


def _shots(name: str) -> int:
    """How many times the position within a shot counts: a window of its own at either end, a mean or a bolus once."""
    if name.startswith(rate_windows.NAME):
        return 2
    return int(name == mean_flow.NAME or "bolus" in name)


def _stretch(found: Finding, run: Run) -> tuple[float, float]:
    """Between which instants [s]: one window, one piece of the program, or the whole cycles of the analysis."""
    span, facts, name = run.span, found.facts, found.name
    for key in ("window_s", "length_s"):
        if key in facts and name.startswith((trumpet.NAME, rate_windows.NAME)):
            return span.start_s, span.start_s + facts[key]
    pieces = [(begin, end) for piece, begin, end in run.pieces() if piece.kind == "bolus"] if "bolus" in name else []
    if name.startswith(_PIECES):
        pieces = [(begin, end) for _, begin, end in run.pieces()]
    return min(pieces, key=lambda ends: ends[1] - ends[0], default=(span.start_s, span.end_s))

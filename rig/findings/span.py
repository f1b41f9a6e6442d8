"""The part of the analysis that the mean flow error is about: whole declared cycles, in programmed volume.

A cycle is a volume (a roller passage moves it, however long that takes), so whole cycles are counted in
programmed volume: for a constant rate that is a whole number of equal times.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calibration.units import VOLUME
from rig.errors import EvidenceError

if TYPE_CHECKING:
    from rig.delivery.from_record import Evidence

#: A cycle that is missing by no more than this part of itself counts as whole.
_TIE = 1e-6


@dataclass(frozen=True)
class Span:
    """A stretch of the delivery.

    Attributes:
        start_s, end_s: on the bench's clock [s].
        programmed_ul: what was programmed for it [uL].
        cycles: whole declared cycles in it; None where the maker declares none.
    """

    start_s: float
    end_s: float
    programmed_ul: float
    cycles: int | None


def analysis_span(evidence: Evidence) -> Span:
    """The longest stretch from the beginning of the analysis that holds whole declared cycles.

    Raises:
        EvidenceError: nothing is programmed in the analysis, or less than one cycle.
    """
    timing, dose = evidence.protocol.timing, evidence.protocol.dose
    begin, end = timing.stabilization_s, evidence.analysed_s
    before, after = (float(dose.volume_ul(t)) for t in (begin, end))
    if after <= before:
        raise EvidenceError("nothing is programmed during the analysis")
    declared = evidence.bench.device.cycle_volume
    origin = evidence.delivery_began_s
    if declared is None:
        return Span(origin + begin, origin + end, after - before, None)
    cycle_ul = VOLUME.magnitude("cycle_volume", declared)
    cycles = math.floor((after - before) / cycle_ul + _TIE)
    if cycles < 1:
        raise EvidenceError(
            f"the analysis holds {after - before:.3g} uL, less than one declared cycle of {cycle_ul:.3g} uL; "
            "analyse longer"
        )
    stop = min(end, _time_of(evidence, before + cycles * cycle_ul))
    return Span(origin + begin, origin + stop, float(dose.volume_ul(stop)) - before, cycles)


def constant_rate_ul_h(evidence: Evidence) -> float | None:
    """The programmed rate of the analysis [uL/h]; None where it changes or is zero."""
    timing, dose = evidence.protocol.timing, evidence.protocol.dose
    inner = dose.breakpoints[(dose.breakpoints > timing.stabilization_s) & (dose.breakpoints < timing.delivery_s)]
    rates = {float(dose.rate_ul_h(t)) for t in (timing.stabilization_s, *inner)}
    rate = rates.pop()
    return rate if not rates and rate > 0 else None


def _time_of(evidence: Evidence, volume_ul: float) -> float:
    """When the program reaches a volume [s]; within a stop, the beginning of it."""
    points = evidence.protocol.dose.breakpoints
    volumes = evidence.protocol.dose.volume_ul(points)
    index = int(np.searchsorted(volumes, volume_ul - _TIE, side="left"))
    if index == 0 or index >= len(points):
        return float(points[min(index, len(points) - 1)])
    part = (volume_ul - volumes[index - 1]) / (volumes[index] - volumes[index - 1])
    return float(points[index - 1] + part * (points[index] - points[index - 1]))

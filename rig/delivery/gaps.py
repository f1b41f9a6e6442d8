"""Gaps in the readings of the delivery: joined where the balance proves that it stood untouched meanwhile.

A level behind a gap belongs to the same delivery only if nobody tared the balance, moved the vessel or put something on
it while nothing was read. What the balance gained over the gap says so: it has to be what the program and the delivery
outside of the gap let expect. What could hide within that tolerance is in every U over the gap (a rectangle); a gap
over which the balance gained something else is spanned by no difference at all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from calibration.units import VOLUME
from rig.errors import EvidenceError
from rig.evaluation import WITH_GAPS, revision_of
from rig.execute.phases import DELIVERY

if TYPE_CHECKING:
    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence
    from rig.delivery.levels import Floats

#: Shorter than this, and than so many usual intervals, readings are neighbours [s].
LONGEST_S: Final = 120.0
USUAL: Final = 5.0
#: Readings on each side that say what the level was.
SIDE: Final = 5
#: So many standard deviations of a reading are no noise.
SIGMAS: Final = 10.0
#: By this part a flow may differ over the gap from what it was outside.
PART: Final = 0.1


@dataclass(frozen=True)
class Gap:
    """No readings for a while, and what the balance gained over it.

    Attributes:
        begin_s, end_s: the readings before and after it [s].
        gained_ul: between the levels on both sides, with what evaporated [uL].
        expected_ul: by the program and by what came outside of the gaps [uL].
        within_ul: what the two may differ by: a portion of the pump, half a cycle, noise, a tenth of the flow [uL].
    """

    begin_s: float
    end_s: float
    gained_ul: float
    expected_ul: float
    within_ul: float

    def joined(self, more_ul: float = 0.0) -> bool:
        """Whether the balance proves continuity; ``more_ul`` is what may hang at a needle that drips."""
        return abs(self.gained_ul - self.expected_ul) <= self.within_ul + more_ul

    def __str__(self) -> str:
        return (
            f"no readings from t = {self.begin_s:.0f} s to {self.end_s:.0f} s, over which the balance gained "
            f"{self.gained_ul:.3g} uL, where {self.expected_ul:.3g} uL were to be expected, give or take "
            f"{self.within_ul:.2g} uL"
        )


@dataclass(frozen=True)
class Gaps:
    """All gaps of a delivery.

    Attributes:
        every: in their order.
    """

    every: tuple[Gap, ...] = ()

    def refuse(self, first_s: float, last_s: float, drop_ul: float = 0.0) -> None:
        """Refuse a difference over a gap that the balance does not join.

        Args:
            first_s, last_s: the instants [s].
            drop_ul: what may hang at a needle that drips [uL].

        Raises:
            EvidenceError: there is one between these instants [s].
        """
        for gap in self.every:
            if first_s < gap.end_s and last_s > gap.begin_s and not gap.joined(drop_ul):
                raise EvidenceError(f"{gap}: nothing shows that the balance stood untouched, so no volume spans it")

    def half_width_ul(self, start_s: float, end_s: float) -> float:
        """What could hide in the gaps between two instants; of several gaps the root of the squares [uL]."""
        return math.sqrt(sum(gap.within_ul**2 for gap in self.every if start_s < gap.end_s and end_s > gap.begin_s))

    def covariance(self, times_s: Floats) -> Floats:
        """Of levels at these instants [uL^2]: all behind a gap share what could hide in it."""
        found = np.zeros((len(times_s), len(times_s)))
        for gap in self.every:
            behind = (times_s >= gap.end_s).astype(float)
            found += np.outer(behind, behind) * gap.within_ul**2 / 3.0
        return found


def with_gaps(evidence: Evidence, delivery: Delivery) -> Delivery:
    """A delivery that knows the gaps in its readings while the pump delivered.

    Args:
        evidence: when the pump delivered what, and under which evaluation.
        delivery: without gaps; the same comes back where there are none, or the record is of an earlier evaluation.
    """
    if DELIVERY not in evidence.phases or revision_of(evidence.record.start) < WITH_GAPS or len(delivery.time_s) < 2:
        return delivery
    apart_s = np.diff(delivery.time_s)
    begin_s, end_s = evidence.phases[DELIVERY]
    inside = (delivery.time_s[:-1] < end_s) & (delivery.time_s[1:] > begin_s)
    at = np.flatnonzero(inside & (apart_s > max(LONGEST_S, USUAL * float(np.median(apart_s)))))
    return replace(delivery, gaps=Gaps(tuple(_gaps(evidence, delivery, at)))) if len(at) else delivery


def _gaps(evidence: Evidence, delivery: Delivery, at: Any) -> list[Gap]:
    """A gap behind each of these readings."""
    dose, began_s = evidence.protocol.dose, evidence.delivery_began_s
    times_s, levels_ul = _sides(delivery, at)
    gained_ul = np.diff(levels_ul, axis=1)[:, 0]
    programmed_ul = np.diff(dose.volume_ul(times_s - began_s), axis=1)[:, 0]
    expected_ul = programmed_ul * _ratio(evidence, delivery, gained_ul.sum(), programmed_ul.sum())
    noise_ul = SIGMAS * float(np.max(delivery.noise.sd)) * 1e6 / delivery.setup.fluid_kg_m3
    device = evidence.bench.device
    cycle_ul = 0.0 if device.cycle_volume is None else VOLUME.magnitude("cycle_volume", device.cycle_volume)
    most_ul = np.maximum(np.abs(expected_ul), programmed_ul)
    within_ul = device.shot_ul + noise_ul + PART * most_ul + np.minimum(most_ul, cycle_ul / 2.0)
    return [
        Gap(float(delivery.time_s[i]), float(delivery.time_s[i + 1]), float(a), float(b), float(c))
        for i, a, b, c in zip(at, gained_ul, expected_ul, within_ul, strict=True)
    ]


def _ratio(evidence: Evidence, delivery: Delivery, gained_ul: float, programmed_ul: float) -> float:
    """What came of what was programmed, outside of the gaps; 1 where too little was programmed there to say."""
    begin_s, end_s = evidence.phases[DELIVERY]
    ends = np.searchsorted(delivery.time_s, (begin_s, end_s)) - (0, 1)
    (first_s, last_s), (first_ul, last_ul) = delivery.time_s[ends], _delivered_ul(delivery, ends)
    asked_ul = np.diff(evidence.protocol.dose.volume_ul(np.array([first_s, last_s]) - evidence.delivery_began_s))[0]
    outside_ul = asked_ul - programmed_ul
    if outside_ul <= max(asked_ul * PART, evidence.bench.device.shot_ul):
        return 1.0
    return float(max(last_ul - first_ul - gained_ul, 0.0) / outside_ul)


def _sides(delivery: Delivery, at: Any) -> tuple[Floats, Floats]:
    """Instants and levels before and after each gap: medians of a few readings; shape (gaps, 2)."""
    last = len(delivery.time_s) - 1
    sides = [at[:, None] - np.arange(SIDE), at[:, None] + 1 + np.arange(SIDE)]
    sides = [np.clip(side, 0, last) for side in sides]
    delivered_ul = _delivered_ul(delivery, slice(None))
    times_s, levels_ul = (
        np.stack([np.median(of[side], axis=1) for side in sides], axis=1) for of in (delivery.time_s, delivered_ul)
    )
    return times_s, levels_ul


def _delivered_ul(delivery: Delivery, part: Any) -> Floats:
    """Collected and evaporated at these readings [uL], noise and all."""
    hours = (delivery.time_s[part] - delivery.reference_s) / 3600.0
    mg_per_ul = delivery.setup.fluid_kg_m3 / 1000.0
    return np.asarray(delivery.collected_ul[part] + hours * delivery.evaporation.rate_mg_h / mg_per_ul)

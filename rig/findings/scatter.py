"""Readings that scatter during the delivery beyond what they did before it: a door that stands open, a draught.

A pump makes readings uneven as well: shots, pulsation, bursts. But it only adds. So only the *falls* between neighbours
count here: noise makes half of all differences falls, and flow, however uneven, makes fewer and smaller ones of it.

Twice the mean square of the falls is held against the mean square difference with the line clamped, in the quieter of
the two legs, and against the noise model of the balance where there is one; it must be larger than both. By chance it
is so in at most one of a thousand runs (F test; the squares of half of a normal distribution vary 2.5 times as much as
those of the whole one, so n pairs count as 0.4 n degrees of freedom).

Then the noise of the delivery is that of its own readings, in every uncertainty. Where this leaves a finding without
a decision, the bench has spoiled the run; where all are decided all the same, it is told and does no harm.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from rig.delivery.modelled import ModelledNoise
from rig.delivery.readings import leg_times_s
from rig.execute.phases import DELIVERY
from rig.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence
    from rig.delivery.levels import Floats, Noise

NAME: Final = "scatter"
#: By chance at most.
ALPHA: Final = 0.001
#: Fewer differences than these say nothing.
FEWEST: Final = 8
#: What the squares of falls are worth, in degrees of freedom a pair; and overlapping differences, a difference.
_PER_FALL, _PER_DIFFERENCE = 0.4, 2.0 / 3.0
#: Neighbours are no further apart than this, in median intervals.
_NEIGHBOUR: Final = 1.5


@dataclass(frozen=True)
class Scatter:
    """Noise that rose.

    Attributes:
        noise: of the delivery's own readings, in the place of the one that was measured at rest.
        times: as large as at rest, as a standard deviation.
        p: how often chance alone does that.
        at_rest: what it was held against, in words.
    """

    noise: Noise
    times: float
    p: float
    at_rest: str

    @property
    def text(self) -> str:
        """In words."""
        p = f"p = {self.p:.1g}" if self.p > 1e-6 else "p < 1e-6"
        return (
            f"the readings scattered {self.times:.3g} times as much during the delivery as {self.at_rest} ({p}), and "
            "falls count alone, which no pump makes: a draught, an open door, vibration"
        )

    def cause(self, findings: Sequence[Finding]) -> str:
        """Why the bench was at fault: a finding that this noise leaves without a decision; empty if there is none."""
        open_ones = [one.name for one in findings if one.verdict == "inconclusive" and one.value is not None]
        return f"{self.text}; not decided: {', '.join(open_ones)}" if open_ones else ""

    def finding(self) -> Finding:
        """An informative row."""
        return Finding(NAME, "informative", self.text, value=self.times, unit="", facts={"p": self.p})


def scatter(evidence: Evidence, delivery: Delivery, during: tuple[float, float] | None = None) -> Scatter | None:
    """Whether the delivery scattered beyond the legs; None where it did not, or nothing was measured at rest.

    Args:
        evidence, delivery: of the run.
        during: only between these instants [s]; the whole phase where they are left out.
    """
    rest = _at_rest(evidence, delivery)
    if rest is None or DELIVERY not in evidence.phases:
        return None
    variance, nu, legs, what = rest
    falls = _falls_g2(delivery, during or evidence.phases[DELIVERY])
    if len(falls) < FEWEST:
        return None
    found = 2.0 * float(falls.mean())
    p = _upper_p(found / variance, _PER_FALL * len(falls), nu) * legs
    if p >= ALPHA:
        return None
    sd_g = math.sqrt(found / (2.0 * (1.0 - delivery.noise.lag_one)))
    return Scatter(_louder(delivery.noise, sd_g), math.sqrt(found / variance), p, what)


def _at_rest(evidence: Evidence, delivery: Delivery) -> tuple[float, float, int, str] | None:
    """Mean square difference with the line clamped [g2], its degrees of freedom, number of legs, and which it was."""
    time_s, reading_g = delivery.time_s, delivery.reading_g
    legs = []
    for name, (begin, end) in leg_times_s(evidence).items():
        part = (time_s >= begin) & (time_s <= end)
        if part.sum() > FEWEST:
            steps = np.diff(reading_g[part])
            legs.append((float(np.square(steps - steps.mean()).mean()), _PER_DIFFERENCE * len(steps), name))
    if not legs:
        return None
    variance, nu, name = min(legs)
    digit = delivery.setup.resolution_g**2  # a balance that rests on one digit is not known to be better than that
    found = (max(variance, digit), nu, len(legs), f"in the {name} leg")
    if isinstance(delivery.noise, ModelledNoise):
        model = delivery.noise.model
        modelled = 2.0 * model.reading_g**2 * (1.0 - model.lag_one)
        if modelled > found[0]:
            found = (modelled, nu, len(legs), "by the noise model of the balance")
    return found


def _falls_g2(delivery: Delivery, phase: tuple[float, float]) -> Floats:
    """Squares of the falls from every second reading to the next, zero where it rose [g2]; pairs do not overlap."""
    part = (delivery.time_s >= phase[0]) & (delivery.time_s <= phase[1])
    time_s, reading_g = delivery.time_s[part], delivery.reading_g[part]
    if len(time_s) < 2:
        return np.zeros(0)
    apart = np.diff(time_s)
    near = (apart <= _NEIGHBOUR * np.median(apart))[::2]
    return np.square(np.minimum(np.diff(reading_g)[::2][near], 0.0))


def _upper_p(ratio: float, nu_1: float, nu_2: float) -> float:
    from scipy.special import fdtrc

    return float(fdtrc(nu_1, nu_2, ratio))


def _louder(noise: Noise, sd_g: float) -> Noise:
    if isinstance(noise, ModelledNoise):
        return replace(noise, sd=sd_g, source=DELIVERY, model=replace(noise.model, reading_g=sd_g))
    return replace(noise, sd=sd_g, source=DELIVERY)

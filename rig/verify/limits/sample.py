"""A part of all pumps within limits, with confidence, from a sample of pumps measured on one bench.

``mean +- k s`` of the pumps has to lie within the limits shrunk by the guard band of what all pumps of the bench share
(its density, its adjustment): that moves every pump alike and no number of pumps averages it out. ``n`` is pumps, never
samples. The scatter holds each pump's own measurement noise, which is on the safe side.

>>> limit = ToleranceWithin(-14.5, 14.5)
>>> print(limit, "|", limit.judge(Sample((1.0, 2.5, -0.5, 0.8, 1.9, 0.2), u_shared=0.3)).verdict)
95 % of all pumps -14.5 to +14.5 % with 95 % confidence | pass
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from rig.verify.errors import RuleError
from rig.verify.limits.judgement import By, Judgement, checked_sides
from rig.verify.tolerance import one_sided_factor, two_sided_factor
from rig.verify.words import span

#: Why nothing is decided of a sample whose values are all the same.
_NO_SCATTER: Final = (
    " All {of} have the same value, so that their scatter is not known and nothing follows for the others: look for a "
    "value that was copied, or a resolution too coarse."
)


@dataclass(frozen=True)
class Sample:
    """One value for each pump, and the standard uncertainty that all of them share.

    Raises:
        RuleError: fewer than two pumps, or a number that cannot be.
    """

    value: tuple[float, ...]
    u_shared: float = 0.0

    def __post_init__(self) -> None:
        if len(self.value) < 2 or not np.isfinite([*self.value, self.u_shared]).all() or self.u_shared < 0.0:
            raise RuleError(f"sample: expected two pumps or more and u_shared from zero, found {self}")


@dataclass(frozen=True)
class ToleranceWithin:
    """At least ``content`` of all pumps from lower to upper, with ``confidence``.

    ``of`` names what the sample is of, where it is not pumps: boluses of one pump speak for that pump's boluses alone.

    Raises:
        RuleError: no limit, or limits in the wrong order.
    """

    lower: float | None
    upper: float | None
    content: float = 0.95
    confidence: float = 0.95
    unit: str = "%"
    of: str = "pumps"

    def __post_init__(self) -> None:
        checked_sides(self.lower, self.upper)

    def __str__(self) -> str:
        sides = span(self.lower, self.upper, self.unit)
        return f"{100 * self.content:g} % of all {self.of} {sides} with {100 * self.confidence:g} % confidence"

    def judge(self, found: Sample, by: By = By()) -> Judgement:  # noqa: B008 (frozen)
        """Pass where the tolerance interval is within; fail where too many are beyond one limit, with confidence.

        Inconclusive where the values do not scatter at all: of no scatter there is no tolerance interval.

        Raises:
            MetricError: content or confidence not between 0 and 1.
        """
        n, both = len(found.value), self.lower is not None and self.upper is not None
        k = (two_sided_factor if both else one_sided_factor)(n, self.content, self.confidence)
        # each limit by itself, with the risk shared between them
        missed = one_sided_factor(n, self.content, (1.0 - self.confidence) / (2.0 if both else 1.0))
        low, high = checked_sides(self.lower, self.upper)
        mean, sd = float(np.mean(found.value)), float(np.std(found.value, ddof=1))
        band = by.found.width(found.u_shared, by.k, float("inf"))
        ends = mean - k * sd, mean + k * sd
        proven = ends[0] - band >= low and ends[1] + band <= high
        refuted = mean - missed * sd + band < low or mean + missed * sd - band > high
        scatters = bool(np.ptp(found.value) > 0.0)
        verdict = by.verdict(proven=proven, refuted=refuted) if scatters else "inconclusive"
        says = (
            f"{verdict}: {n} {self.of}, mean {mean:+.4g} {self.unit}, s = {sd:.3g} {self.unit}; "
            f"{100 * self.content:g} % of all lie {span(*ends, self.unit)} (k = {k:.4g}), "
            f"guard band {band:.3g} {self.unit} for what they share. "
            f"Limit {self}; decision rule {by.rule}."
            f"{'' if scatters else _NO_SCATTER.format(of=self.of)}"
        )
        return Judgement(verdict, says, None, {"n": n, "mean": mean, "sd": sd, "k": k, "ends": list(ends)})

"""A limit of a series of boluses: what its number allows to claim, and how much the boluses may scatter.

A tolerance interval of one pump's boluses speaks for the boluses of that pump alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calibration.units import RATIO
from rig.protocol_findings.limits import ContentTable
from rig.verify.guard_bands import find_rule
from rig.verify.sample_size import Claim, largest_sd

if TYPE_CHECKING:
    from rig.predict import Prediction
    from rig.protocol import Protocol

_TABLES = ("bolus", "priming_bolus", "bridge_bolus")


@dataclass(frozen=True, slots=True)
class Series:
    """A series of boluses that has to show a tolerance interval.

    Attributes:
        name: of its finding.
        n: boluses in the program.
        content, confidence: of the claim.
        factor: exact k for so many.
        largest_sd: the largest standard deviation of their errors that passes, about a mean error of zero [%].
        text: all of it in words.
    """

    name: str
    n: int
    content: float
    confidence: float
    factor: float
    largest_sd: float
    text: str


def series_of(protocol: Protocol, prediction: Prediction) -> tuple[Series, ...]:
    """Every series with such a limit; none where the protocol has none, or the plan cannot make it."""
    found = []
    for table in _TABLES:
        asked = getattr(protocol.findings, table)
        made = next((one for one in prediction.findings if one.name == f"{table}_series"), None)
        if asked is None or made is None or made.expanded is None or not isinstance(asked.limit, ContentTable):
            continue
        content, confidence = (
            RATIO.magnitude("part", one) / 100 for one in (asked.limit.content, asked.limit.confidence)
        )
        band = find_rule(asked.rule).width(made.u, asked.k, math.inf)
        claim = Claim(*made.limits, content=content, confidence=confidence, band=band)
        found.append(_series(made.name, made.values, claim))
    return tuple(found)


def _series(name: str, n: int, claim: Claim) -> Series:
    factor, most = claim.factor(n), largest_sd(claim, n)
    text = (
        f"{name}: {n} boluses, k = {factor:.4g} (ISO 16269-6, exact): they show that {100 * claim.content:g} % of all "
        f"boluses of this pump lie within the limits, with {100 * claim.confidence:g} % confidence, where their errors "
        f"scatter by no more than s = {most:.3g} %. More boluses make k smaller; other pumps do not belong to it."
    )
    return Series(name, n, claim.content, claim.confidence, factor, most, text)

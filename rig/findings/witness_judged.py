"""The witnesses of one interval, judged: whether they agree, what it comes to, and the row of facts about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from rig.findings.held import sides_of
from rig.findings.witness_words import doubt, rows_of, said
from rig.verify.seen import Seen, covariance_ul2
from rig.verify.witnesses import judge

if TYPE_CHECKING:
    from rig.delivery.from_record import Evidence
    from rig.delivery.witness_volumes import WitnessesOfRun, WitnessVolumes
    from rig.finding import FindingVerdict
    from rig.findings.span import Span
    from rig.verify.seen import Floats
    from rig.verify.witnesses import Agreement

_AGREE: Final = frozenset({"agree", "one alone"})


@dataclass(frozen=True, eq=False)
class Judged:
    """One interval.

    Attributes:
        span: of it.
        volumes, covariance_ul2: what was seen.
        found: what the test says.
        back: where what it misses, or has too much, came back in another interval, in words; empty otherwise.
    """

    span: Span
    volumes: WitnessVolumes
    covariance_ul2: Floats
    found: Agreement
    back: str = ""

    @property
    def fault(self) -> bool:
        """Whether the bench was at fault."""
        return self.found.state == "same node differs"

    @property
    def agrees(self) -> bool:
        """Whether nothing differs, for want of a second witness or because they agree."""
        return self.found.state in _AGREE

    def verdict(self, required: int, not_held: str) -> tuple[FindingVerdict, str]:
        """What it comes to, in a word and in words."""
        found, words, speak = self.found, said(self.found), sum(self.found.speak)
        if self.fault:
            return "informative", words
        if self.agrees:
            if speak < required:
                asked_for = f"expected {required} witnesses that can speak (witnesses.required), found {speak}"
                return "inconclusive", f"inconclusive: {asked_for}"
            return ("pass", f"pass: {words}") if required > 1 else ("informative", words)
        if why := self.back or doubt(found, speak, not_held):
            return "inconclusive", f"inconclusive: {words}; not held against the pump: {why}"
        return "fail", f"fail: {words}"

    def told(self) -> list[str]:
        """What each witness saw, or why it says nothing."""
        silent = (f"{name} says nothing: {why}" for name, why in self.volumes.silent.items())
        return [*rows_of(seen_of(self.volumes), self.found), *silent]

    def facts(self) -> dict[str, Any]:
        """Plain JSON values."""
        found, us = self.found, np.sqrt(np.diag(self.covariance_ul2))
        volumes = self.volumes
        columns = zip(volumes.names, volumes.nodes, volumes.volume_ul, us, found.speak, found.least_ul, strict=True)
        rows = [
            {"name": n, "node": node, "volume_ul": v, "u_ul": float(u), "speaks": speaks, "could_see_ul": float(least)}
            for n, node, v, u, speaks, least in columns
        ]
        return {
            "witnesses": rows,
            "silent": volumes.silent,
            "state": found.state,
            "chi_square": found.chi_square,
            "freedom": found.freedom,
            "p": found.p,
            "p_within": found.p_within,
            "p_between": found.p_between,
            "blamed": found.blamed,
            "between": list(found.between),
        }


def seen_of(volumes: WitnessVolumes) -> Seen:
    """Names, nodes and volumes as the test takes them."""
    return Seen(tuple(volumes.names), tuple(volumes.nodes), np.array(volumes.volume_ul))


def judged(evidence: Evidence, witnesses: WitnessesOfRun, span: Span, alpha: float) -> Judged:
    """Judge one interval.

    Args:
        evidence: of the run.
        witnesses: with their readings.
        span: the interval, with what was programmed in it.
        alpha: of this test.

    Raises:
        EvidenceError: no readings of the reference around an end of it.
        MetricError: what they say cannot be compared.
    """
    volumes = witnesses.between(span.start_s, span.end_s)
    covariance = covariance_ul2(volumes.parts, volumes.noise_ul, volumes.nu, alpha)
    nearer: Any = sides_of(evidence.protocol.findings.mean_flow_error.limit, span.programmed_ul)
    limit_ul = nearer.reach / 100.0 * span.programmed_ul
    found = judge(seen_of(volumes), covariance, limit_ul=limit_ul, reference=0, alpha=alpha)
    return Judged(span, volumes, covariance, found)


def with_what_came_back(every: dict[str, Judged]) -> dict[str, Judged]:
    """The same by name, knowing of each other: a leak does not come back, an instrument that was touched does."""
    return {name: replace(one, back=_back(one, every)) for name, one in every.items()}


def _back(one: Judged, every: dict[str, Judged]) -> str:
    change = one.found.difference_ul
    where = [
        name
        for name, other in every.items()
        if one.found.between and other.found.between == one.found.between and other.found.difference_ul * change < 0.0
    ]
    if not where:
        return ""
    return f"the opposite shows in {', '.join(where)}: an instrument that was touched and put back, or liquid stored"

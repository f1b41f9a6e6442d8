"""The witnesses against each other, over the span of the mean flow error: once a run, at a false alarm of 0.001.

Witnesses at one node that disagree show a bench fault: the run is invalid. Nodes that disagree are a finding about the
fluid path: *fail* only with three witnesses that speak, one place where the volume changes, and a bench that held
before and after (check weight, zero, evaporation); else *inconclusive*. A witness that could not see half of the limit
does not speak, and its row says the smallest disagreement that it could see. See :mod:`rig.verify.witnesses`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from rig.bench_tables import LOAD_CELL
from rig.delivery.calibrated_witnesses import CONVERTED
from rig.delivery.witness_volumes import witness_volumes
from rig.finding import Finding, FindingVerdict
from rig.findings.held import sides_of
from rig.findings.witness_words import doubt, rows_of, said
from rig.verify.seen import Seen, covariance_ul2
from rig.verify.witness_models import FOR_BLAME
from rig.verify.witnesses import Agreement, judge

if TYPE_CHECKING:
    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence
    from rig.delivery.witness_volumes import WitnessVolumes
    from rig.findings.span import Span

NAME: Final = "witnesses"


@dataclass(frozen=True)
class Witnessed:
    """What the witnesses say.

    Attributes:
        findings: one row, or none where nobody but the balance at the tip is asked.
        fault: why the bench was at fault, in words; empty if nothing shows.
    """

    findings: tuple[Finding, ...] = ()
    fault: str = ""


def asked(evidence: Evidence) -> bool:
    """Whether there is anything to compare, or a protocol that asks for it."""
    others = len(evidence.calibrations.keys() & _others(evidence))
    return others > 0 or evidence.protocol.witnesses.required > 1


def _others(evidence: Evidence) -> set[str]:
    kinds = {name for name, record in evidence.calibrations.items() if record.kind in CONVERTED}
    return kinds & ({witness.name for witness in evidence.bench.witness} | {LOAD_CELL})


def witnessed(evidence: Evidence, delivery: Delivery, span: Span, not_held: str) -> Witnessed:
    """Compare the witnesses of a run.

    Args:
        evidence: of the run.
        delivery: what the reference saw.
        span: of the mean flow error, the declared interval.
        not_held: what of the bench was not shown to hold before and after, in words; empty if all of it was.

    Raises:
        EvidenceError: no readings of the reference around an end of the span.
        MetricError: what they say cannot be compared.
    """
    volumes = witness_volumes(evidence, delivery, span.start_s, span.end_s)
    seen = Seen(tuple(volumes.names), tuple(volumes.nodes), np.array(volumes.volume_ul))
    covariance = covariance_ul2(volumes.parts, volumes.noise_ul, volumes.nu)
    nearer: Any = sides_of(evidence.protocol.findings.mean_flow_error.limit, span.programmed_ul)
    limit_ul = nearer.reach / 100.0 * span.programmed_ul
    found = judge(seen, covariance, limit_ul=limit_ul, reference=0)
    told = [*rows_of(seen, found), *(f"{name} says nothing: {why}" for name, why in volumes.silent.items())]
    verdict, told_first = _verdict(found, evidence.protocol.witnesses.required, not_held)
    value, u = (found.difference_ul, found.u_difference_ul) if found.between else (None, None)
    facts = _facts(volumes, covariance, found)
    finding = Finding(NAME, verdict, "; ".join([told_first, *told]), value, u, unit="uL", facts=facts)
    return Witnessed((finding,), told_first if found.state == "same node differs" else "")


def _verdict(found: Agreement, required: int, not_held: str) -> tuple[FindingVerdict, str]:
    """What it comes to, in a word and in words."""
    words, speak = said(found), sum(found.speak)
    if found.state == "same node differs":
        return "informative", words
    if found.state in {"agree", "one alone"}:
        if speak < required:
            asked_for = f"expected {required} witnesses that can speak (witnesses.required), found {speak}"
            return "inconclusive", f"inconclusive: {asked_for}"
        return ("pass", f"pass: {words}") if required > 1 else ("informative", words)
    if found.between and speak >= FOR_BLAME and not not_held:
        return "fail", f"fail: {words}"
    return "inconclusive", f"inconclusive: {words}; not held against the pump: {doubt(found, speak, not_held)}"


def _facts(volumes: WitnessVolumes, covariance: Any, found: Agreement) -> dict[str, Any]:
    us = np.sqrt(np.diag(covariance))
    columns = zip(volumes.names, volumes.nodes, volumes.volume_ul, us, found.speak, found.least_ul, strict=True)
    rows = [
        {"name": name, "node": node, "volume_ul": v, "u_ul": float(u), "speaks": speaks, "could_see_ul": float(least)}
        for name, node, v, u, speaks, least in columns
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

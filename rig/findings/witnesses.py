"""The witnesses against each other: over the span of the mean flow error, and in intervals that a protocol declares.

All intervals of a run together alarm falsely once in a thousand good runs. One row comes of them, that of the worst.

Witnesses at one node that disagree show a bench fault: the run is invalid. Nodes that disagree are a finding about the
fluid path: *fail* only with three witnesses that speak, one place where volume is lost and where nothing comes back in
another interval, and a bench that held before and after (check weight, zero, evaporation); else *inconclusive*, as a
gain always is: a witness is wrong, or there is a second source. A witness that could not see half of the limit does not
speak, and its row says the smallest disagreement that it could see. See :mod:`rig.verify.witnesses`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rig.bench_tables import LOAD_CELL
from rig.delivery.calibrated_witnesses import CONVERTED
from rig.findings.witness_comparison import Comparison

if TYPE_CHECKING:
    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence
    from rig.finding import Finding
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
        span: of the mean flow error.
        not_held: what of the bench was not shown to hold before and after, in words; empty if all of it was.

    Raises:
        EvidenceError: no readings of the reference around an end of the span.
        MetricError: what they say cannot be compared.
    """
    found = Comparison(evidence, delivery, span, not_held)
    return Witnessed((found.finding(NAME),), found.fault)

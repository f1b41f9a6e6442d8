"""The findings of a planned record: which will be decided, with what U, and what makes it so large."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rig.assessment import Assessor
from rig.errors import EvidenceError
from rig.findings import mean_flow, trumpet
from rig.findings.families import FAMILIES
from rig.predict.looks import planned_looks
from rig.predict.planned import planned_evidence
from rig.predict.streams import Allowance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calibration.record import CalibrationRecord
    from rig.bench import Bench
    from rig.delivery import Delivery
    from rig.delivery.levels import Noise
    from rig.finding import Finding
    from rig.findings.span import Span
    from rig.protocol import Protocol
    from rig.verify.sequential import Plan

#: Findings that stand on levels anywhere in the delivery.
_WHOLE = ("bolus", "priming_bolus", "bridge_bolus", "any_24_h", *(one.name for one in FAMILIES))
#: The line of a budget that stands for the portion in which the pump delivers.
SHOT = "shot"


@dataclass(frozen=True, slots=True)
class PredictedFinding:
    """One finding that the protocol wants decided.

    Attributes:
        name: of the finding.
        expanded: U, in ``unit``; None where the plan can decide nothing.
        k: its coverage factor.
        limit: the nearer one, from zero, in ``unit``.
        dominating: the largest line of its budget.
        statement: the finding's own words on the planned record.
    """

    name: str
    expanded: float | None
    k: float | None
    limit: float | None
    dominating: str
    statement: str
    unit: str = "%"

    @property
    def ratio(self) -> float | None:
        """How many times U fits into the limit."""
        return None if self.expanded is None or self.limit is None else self.limit / self.expanded


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a run will achieve.

    Attributes:
        findings: all that will be decided, in the order of the protocol.
        increment_mg: what the balance gains over the whole cycles of the analysis.
        looks: when the run may be decided early; None where the protocol does not ask for that.
    """

    findings: tuple[PredictedFinding, ...]
    increment_mg: float
    looks: Plan | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values by the name of the finding."""
        return {
            one.name: {"U": one.expanded, "limit": one.limit, "ratio": one.ratio, "dominating": one.dominating}
            for one in self.findings
        }


def predict(
    protocol: Protocol,
    bench: Bench,
    calibrations: Mapping[str, CalibrationRecord],
    *,
    noise: Noise | None = None,
    allowance: Allowance | None = None,
    measured: CalibrationRecord | None = None,
) -> Prediction:
    """Predict the uncertainty of every finding that is held against a limit.

    Args:
        protocol: what to test.
        bench: on what; nothing of it is opened.
        calibrations: the records that the bench file names, by channel.
        noise: of single readings at zero flow [g], where it was measured; else from the balance's record.
        allowance: for what only the run can tell.
        measured: the noise record of the balance at the tip, where the bench names one: readings and wander come from
            it, as in the assessment of the run.

    Raises:
        CalibrationError: no calibration record of a balance for the witness at the tip.
        EvidenceError: the plan is too short to say anything.
        MetricError, RuleError: the looks of a run that may be decided early cannot be planned.
    """
    asked = protocol.findings
    curves = asked.trumpet is not None and asked.trumpet.limit is not None
    whole = curves or any(getattr(asked, name) is not None for name in _WHOLE)
    planned = planned_evidence(
        protocol, bench, calibrations, noise, allowance or Allowance(), whole=whole, measured=measured
    )
    finder = Assessor(planned)
    finder.find(curves=curves, happened=False)
    if finder.delivery is None or finder.span is None:
        raise EvidenceError(finder.findings[0].statement)
    delivery, span = finder.delivery, finder.span
    wanted = [found for found in finder.findings if found.verdict != "informative"]
    mg_per_ul = delivery.setup.fluid_kg_m3 / 1000.0
    looks = planned_looks(planned, delivery, span, bench.device.shot_ul)
    return Prediction(tuple(_predicted(one, delivery, span) for one in wanted), span.programmed_ul * mg_per_ul, looks)


def _predicted(found: Finding, delivery: Delivery, span: Span) -> PredictedFinding:
    if found.expanded is None:
        return PredictedFinding(found.name, None, None, None, "", found.statement)
    limit = min((abs(side) for side in found.limits if side is not None), default=None)
    dominating = _dominating(found, delivery, span)
    return PredictedFinding(found.name, found.expanded, found.k, limit, dominating, found.statement, found.unit)


def _dominating(found: Finding, delivery: Delivery, span: Span) -> str:
    """The largest contribution; a window of the trumpet is taken at the start of the analysis."""
    end = span.start_s + found.facts["window_s"] if found.name.startswith(trumpet.NAME) else span.end_s
    lines = {c.name: abs(c.contribution) for c in delivery.difference_ul(span.start_s, end).components}
    if found.name == mean_flow.NAME:
        lines[SHOT] = found.facts["u_programmed_ul"]
    return max(lines, key=lambda name: lines[name])

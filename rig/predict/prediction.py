"""The findings of a planned record: which will be decided, with what U, and what makes it so large."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rig.assessment import Assessor
from rig.errors import EvidenceError
from rig.finding import UNDETERMINED
from rig.findings import rate_windows, trumpet
from rig.findings.families import FAMILIES
from rig.findings.run import Run
from rig.predict.looks import planned_looks
from rig.predict.planned import planned_evidence
from rig.predict.shares import shares_of
from rig.predict.streams import Allowance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from calibration.record import CalibrationRecord
    from rig.bench import Bench
    from rig.delivery.levels import Noise
    from rig.finding import Finding
    from rig.protocol import Protocol
    from rig.protocol_tables import Findings
    from rig.verify.sequential import Plan

#: Findings that stand on levels anywhere in the delivery.
_WHOLE = ("bolus", "priming_bolus", "bridge_bolus", "any_24_h", *(one.name for one in FAMILIES))


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
        value: what a perfect pump would show; None where the plan can decide nothing.
        u, nu: standard uncertainty and its degrees of freedom.
        limits: lower and upper; None where there is none.
        rule: name of the decision rule.
        values: how many values the finding holds against its limits, each of which has to pass.
        shares: part of the variance by line of the budget, of one difference of levels like those of the finding.
    """

    name: str
    expanded: float | None
    k: float | None
    limit: float | None
    dominating: str
    statement: str
    unit: str = "%"
    value: float | None = None
    u: float = math.nan
    nu: float = math.inf
    limits: tuple[float | None, float | None] = (None, None)
    rule: str = ""
    values: int = 1
    shares: Mapping[str, float] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """How many times U fits into the limit."""
        return None if self.expanded is None or self.limit is None else self.limit / self.expanded

    @property
    def why_not(self) -> str:
        """Why the plan can decide nothing: its statement without the verdict."""
        return self.statement.removeprefix(UNDETERMINED)


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a run will achieve.

    Attributes:
        findings: all that will be decided, in the order of the protocol.
        increment_mg: what the balance gains over the whole cycles of the analysis.
        cycles: whole declared cycles in the analysis; None where the bench declares none.
        silent: windows that the protocol gives a limit and that decide nothing, by name with the reason.
        u_shared_percent: relative standard uncertainty that every run on this bench shares.
        looks: when the run may be decided early; None where the protocol does not ask for that.
    """

    findings: tuple[PredictedFinding, ...]
    increment_mg: float
    cycles: int | None = None
    silent: Mapping[str, str] = field(default_factory=dict)
    u_shared_percent: float = 0.0
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
    whole = curves or any(getattr(asked, name) for name in _WHOLE)
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
    run = Run(planned, delivery, span, bench.device.shot_ul)
    looks = planned_looks(planned, delivery, span, bench.device.shot_ul)
    made = tuple(_predicted(one, run) for one in wanted)
    u_shared = 100.0 * delivery.u_scale
    silent = _silent(finder.findings, asked)
    return Prediction(made, span.programmed_ul * mg_per_ul, span.cycles, silent, u_shared, looks)


def _predicted(found: Finding, run: Run) -> PredictedFinding:
    if found.expanded is None or not found.facts.get("informative", True):
        return PredictedFinding(found.name, None, None, None, "", found.statement)
    limit = min((abs(side) for side in found.limits if side is not None), default=None)
    shares = shares_of(found, run)
    return PredictedFinding(
        name=found.name,
        expanded=found.expanded,
        k=found.k,
        limit=limit,
        dominating=max(shares, key=lambda name: shares[name]),
        statement=found.statement,
        unit=found.unit,
        value=found.value,
        u=math.nan if found.u is None else found.u,
        nu=found.nu,
        limits=found.limits,
        rule=found.rule,
        values=_values(found.facts),
        shares=shares,
    )


def _silent(findings: Sequence[Finding], asked: Findings) -> dict[str, str]:
    tables = {trumpet.NAME: asked.trumpet, rate_windows.NAME: asked.rate_windows}
    limited = tuple(f"{name}_" for name, table in tables.items() if table is not None and table.limit is not None)
    return {
        one.name: one.statement.partition("decides nothing: ")[2]
        for one in findings
        if one.verdict == "informative" and one.name.startswith(limited)
    }


def _values(facts: Mapping[str, Any]) -> int:
    """How many values are held against the limits; the windows of a mask are counted by length."""
    windows = facts.get("windows", 1)
    if isinstance(windows, dict):
        return sum(windows.values())
    return int(max(windows, facts.get("boluses", 1), facts.get("of", 1), len(facts.get("steps", ()))))

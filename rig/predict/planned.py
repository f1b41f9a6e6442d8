"""The record that a perfect run of a plan would leave: streams on the plan's timeline, phases, no events."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rig.check_standard import planned_weight_g
from rig.delivery.from_record import Evidence
from rig.delivery.levels import Noise
from rig.evaluation import EVALUATION
from rig.execute.phases import COMPLETED, End
from rig.findings.span import analysis_span
from rig.plan import make_plan
from rig.predict.streams import PlannedStreams
from rig.record.held import HeldRecord

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calibration.record import CalibrationRecord
    from rig.bench import Bench
    from rig.plan import Plan
    from rig.predict.streams import Allowance
    from rig.protocol import Protocol


def planned_evidence(
    protocol: Protocol,
    bench: Bench,
    calibrations: Mapping[str, CalibrationRecord],
    noise: Noise | None,
    allowance: Allowance,
    *,
    whole: bool,
    measured: CalibrationRecord | None = None,
) -> Evidence:
    """What :meth:`rig.delivery.from_record.Evidence.of` would read of such a record.

    Args:
        protocol, bench, calibrations: of the run.
        noise: of single readings at zero flow [g]; None takes it from the balance's calibration record.
        allowance: for what is not known yet.
        whole: every reading of the plan; else those of the legs and around the ends of the analysis and each look: all
            that a mean flow error and a claim stand on, however long the run.
        measured: the noise record of the balance at the tip, by which the run will be assessed; None for none.

    Raises:
        EvidenceError: the analysis holds no whole cycle.
        CalibrationError: the balance at the tip has no vessel, or no calibration record of a balance.
    """
    plan = make_plan(protocol, bench)
    phases = _phases(plan)
    end = End(COMPLETED, "", plan.duration_s)
    empty = Evidence(_record({}), protocol, bench, dict(calibrations), phases, end)
    ends = None if whole else _ends(empty)
    model = None if measured is None or measured.noise is None else measured.noise.model()
    if noise is None and model is not None:
        noise = Noise(model.reading_g, model.lag_one, "noise model")
    streams = PlannedStreams(protocol, bench, calibrations, plan, phases, ends, model).all(noise, allowance)
    weight_g = planned_weight_g(protocol, bench)
    return replace(empty, record=_record(streams), noise=measured, planned_weight_g=weight_g)


def _record(streams: dict[str, dict[str, Any]]) -> HeldRecord:
    return HeldRecord.of(Path("planned"), {"evaluation": EVALUATION}, streams)  # nothing has happened yet


def _phases(plan: Plan) -> dict[str, tuple[float, float]]:
    found, begin = {}, 0.0
    for phase in plan.phases:
        found[phase.name] = (begin, begin + phase.duration_s)
        begin += phase.duration_s
    return found


def _ends(evidence: Evidence) -> tuple[float, ...]:
    """Instants at which levels stand: of the analysis, and of each look [s]."""
    span, asked = analysis_span(evidence), evidence.protocol.findings.mean_flow_error.sequential
    looks = [] if asked is None else asked.times_s(evidence.protocol.timing.analysis_s)
    return (span.start_s, span.end_s, *(span.start_s + one for one in looks))

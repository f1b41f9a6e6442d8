"""A plan as plain JSON values, unrounded; ``schema`` counts changes that a reader of the old one would stumble over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rig.planning.rationale import definition, finding_text, line_text, zero_flow_text
from rig.unseen import release_needs

if TYPE_CHECKING:
    from rig.planning.case import Case
    from rig.planning.made import MadePlan
    from rig.planning.outcomes import PlannedFinding, RunPlan
    from rig.planning.population import SampleSize
    from rig.planning.series import Series
    from rig.planning.shortest import Shortest

SCHEMA = 1


def plan_json(plan: MadePlan) -> dict[str, Any]:
    """All of a plan; lengths in seconds, errors in the unit of their finding."""
    case, made, known = plan.case, plan.run, plan.zero_flow
    return {
        "schema": SCHEMA,
        "protocol": case.protocol.id,
        "bench": case.bench.name,
        "outcome": made.outcome,
        "problems": list(made.problems),
        "release_needs": release_needs(case.protocol, case.bench),
        "wanted": _wanted(made),
        "findings": [_finding(case, one, made) for one in made.findings],
        "silent": dict(made.prediction.silent),
        "not_planned": list(plan.unplanned),
        "bench_time": {
            "planned_s": plan.parts_s,
            "planned_total_s": sum(plan.parts_s.values()),
            "shortest_s": plan.shortest_s,
            "shortest": _shortest(made.shortest),
            "because": made.because,
        },
        "zero_flow": {"length_s": known.length_s, "problems": list(known.problems), "text": zero_flow_text(known)},
        "sample_size": None if plan.samples is None else _samples(plan.samples),
        "series": [_series(one) for one in plan.series],
    }


def _wanted(made: RunPlan) -> dict[str, Any]:
    return {
        "ratio": made.wanted.ratio,
        "chance": made.wanted.chance,
        "assumed_error_percent": made.wanted.assumed_percent,
        "longest_analysis_s": made.longest_s,
        "definition": definition(made.wanted),
    }


def _finding(case: Case, one: PlannedFinding, made: RunPlan) -> dict[str, Any]:
    found, judged = one.predicted, one.judged
    return {
        "name": one.name,
        "outcome": one.outcome,
        "unit": found.unit,
        "U": found.expanded,
        "k": found.k,
        "limits": list(found.limits),
        "rule": found.rule,
        "ratio": found.ratio,
        "values": found.values,
        "accepts": list(judged.accepts),
        "passes_up_to": judged.passes_up_to,
        "chance": judged.chance,
        "chance_at_the_limit": judged.at_the_limit,
        "problems": list(judged.problems),
        "dominating": {"line": one.dominating, "text": line_text(one.dominating), "shares": dict(found.shares)},
        "helps": {"what": one.help.what, "U": one.help.expanded, "advice": one.help.advice},
        "shortest": _shortest(one.shortest),
        "U_at_the_shortest": one.at_shortest,
        "shortest_window_s": one.window_s,
        "U_at_the_longest": one.floor,
        "rationale": finding_text(case, one, made.wanted),
    }


def _shortest(least: Shortest | None) -> dict[str, Any] | None:
    if least is None:
        return None
    return {"leg_s": least.leg_s, "analysis_s": least.analysis_s, "total_s": least.total_s}


def _samples(found: SampleSize) -> dict[str, Any]:
    return {
        "n": found.n,
        "method": found.method,
        "methods": [{"method": one.method, "n": one.n, "shown_by": one.shown_by} for one in found.methods],
        "largest_sd_percent": {str(n): sd for n, sd in found.largest_sd},
        "rationale": found.rationale,
    }


def _series(one: Series) -> dict[str, Any]:
    return {
        "name": one.name,
        "n": one.n,
        "content": one.content,
        "confidence": one.confidence,
        "k": one.factor,
        "largest_sd_percent": one.largest_sd,
        "text": one.text,
    }

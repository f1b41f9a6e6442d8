"""What an inconclusive run lacked: the analysis that would have decided, were the value to stay where it is.

>>> longer_texts(assessment)                                              # doctest: +SKIP
['mean flow error: an analysis of 5 h instead of 2 h would pass, were its value to stay']

A prediction of :mod:`rig.predict` says how U falls with the length of the analysis, and is scaled to the U that the run
achieved. That is advice and no promise: it is in no sealed result, and a longer run decides by its own value, which may
lie a little nearer to the limit. ``rig plan --assumed-error`` plans for a chance, and tries other legs as well.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rig.planning.case import OVER_THE_ANALYSIS, Case, Lengths
from rig.planning.shortest import LONGEST_S, first, longest_analysis
from rig.verify.rules import decide_numbers
from rig.words import quantity_text, window_text

if TYPE_CHECKING:
    from rig.assessment import Assessment
    from rig.finding import Finding
    from rig.protocol import Protocol
    from rig.verify.rules import Outcome


def longer_texts(assessment: Assessment) -> list[str]:
    """A sentence for each finding over the analysis that stayed open; none where the length was not what it lacked."""
    evidence = assessment.evidence
    if assessment.verdict.outcome != "inconclusive" or evidence.end.cause or _may_end_early(evidence.protocol):
        return []
    case = Case(evidence.protocol, evidence.bench, evidence.calibrations, evidence.noise)
    if not case.stretchable:
        return []
    found = [one for one in assessment.findings if one.name in OVER_THE_ANALYSIS and one.verdict == "inconclusive"]
    return [text for one in found if (text := _text(case, one))]


def _may_end_early(protocol: Protocol) -> bool:
    """Such a run has a rule and a length of its own."""
    return protocol.findings.mean_flow_error.sequential is not None


def _text(case: Case, found: Finding) -> str:
    """Empty where nothing was measured, where it is not U that leaves it open, or a longer run cannot be predicted."""
    step_s, now_s = case.protocol.timing.sample_interval_s, case.protocol.timing.analysis_s
    now, most = round(now_s / step_s), longest_analysis(case, LONGEST_S)
    predicted = _u(case, found, now * step_s)
    if found.u is None or not math.isfinite(predicted) or _verdict(found, found.u) != "inconclusive":
        return ""
    scale = found.u / predicted
    count = first(now + 1, most, lambda n: _verdict(found, scale * _u(case, found, n * step_s)) != "inconclusive")
    name = quantity_text(found.name, found.facts)
    if count is None:
        return f"{name}: no analysis of up to {window_text(most * step_s)} would decide, were its value to stay"
    then = _verdict(found, scale * _u(case, found, count * step_s))
    lengths = f"{window_text(count * step_s)} instead of {window_text(now_s)}"
    return f"{name}: an analysis of {lengths} would {then}, were its value to stay"


def _u(case: Case, found: Finding, analysis_s: float) -> float:
    """Predicted standard uncertainty with another analysis, in the unit of the finding; infinite for none."""
    made = case.predict(Lengths(analysis_s=analysis_s), whole=False)
    return next((one.u for one in made.findings if one.name == found.name and one.expanded is not None), math.inf)


def _verdict(found: Finding, u: float) -> Outcome:
    if found.value is None or not math.isfinite(u):
        return "inconclusive"
    lower, upper = found.limits
    return decide_numbers(
        found.value, u, lower=lower, upper=upper, rule=found.rule, nu=found.nu, k=found.k, unit=found.unit
    ).verdict

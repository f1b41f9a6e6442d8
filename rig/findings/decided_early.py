"""The mean flow error of a run that may be decided early: the looks made again, then what all data say.

A look knows one evaporation leg, the complete data know both. They decide together:

====================  =====================  ====================================================
the look that ended   the complete data      verdict
====================  =====================  ====================================================
pass                  pass                   pass
fail                  fail                   fail
either                fail                   fail: evidence decides
either                anything else          inconclusive; nothing passes that not both support
none: full length     pass, fail             the same, by the last look's boundary
====================  =====================  ====================================================

After a look ended the run, the complete data are held by a guard band of U or more. Asking that beside the look cannot
make a false pass likelier, and a false fail against the look is at most as likely as two independent ones.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rig import events
from rig.findings.held import decided
from rig.findings.mean_flow import NAME, error_of, facts_of, mean_flow_error
from rig.sequential.again import delivery_then, looks_again
from rig.sequential.estimates import joint_errors, spans_of
from rig.verify.joint import Joint
from rig.verify.looks import Plan, time_text
from rig.verify.sequential import Look, next_look

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence
    from rig.finding import Finding
    from rig.findings.mean_flow import MeanError
    from rig.findings.span import Span
    from rig.protocol_findings.sequential import MeanFlowError
    from rig.sequential.look import Looked
    from rig.verify.rules import Decision, Outcome

#: In ``start.json``: the plan of looks.
PLANNED = "sequential"


def decided_early(
    evidence: Evidence, delivery: Delivery, span: Span, asked: MeanFlowError, shot_ul: float = 0.0
) -> Finding:
    """The mean flow error over what was delivered, by the sequential rule.

    Args:
        evidence: with the plan of looks in its start, and the looks among its events.
        delivery: by all data.
        span: from the beginning of the analysis to the look that ended it, or of its full length.
        asked: of the protocol.
        shot_ul: the portion that the pump moves at once.

    Raises:
        EvidenceError: no readings around an end of the span, or looks that were not planned.
        RuleError: the plan in the record is none.
    """
    if (told := evidence.record.start.get(PLANNED)) is None:
        plain = mean_flow_error(delivery, span, asked, shot_ul)
        return plain.saying("No look could be planned, so the run had its full length.", {PLANNED: None})
    plan, error = Plan.of_json(told), error_of(delivery, span, shot_ul)
    looked = looks_again(evidence, plan)
    number = next((data["number"] for _, data in evidence.record.events(events.LOOK) if data["stops"]), None)
    look = _boundary(evidence, plan, number, looked, (delivery, span, error), shot_ul)
    which = len(plan.looks) - 1 if number is None else number
    complete = plan.decide_by(look, which, error.value, error.u, error.nu, complete=number is not None)
    facts = {
        "as_recorded": _as_recorded(evidence, looked),
        "stopped": number,
        "looks": [one.as_json() for one in looked],
        "last": asdict(look),
        "plan": plan.as_json(),
    }
    decision = _together(complete, looked, number)
    return decided(NAME, decision, asked, **facts_of(delivery, span, error), **{PLANNED: facts})


def _boundary(
    evidence: Evidence,
    plan: Plan,
    number: int | None,
    looked: Sequence[Looked],
    complete: tuple[Delivery, Span, MeanError],
    shot_ul: float,
) -> Look:
    """That of the look which ended the delivery, or the last one, which takes what the others left of the risk."""
    if number is not None:
        made = next((one.look for one in looked if one.number == number), None)
        return made or plan.looks[number]
    delivery, span, error = complete
    done = [(one, one.look) for one in looked if one.look is not None]
    if done:
        spans = spans_of(evidence, [one.at_s for one, _ in done])
        joint = joint_errors(delivery_then(evidence, done[-1][0]), spans, shot_ul, (delivery, span))
    else:
        joint = Joint(np.array([error.value]), np.array([[error.u**2]]), error.nu)
    return next_look(plan, len(plan.looks) - 1, [look for _, look in done], joint)


def _together(complete: Decision, looked: Sequence[Looked], number: int | None) -> Decision:
    """The decision by complete data and looks."""
    said = {one.decision for one in looked if one.stops or one.number == number}
    verdict: Outcome = complete.verdict
    if verdict == "pass" and said - {"pass"}:
        verdict = "inconclusive"
    if number is None and not said:
        return replace(complete, statement=f"{complete.statement} No look decided, so the run had its full length.")
    last = next((one for one in looked if one.number == number), looked[-1])
    ended = f"look {last.number + 1} at {time_text(last.at_s)}"
    if {complete.verdict} == said:
        told = f"Decided early: {ended} found {_found(last)} with one evaporation leg, and the complete data agree."
        return replace(complete, statement=f"{complete.statement} {told}")
    words = f"{ended} said {last.decision!r} ({last.why or _found(last)}); the complete data say {complete.verdict!r}"
    return replace(complete, verdict=verdict, statement=f"{verdict}: {words}. Complete data: {complete.statement}")


def _found(looked: Looked) -> str:
    return "nothing" if looked.value is None else f"{looked.value:+.4g} %"


def _as_recorded(evidence: Evidence, looked: Sequence[Looked]) -> bool:
    """Whether the looks came out as the run wrote them down."""
    told: list[dict[str, Any]] = [data for _, data in evidence.record.events(events.LOOK)]
    return [one["decision"] for one in told] == [one.decision for one in looked]

"""The steps of the program: how much each delivered, and how late it began.

Errors of steps share scale and evaporation and are judged with their joint covariance. The delays are judged as if
they were independent, which is the cautious side for what the worst of several strays by chance (Šidák 1967). The two
are told apart but hang together: a step that begins late by d misses d times the change of flow.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rig.finding import Finding
from rig.findings.held import judged, rule_of
from rig.verify.errors import MetricError
from rig.verify.joint import Joint
from rig.verify.limits import EachWithin
from rig.verify.schedule import Schedule, Step, schedule
from rig.verify.windows import freedom

if TYPE_CHECKING:
    from rig.findings.run import Run
    from rig.protocol_findings.rates import DaySchedule
    from rig.protocol_findings.sides import Sides

NAME = "day_schedule"


def day_schedule_findings(run: Run, asked: DaySchedule) -> list[Finding]:
    """Two findings: ``day_schedule_error`` in percent, ``day_schedule_delay`` in seconds; the worst step of each.

    Raises:
        MetricError: the record holds no whole step.
    """
    found = schedule(run.delivery, run.dose, run.began, guard=asked.guard, ripple=run.ripple)
    nu = min(freedom(run.delivery, step.start_s, step.end_s) for step in found.steps if step.volume_ul is not None)
    facts = {"steps": [_row(step, run.began_s) for step in found.steps]}
    return [
        _error(found, nu, run.shot_ul, asked, facts),
        _delay(found, asked),
    ]


def _error(found: Schedule, nu: float, shot_ul: float, asked: DaySchedule, facts: dict[str, Any]) -> Finding:
    whole = [step for step in found.steps if step.volume_ul is not None]
    keep = [i for i, step in enumerate(whole) if step.error_percent is not None]
    if not keep:
        raise MetricError("steps: expected one in which something is programmed, found none")
    covariance = found.covariance_ul2 + np.eye(len(whole)) * shot_ul**2 / 12.0
    told = np.array([_told_ul(whole[i]) for i in keep])
    errors = np.array([whole[i].error_percent for i in keep], dtype=np.float64)
    joint = Joint(errors, 1e4 * covariance[np.ix_(keep, keep)] / np.outer(told, told), nu)
    lost = [step for step in found.steps if step.volume_ul is None]
    return _each(f"{NAME}_error", joint, asked.limit, asked, "%", _missing(lost, "is not whole in the record"), facts)


def _delay(found: Schedule, asked: DaySchedule) -> Finding:
    """The delay of every step but the first, whose beginning is that of the program."""
    later = found.steps[1:]
    known = [step for step in later if step.delay_s is not None]
    lost = "; ".join(f"the step at {step.start_s:.0f} s: {step.why}" for step in later if step.delay_s is None)
    if not known:
        why = lost or "the program has one step only"
        return Finding.not_determined(f"{NAME}_delay", why, decides=asked.delay_limit is not None)
    u = np.array([step.u_delay_s for step in known], dtype=np.float64)
    joint = Joint(np.array([step.delay_s for step in known], dtype=np.float64), np.diag(u**2))
    facts = {"delay_s": joint.value.tolist(), "u_delay_s": u.tolist()}
    return _each(f"{NAME}_delay", joint, asked.delay_limit, asked, "s", lost, facts)


def _each(
    name: str, joint: Joint, sides: Sides | None, asked: DaySchedule, unit: str, lost: str, facts: dict[str, Any]
) -> Finding:
    """The worst of all; what was not seen keeps a pass from being one."""
    at = int(np.abs(joint.value).argmax())
    value, u = float(joint.value[at]), float(joint.u[at])
    if sides is None:
        text = (
            f"the worst of {joint.value.size} is {value:+.4g} {unit} (u = {u:.2g} {unit}); the protocol gives no limit"
        )
        return Finding(name, "informative", text, value=value, u=u, expanded=asked.k * u, unit=unit, facts=facts)
    judgement = EachWithin(sides.lower, sides.upper, unit).judge(joint, rule_of(asked, joint.nu))
    if lost and judgement.verdict == "pass":
        judgement = replace(
            judgement, verdict="inconclusive", statement=f"inconclusive: all that was seen passes; {lost}"
        )
    return judged(name, judgement, asked, sides, **facts)


def _missing(steps: list[Step], why: str) -> str:
    return "; ".join(f"the step at {step.start_s:.0f} s {why}" for step in steps)


def _told_ul(step: Step) -> float:
    return step.rate_ul_h * (step.end_s - step.start_s) / 3600.0


def _row(step: Step, began_s: float) -> dict[str, Any]:
    return {
        "from_s": step.start_s - began_s,
        "to_s": step.end_s - began_s,
        "rate_ul_h": step.rate_ul_h,
        "error_percent": step.error_percent,
        "u_percent": step.u_percent,
        "delay_s": step.delay_s,
        "u_delay_s": step.u_delay_s,
        "why": step.why,
    }

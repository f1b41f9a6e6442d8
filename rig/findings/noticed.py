"""From cause to detection: how long it took, and what was delivered meanwhile.

An event that was never detected by the end of the record has no time to detection, only a lower bound. What was
delivered until then is judged all the same.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from calibration.units import TIME
from rig.errors import EvidenceError
from rig.finding import Finding
from rig.findings.held import judged, one, rule_of
from rig.findings.instants import alarms_that_came, clock_u, detected, when
from rig.protocol_findings.sides import Sides
from rig.verify.errors import MetricError
from rig.verify.events import TimedEvent, detection, dose_meanwhile
from rig.verify.limits import AtMost, Instant, NoLaterThan

if TYPE_CHECKING:
    from rig.findings.held import Rules
    from rig.findings.instants import Seen
    from rig.findings.run import Run
    from rig.protocol_findings.happened import Alarms, EventTable

EVENTS, ALARMS = "events", "alarms"


def event_findings(run: Run, asked: EventTable) -> list[Finding]:
    """Two findings: ``event_NAME`` in seconds from cause to detection, ``event_NAME_dose`` in uL meanwhile.

    Raises:
        EvidenceError: a cause that nobody noted.
        MetricError: a cause after the end of the record, or a detection before its cause.
    """
    cause = when(run, asked.cause)
    seen = detected(run, asked, cause.seconds[0])
    name = f"event_{asked.name}"
    dose = _dose(run, asked, f"{name}_dose", cause, seen)
    return [detection_finding(run, name, cause, seen, asked.limit, asked), dose]


def detection_finding(
    run: Run, name: str, cause: TimedEvent, seen: Seen | None, limit: Sides | None, asked: Rules
) -> Finding:
    """The time from a cause to its detection, against the longest one that is accepted.

    Raises:
        MetricError: as :func:`rig.verify.events.detection`.
    """
    found = detection(
        cause,
        None if seen is None else seen.event,
        record_end=TIME.quantity(last_look_s(run)),
        u_rate=clock_u(),
    )
    began_s, u_began = cause.seconds
    u_s = max(u_began, 1e-6)
    facts: dict[str, Any] = {
        "cause_s": began_s - run.began_s,
        "u_cause_s": u_began,
        "detected": found.detected,
        "by": "" if seen is None else seen.says,
    }
    if limit is None:
        lasted = f"{found.value_s:.4g} s (u = {found.u_s:.2g} s)"
        text = f"detected after {lasted}: {facts['by']}" if seen else f"not detected for {lasted}"
        text = f"{text}; the protocol gives no limit"
        return Finding(name, "informative", text, value=found.value_s, u=found.u_s, unit="s", facts=facts)
    after_s = found.value_s if seen is None else seen.after_s - began_s
    looks = Instant(max(after_s, 0.0), None if seen is None else max(seen.by_s - began_s, after_s, 0.0), u_s)
    judgement = NoLaterThan(math.inf if limit.upper is None else limit.upper).judge(looks, rule_of(asked))
    return judged(name, judgement, asked, limit, value=found.value_s, u=found.u_s, **facts)


def last_look_s(run: Run) -> float:
    """Until when the pump was looked at, within the delivery [s]."""
    return min(run.began_s + float(run.dose.breakpoints[-1]), run.evidence.end.t_s)


def _dose(run: Run, asked: EventTable, name: str, cause: TimedEvent, seen: Seen | None) -> Finding:
    until = TimedEvent(TIME.quantity(last_look_s(run)), TIME.quantity(0.0)) if seen is None else seen.event
    try:
        found = dose_meanwhile(run.delivery, run.dose, run.began, cause, until)
    except (MetricError, EvidenceError) as error:
        return Finding.not_determined(name, error, decides=asked.dose_limit is not None)
    facts: dict[str, Any] = {
        "delivered_ul": found.delivered_ul,
        "programmed_ul": found.programmed_ul,
        "error_percent": found.error_percent,
        "detected": seen is not None,
    }
    return one(name, found.error_ul, found.u_ul, found.nu, asked.dose_limit, asked, "uL", **facts)


def alarm_findings(run: Run, asked: Alarms) -> list[Finding]:
    """One finding: how many alarms came during the run."""
    rows = run.evidence.record.stream("device")
    came = [name for _, names in alarms_that_came(rows) for name in sorted(names)]
    counted = [name for name in came if not asked.names or name in asked.names]
    facts: dict[str, Any] = {"alarms": counted}
    if asked.count_limit is None:
        text = f"{len(counted)} counted; the protocol gives no limit"
        return [Finding(ALARMS, "informative", text, value=float(len(counted)), unit="", facts=facts)]
    judgement = AtMost(asked.count_limit).judge(len(counted), rule_of(asked))
    sides = Sides(None, float(asked.count_limit), "")
    return [judged(ALARMS, judgement, asked, sides, value=float(len(counted)), u=None, **facts)]

"""After a brown-out, a stall or a reset: the flow error afterwards, since when it delivers again, what was missed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from calibration.units import TIME
from rig.finding import Finding
from rig.findings.held import one
from rig.findings.instants import at_s, when
from rig.findings.noticed import last_look_s
from rig.verify.recovery import Recovery as Found
from rig.verify.recovery import recovery

if TYPE_CHECKING:
    from rig.findings.run import Run
    from rig.protocol_findings.happened import Recovery

NAME = "recovery"


def recovery_findings(run: Run, asked: Recovery) -> list[Finding]:
    """``recovery_error`` in percent, ``recovery_resumed`` in seconds, ``recovery_missed`` in uL.

    Raises:
        EvidenceError: an instant that nobody noted.
        MetricError: as :func:`rig.verify.recovery.recovery`.
    """
    end_s = last_look_s(run) if asked.until is None else at_s(run, asked.until)
    found = recovery(
        run.delivery,
        run.dose,
        run.began,
        cut=when(run, asked.cut).at,
        back=when(run, asked.back).at,
        end=TIME.quantity(end_s),
        guard=asked.guard,
    )
    facts: dict[str, Any] = {
        "recovered": found.recovered,
        "flow_ul_h": found.flow_ul_h,
        "u_flow_ul_h": found.u_flow_ul_h,
    }
    return [
        one(f"{NAME}_error", found.error_percent, found.u_percent, math.inf, asked.limit, asked, **facts),
        _resumed(run, asked, found),
        one(f"{NAME}_missed", found.missed_ul, found.u_missed_ul, math.inf, asked.missed_limit, asked, "uL"),
    ]


def _resumed(run: Run, asked: Recovery, found: Found) -> Finding:
    name = f"{NAME}_resumed"
    if found.resumed_s is not None and found.u_resumed_s is not None:
        u = math.hypot(found.u_resumed_s, when(run, asked.back).seconds[1])
        return one(name, found.resumed_s, u, math.inf, asked.resumed_limit, asked, "s")
    if asked.resumed_limit is None:
        return Finding(name, "informative", f"not determined: {found.why}")
    if found.recovered:
        return Finding.undetermined(name, found.why)
    limits = asked.resumed_limit.lower, asked.resumed_limit.upper
    text = f"fail: {found.why} by the end of what was looked at. Limits {asked.resumed_limit}."
    return Finding(name, "fail", text, unit="s", limits=limits, rule=asked.rule)

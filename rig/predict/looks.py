"""The looks of a run that may be decided early, planned from what its bench is expected to know at each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.delivery.from_record import delivery_of
from rig.findings.check_held import with_held
from rig.findings.mean_flow import error_of
from rig.plan import make_plan
from rig.protocol_findings.sides import Sides
from rig.sequential.estimates import joint_errors, spans_of, u_changes
from rig.sequential.so_far import so_far
from rig.verify.errors import RuleError
from rig.verify.sequential import Plan, plan_looks

if TYPE_CHECKING:
    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence
    from rig.findings.span import Span


def planned_looks(evidence: Evidence, delivery: Delivery, span: Span, shot_ul: float) -> Plan | None:
    """When to look, and what each look needs; None where the protocol asks for none.

    At a look only the leg before is known; the last one is the full length with all data. Those know so much more that
    next to them no look has any part of the information, so the risk is spent by the part of the time.

    Args:
        evidence: planned.
        delivery: of it, complete.
        span: of the mean flow error at full length.
        shot_ul: the portion that the pump moves at once.

    Raises:
        RuleError, MetricError: no plan can be made.
        EvidenceError: no readings around a look.
    """
    asked, protocol = evidence.protocol.findings.mean_flow_error, evidence.protocol
    if asked.sequential is None:
        return None
    if not isinstance(asked.limit, Sides) or asked.limit.upper is None:
        raise RuleError(f"looks: expected a limit either side of zero, found {asked.limit}")
    times = asked.sequential.times_s(protocol.timing.analysis_s)
    spans = spans_of(evidence, times)
    known = _until(evidence, spans[-1].end_s + make_plan(protocol, evidence.bench).overrun_s)
    early = with_held(known, delivery_of(known, happened=False), after=False)
    joint = joint_errors(early, spans, shot_ul, (delivery, span))
    ends = np.array([*times, span.end_s - span.start_s])
    return plan_looks(
        ends,
        joint.covariance,
        limit_percent=asked.limit.upper,
        required_s=asked.sequential.required_s,
        spending=asked.sequential.spending,
        k=asked.k,
        part=ends / ends[-1],
        u_complete=[*(error_of(delivery, one, shot_ul).u for one in spans), joint.u[-1]],
        u_change=[*u_changes(early, delivery, spans), 0.0],
    )


def _until(evidence: Evidence, until_s: float) -> Evidence:
    """What of the plan will be known then."""
    names = [name for name, health in evidence.record.health.items() if health.rows]
    rows = {name: int(np.searchsorted(evidence.record.stream(name)["t_s"], until_s, side="right")) for name in names}
    return so_far(evidence, rows, until_s)

"""One look: what a run knows of its error so far, and whether that is enough to end it.

A pure function of the evidence so far, of the plan, and of the looks before: the run makes it, and whoever verifies
the record makes it again. Where the bench or the device was disturbed a look decides nothing and spends nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from calibration.errors import DoseproofError
from rig import events
from rig.delivery.from_record import delivery_of
from rig.findings.check_held import with_held
from rig.findings.device_faults import device_faults
from rig.findings.disturbance import disturbance
from rig.findings.scatter import scatter
from rig.sequential.estimates import joint_errors, spans_of
from rig.verify.sequential import Look, Plan, next_look

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence
    from rig.findings.span import Span

#: ``go on``: not enough yet; ``none``: nothing may be decided here, and ``why`` says so.
LookDecision = Literal["pass", "fail", "go on", "none"]


@dataclass(frozen=True)
class Looked:
    """What came of a look.

    Attributes:
        number: of the plan, from 0.
        at_s: since the beginning of the analysis [s].
        until_s: when it was made, on the bench's clock [s].
        rows: how many rows each channel had by then.
        decision: whether it ends the delivery, and as what.
        why: nothing may be decided; empty otherwise.
        value: error [%]; None where nothing may be decided.
        look: with the uncertainty that was achieved and its boundary; None as well.
    """

    number: int
    at_s: float
    until_s: float
    rows: Mapping[str, int]
    decision: LookDecision
    why: str = ""
    value: float | None = None
    look: Look | None = None

    @property
    def stops(self) -> bool:
        """Whether the delivery ends by it."""
        return self.decision in {"pass", "fail"}

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values, unrounded."""
        look = None if self.look is None else asdict(self.look)
        return {**asdict(self), "rows": dict(self.rows), "look": look, "stops": self.stops}


def look_at(evidence: Evidence, rows: Mapping[str, int], plan: Plan, number: int, done: Sequence[Looked]) -> Looked:
    """Make a look.

    Args:
        evidence: so far (:func:`rig.sequential.so_far.so_far`).
        rows: of each channel in it.
        plan: made before the run.
        number: which look, from 0.
        done: the looks before it.
    """
    at_s, until_s = plan.looks[number].time_s, evidence.end.t_s
    before = [one for one in done if one.look is not None]
    try:
        spans = spans_of(evidence, [*(one.at_s for one in before), at_s])
        delivery = with_held(evidence, delivery_of(evidence), after=False)
        if why := "; ".join(_disturbed(evidence, delivery, spans[-1])):
            return Looked(number, at_s, until_s, rows, "none", why)
        joint = joint_errors(delivery, spans, evidence.bench.device.shot_ul)
        look = next_look(plan, number, [one.look for one in before if one.look is not None], joint)
        value = float(joint.value[-1])
        verdict = plan.decide_by(look, number, value, look.u_percent, joint.nu).verdict
    except DoseproofError as error:
        return Looked(number, at_s, until_s, rows, "none", str(error))
    return Looked(number, at_s, until_s, rows, "go on" if verdict == "inconclusive" else verdict, "", value, look)


def _disturbed(evidence: Evidence, delivery: Delivery, span: Span) -> Iterator[str]:
    """What speaks against a decision now; the run goes on, and its findings judge all of it."""
    if touched := disturbance(evidence, delivery):
        yield touched
    yield from (f"the device: {fault}" for fault in device_faults(evidence))
    half = delivery.window_s / 2.0
    windows = [(at - half, at + half) for at in (span.start_s, span.end_s)]
    if found := next((one for during in (None, *windows) if (one := scatter(evidence, delivery, during))), None):
        yield found.text
    for t, data in evidence.record.events(events.WITNESS):
        if any(begin <= t <= end for begin, end in windows):
            yield f"{data['channel']}: {data['problem']} at t = {t:.0f} s"

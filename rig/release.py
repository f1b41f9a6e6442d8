"""What keeps a result from being released, whatever it says: a sentence each.

    release_blocks(evidence, delivery)      # empty: nothing does

What was not shown of the bench, the set-up and the record; the findings themselves are no part of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rig import events
from rig.checklist import COPY, programmed_ul, read_checklist
from rig.checklist_answers import blocks as blocks_of
from rig.delivery.modelled import ModelledNoise
from rig.delivery.wander import wander_of
from rig.errors import EvidenceError
from rig.evaluation import WITH_UNSEEN, revision_of
from rig.files import Source
from rig.findings.span import analysis_span
from rig.gate.afterwards import calibration_problems, overridden
from rig.noise_record import noise_problems
from rig.plan import AFTER_KEY, reference_witness
from rig.unseen import beaker_problems, unseen_problems

if TYPE_CHECKING:
    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence


def release_blocks(evidence: Evidence, delivery: Delivery | None) -> list[str]:
    """What keeps a result from being released, whatever it says."""
    record, protocol = evidence.record, evidence.protocol
    blocks = [*protocol.release_problems()]
    if not protocol.for_release:
        blocks.append("the protocol is not meant for release (for_release = false)")
    if record.start.get("not_for_release"):
        blocks.append("the run was started with --not-for-release")
        blocks += overridden(record)
    if delivery is None or not delivery.evaporation.known:
        blocks.append("evaporation was not measured before and after the delivery")
    blocks += _unseen_blocks(evidence, delivery)
    blocks += _noise_blocks(evidence, delivery)
    blocks += _checklist_blocks(evidence)
    if not record.sealed:
        blocks.append("the record was never sealed")
    if (later := record.manifest.get("end", {}).get("sealed_later")) is not None:
        blocks.append(f"the run was interrupted, and its record was sealed later by {later['who']}, {later['at_utc']}")
    blocks += [f"stream {name}: {health.damage}" for name, health in record.health.items() if health.damage]
    return blocks + _bench_problems(evidence)


def _unseen_blocks(evidence: Evidence, delivery: Delivery | None) -> list[str]:
    """What no reading can show; a record of evaluation 3 or earlier was never asked for it."""
    if not evidence.protocol.for_release or revision_of(evidence.record.start) < WITH_UNSEEN:
        return []
    beaker = [] if delivery is None else beaker_problems(delivery.evaporation)
    return [*unseen_problems(evidence.protocol, evidence.bench), *beaker]


def _noise_blocks(evidence: Evidence, delivery: Delivery | None) -> list[str]:
    """A balance that remembers, whose noise nobody recorded for as long as a run lasts, or that does so more today."""
    if delivery is None:
        return []
    recorded = isinstance(delivery.noise, ModelledNoise)
    try:
        span = analysis_span(evidence)
        u_ul = delivery.difference_ul(span.start_s, span.end_s).u
    except EvidenceError:
        return []  # nothing was measured that could be released
    found = delivery.beyond if recorded else wander_of(delivery)
    if not found.counts(delivery, span.start_s, span.end_s, u_ul):
        return []
    more_ul = found.u_ul(delivery, span.start_s, span.end_s)
    p = "< 1e-6" if found.p < 1e-6 else f"= {found.p:.1g}"
    if recorded:
        text = (
            f"the balance wandered in the evaporation legs beyond its noise record (p {p}): going on like that adds "
            f"{more_ul:.2g} uL, which a standard uncertainty of {u_ul:.2g} uL has in it only as well as two legs tell; "
            "record the balance anew without flow (rig zero-flow) and name that noise record in the bench file"
        )
    else:
        text = (
            f"the balance wandered in the evaporation legs (p {p}): going on like that it adds {more_ul:.2g} uL to a "
            f"standard uncertainty of {u_ul:.2g} uL, which does not have it in it; record the balance without flow "
            "(rig zero-flow) and name its noise record in the bench file"
        )
    return [text]


def _checklist_blocks(evidence: Evidence) -> list[str]:
    """Answers to the set-up checklist, before and after, that keep a result from being released."""
    record = evidence.record
    if evidence.protocol.checklist is None:
        return []
    checklist = read_checklist(Source(COPY, evidence.input(COPY).decode()))
    given = {data["key"]: data for _, data in record.events(events.ANSWER)}
    after = []
    for item in checklist.items_for("after", evidence.bench):
        data = given.get(f"{AFTER_KEY}{item.id}", {"answer": "", "who": ""})
        problem = item.problem(data["answer"], programmed_ul(evidence.protocol))
        after.append({"id": item.id, "who": data["who"], "problem": problem, "release": item.release})
    return blocks_of([*record.start.get("checklist", []), *after])


def _bench_problems(evidence: Evidence) -> list[str]:
    """Calibration and noise records that do not vouch for the instruments that answered, on the day, in that room."""
    problems = calibration_problems(evidence)
    if evidence.noise is not None:
        on = datetime.fromisoformat(evidence.record.start["started_utc"]).date()
        serial = evidence.record.start["identities"][reference_witness(evidence.bench)]["serial_number"]
        problems += noise_problems(evidence.noise, evidence.protocol, evidence.bench, serial, on)
    return problems

"""Departures: deviations, faults, notes, excluded data and all attempts; none is dropped in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig import events
from rig.cli.words import event_text, span_text
from rig.findings.device_faults import device_faults
from rig.report.document import Column, Paragraph, Section, Table
from rig.report.numbers import moment

if TYPE_CHECKING:
    from rig.report.content.case import Case
    from rig.report.document import Block

#: Kinds of events that are departures from an undisturbed run.
_TOLD = (events.FAULT, events.NOTE, events.WITNESS, events.DEVICE)


def departures(case: Case) -> Section:
    """Everything that was not as planned."""
    blocks: list[Block] = [_deviations(case), _excluded(case), _attempts(case)]
    answers = _answers(case)
    if answers.rows:
        blocks.append(answers)
    return Section("Departures, excluded data, attempts", tuple(blocks))


def _deviations(case: Case) -> Block:
    rows = [("the end of the run", case.evidence.end.cause)] if case.evidence.end.cause else []
    rows += [("started in spite of the gate", reason) for reason in case.start.get("gate", {}).get("reasons", ())]
    rows += [("the device", fault) for fault in device_faults(case.evidence)]
    rows += [("instrument", f"{name}: {text}") for name, texts in case.start.get("notes", {}).items() for text in texts]
    rows += [("not to be released", block) for block in case.assessment.verdict.release_blocks]
    origin = case.record.all_events()[0][0] if case.record.all_events() else 0.0
    rows += [
        (f"at {span_text(t - origin)}", event_text(kind, data))
        for t, kind, data in case.record.all_events()
        if kind in _TOLD and not (kind == events.DEVICE and _usual(data))
    ]
    if not rows:
        return Paragraph("No deviation from the protocol was recorded.")
    columns = (Column("what"), Column("in words", share=1.0))
    return Table("Deviations, faults and notes, in full", columns, tuple(rows))


def _usual(data: dict[str, object]) -> bool:
    return not data.get("reset") and not data.get("alarms") and "problem" not in data


def _excluded(case: Case) -> Block:
    streams = sorted(case.record.health.items())
    rows = [(name, f"stream {name}", "damaged", health.damage) for name, health in streams if health.damage]
    delivery = case.assessment.delivery
    if delivery is not None:
        total = len(delivery.time_s)
        rows += [
            ("balance at the tip", f"{count:,} readings beside {total:,} used", reason, "raw values are in the record")
            for reason, count in delivery.excluded
            if count
        ]
    if not rows:
        return Paragraph("No reading was excluded.")
    columns = (Column("channel"), Column("what"), Column("reason"), Column("remark", share=1.0))
    return Table("Excluded data", columns, tuple(rows))


def _attempts(case: Case) -> Block:
    here = case.record.folder.name
    if not case.annex.attempts:
        return Paragraph(f"Attempts: this run is the only one known ({case.annex.looked_in}).")
    rows = [
        (str(i), moment(one.started_utc), one.outcome, one.standing or "-", one.cause, f"{one.record}{mark}")
        for i, one in enumerate(case.annex.attempts, 1)
        for mark in [" (this report)" if one.record == here else ""]
    ]
    marked = frozenset(i for i, one in enumerate(case.annex.attempts) if one.outcome != "pass")
    columns = (
        Column("no.", "right"),
        Column("started"),
        Column("outcome"),
        Column("standing"),
        Column("cause", share=1.0),
        Column("record"),
    )
    notes = [f"Attempts at this protocol with this device; {case.annex.looked_in}."]
    if case.annex.investigation:
        notes.append("An investigation of this test is OPEN: too many of its attempts were replaced.")
    return Table("All attempts", columns, tuple(rows), marked, tuple(notes))


def _answers(case: Case) -> Table:
    rows = [
        (entry["text"], entry["answer"] or "none", entry["who"] or "nobody", entry["problem"])
        for entry in case.start.get("checklist", ())
    ]
    asked = {data["key"]: data["text"] for _, data in case.record.events(events.PROMPT) if "key" in data}
    rows += [
        (
            asked.get(data.get("key"), "asked during the run"),
            str(data.get("answer", "")),
            str(data.get("who") or "nobody"),
            "",
        )
        for _, data in case.record.events(events.ANSWER)
    ]
    marked = frozenset(i for i, row in enumerate(rows) if row[3])
    columns = (Column("question", share=1.0), Column("answer"), Column("by"), Column("problem"))
    return Table("Questions and answers", columns, tuple(rows), marked)

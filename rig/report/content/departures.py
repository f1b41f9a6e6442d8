"""Departures: deviations, faults, notes, excluded data and all attempts; none is dropped in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rig import events
from rig.findings.device_faults import device_faults
from rig.report.content.attempted import attempts
from rig.report.content.joined import joined, merged
from rig.report.document import Column, Paragraph, Section, Table
from rig.words import event_text, span_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.report.content.case import Case
    from rig.report.document import Block

#: So many differences between a sealed result and its recomputation are listed.
_SHOWN: Final = 20
#: Kinds of events that are departures from an undisturbed run.
_TOLD = (events.FAULT, events.NOTE, events.WITNESS, events.DEVICE)


def departures(case: Case) -> Section:
    """Everything that was not as planned."""
    deviated, left_out, answered = deviations(case), excluded(case), answers(case)
    return departures_section(deviated, left_out, attempts([case]), answered)


def departures_of_each(cases: Sequence[Case]) -> Section:
    """The same of many runs; what was told of several stands once, with their numbers."""
    numbered = list(enumerate(cases, 1))
    deviated, left_out, answered = (
        [(i, table(case)) for i, case in numbered] for table in (deviations, excluded, answers)
    )
    return departures_section(
        merged(deviated[0][1].caption, deviated),
        joined(left_out[0][1].caption, left_out),
        attempts(cases),
        merged(answered[0][1].caption, answered),
    )


def departures_section(deviated: Table, left_out: Table, attempted: Block, answered: Table) -> Section:
    """The section; a table without a row says in words that there was nothing."""
    blocks: list[Block] = [
        deviated if deviated.rows else Paragraph("No deviation from the protocol was recorded."),
        left_out if left_out.rows else Paragraph("No reading was excluded."),
        attempted,
    ]
    return Section("Departures, excluded data, attempts", (*blocks, *((answered,) if answered.rows else ())))


def deviations(case: Case) -> Table:
    """What was not as planned, in the words of who noticed it."""
    rows = [("the end of the run", case.evidence.end.cause)] if case.evidence.end.cause else []
    rows += [("started in spite of the gate", reason) for reason in case.start.get("gate", {}).get("reasons", ())]
    rows += [("the device", fault) for fault in device_faults(case.evidence)]
    rows += [("instrument", f"{name}: {text}") for name, texts in case.start.get("notes", {}).items() for text in texts]
    rows += [("not to be released", block) for block in case.release_blocks]
    rows += [("sealed and recomputed", line) for line in case.differences[:_SHOWN]]
    more = len(case.differences) - _SHOWN
    rows += [("sealed and recomputed", f"and {more} more: rig verify lists them")] if more > 0 else []
    origin = case.record.all_events()[0][0] if case.record.all_events() else 0.0
    rows += [
        (f"at {span_text(t - origin)}", event_text(kind, data))
        for t, kind, data in case.record.all_events()
        if kind in _TOLD and not (kind == events.DEVICE and _usual(data))
    ]
    columns = (Column("what"), Column("in words", share=1.0))
    return Table("Deviations, faults and notes, in full", columns, tuple(rows))


def _usual(data: dict[str, object]) -> bool:
    return not data.get("reset") and not data.get("alarms") and "problem" not in data


def excluded(case: Case) -> Table:
    """Readings that are in the record and not in the result."""
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
    columns = (Column("channel"), Column("what"), Column("reason"), Column("remark", share=1.0))
    return Table("Excluded data", columns, tuple(rows))


def answers(case: Case) -> Table:
    """What people were asked at the bench, and said."""
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

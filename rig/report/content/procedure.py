"""The procedure of a test before it is run: the same source as the report, without results."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from calibration.units import RATIO, VOLUME
from rig.checklist import read_checklist
from rig.plan import make_plan, with_checklist
from rig.report.content.matrix import Covered, matrix
from rig.report.content.method import method
from rig.report.content.planned import planned
from rig.report.content.tested import program
from rig.report.document import Column, Document, Facts, Paragraph, Section, Table
from rig.words import span_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calibration.record import CalibrationRecord
    from rig.bench import Bench
    from rig.dose import Action
    from rig.execute.phases import PhaseAct
    from rig.files import Source
    from rig.planning.case import Case
    from rig.planning.outcomes import RunPlan
    from rig.protocol import Protocol
    from rig.report.details import Details
    from rig.report.document import Block

TITLE = "Test procedure"
EVIDENCE = "procedure: no results"


def procedure(
    case: Case,
    plan: RunPlan | None,
    details: Details,
    number: str,
    checklist: Source | None,
) -> Document:
    """The document.

    Args:
        case: protocol, bench, and the calibrations in force today.
        plan: of the run; None where U cannot be predicted.
        details: of laboratory and plan.
        number: of the document.
        checklist: text of the list that the protocol names; None where it names none.
    """
    protocol, bench, calibrations = case.protocol, case.bench, case.calibrations
    device = bench.device
    return Document(
        title=TITLE,
        subject=f"{protocol.id} on bench {bench.name}",
        number=number,
        evidence=EVIDENCE,
        issued=None,
        laboratory=details.laboratory.name,
        front=(
            Paragraph(protocol.title or protocol.id, "lead"),
            Facts(
                (
                    ("Protocol", protocol.id),
                    ("Bench", bench.name + (f", simulated world {bench.world!r}" if bench.world else "")),
                    ("Device", f"{device.model}, serial number {device.serial_number}"),
                    ("Plan", details.plan.reference),
                    ("Lasts", span_text(make_plan(protocol, bench).duration_s)),
                    ("Results", "none: this document was made before the run"),
                )
            ),
        ),
        sections=(
            program(protocol, bench),
            method(protocol, details),
            _instruments(bench, calibrations),
            planned(case, plan),
            _steps(protocol, bench, checklist),
            _stops(protocol),
            matrix([Covered(protocol.id, "", protocol.requirements, protocol.hazards)], details),
            _hands(),
        ),
    )


def _instruments(bench: Bench, calibrations: Mapping[str, CalibrationRecord]) -> Section:
    rows = []
    for channel, table in bench.instruments().items():
        record = calibrations.get(channel)
        due = "" if record is None else str(record.valid_until)
        rows.append((channel, table.model, table.serial_number, table.driver, table.address, due))
    columns = (
        Column("channel"),
        Column("model"),
        Column("serial number"),
        Column("driver"),
        Column("address", share=1.0, code=True),
        Column("calibration due"),
    )
    return Section("Instruments", (Table("Who must answer at the bench", columns, tuple(rows)),))


def _steps(protocol: Protocol, bench: Bench, source: Source | None) -> Section:
    plan = make_plan(protocol, bench)
    blocks: list[Block] = []
    if source is not None:
        checklist = read_checklist(source)
        plan = with_checklist(plan, checklist.items_for("after", bench))
        questions = tuple((one.text, one.kind, "") for one in checklist.items_for("before", bench))
        asked = (Column("question", share=1.0), Column("answer is"), Column("answer"))
        blocks.append(Table(f"Set-up checklist {checklist.name!r}, before the run", asked, questions))
    rows: list[tuple[str, ...]] = []
    begin = 0.0
    for phase in plan.phases:
        told = [f"asked: {prompt.text}" for prompt in phase.prompts]
        told += [f"pump told: {_told(action)}" for action in phase.actions]
        told += [f"done: {_done(act)}" for act in phase.acts]
        rows.append((str(len(rows) + 1), span_text(begin), phase.name, span_text(phase.duration_s), "; ".join(told)))
        begin += phase.duration_s
    columns = (
        Column("no.", "right"),
        Column("begins", "right"),
        Column("phase"),
        Column("lasts", "right"),
        Column("what is asked and told", share=1.0),
    )
    blocks.append(Table("Phases, by the time since the run began", columns, tuple(rows)))
    return Section("Steps", tuple(blocks))


def _told(action: Action) -> str:
    rate = "" if math.isnan(action.rate_ul_h) else f" {action.rate_ul_h:g} µL/h"
    volume = "" if math.isnan(action.volume_ul) else f" {action.volume_ul:g} µL at"
    return f"{action.kind.replace('_', ' ')}{volume}{rate}, {span_text(action.time_s)} into the phase"


def _done(act: PhaseAct) -> str:
    what = f"supply set to {act.supply:~P}" if act.supply is not None else act.text.rstrip(".")
    return f"{what}, {span_text(act.time_s)} into the phase, noted as {act.note!r}"


def _stops(protocol: Protocol) -> Section:
    safety = protocol.safety
    over = f"programmed × {1 + RATIO.magnitude('ratio', safety.over_volume_ratio) / 100:g} + "
    over += f"{VOLUME.magnitude('volume', safety.over_volume):g} µL"
    weighed = "" if protocol.check_weight is None else ", and the check weight is weighed again"
    rows = (
        ("Over-volume", f"a witness has seen more than {over}: the pump is stopped{weighed}"),
        ("Bench fault", "the witness at the tip is silent or disturbed: the run ends, and is invalid"),
        ("Abort", "the operator may stop the run at any time; the record keeps what was read"),
        ("Repeats", "every attempt is kept and reported; a repeat needs a cause that is written down"),
    )
    return Section("What ends the run early", (Facts(rows),))


def _hands() -> Section:
    columns = (Column("step"), Column("name", share=1.0), Column("date", share=0.6), Column("signature", share=1.0))
    rows = tuple((f"\n{text}", "", "", "") for text in ("procedure approved", "carried out", "reviewed"))
    return Section("By hand", (Table("Where a laboratory signs on paper", columns, rows),))

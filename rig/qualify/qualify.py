"""A whole qualification, in order: mass and voltage on the open bench, then runs, clocks and faults; then the file."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from calibration.record import load_calibration_record
from calibration.standards import load_standards
from calibration.units import TIME
from rig.bench import calibration_path, calibrations_of, open_bench
from rig.calibrate.bench import Station
from rig.calibrate.session import UNFINISHED, CalibrationSession
from rig.errors import BenchError
from rig.protocol import load_protocol
from rig.qualify.clocks import clock_items
from rig.qualify.faults import fault_items
from rig.qualify.flow import flow_items
from rig.qualify.mass import KnownMass
from rig.qualify.record import file_qualification
from rig.qualify.runs import Runs
from rig.qualify.voltage import KnownVoltage, skipped, why_skipped
from rig.software import software_state

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from rig.bench import Bench, OpenBench
    from rig.calibrate.procedure import Procedure
    from rig.qualify.front import Front
    from rig.qualify.item import Item
    from rig.qualify.plan import Plan
    from rig.qualify.record import Filed


@dataclass(frozen=True)
class Lab:
    """Where things lie, and who does it.

    Attributes:
        book: calibration records, standards; the qualification is filed there.
        out: folder of the runs; one that holds runs of the same qualification already goes on with them.
        operator: who qualifies.
        short: fewer runs, and the plan's short protocol.
    """

    book: Path
    out: Path
    operator: str
    short: bool = False


def qualify(plan: Plan, bench: Bench, lab: Lab, front: Front) -> Filed:
    """Qualify a bench, and file the result, whatever it is.

    Raises:
        DoseproofError: files that cannot be used, or a bench that is refused before the start; nothing is filed then.
    """
    name = plan.flow.short_protocol if lab.short and plan.flow.short_protocol else plan.flow.protocol
    protocol = load_protocol(plan.path(name), bench.limits)
    faults = [one for one in plan.faults if one.short or not lab.short]
    files = {one.name: one.protocol or plan.fault_protocol for one in faults}
    broken = {name: load_protocol(plan.path(file), bench.limits) for name, file in files.items()}
    today, facts, items = _at_rest(plan, bench, lab, front)  # after all files: nobody weighs for a file that is missing
    runs = Runs(lab.out, front, lab.operator, lab.book, today)
    items += flow_items(plan.flow, protocol, bench, runs, short=lab.short)
    items += clock_items(plan.clock, runs.records)
    items += fault_items(faults, broken, bench, runs)
    reasons = reasons_against(plan, items)
    tables = {
        "form": "short" if lab.short else "full",
        "verdict": "not qualified" if reasons else "qualified",
        "reasons": reasons,
        "bench": bench.name,
        "bench_sha256": bench.source.sha256,
        "plan_sha256": plan.source.sha256,
        "method": plan.method,
        "performed_by": lab.operator,
        "performed_on": today,
        "valid_until": today + timedelta(seconds=TIME.magnitude("valid_for", plan.valid_for)),
        **facts,
        "software": software_state(),
        "items": [one.model_dump() for one in items],
        "not_exercised": [f"{one.name}: {one.statement}" for one in items if one.verdict == "not exercised"],
        "records": [one.model_dump() for one in runs.made],
    }
    return file_qualification(lab.book, tables)


def reasons_against(plan: Plan, items: Sequence[Item]) -> list[str]:
    """Why a bench with these lines is not qualified; empty where it is."""
    failed = [f"{one.name}: {one.statement}" for one in items if one.verdict == "failed"]
    caught = {one.name for one in items if one.verdict == "passed"}
    seen = {fault.expect for fault in plan.faults if f"fault {fault.name}" in caught}
    return failed + [
        f"faults: none that must end {expect} was caught; a qualification needs one of each class"
        for expect in ("fail", "invalid")
        if expect not in seen
    ]


def _at_rest(plan: Plan, bench: Bench, lab: Lab, front: Front) -> tuple[date, dict[str, Any], list[Item]]:
    """What needs no run: who is there, mass, voltage."""
    if plan.mass.channel not in bench.calibrations():
        reason = f"{plan.mass.channel}: expected a balance with a calibration record, found none; name it in the plan"
        raise BenchError(bench.name, [reason])
    with open_bench(bench) as opened:
        today = opened.clock.utc().date()
        standards = load_standards(lab.book)
        record = load_calibration_record(calibration_path(bench, plan.mass.channel))
        mass = KnownMass.of(plan, standards, today, record)
        items, known = _carried_out(mass, opened, lab, front), dict(mass.weights)
        if why := why_skipped(plan, opened):
            items.append(skipped(why))
        elif plan.voltage is not None:
            meter = calibrations_of(bench).get(plan.voltage.meter)
            voltage = KnownVoltage(plan, plan.voltage, standards, today, meter)
            items += _carried_out(voltage, opened, lab, front)
            known |= voltage.references
        used = [{"serial_number": name, "certificate": one.certificate} for name, one in known.items()]
        return today, {**_facts(opened), "standards": used}, items


def _carried_out(procedure: Procedure, opened: OpenBench, lab: Lab, front: Front) -> list[Item]:
    station = Station(opened)
    session = CalibrationSession.begin(procedure, station, lab.book / UNFINISHED, anew=station.simulated)
    front.say(f"{procedure.file.kind.replace('-', ' ')}: {len(session.steps)} steps on {session.identity}")
    front.carry_out(session, station)
    items: list[Item] = procedure.conclude(session.results)["items"]
    session.forget()
    return items


def _facts(opened: OpenBench) -> dict[str, Any]:
    bench = opened.file
    used = calibrations_of(bench)
    return {
        "evidence_class": opened.evidence_class,
        "instruments": [{"channel": name, **asdict(identity)} for name, identity in opened.identities.items()],
        "calibrations": [
            {
                "channel": name,
                "serial_number": one.instrument.serial_number,
                "sha256": one.sha256,
                "valid_until": one.valid_until,
            }
            for name, one in used.items()
        ],
    }

"""Run one protocol on one bench with one device, and seal the evidence.

    outcome = run("protocol.toml", "bench.toml", Path("runs/first"))
    outcome.assessment.verdict.outcome        # pass, fail, inconclusive or invalid

Refused before the start, with nothing moved and nothing written: files that cannot be used
(:class:`~rig.errors.FileError`), a bench that is not the one of its file, and a run for release that could
not be released anyway (:class:`~rig.errors.BenchError`). From the first reading on there is always a record.
"""

from __future__ import annotations

import contextlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from calibration.record import check_conditions, check_valid, load_calibration_record
from drivers.errors import DriverError
from rig import events
from rig.assessment import Assessment, assess
from rig.bench import Bench, OpenBench, calibration_path, load_bench, open_bench
from rig.check_standard import standard_for, standards_of
from rig.checklist import COPY, checklist_source, read_checklist
from rig.checklist_answers import Answers, answered, listed
from rig.control import Control
from rig.errors import BenchError, EvidenceError
from rig.events import Event
from rig.execute.calls import mark_calls
from rig.execute.phases import BENCH_FAULT, End
from rig.execute.session import Session
from rig.noise_record import noise_inputs, refuse_foreign_noise
from rig.plan import make_plan, with_checklist
from rig.protocol import Protocol, load_protocol
from rig.record import Record, RecordWriter
from rig.record.seal import seal_streams, write_manifest
from rig.record.times import link_latency
from rig.refusals import refuse_undecidable
from rig.software import software_state

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from calibration.record import CalibrationRecord
    from drivers.interfaces import Column
    from rig.events import Observer


@dataclass(frozen=True)
class Outcome:
    """What a run left behind.

    Attributes:
        folder: the record.
        end: how it ended.
        assessment: findings and verdict.
        simulated_s: how much time passed on the bench's clock [s].
    """

    folder: Path
    end: End
    assessment: Assessment
    simulated_s: float


def run(
    protocol: Protocol | Path | str,
    bench: Bench | Path | str,
    folder: Path,
    *,
    operator: str = "",
    control: Control | None = None,
    observers: Sequence[Observer] = (),
    not_for_release: bool = False,
    answers: Answers | None = None,
) -> Outcome:
    """Run a protocol on a bench.

    Args:
        protocol: what to test, or its file.
        bench: on what, or its file.
        folder: of the record; must not exist yet.
        operator: who runs it, for the record.
        control: how a person may speak to the run meanwhile.
        observers: called with each event.
        not_for_release: run even where the result could never be released; it is marked so.
        answers: to the set-up checklist, where the protocol has one.

    Raises:
        FileError: a file cannot be used.
        BenchError: the bench was refused; nothing was moved and nothing written.
        EvidenceError: the record could not be created.
    """
    bench = bench if isinstance(bench, Bench) else load_bench(bench)
    protocol = protocol if isinstance(protocol, Protocol) else load_protocol(protocol, bench.limits)
    calibrations = {name: load_calibration_record(calibration_path(bench, name)) for name in bench.calibrations()}
    refuse_undecidable(protocol, bench)
    refuse_unusable(protocol, bench, not_for_release=not_for_release)
    standards = standards_of(protocol, bench)
    source = checklist_source(protocol)
    checklist = None if source is None else read_checklist(source)
    plan = make_plan(protocol, bench)
    if checklist is not None:
        plan = with_checklist(plan, checklist.items_for("after", bench))
    if folder.exists():
        raise EvidenceError(f"the record {folder} exists already; every attempt is kept, so give a new folder")
    control = control or Control()
    answers = answers or Answers(who=operator, unattended=control.unattended)
    with open_bench(bench) as opened:
        _refuse_invalid_calibrations(opened, calibrations, not_for_release=not_for_release)
        standard = standard_for(protocol, standards, opened, control, not_for_release=not_for_release)
        refuse_foreign_noise(protocol, opened, not_for_release=not_for_release)
        mark_calls(opened)
        _prepare(opened)
        if not not_for_release:
            _refuse_foreign_air(opened, calibrations)
        entries = (
            [] if checklist is None else answered(checklist, protocol, opened, answers, not_for_release=not_for_release)
        )
        writer = RecordWriter(
            folder,
            start=_start(protocol, opened, operator, not_for_release=not_for_release) | listed(entries),
            inputs={**_inputs(protocol, bench), **standard, **({} if source is None else {COPY: source.text.encode()})},
            channels=_channels(opened),
            wire=opened.wire,
        )
        began = opened.clock.now()
        session = Session(plan, opened, writer, control, observers)
        session.note_checklist(entries)
        answers.prepare_after(control, checklist)
        end = _until_sealed(session, writer)
        facts = {
            **asdict(end),
            "ended_utc": opened.clock.utc().isoformat(),
            "time_base": asdict(opened.clock.time_base()),
        }
        lasted = opened.clock.now() - began
    outcome = seal(folder, end, facts, lasted)
    _tell_ended(observers, outcome)
    return outcome


def seal(folder: Path, end: End, facts: Mapping[str, Any], lasted_s: float = 0.0) -> Outcome:
    """Seal the streams of a run that has ended, assess it, write result and manifest.

    Args:
        folder: of the record.
        end: how the run ended.
        facts: of the end, for the manifest.
        lasted_s: on the bench's clock [s].

    Raises:
        EvidenceError: the disk does not take it, or gives back something else.
    """
    try:
        health = seal_streams(folder)
        provisional = Record(
            folder, sealed=True, start=Record.start_of(folder), manifest={"end": dict(facts)}, health=health
        )
        assessment = assess(provisional)
        latency = {link: asdict(found) for link, found in link_latency(provisional).items()}
        write_manifest(folder, health, assessment.as_json(), {**facts, "latency": latency})
    except OSError as error:
        raise EvidenceError(f"the record {folder} could not be sealed: {error}; its streams are intact") from error
    return Outcome(folder, end, assessment, lasted_s)


def refuse_unusable(protocol: Protocol, bench: Bench, *, not_for_release: bool) -> None:
    """Refuse, before anything is opened, a combination that cannot give what is asked of it.

    Raises:
        BenchError: with every reason.
    """
    reasons = []
    tips = [witness for witness in bench.witness if witness.node == "tip"]
    if not tips:
        reasons.append("no witness stands at the tip; name one with node = 'tip' to measure delivered volume")
    elif tips[0].vessel is None:
        reasons.append(f"the witness {tips[0].name!r} at the tip has no vessel; describe it under [witness.vessel]")
    if protocol.witnesses.required > len(bench.witness):
        reasons.append(
            f"the protocol requires {protocol.witnesses.required} witnesses, the bench has {len(bench.witness)}"
        )
    if protocol.for_release and not not_for_release:
        reasons += [f"a run for release: {problem}" for problem in protocol.release_problems()]
    if reasons:
        raise BenchError(bench.name, reasons)


def _refuse_invalid_calibrations(
    opened: OpenBench, calibrations: Mapping[str, CalibrationRecord], *, not_for_release: bool
) -> None:
    if not_for_release:
        return
    today = opened.clock.utc().date()
    reasons = [
        f"{name}: {why}"
        for name, record in calibrations.items()
        for why in check_valid(record, opened.identities[name].serial_number, today)
    ]
    if reasons:
        raise BenchError(opened.file.name, reasons)


def _prepare(opened: OpenBench) -> None:
    """Make every instrument ready to record; one that is not makes the bench refused."""
    reasons = []
    named = {"device": opened.device, **opened.laboratory()}
    for name, instrument in named.items():
        try:
            instrument.prepare()
        except DriverError as error:
            reasons.append(f"{name}: {type(error).__name__}: {error}")
    if reasons:
        raise BenchError(opened.file.name, reasons)


def _refuse_foreign_air(opened: OpenBench, calibrations: Mapping[str, CalibrationRecord]) -> None:
    """Refuse a room in which a calibration record does not hold; during the run its conditions are looked at again."""
    if opened.environment is None:
        return
    try:
        temperature, pressure, humidity = opened.environment.read()
    except DriverError as error:
        raise BenchError(opened.file.name, [f"environment: {type(error).__name__}: {error}"]) from error
    reasons = [
        f"{name}: {why}"
        for name, record in calibrations.items()
        for why in check_conditions(record, temperature=temperature, pressure=pressure, humidity=humidity)
    ]
    if reasons:
        raise BenchError(opened.file.name, reasons)


def _until_sealed(session: Session, writer: RecordWriter) -> End:
    """Run, and close the record whatever happens; a disk that fails at the very end is the bench's fault."""
    failures: list[EvidenceError] = []
    try:
        end = session.run()
    finally:
        try:
            writer.close()
        except EvidenceError as error:
            failures.append(error)
    if failures and end.kind != BENCH_FAULT:
        return End(BENCH_FAULT, str(failures[0]), end.t_s)
    return end


def _channels(opened: OpenBench) -> dict[str, tuple[Column, ...]]:
    named = {"device": opened.device, **opened.laboratory()}
    return {name: instrument.columns for name, instrument in named.items()}


def _inputs(protocol: Protocol, bench: Bench) -> dict[str, bytes]:
    found = {"protocol.toml": protocol.source.text.encode(), "bench.toml": bench.source.text.encode()}
    found |= noise_inputs(bench)
    for name in bench.calibrations():
        found[f"calibration/{name}.toml"] = calibration_path(bench, name).read_bytes()
    return found


def _start(protocol: Protocol, opened: OpenBench, operator: str, *, not_for_release: bool) -> dict[str, Any]:
    return {
        "schema": 1,
        "protocol": protocol.id,
        "bench": opened.file.name,
        "operator": operator,
        "started_utc": opened.clock.utc().isoformat(),
        "started_s": opened.clock.now(),
        "evidence_class": opened.evidence_class,
        "identities": {name: asdict(identity) for name, identity in opened.identities.items()},
        "notes": _notes(opened),
        "time_base": asdict(opened.clock.time_base()),
        "software": software_state(),
        "not_for_release": not_for_release,
    }


def _notes(opened: OpenBench) -> dict[str, list[str]]:
    """What drivers could not check of their instruments, in words."""
    named = {"device": opened.device, **opened.laboratory()}
    return {name: [*getattr(instrument, "notes", [])] for name, instrument in named.items()}


def _tell_ended(observers: Sequence[Observer], outcome: Outcome) -> None:
    event = Event(outcome.end.t_s, events.ENDED, {"kind": outcome.end.kind, "cause": outcome.end.cause})
    for observer in observers:
        with contextlib.suppress(OSError):  # its terminal or pipe is gone; the record is sealed
            observer(event)

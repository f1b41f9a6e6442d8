"""Run one protocol on one bench with one device, and seal the evidence.

    outcome = run("protocol.toml", "bench.toml", Path("runs/first"))
    outcome.assessment.verdict.outcome        # pass, fail, inconclusive or invalid

Refused before the start, with nothing moved and nothing written: files that cannot be used
(:class:`~rig.errors.FileError`), a bench that is not the one of its file, and whatever the gate finds (:mod:`rig.gate`:
:class:`~rig.errors.BenchError` with every reason). From the first reading on there is always a record.
"""

from __future__ import annotations

import contextlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from calibration.due import ending
from rig import events
from rig.assessment import Assessment, assess
from rig.bench import Bench, OpenBench, calibrations_of, load_bench, open_bench
from rig.check_standard import standard_for, standards_of
from rig.checklist import COPY, checklist_source, read_checklist
from rig.checklist_answers import Answers, answered, listed
from rig.control import Control
from rig.errors import EvidenceError
from rig.events import Event
from rig.execute.acts import refuse_undoable
from rig.execute.calls import mark_calls
from rig.execute.phases import BENCH_FAULT, End
from rig.execute.session import Session
from rig.findings.decided_early import PLANNED
from rig.gate.books import ledgers_of
from rig.gate.door import check_gate
from rig.gate.refused import Refused
from rig.noise_record import refuse_foreign_noise
from rig.plan import make_plan, with_checklist
from rig.protocol import Protocol, load_protocol
from rig.qualify.require import refuse_unqualified
from rig.record import Record, RecordWriter
from rig.record.seal import seal_streams, write_manifest
from rig.record.segments import DEFAULT_LIMITS, SegmentLimits
from rig.record.times import link_latency
from rig.record.writer import SETTLE_S
from rig.refusals import refuse_undecidable
from rig.run_start import recorded_channels, run_inputs, start_facts
from rig.running import going_on
from rig.sequential.live import LiveLooks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from calibration.record import CalibrationRecord
    from rig.events import Observer
    from rig.gate.reason import Reason
    from rig.record.stream_sealer import StreamSealer


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
    book: Path | None = None,
    when_open: Callable[[OpenBench], None] | None = None,
    answers: Answers | None = None,
    limits: SegmentLimits = DEFAULT_LIMITS,
    when_begun: Callable[[Path], None] | None = None,
) -> Outcome:
    """Run a protocol on a bench.

    Args:
        protocol: what to test, or its file.
        bench: on what, or its file.
        folder: of the record; must not exist yet.
        operator: who runs it, for the record.
        control: how a person may speak to the run meanwhile.
        observers: called with each event.
        not_for_release: run in spite of what the gate finds; the record is marked so, and says what it was.
        book: of calibration records, with the qualifications of benches; for protocols that ask for one.
        when_open: is given the open bench before anything is recorded (a rehearsal of faults keeps its hands).
        answers: to the set-up checklist, where the protocol has one.
        limits: when a stream of the record goes on in another file.
        when_begun: is given the record as soon as it exists and before anything moves, so that an attempt is known from
            its start; it must not raise.

    Raises:
        FileError: a file cannot be used.
        BenchError: the bench was refused, with every reason; nothing was moved and nothing written.
        EvidenceError: the record could not be created.
    """
    bench = bench if isinstance(bench, Bench) else load_bench(bench)
    protocol = protocol if isinstance(protocol, Protocol) else load_protocol(protocol, bench.limits)
    calibrations = calibrations_of(bench)
    refuse_undecidable(protocol, bench)
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
    with contextlib.ExitStack() as held:  # to the seal: nobody else may seal this record
        with open_bench(bench) as opened:
            refused = Refused(bench.name)
            with refused.collecting():
                if not not_for_release:
                    refuse_unqualified(protocol, opened, book)
            with refused.collecting():
                refuse_undoable(protocol.acts, opened, control)
            if when_open is not None:
                when_open(opened)
            standard: dict[str, bytes] = {}
            with refused.collecting():
                standard = standard_for(protocol, standards, opened, control, not_for_release=not_for_release)
            with refused.collecting():
                refuse_foreign_noise(protocol, opened, not_for_release=not_for_release)
            mark_calls(opened)
            gate = check_gate(opened, calibrations, protocol)
            with refused.collecting():
                gate.refuse(bench.name, not_for_release=not_for_release)
            entries: list[dict[str, Any]] = []
            if checklist is not None and not (refused.reasons and answers.ask):  # nobody is asked in vain
                with refused.collecting():
                    entries = answered(checklist, protocol, opened, answers, not_for_release=not_for_release)
            refused.refuse()
            _tell_ending(observers, opened, calibrations, gate.remarks)
            start = start_facts(protocol, opened, operator, gate, not_for_release=not_for_release)
            planned = None if gate.prediction is None else gate.prediction.looks
            if protocol.findings.mean_flow_error.sequential is not None:
                start[PLANNED] = None if planned is None else planned.as_json()
            start["books"] = ledgers_of(bench, book)
            held.enter_context(going_on(start["run"]))
            writer = RecordWriter(
                folder,
                start=start | listed(entries),
                inputs={
                    **run_inputs(protocol, bench),
                    **standard,
                    **({} if source is None else {COPY: source.text.encode()}),
                },
                channels=recorded_channels(opened),
                wire=opened.wire,
                limits=limits,
            )
            if when_begun is not None:
                when_begun(folder)
            began = opened.clock.now()
            settles_s = SETTLE_S if opened.world is None else None
            looks = None if planned is None else LiveLooks(planned, plan, opened.file, writer, settles_s)
            session = Session(plan, opened, writer, control, observers, looks)
            session.note_checklist(entries)
            answers.prepare_after(control, checklist)
            end = _until_sealed(session, writer)
            facts = {
                **asdict(end),
                "ended_utc": opened.clock.utc().isoformat(),
                "time_base": asdict(opened.clock.time_base()),
            }
            lasted = opened.clock.now() - began
        outcome = seal(folder, end, facts, lasted, writer.sealers)
    _tell_ended(observers, outcome)
    return outcome


def seal(
    folder: Path,
    end: End,
    facts: Mapping[str, Any],
    lasted_s: float = 0.0,
    sealers: Mapping[str, StreamSealer] | None = None,
) -> Outcome:
    """Seal the streams of a run that has ended, assess it, write result and manifest.

    Args:
        folder: of the record.
        end: how the run ended.
        facts: of the end, for the manifest.
        lasted_s: on the bench's clock [s].
        sealers: of the streams that were sealed in part while the run went on.

    Raises:
        EvidenceError: the disk does not take it, or gives back something else.
    """
    if not (folder / "start.json").is_file():
        cause = f" ({end.cause})" if end.cause else ""
        raise EvidenceError(
            f"the record {folder} is not where it was begun: it was removed or moved while the run went on{cause}; "
            "look for it there, nothing of it was sealed"
        )
    try:
        health = seal_streams(folder, sealers)
        provisional = Record(
            folder, sealed=True, start=Record.start_of(folder), manifest={"end": dict(facts)}, health=health
        )
        assessment = assess(provisional)
        latency = {link: asdict(found) for link, found in link_latency(provisional).items()}
        write_manifest(folder, health, assessment.as_json(), {**facts, "latency": latency})
    except OSError as error:
        raise EvidenceError(f"the record {folder} could not be sealed: {error}; its streams are intact") from error
    return Outcome(folder, end, assessment, lasted_s)


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


def _tell_ending(
    observers: Sequence[Observer],
    opened: OpenBench,
    calibrations: Mapping[str, CalibrationRecord],
    remarks: Sequence[Reason],
) -> None:
    """Say which calibrations end soon, and what records leave open; no run is refused for it."""
    today = opened.clock.utc().date()
    said = [(name, text) for name, record in calibrations.items() if (text := ending(record, today))]
    said += [(one.channel, f"{one.text}; {one.fix}") for one in remarks]
    for name, text in said:
        event = Event(opened.clock.now(), events.CALIBRATION, {"channel": name, "text": text})
        for observer in observers:
            with contextlib.suppress(OSError):
                observer(event)


def _tell_ended(observers: Sequence[Observer], outcome: Outcome) -> None:
    event = Event(outcome.end.t_s, events.ENDED, {"kind": outcome.end.kind, "cause": outcome.end.cause})
    for observer in observers:
        with contextlib.suppress(OSError):  # its terminal or pipe is gone; the record is sealed
            observer(event)

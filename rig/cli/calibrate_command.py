"""``rig calibrate``: a procedure in the terminal, step by step, from the first reading to the record in the book."""

from __future__ import annotations

import contextlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calibration.book import Book, same_person
from calibration.errors import CalibrationError, DoseproofError
from calibration.record import load_calibration_record
from calibration.record_checks import SHIFTED
from calibration.standards import load_standards
from rig.bench import load_bench, open_bench
from rig.bench_tables import LOAD_CELL
from rig.calibrate.bench import Station
from rig.calibrate.errors import AnswerError
from rig.calibrate.kinds import load_procedure_file, make_procedure
from rig.calibrate.procedure import People
from rig.calibrate.session import UNFINISHED, CalibrationSession
from rig.cli.calibration_show import show_record
from rig.cli.console import Console
from rig.cli.exits import REFUSED, UsageError, say, with_notes
from rig.cli.settings import find_settings

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from calibration.record import CalibrationRecord
    from rig.bench import Bench
    from rig.calibrate.procedure import ProcedureFile
    from rig.calibrate.steps import View

#: What is unfinished of a trial, apart from the rest: its readings are never filed.
TRIAL = "trial"
#: Checks are filed; no bench file names them. A thermometer's record is a check of the sensors of the air.
CHECKS = frozenset({"balance-check", "thermometer"})


@dataclass(frozen=True)
class Wanted:
    """What the command line asked for.

    Attributes:
        book, operator: from flag or environment; None where neither says anything.
        checked_by: who compared the result.
        anew: forget an interrupted beginning.
        trial: show the result and file nothing.
    """

    book: Path | None = None
    operator: str | None = None
    checked_by: str | None = None
    anew: bool = False
    trial: bool = False


def calibrate_command(procedure_file: Path, bench_file: Path, wanted: Wanted) -> int:
    """Carry out a procedure and file its record; the answer is the exit code: 4 where the result is refused or shifted.

    Raises:
        DoseproofError: files that cannot be used, a bench that does not answer or whose records do not hold.
    """
    settings = find_settings(None, wanted.operator, book=wanted.book)
    if not settings.operator:
        raise UsageError("expected to know who calibrates, found nobody; give --operator, or set it in doseproof.toml")
    if same_person(settings.operator, wanted.checked_by):
        raise UsageError(f"--checked-by: expected another person than the operator, found {wanted.checked_by!r} twice")
    file = load_procedure_file(procedure_file)
    bench = load_bench(bench_file, calibrated=False)
    standards = load_standards(settings.book)
    book, console = Book(settings.book), Console(highlight=False)
    keep = settings.book / UNFINISHED / TRIAL if wanted.trial else settings.book / UNFINISHED
    with open_bench(bench) as opened:
        today = opened.clock.utc().date()
        procedure = make_procedure(file, standards, today)
        station = Station(opened)
        if not station.simulated and not sys.stdin.isatty():
            raise UsageError("a calibration asks a person at the bench, and there is no terminal to answer at")
        with _noting_what_stays(book, station, file):
            session = CalibrationSession.begin(procedure, station, keep, anew=wanted.anew)
        console.print(f"Calibration of {session.identity} as {file.kind}, {len(session.steps)} steps.")
        if session.resumed:
            console.print(f"Going on after step {session.resumed}, where it was interrupted. (--anew begins again.)")
        try:
            with _noting_what_stays(book, station, file):
                carry_out(session, station, console)
            tables = session.finish(People(settings.operator, wanted.checked_by))
            record = book.trial(tables, today=today)
        except CalibrationError as error:
            say(f"refused, and nothing was filed: {with_notes(error)}")
            return REFUSED
    if wanted.trial:
        session.forget()
        show_record(console, record, "Trial")
        console.print("A trial: nothing was filed, and its readings are forgotten.")
        return _judged(record)
    path = book.append(tables, today=today)
    session.forget()
    record = load_calibration_record(path)
    show_record(console, record)
    console.print(f"Filed: {path}", soft_wrap=True)
    _say_how_to_name(console, bench, file.channel, path, record)
    return _judged(record)


@contextlib.contextmanager
def _noting_what_stays(book: Book, station: Station, file: ProcedureFile) -> Iterator[None]:
    """Whatever ends the procedure: which record stays in force, where one is."""
    try:
        yield
    except DoseproofError as error:
        with contextlib.suppress(DoseproofError):
            error.add_note(book.stays(station.identity(file.channel).serial_number, file.chain))
        raise


def _judged(record: CalibrationRecord) -> int:
    """The exit code of what was found: a check that found a shift is no success."""
    if record.properties.get("verdict") != SHIFTED:
        return 0
    say(f"{record.instrument.serial_number} has shifted: it vouches for nothing until it is found why")
    return REFUSED


def _say_how_to_name(console: Console, bench: Bench, channel: str, path: Path, record: CalibrationRecord) -> None:
    """The line that the bench file needs, unless it is there already: the newest record of this chain."""
    chain = record.chain
    if record.kind in CHECKS:
        console.print("No bench file names this record: it is a check.")
        return
    folder = bench.source.directory
    place = Path(os.path.relpath(path.parent / chain, folder or Path())).as_posix()
    own_cell = channel == "device" and chain.startswith("load-cell")
    key, named = ("load_cell", LOAD_CELL) if own_cell else ("calibration", channel)
    if bench.calibrations().get(named) != place:
        console.print(f'For the channel {channel} in {bench.source.name}: {key} = "{place}"', soft_wrap=True)


def carry_out(session: CalibrationSession, station: Station, console: Console) -> None:
    """Every step of a session, asked and answered in the terminal."""
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn("{task.fields[number]}"), BarColumn(bar_width=24), TextColumn("{task.description}"))
    steps = len(session.steps)
    try:
        with Progress(*columns, console=Console(stderr=True, highlight=False), transient=True) as bar:
            task = bar.add_task("", total=steps, number="")
            while (view := session.view()) is not None:
                answer = _asked(view, station, bar)
                bar.update(task, number=f"{view.number}/{view.of}", description=_short(view.text))
                for done in _tried(session, answer):
                    bar.update(task, completed=view.number - 1 + done)
    except KeyboardInterrupt:
        say("interrupted: what was read so far is kept; the same command goes on from here within a day")
        raise
    finally:
        if session.procedure.RUNS_PUMP:
            station.make_safe()
    console.print(f"All {steps} steps done.")


def _asked(view: View, station: Station, bar: Any) -> str:
    """What the person at the bench answers; on a simulated bench nobody is asked."""
    if not view.asks or station.simulated:
        return ""
    bar.stop()
    try:
        return input(f"\n[{view.number}/{view.of}] {view.text}\n  ({view.asks}): ")
    finally:
        bar.start()


def _tried(session: CalibrationSession, answer: str) -> Generator[float, None, None]:
    try:
        yield from session.advance(answer)
    except AnswerError as error:
        if session.station.simulated:
            raise
        say(str(error))


def _short(text: str, longest: int = 70) -> str:
    line = text.splitlines()[0]
    return line if len(line) <= longest else f"{line[: longest - 3]}..."

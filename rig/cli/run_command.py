"""``rig run`` and ``rig demo``: from two files to a verdict, with a person watching or without."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rig.bench import load_bench
from rig.checklist import checklist_source, read_checklist
from rig.checklist_answers import Answers, read_answers
from rig.cli.console import Console
from rig.cli.exits import UsageError, say
from rig.cli.folders import new_folder, pictures_folder
from rig.cli.interrupt import aborts
from rig.cli.prompts import Prompter
from rig.cli.settings import find_settings
from rig.cli.show import show_bench, show_result
from rig.cli.take_in import take_in, take_in_begun
from rig.cli.watch import Watch
from rig.control import Control
from rig.protocol import Protocol, load_protocol
from rig.runner import Outcome, run
from rig.words import span_text

if TYPE_CHECKING:
    from rig.bench import Bench
    from rig.checklist import Item
    from rig.cli.interrupt import Ended
    from rig.cli.settings import Settings

DEFAULT_OUT = Path("doseproof-records")
DEMO_OUT = Path("doseproof-demo")
UNATTENDED = "yes"


@dataclass(frozen=True)
class Asked:
    """What the command line asked for.

    Attributes:
        out, operator: from flag or environment; None where neither says anything.
        not_for_release: run even if the result could never be released.
        unattended: answer prompts with yes.
        book: where a qualification of the bench is looked for.
        answers: file with answers to the set-up checklist; None for none.
        store: that takes the record in; None for that of the settings, if there is one.
    """

    out: Path | None = None
    operator: str | None = None
    not_for_release: bool = False
    unattended: bool = False
    book: Path | None = None
    answers: Path | None = None
    store: str | None = None


def demo_command(out: Path | None, operator: str | None) -> int:
    """Run the demo protocol on the simulated bench that comes along.

    Raises:
        UsageError: the files of the demo are not installed.
    """
    if importlib.util.find_spec("gsw") is None:
        raise ModuleNotFoundError("No module named 'gsw'", name="gsw")  # before anything is opened
    benches = packaged_benches()
    asked = Asked(out, operator, unattended=True)
    settings = find_settings(out, operator, default_out=DEMO_OUT)
    return _run(
        benches / "protocols" / "demo.toml", benches / "simulated.toml", asked, settings
    ).assessment.verdict.exit_code


def run_command(protocol: Path, bench: Path, asked: Asked) -> int:
    """Run a protocol on a bench; the answer is the exit code.

    Raises:
        DoseproofError: refused before the start.
    """
    settings = find_settings(asked.out, asked.operator, default_out=DEFAULT_OUT, book=asked.book, store=asked.store)
    outcome = _run(protocol, bench, asked, settings)
    take_in(outcome.folder, settings)
    return outcome.assessment.verdict.exit_code


def packaged_benches() -> Path:
    """Folder of the benches and protocols that come along; found without importing their package.

    Raises:
        UsageError: they are not installed.
    """
    spec = importlib.util.find_spec("fixtures")
    for place in (spec.submodule_search_locations or []) if spec else []:
        if (folder := Path(place) / "benches").is_dir():
            return folder
    raise UsageError("the benches that come with doseproof are not installed; install the whole package again")


def _run(protocol_file: Path, bench_file: Path, asked: Asked, settings: Settings) -> Outcome:
    bench = load_bench(bench_file)
    protocol = load_protocol(protocol_file, bench.limits)
    _refuse_unanswerable(protocol, bench, asked)
    folder = new_folder(settings.out, protocol.id)
    console, err = Console(highlight=False), Console(stderr=True, highlight=False)
    show_bench(console, bench, protocol)
    watch = Watch(err, unattended=asked.unattended)
    control = Control(unattended=UNATTENDED if asked.unattended else None)
    with aborts(control) as ended:
        outcome = watched(protocol, bench, folder, asked, settings, control, (ended, watch))
        show_result(console, outcome.assessment)
        _show_speed(console, outcome, watch)
        _show_files(console, outcome)
    return outcome


def _refuse_unanswerable(protocol: Protocol, bench: Bench, asked: Asked) -> None:
    required = [prompt.text for prompt in protocol.prompts if prompt.required]
    if protocol.check_weight is not None and bench.world is None:
        required.append(f"the weight {protocol.check_weight.serial} is put on the pan and taken off")
    if (source := checklist_source(protocol)) is not None:
        prepared = read_answers(asked.answers) if asked.answers else {}
        items = read_checklist(source).items_for("after", bench)
        required += [item.text for item in items if item.id not in prepared]
    if required and not asked.unattended and not sys.stdin.isatty():
        listed = "\n".join(f"  - {text}" for text in required)
        raise UsageError(
            "the protocol asks the operator, and there is no terminal to answer at:\n"
            f"{listed}\nRun it in a terminal, or give --yes: every prompt is then answered with yes, and the record "
            "says that nobody did"
        )


def watched(
    protocol: Protocol,
    bench: Bench,
    folder: Path,
    asked: Asked,
    settings: Settings,
    control: Control,
    watching: tuple[Ended, Watch],
) -> Outcome:
    """Run with a terminal that watches and asks."""
    ended, watch = watching
    try:
        return run(
            protocol,
            bench,
            folder,
            operator=settings.operator,
            control=control,
            observers=[ended, watch, Prompter(control, watch.console, settings.operator)],
            not_for_release=asked.not_for_release,
            book=settings.book,
            answers=_answers(asked, settings.operator),
            limits=settings.segments,
            when_begun=lambda record: take_in_begun(record, settings),
        )
    finally:
        watch.close()


def _answers(asked: Asked, operator: str) -> Answers:
    """Prepared ones first; then the person at the terminal, or nobody."""
    prepared = read_answers(asked.answers) if asked.answers else {}
    can_ask = not asked.unattended and sys.stdin.isatty()
    return Answers(prepared, operator, _ask if can_ask else None, UNATTENDED if asked.unattended else None)


def _ask(item: Item) -> str:
    wish = {"yes": "yes or no", "text": "text", "number": "a number"}.get(item.kind, "with its unit")
    try:
        return input(f"\n? {item.text}\n  ({wish}): ")
    except EOFError:  # the terminal was closed: no answer, which refuses the start
        return ""


def _show_speed(console: Console, outcome: Outcome, watch: Watch) -> None:
    if watch.host_s > 0:
        speed = outcome.simulated_s / watch.host_s
        times = f"{speed:,.0f} x real time" if speed > 2 else "real time"
        console.print(f"The run: {span_text(outcome.simulated_s)} on the bench in {_short(watch.host_s)}, {times}.")


def _short(seconds: float) -> str:
    """Few seconds with a tenth; a long run as a span."""
    return "less than 0.1 s" if seconds < 0.1 else f"{seconds:.1f} s" if seconds < 100 else span_text(seconds)


def _show_files(console: Console, outcome: Outcome) -> None:
    console.print(f"Record:   {outcome.folder}", soft_wrap=True)
    for path in _pictures(outcome):
        if path.suffix == ".png":
            console.print(f"Picture:  {path} (and .svg)", soft_wrap=True)
    console.print(f"Check it: rig verify {outcome.folder}", soft_wrap=True)


def _pictures(outcome: Outcome) -> list[Path]:
    """Draw them; whatever goes wrong with a picture, record and verdict stand."""
    try:
        from rig.report.pictures import write_pictures

        return write_pictures(outcome.assessment, pictures_folder(outcome.folder))
    except Exception as error:  # noqa: BLE001 - a verdict is never lost for a picture
        say(f"the pictures could not be drawn: {type(error).__name__}: {error}; record and verdict stand")
        return []

"""``rig qualify``: the bench qualifies itself in the terminal; a table, and a sealed file in the book."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from rig.bench import load_bench
from rig.cli.calibrate_command import carry_out
from rig.cli.console import Console
from rig.cli.exits import REFUSED, UsageError
from rig.cli.folders import new_folder
from rig.cli.interrupt import aborts
from rig.cli.prompts import Prompter
from rig.cli.run_command import UNATTENDED, packaged_benches
from rig.cli.settings import find_settings
from rig.cli.show import plain_table
from rig.cli.watch import Watch
from rig.control import Control
from rig.qualify.plan import load_plan
from rig.qualify.qualify import Lab, qualify
from rig.words import with_uncertainty

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rig.calibrate.bench import Station
    from rig.calibrate.session import CalibrationSession
    from rig.events import Observer
    from rig.qualify.item import Item
    from rig.qualify.record import Filed
    from rig.runner import Outcome

DEFAULT_OUT = Path("doseproof-records")
_STYLES = {"passed": "green", "failed": "red", "skipped": "yellow", "not exercised": "yellow"}


@dataclass(frozen=True)
class Wanted:
    """What the command line asked for; None where neither flag nor environment says anything."""

    book: Path | None = None
    out: Path | None = None
    operator: str | None = None
    short: bool = False


class Terminal:
    """A person at the terminal, or nobody at a simulated bench."""

    def __init__(self, console: Console, operator: str, *, simulated: bool) -> None:
        self._console, self._operator, self._simulated = console, operator, simulated
        self._err = Console(stderr=True, highlight=False)

    def carry_out(self, session: CalibrationSession, station: Station) -> None:
        """Step by step, as ``rig calibrate`` does."""
        carry_out(session, station, self._console)

    def confirm(self, text: str) -> None:
        """Wait for Enter."""
        if not self._simulated:
            input(f"\n{text}\n  (press Enter when it is done): ")

    def say(self, text: str) -> None:
        """A line on stderr."""
        self._err.print(text, markup=False)

    def watch(self, go: Callable[[Control, Sequence[Observer]], Outcome]) -> Outcome:
        """A run with its progress and prompts; silent on a simulated bench."""
        control = Control(unattended=UNATTENDED if self._simulated else None)
        with aborts(control) as ended:
            if self._simulated:
                return go(control, [ended])
            watch = Watch(self._err, unattended=False)
            try:
                return go(control, [ended, watch, Prompter(control, self._err, self._operator)])
            finally:
                watch.close()


def qualify_command(bench_file: Path, plan_file: Path | None, wanted: Wanted) -> int:
    """Qualify a bench; the answer is the exit code, 0 or 4.

    Raises:
        DoseproofError: files that cannot be used, a bench that is refused.
    """
    settings = find_settings(wanted.out, wanted.operator, default_out=DEFAULT_OUT, book=wanted.book)
    if not settings.operator:
        raise UsageError("expected to know who qualifies, found nobody; give --operator, or set it in doseproof.toml")
    plan = load_plan(plan_file or packaged_benches() / "procedures" / "qualification.toml")
    bench = load_bench(bench_file)
    if bench.world is None and not sys.stdin.isatty():
        raise UsageError("a qualification asks a person at the bench, and there is no terminal to answer at")
    out = settings.out if wanted.out else new_folder(settings.out, "qualification")
    console = Console(highlight=False)
    lab = Lab(settings.book, out, settings.operator, short=wanted.short)
    filed = qualify(plan, bench, lab, Terminal(console, settings.operator, simulated=bench.world is not None))
    show(console, filed)
    return 0 if filed.record.verdict == "qualified" else REFUSED


def show(console: Console, filed: Filed) -> None:
    """The table, the reasons, and where the file lies."""
    record = filed.record
    title = f"Qualification {record.number} of bench {record.bench} ({record.form}, {record.evidence_class})"
    table = plain_table(title, "item", "limit", "found ± U", "verdict")
    for item in record.items:
        table.add_row(item.name, item.limit, _found(item), Text(item.verdict, style=_STYLES[item.verdict]))
    console.print(table)
    for item in record.items:
        if item.verdict in {"skipped", "not exercised"}:
            console.print(f"{item.verdict}: {item.name}: {item.statement}", markup=False)
    qualified = record.verdict == "qualified"
    console.print(Text(record.verdict.upper(), style=f"bold {'green' if qualified else 'red'}"))
    for reason in record.reasons:
        console.print(f"- {reason}", markup=False)
    console.print(f"Valid until {record.valid_until}. Filed: {filed.path}", soft_wrap=True, markup=False)


def _found(item: Item) -> str:
    if item.value is None:
        return item.statement.split(",")[0].split(";")[0] if item.verdict in {"passed", "failed"} else "-"
    if item.expanded is None:
        return f"{item.value:.3g} {item.unit}"
    value, expanded = with_uncertainty(item.value, item.expanded)
    return f"{value} ± {expanded} {item.unit}"

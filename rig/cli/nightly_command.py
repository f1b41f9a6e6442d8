"""``rig nightly``: a list of protocols and suites, unattended, and one page at the end."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rich.text import Text

from drivers.clock import WallClock
from rig.cli.console import Console
from rig.cli.exits import say
from rig.cli.run_command import DEFAULT_OUT
from rig.cli.settings import find_settings
from rig.cli.show import plain_table
from rig.cli.tables import STYLES
from rig.locks import lock
from rig.nightly.hook import call_hook
from rig.nightly.night import Night
from rig.nightly.page import HEADLINES, tonight_text, took_text, write_page
from rig.nightly.plan import load_night_plan
from rig.nightly.programs import Programs
from rig.nightly.report import night_report

if TYPE_CHECKING:
    from pathlib import Path

    from rich.table import Table

    from rig.nightly.report import NightReport

_NIGHTS = "nights"


def nightly_command(path: Path, out: Path | None, operator: str | None, book: Path | None, *, resume: bool) -> int:
    """Run a night to its end; the answer is its exit code. With ``resume`` only one that was cut short.

    Raises:
        FileError: the plan cannot be used.
        AddressInUseError: this plan is being run already.
    """
    plan = load_night_plan(path)
    settings = find_settings(out, operator, default_out=DEFAULT_OUT, book=book)
    nights, records = settings.out.resolve() / _NIGHTS, settings.book.resolve()
    nights.mkdir(parents=True, exist_ok=True)
    clock, err = WallClock(), Console(stderr=True, highlight=False)
    with lock(f"night:{os.fspath(path.resolve())}"):
        night = Night(
            plan, nights, Programs(settings.operator, records), clock, lambda line: err.print(line, markup=False)
        )
        journal = night.resume() if resume else night.run()
        if journal is None:
            err.print(f"No night of {plan.name} was cut short; nothing to do.", markup=False)
            return 0
        report = night_report(plan, nights, journal, records, clock.utc().date())
        page = write_page(report, journal.folder)
    _show(Console(highlight=False), report, page)
    if problem := call_hook(plan.notify, page, report.verdict, plan.folder):
        say(problem)
    return report.exit_code


def _show(console: Console, report: NightReport, page: Path) -> None:
    console.print(_items(report))
    if report.trends:
        console.print(_trends(report))
    for one in report.due:
        console.print(f"Calibration {one.state}: {one.what} {one.name}, until {one.valid_until}", style="yellow")
    if report.due_problem:
        console.print(f"Calibration: {report.due_problem}", style="yellow", markup=False, soft_wrap=True)
    console.print(f"{HEADLINES[report.verdict]}.", style=STYLES.get(report.verdict, "bold yellow"))
    console.print(f"Page:     {page}", soft_wrap=True)


def _items(report: NightReport) -> Table:
    table = plain_table(f"Night {report.name} on {report.bench}", "", "protocol or suite", "verdict", "time", "why")
    for one, took_s in zip(report.items, report.took_s, strict=True):
        verdict = Text(one.verdict, style=STYLES.get(one.verdict, "bold yellow"))
        why = "" if one.verdict == "pass" else "\n".join(one.reasons)
        table.add_row(str(one.item + 1), one.what, verdict, took_text(took_s), Text(why))
    return table


def _trends(report: NightReport) -> Table:
    table = plain_table("Against the nights before", "finding", "tonight", "U", "nights before", "against them")
    for one in report.trends:
        step = "-" if one.step is None else f"{one.step:+.1f} U"
        value, expanded = tonight_text(one)
        table.add_row(f"{one.name.replace('_', ' ')}\n{one.what}", value, expanded, str(len(one.values) - 1), step)
    return table

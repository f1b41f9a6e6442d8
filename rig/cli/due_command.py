"""``rig calibration due``: every unit and standard of the book with its last day, the most urgent first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from calibration.book import Book
from calibration.due import due, retired
from calibration.units import TIME
from drivers.clock import WallClock
from rig.cli.console import Console
from rig.cli.exits import REFUSED
from rig.cli.settings import find_settings
from rig.cli.show import plain_table

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from rich.table import Table

    from calibration.due import Due

STYLES = {"broken": "bold red", "out of date": "red", "soon": "yellow", "in force": ""}
_DAY_S = 86400.0


def due_command(book: Path | None, within: str, *, as_json: bool) -> int:
    """Show what is due; 0 if everything may be used today, else 4.

    Raises:
        CalibrationError: no book, or tolerances that cannot be used.
        UnitError: ``within`` is no length of time.
    """
    within_days = TIME.magnitude("within", TIME.parse("within", within)) / _DAY_S
    folder = find_settings(None, None, book=book).book
    today = WallClock().utc().date()
    found = due(Book(folder), today, within_days)
    if as_json:
        listed = [one.as_json() for one in found]
        gone = [one.serial_number for one in retired(Book(folder))]
        told = {"schema": 1, "today": today.isoformat(), "due": listed, "retired": gone}
        typer.echo(json.dumps(told, indent=2, sort_keys=True))
    else:
        console = Console(highlight=False)
        _show(console, folder, found, today)
        for one in retired(Book(folder)):
            console.print(f"Not listed: {one.serial_number}, {one.told}.", markup=False, soft_wrap=True)
    return 0 if all(one.acceptable for one in found) else REFUSED


def _show(console: Console, folder: Path, found: list[Due], today: date) -> None:
    if not found:
        console.print(f"{folder} holds no records and no standards.", soft_wrap=True)
        return
    console.print(_table(found, today))
    for one in found:
        if one.state == "broken":
            console.print(f"{one.name}: {one.reason}", style="red", markup=False, soft_wrap=True)
    bad, soon = sum(not one.acceptable for one in found), sum(one.state == "soon" for one in found)
    console.print(f"{len(found)} in {folder} on {today}: {bad} out of date or broken, {soon} soon.", soft_wrap=True)
    if any(one.advised for one in found):
        console.print("Advised: by ILAC-G24 methods; it moves no due date by itself (rig calibration history UNIT).")


def _table(found: list[Due], today: date) -> Table:
    """What belongs to a name stands below it: a terminal of 80 columns breaks no serial number apart."""
    table = plain_table("What is due", "name", "state", "valid until", "days")
    for column in table.columns[1:]:
        column.no_wrap = True
    for one in found:
        until = "-" if one.valid_until is None else str(one.valid_until)
        days = "-" if one.days_left is None else f"{one.days_left:,}"
        name = Text(one.name).append_text(_remarks(one, today))
        table.add_row(name, Text(one.state, style=STYLES[one.state]), until, days)
    return table


def _remarks(one: Due, today: date) -> Text:
    remark = "see below" if one.state == "broken" else one.reason
    said = Text(f"\n  {remark}" if remark else "", style="dim")
    return said.append_text(_advised(one, today)) if one.advised else said


def _advised(one: Due, today: date) -> Text:
    first = one.advised[0]
    earlier = one.valid_until is not None and first.on < one.valid_until
    style = "yellow" if earlier or first.on <= today else ""
    return Text(f"\n  advised {first.on} ({first.advice.method.replace('_', ' ')})", style=style)

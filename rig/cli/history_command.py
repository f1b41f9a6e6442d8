"""``rig calibration history``: every calibration of a unit, its control chart in words, its drift, and advice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from calibration.book import Book
from calibration.retirement import entries_of
from calibration.tolerances import load_tolerances
from calibration.unit_history import counted, histories_of, only_chain
from rig.cli.console import Console
from rig.cli.exits import UsageError
from rig.cli.settings import find_settings
from rig.cli.show import plain_table
from rig.words import count_text, with_uncertainty

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.table import Table

    from calibration.book import Filed
    from calibration.result import Result
    from calibration.unit_history import History

#: Coverage factor of the uncertainties that are shown.
K = 2.0


def history_command(unit: str, chain: str | None, book: Path | None, picture: Path | None) -> int:
    """Show the history of a unit, and draw its control chart if a file is named.

    Raises:
        CalibrationError: no such unit or chain, a chain that is broken, or tolerances that cannot be used.
        UsageError: a picture of another format.
    """
    if picture is not None and picture.suffix not in {".svg", ".png"}:
        raise UsageError(f"picture: expected a name that ends with .svg or .png, found {picture.name!r}")
    opened = Book(find_settings(None, None, book=book).book)
    chain = chain or only_chain(opened, unit)
    filed = opened.history(unit, chain) or [opened.in_force(unit, chain)]  # refused, with the units that are known
    histories = histories_of(filed, load_tolerances(opened.folder))
    console = Console(highlight=False)
    console.print(_records_table(unit, chain, filed))
    for entry in entries_of(opened.folder, unit):
        console.print(f"Service:    {entry.told}.", markup=False, soft_wrap=True)
    for history in histories:
        _show(console, history)
    if not histories:
        console.print("Nothing to chart: these records hold neither a slope error nor a curve.")
    if picture is not None:
        _draw(console, picture, filed, histories)
    return 0


def _records_table(unit: str, chain: str, filed: Sequence[Filed]) -> Table:
    table = plain_table(f"{unit}, {chain}", "record", "calibrated", "by", "valid until", "points", "SHA-256", "remark")
    counting = {one.record.number for one in counted(filed)}
    for one in filed:
        record = one.record
        states = () if record.points is None else record.points.state
        said = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states)) or "-"
        remark = "" if record.number in counting else "corrected by a newer one of the same day"
        day, until = str(record.performed_on), str(record.valid_until)
        table.add_row(str(record.number), day, record.performed_by, until, said, f"{record.sha256[:12]}...", remark)
    return table


def _show(console: Console, history: History) -> None:
    if history.problem:
        console.print(f"{history.characteristic.label}: {history.problem}", style="yellow", markup=False)
        return
    console.print(_results_table(history))
    for line in _statements(history):
        console.print(line, markup=False, soft_wrap=True)
    console.print()


def _results_table(history: History) -> Table:
    unit = history.characteristic.unit
    title = f"{history.characteristic.label[:1].upper()}{history.characteristic.label[1:]}"
    limits = "" if history.limits is None else f", tolerance {history.limits[0]:g} to {history.limits[1]:g} {unit}"
    table = plain_table(f"{title}{limits}", "record", "day", "state", "value", f"U (k = {K:g})", "remark")
    for index, result in enumerate(history.results):
        value, expanded = with_uncertainty(result.value, K * result.u)
        remark = Text("; ".join(_remarks(history, index, result)), style="yellow")
        table.add_row(
            str(result.number), str(result.day), result.state, f"{value} {unit}", f"{expanded} {unit}", remark
        )
    return table


def _remarks(history: History, index: int, result: Result) -> list[str]:
    remarks = [one.rule for one in history.signals if one.index == index - history.began]
    limits = history.limits
    if limits is not None and not limits[0] <= result.value <= limits[1]:
        remarks.insert(0, "out of tolerance")
    if index == history.began and index > 0:
        remarks.append("adjusted: the history begins anew")
    return remarks


def _statements(history: History) -> list[str]:
    lines = []
    if history.chart is not None:
        centre = f"{history.chart.centre:.4g} {history.characteristic.unit}"
        seen = f"{count_text(len(history.signals), 'signal')}{', named above' if history.signals else ''}"
        lines.append(f"Chart:      {count_text(len(history.chart.values), 'result')}, centre {centre}: {seen}.")
    lines.append(f"Prediction: {history.prediction}{_days(history)}.")
    lines += [f"Advice:     calibrate on {one.on}, {one.advice.reason}." for one in history.advice]
    if not history.advice and history.limits is not None:
        lines.append(f"Advice:     none: {_why_none(history)}.")
    return lines


def _days(history: History) -> str:
    """The day on which the line meets the limit, with its interval."""
    found = history.departure
    if found is None or found.earliest_day is None:
        return ""
    expected = "not within ten years" if found.expected_day is None else f"{_day(found.expected_day)}"
    latest = "open" if found.latest_day is None else _day(found.latest_day)
    return f" ({_day(found.earliest_day)}); the line itself: {expected}; the latest: {latest}"


def _day(number: float) -> str:
    from datetime import date

    return date.fromordinal(int(number)).isoformat()


def _why_none(history: History) -> str:
    if len({one.number for one in history.results}) < 2:
        return "one calibration has no interval behind it"
    return "the last record does not say how the unit was found, and there are fewer than three results"


def _draw(console: Console, picture: Path, filed: Sequence[Filed], histories: Sequence[History]) -> None:
    from rig.report.control_chart import write_control_chart

    shown = [one for one in histories if not one.problem]
    if not shown:
        raise UsageError(f"{picture}: there is nothing to draw, {histories[0].problem if histories else 'no results'}")
    write_control_chart(picture, filed[-1].record.instrument, filed[-1].record.chain, shown)
    console.print(f"Picture:  {picture}", soft_wrap=True)

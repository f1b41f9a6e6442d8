"""``rig store``: what its commands do and show."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from rig.cli.console import Console
from rig.cli.exits import UNUSABLE, say
from rig.cli.fitted import NOTHING, show_rows
from rig.cli.settings import find_settings
from rig.cli.show import plain_table
from rig.store.checkpoint import make_checkpoint
from rig.store.compare import compare_runs
from rig.store.history import audit_entries, find_run, history
from rig.store.index import IndexReport, index_records
from rig.store.rebuild import rebuild
from rig.store.store import Store
from rig.words import with_uncertainty

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rig.store.compare import Comparison, Pair
    from rig.store.history import Line

_SHA = 12
_NOBODY = "not named"


@dataclass(frozen=True)
class Asked:
    """What the history is about; None for anything.

    Attributes:
        device, requirement, bench: names.
        limit: so many lines at most.
    """

    device: str | None
    requirement: str | None
    bench: str | None
    limit: int


def open_store(store: str | None) -> Store:
    """The store of flag, environment, project or default.

    Raises:
        StoreError: it cannot be opened.
    """
    return Store.open(find_settings(None, None, store=store).store)


def index_command(records: Sequence[Path], store: str | None, operator: str | None) -> int:
    """Take records in; 2 if one could not be."""
    settings = find_settings(None, operator, store=store)
    with Store.open(settings.store) as opened:
        return _told(opened, index_records(opened, records, settings.operator or _NOBODY))


def rebuild_command(records: Sequence[Path], store: str | None, operator: str | None) -> int:
    """Make the store anew; 2 if a record could not be taken in."""
    settings = find_settings(None, operator, store=store)
    with Store.open(settings.store) as opened:
        return _told(opened, rebuild(opened, records, settings.operator or _NOBODY))


def _told(store: Store, report: IndexReport) -> int:
    for problem in report.problems:
        say(problem)
    counted = f"{report.new} taken in, {report.known} known already, {report.interrupted} of them never sealed"
    typer.echo(f"{store.name}: {counted}, {len(report.problems)} refused")
    return UNUSABLE if report.problems else 0


def history_command(asked: Asked, store: str | None, *, as_json: bool) -> int:
    """Show the runs that were asked for.

    Raises:
        StoreError: nothing was asked for, or nobody knows the name.
    """
    with open_store(store) as opened:
        lines = history(
            opened, device=asked.device, requirement=asked.requirement, bench=asked.bench, limit=asked.limit
        )
    if as_json:
        runs = [line.as_json() for line in lines]
        typer.echo(json.dumps({"schema": 1, "runs": runs}, indent=2, sort_keys=True))
        return 0
    title = ", ".join(f"{name} {value}" for name, value in vars(asked).items() if value is not None and name != "limit")
    names = ("started (UTC)", "protocol", "device", "bench", "evidence", "verdict", "mean flow error", "run")
    show_rows(Console(highlight=False), f"History of {title}", names, [_cells(line) for line in lines])
    if len(lines) == asked.limit:
        say(f"the newest {asked.limit} are shown; --limit shows more")
    return 0


def _cells(line: Line) -> tuple[str, ...]:
    error = "-" if line.value is None else _value(line.value, line.expanded, line.unit)
    when = line.started_utc[:16].replace("T", " ")
    device = line.serial_number or "-"
    return (when, line.protocol, device, line.bench, line.evidence_class, line.outcome, error, line.run[:_SHA])


def _value(value: float, expanded: float | None, unit: str) -> str:
    """A value with its U, where it has one."""
    if expanded is None:
        return f"{value:+.3g} {unit}"
    shown, u = with_uncertainty(value, expanded)
    return f"{shown} ± {u} {unit}"


def compare_command(first: str, second: str, store: str | None, *, as_json: bool) -> int:
    """Show two runs side by side.

    Raises:
        StoreError: one of them is not there, or not meant without doubt.
    """
    with open_store(store) as opened:
        found = compare_runs(opened, _found(opened, first), _found(opened, second))
    if as_json:
        typer.echo(json.dumps({"schema": 1, **found.as_json()}, indent=2, sort_keys=True))
    else:
        _show(Console(highlight=False), found)
    return 0


def _found(store: Store, name: str) -> str:
    """A folder is meant as it is seen from here."""
    from pathlib import Path

    return find_run(store, str(Path(name).resolve()) if Path(name).is_dir() else name)


def _show(console: Console, found: Comparison) -> None:
    heads = [f"{run[:_SHA]}: {outcome}" for run, outcome in zip(found.runs, found.outcomes, strict=True)]
    table = plain_table("What differed", "", *heads)
    for name, pair in found.differing.items():
        table.add_row(name, *(text[:40] or "-" for text in pair))
    console.print(table)
    console.print(f"The same in both: {', '.join(found.same) or 'nothing'}", soft_wrap=True, markup=False)
    table = plain_table("Findings", "finding", *heads, "difference", "En")
    for one in found.findings:
        table.add_row(*_pair_cells(one))
    console.print(table)
    if any(one.en is not None and one.en > 1 for one in found.findings):
        console.print("En above 1: the two values do not agree within their uncertainties.")


def _pair_cells(pair: Pair) -> tuple[str, ...]:
    sides = ((pair.first, pair.first_u, pair.verdicts[0]), (pair.second, pair.second_u, pair.verdicts[1]))
    shown = [verdict if value is None else f"{_value(value, u, pair.unit)} {verdict}" for value, u, verdict in sides]
    difference = "-" if pair.difference is None else f"{pair.difference:+.3g} {pair.unit}"
    return (pair.name, *shown, difference, "-" if pair.en is None else f"{pair.en:.2f}")


def audit_command(about: str | None, limit: int, store: str | None, *, as_json: bool) -> int:
    """Show the audit trail, or what it says of one thing."""
    with open_store(store) as opened:
        entries = audit_entries(opened, () if about is None else (about,), limit)
    if as_json:
        typer.echo(json.dumps({"schema": 1, "entries": entries}, indent=2, sort_keys=True))
        return 0
    names = ("no.", "at (UTC)", "who", "what", "of", "why", "old", "new")
    rows = [_entry_cells(one) for one in entries]
    show_rows(Console(highlight=False), "Audit trail", names, rows, long={"old", "new"})
    return 0


def _entry_cells(one: dict[str, Any]) -> tuple[str, ...]:
    when = one["at_utc"][:19].replace("T", " ")
    values = (NOTHING if one[name] == "null" else json.dumps(json.loads(one[name])) for name in ("old", "new"))
    of = f"{one['entity']} {one['entity_id'][:_SHA]}"
    return (str(one["seq"]), when, one["who"], one["action"], of, one["why"] or NOTHING, *values)


def checkpoint_command(store: str | None) -> int:
    """Print a checkpoint.

    Raises:
        StoreError: the key of the store cannot be used.
    """
    with open_store(store) as opened:
        typer.echo(json.dumps(make_checkpoint(opened), indent=2, sort_keys=True))
    return 0

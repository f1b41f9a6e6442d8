"""``rig trace``: requirement, hazard, test, last evidence, and what is missing of them."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

import typer
from rich.text import Text

from rig.cli.console import Console
from rig.cli.exits import UsageError
from rig.cli.run_command import DEFAULT_OUT
from rig.cli.settings import find_settings
from rig.cli.show import plain_table
from rig.cli.tables import STYLES
from rig.export.cell_text import cell_text
from rig.impact.stored import stored_runs
from rig.requirements.catalogue import REQUIREMENTS, load_catalogue
from rig.requirements.evidence import evidence
from rig.requirements.suites import read_suites
from rig.requirements.told import told
from rig.requirements.trace import IN_THE_SUITES, trace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.table import Table

    from rig.requirements.trace import Row

#: Something is uncovered, unknown or an orphan; missing evidence alone is 3, as an undecided run is.
GAPS, NO_EVIDENCE = 1, 3
_COLUMNS = ("requirement", "limit", "hazards", "tests", "evidence", "verdict", "evidence class", "day", "gap", "why")


@dataclass(frozen=True)
class Copy:
    """Which ReqIF file is copied, and where to.

    Attributes:
        customers: the file, which is only read.
        out: the copy with the verdicts.
    """

    customers: Path
    out: Path


def copy_of(customers: Path | None, out: Path | None) -> Copy | None:
    """Both or neither.

    Raises:
        UsageError: one without the other.
    """
    if customers is None and out is None:
        return None
    if customers is None or out is None:
        raise UsageError("expected --reqif and --out together: the customer's file, and the copy with the verdicts")
    return Copy(customers, out)


def trace_command(
    suites: Path | None,
    runs: Sequence[Path],
    csv_file: Path | None,
    reqif: Copy | None = None,
    junit: Sequence[Path] = (),
) -> int:
    """Show the matrix; 0 without a gap, 1 where the suites have one, 3 where evidence alone is missing.

    Args:
        suites: folder of them; the project's if None.
        runs: where to look for runs.
        csv_file: write it there instead.
        reqif: write verdicts into a copy of a customer's file instead.
        junit: files of ``pytest --junitxml``: what passed without a sealed run, and what was blocked.

    Raises:
        DoseproofError: no requirements, files that cannot be used, no such folder of runs.
    """
    if reqif is not None and junit:
        raise UsageError("expected --junit or --reqif, found both; what is handed to a customer stands on sealed runs")
    catalogue = load_catalogue(_folder(suites))
    tests = read_suites(catalogue.folder)
    rows = trace(catalogue, tests, evidence(stored_runs(_searched(runs))), told(junit, tests))
    if reqif is not None:
        from rig.cli.requirements_command import verdicts_command

        verdicts_command(catalogue, rows, reqif.customers, reqif.out)
    elif csv_file is None:
        _show(Console(highlight=False), rows)
    elif str(csv_file) == "-":
        _write(sys.stdout, rows)
    else:
        _save(csv_file, rows)
    gaps = {row.gap for row in rows if row.gap}
    return GAPS if gaps & IN_THE_SUITES else NO_EVIDENCE if gaps else 0


def _folder(suites: Path | None) -> Path:
    from rig.scaffold.project import acceptance_suite

    if suites is not None:
        return suites
    own = find_settings(None, None).home / "acceptance"
    return own if (own / REQUIREMENTS).is_file() else acceptance_suite()


def _searched(runs: Sequence[Path]) -> list[Path]:
    """The folders named; else the project's records, where there are any yet."""
    if runs:
        return list(runs)
    out = find_settings(None, None, default_out=DEFAULT_OUT).out
    return [out] if out.is_dir() else []


def _show(console: Console, rows: Sequence[Row]) -> None:
    console.print(_table(rows))
    wanting = [row for row in rows if row.gap]
    asked = sum(bool(row.limit) for row in rows)
    shown = sum(bool(row.limit) and not row.gap for row in rows)
    devices = sum(row.evidence is not None and row.evidence.evidence_class == "device" for row in rows if not row.gap)
    line = f"{asked} requirements, {shown} of them tested and shown ({devices} on a device); {len(wanting)} gaps."
    console.print(line, soft_wrap=True)


def _table(rows: Sequence[Row]) -> Table:
    table = plain_table("Requirements", "requirement, hazards", "limit", "tests", "last evidence", "gap")
    table.columns[0].no_wrap = table.columns[-1].no_wrap = True
    for row in rows:
        gap = Text(row.gap, style="yellow" if row.gap in {"no evidence", "blocked"} else "bold red")
        table.add_row(_about(row), row.limit, _tests(row), Text("\n").join(_last(row)), gap)
    return table


def _about(row: Row) -> Text:
    """The id, and below it the hazards."""
    about = Text(row.requirement)
    for hazard in row.hazards:
        about.append(f"\n  {hazard}" if row.requirement else hazard, style="dim" if row.requirement else "")
    return about


def _tests(row: Row) -> str:
    """How many tests of which modules; an orphan by its name."""
    if row.gap == "orphan test":
        return row.tests[0].replace("::", "\n")
    times = Counter(place.partition("::")[0] for place in row.tests)
    return "\n".join(f"{_words(module)} ({count})" for module, count in times.items())


def _words(module: str) -> str:
    """``sub/test_day_schedule.py`` as words that a narrow terminal may wrap."""
    return module.removesuffix(".py").rpartition("/")[2].removeprefix("test_").replace("_", " ")


def _last(row: Row) -> list[Text]:
    """The run or the tests that show it, and why a test of it did not."""
    last, why = row.evidence, [Text(f"{row.gap}: {row.why}", style="yellow")] if row.why else []
    if last is None or (row.gap == "blocked" and last.verdict != "pass"):
        return why or [Text("-")]
    verdict = Text(last.verdict, style=STYLES.get(last.verdict, "yellow"))
    about = ", ".join(part for part in (last.evidence_class, last.device) if part) or "nothing was opened for it"
    return [Text.assemble(verdict, f"  {last.day}\n{about}"), *why]


def _save(path: Path, rows: Sequence[Row]) -> None:
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            _write(file, rows)
    except OSError as error:
        raise UsageError(f"{path}: could not be written: {error.strerror or error}; name another file") from error
    typer.echo(f"{len(rows)} rows in {path}")


def _write(file: TextIO, rows: Sequence[Row]) -> None:
    writer = csv.writer(file)
    writer.writerow(_COLUMNS)
    for row in rows:
        last = row.evidence
        about = ("", "", "", "") if last is None else (str(last.folder), last.verdict, last.evidence_class, last.day)
        cells = (row.requirement, row.limit, " ".join(row.hazards), " ".join(row.tests), *about, row.gap, row.why)
        writer.writerow(map(cell_text, cells))

"""``rig calibration impact``: which runs used a calibration, and what their verdicts would be with a right one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer
from rich.text import Text

from calibration.book import Book
from rig.cli.console import Console
from rig.cli.exits import UsageError
from rig.cli.run_command import DEFAULT_OUT
from rig.cli.settings import find_settings
from rig.cli.show import plain_table
from rig.cli.tables import STYLES
from rig.cli.words import quantity_text, with_uncertainty
from rig.impact.affected import find_affected, refuse_unsearched
from rig.impact.corrected import Corrected
from rig.impact.recompute import Recomputed, recompute
from rig.impact.stored import stored_runs
from rig.impact.uses import Use, find_uses

if TYPE_CHECKING:
    from pathlib import Path

    from rich.table import Table

    from rig.finding import Finding
    from rig.impact.affected import Affected

#: A verdict changes, or it cannot be told whether one does.
CHANGES = 3


@dataclass(frozen=True)
class Question:
    """What the command line asked for.

    Attributes:
        what: a record's file, its SHA-256, a standard's serial number or certificate.
        corrected: records that take the place of the affected ones.
        slope_error: supposed instead of them.
        runs: folders to look in; the project's records if empty.
        book: from flag or environment.
    """

    what: str
    corrected: tuple[Path, ...] = ()
    slope_error: str | None = None
    runs: tuple[Path, ...] = ()
    book: Path | None = None

    def correction(self) -> Corrected | None:
        """What takes the place of the affected records; None where only the runs are asked for.

        Raises:
            UsageError: two corrections at once.
        """
        if self.corrected and self.slope_error is not None:
            raise UsageError("expected --corrected or --slope-error, found both; a record says its slope error itself")
        if self.slope_error is not None:
            return Corrected.with_slope(self.slope_error)
        return Corrected.from_files(self.corrected) if self.corrected else None


@dataclass(frozen=True)
class _Answer:
    """What was found: the records, the runs, and those that could not be looked into."""

    affected: Affected
    searched: int
    uses: list[Use]
    unknown: list[tuple[Path, str]]
    again: list[Recomputed] | None

    @property
    def open(self) -> int:
        """How many runs and records say nothing."""
        return len(self.unknown) + sum(bool(one.reason) for one in self.again or ())

    @property
    def changed(self) -> int:
        return sum(one.changed for one in self.again or ())


def impact_command(question: Question, *, as_json: bool) -> int:
    """Search, and recompute where a correction was given; 0 if nothing changes, else 3.

    Raises:
        DoseproofError: folders, records or a standard that are not there.
    """
    corrected = question.correction()
    settings = find_settings(None, None, default_out=DEFAULT_OUT, book=question.book)
    runs = list(stored_runs(question.runs or (settings.out,)))
    refuse_unsearched(runs)
    affected = find_affected(question.what, runs, Book(settings.book))
    uses = find_uses(runs, affected)
    unknown = [*((run.folder, run.problem) for run in runs if run.problem), *affected.unread]
    again = None if corrected is None else _recomputed(uses, corrected)
    answer = _Answer(affected, len(runs), uses, unknown, again)
    if as_json:
        typer.echo(json.dumps(_as_json(answer, corrected), indent=2, sort_keys=True))
    else:
        _show(Console(highlight=False), answer, corrected)
    return CHANGES if answer.changed or answer.open else 0


def _recomputed(uses: list[Use], corrected: Corrected) -> list[Recomputed]:
    """Each run assessed twice, which takes as long as two ``rig verify``: on a terminal a bar shows how far it is."""
    from rich.progress import track

    err = Console(stderr=True, highlight=False)
    shown = track(uses, "recomputing", console=err, transient=True, disable=not err.is_terminal)
    return [recompute(use, corrected) for use in shown]


def _show(console: Console, answer: _Answer, corrected: Corrected | None) -> None:
    for sha, (path, record) in sorted(answer.affected.records.items()):
        unit = f"{record.instrument.serial_number}, {record.chain}"
        console.print(f"Record:   {unit}, of {record.performed_on}, SHA-256 {sha[:12]}..., {path}", soft_wrap=True)
    if answer.uses:
        console.print(_uses_table(answer))
    for again in answer.again or ():
        if again.changed:
            console.print(_pairs_table(again))
    for folder, why in _not_told(answer):
        console.print(f"Unknown:  {folder}: {why}", style="yellow", markup=False, soft_wrap=True)
    used = f"{len(answer.uses):,} of {answer.searched:,} runs used {answer.affected.what}"
    console.print(f"{used}{_outcome_text(answer, corrected)}.", markup=False, soft_wrap=True)


def _outcome_text(answer: _Answer, corrected: Corrected | None) -> str:
    unknown = f"; of {answer.open} nothing can be said" if answer.open else ""
    if corrected is None:
        return unknown
    changes = {0: "no verdict changes", 1: "1 verdict changes"}
    return f"; with {corrected.what}, {changes.get(answer.changed, f'{answer.changed:,} verdicts change')}{unknown}"


def _not_told(answer: _Answer) -> list[tuple[Path, str]]:
    return [*answer.unknown, *((one.use.run.folder, one.reason) for one in answer.again or () if one.reason)]


def _uses_table(answer: _Answer) -> Table:
    headings = ["day", "run", "device", "verdict", *(["corrected", ""] if answer.again is not None else [])]
    table = plain_table("Runs that used it", *headings)
    for column in (one for one in table.columns if one.header != "run"):
        column.no_wrap = True
    for index, use in enumerate(answer.uses):
        about = f"{use.run.folder}\n{use.protocol}, {use.evidence_class}, channel {', '.join(use.channels)}"
        again = [] if answer.again is None else _again_cells(answer.again[index])
        table.add_row(use.day, about, use.device, _verdict(use.verdict or "not sealed"), *again)
    return table


def _again_cells(again: Recomputed) -> list[Text]:
    if again.new is None:
        return [Text("unknown", style="yellow"), Text("")]
    mark = Text("CHANGED", style="bold red") if again.changed else Text("as before", style="dim")
    return [_verdict(again.new.verdict.outcome), mark]


def _pairs_table(again: Recomputed) -> Table:
    title = f"{again.use.run.folder}: {_release_text(again)}"
    table = plain_table(title, "quantity", "as it was", "verdict", "corrected", "verdict", "")
    for pair in again.pairs:
        one = pair.new or pair.old
        name = quantity_text(pair.name, one.facts if one else {})
        mark = Text("CHANGED", style="bold red") if pair.changed else Text("")
        table.add_row(name, *_finding_cells(pair.old), *_finding_cells(pair.new), mark)
    return table


def _release_text(again: Recomputed) -> str:
    if again.old is None or again.new is None:
        return ""
    old, new = again.old.verdict, again.new.verdict
    release = {True: "may be released", False: "not to be released"}
    text = f"{old.outcome} becomes {new.outcome}" if old.outcome != new.outcome else f"{new.outcome} as before"
    return f"{text}; {release[new.releasable]}{'' if old.releasable == new.releasable else ', which is new'}"


def _finding_cells(finding: Finding | None) -> list[str | Text]:
    if finding is None:
        return ["-", "-"]
    if finding.value is None or finding.expanded is None:
        value = "-" if finding.value is None else f"{finding.value:+.4g} {finding.unit}"
    else:
        value = "{} ± {} {}".format(*with_uncertainty(finding.value, finding.expanded), finding.unit)
    return [value, _verdict(finding.verdict)]


def _verdict(outcome: str) -> Text:
    return Text(outcome, style=STYLES.get(outcome, "yellow"))


def _as_json(answer: _Answer, corrected: Corrected | None) -> dict[str, Any]:
    return {
        "schema": 1,
        "what": answer.affected.what,
        "records": [
            {"sha256": sha, "serial_number": record.instrument.serial_number, "chain": record.chain, "path": str(path)}
            for sha, (path, record) in sorted(answer.affected.records.items())
        ],
        "corrected": None if corrected is None else corrected.what,
        "searched": answer.searched,
        "changed": answer.changed,
        "runs": [_run_json(answer, index) for index in range(len(answer.uses))],
        "unknown": [{"place": str(place), "reason": why} for place, why in answer.unknown],
    }


def _run_json(answer: _Answer, index: int) -> dict[str, Any]:
    use = answer.uses[index]
    return {
        "folder": str(use.run.folder),
        "protocol": use.protocol,
        "device": use.device,
        "day": use.day,
        "evidence_class": use.evidence_class,
        "channels": use.channels,
        "sealed": {"verdict": use.verdict or None, "findings": list(use.findings)},
        **({} if answer.again is None else answer.again[index].as_json()),
    }

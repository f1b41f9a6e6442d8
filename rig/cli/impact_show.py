"""What a search for the reach of a calibration found, as a person reads it and as a script does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from rig.cli.show import plain_table
from rig.cli.tables import STYLES
from rig.words import quantity_text, with_uncertainty

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rich.table import Table

    from rig.cli.console import Console
    from rig.finding import Finding
    from rig.impact.affected import Affected
    from rig.impact.corrected import Corrected
    from rig.impact.recompute import Recomputed
    from rig.impact.uses import Use
    from rig.qualify.record import Filed


#: What follows for a qualification: it keeps its lines, and not the readings behind them.
_ANEW: Final = "a qualification is not computed again; qualify the bench anew with the corrected calibration"


@dataclass(frozen=True)
class Answer:
    """What was found: records, runs with their reports, qualifications, and what could not be looked into."""

    affected: Affected
    searched: int
    uses: list[Use]
    reports: dict[Path, list[Path]]
    qualifications: list[Filed]
    unknown: list[tuple[Path, str]]
    again: list[Recomputed] | None

    @property
    def open(self) -> int:
        """How many runs, records and qualifications say nothing."""
        return len(_not_told(self))

    @property
    def changed(self) -> int:
        """How many runs have another verdict."""
        return sum(one.changed for one in self.again or ())


def show_answer(console: Console, answer: Answer, corrected: Corrected | None) -> None:
    """Records, runs, reports, qualifications, and what could not be looked into, for a terminal of any width."""
    for line in (*_record_lines(answer.affected), *_qualification_lines(answer.qualifications)):
        console.print(line, markup=False, soft_wrap=True)
    if answer.uses:
        console.print("\nRuns that used it", style="bold")
    for index, use in enumerate(answer.uses):
        console.print(_use_text(use, None if answer.again is None else answer.again[index]), soft_wrap=True)
    for report in dict.fromkeys(path for use in answer.uses for path in answer.reports[use.run.folder]):
        console.print(f"Report:   {report}", markup=False, soft_wrap=True)
    for again in answer.again or ():
        if again.changed:
            console.print(_pairs_table(again))
    for folder, why in _not_told(answer):
        console.print(f"Unknown:  {folder}: {why}", style="yellow", markup=False, soft_wrap=True)
    used = f"{len(answer.uses):,} of {answer.searched:,} runs used {answer.affected.what}"
    console.print(f"{used}{_outcome_text(answer, corrected)}.", markup=False, soft_wrap=True)


def _record_lines(affected: Affected) -> Iterator[str]:
    for sha, (path, record) in sorted(affected.records.items()):
        on = affected.stands_on.get(sha)
        unit = f"{record.instrument.serial_number}, {record.chain}, of {record.performed_on}"
        through = f", made with {on[:12]}..." if on else ""
        yield f"Record:   {unit}, SHA-256 {sha[:12]}...{through}, {path}"


def _qualification_lines(qualifications: list[Filed]) -> Iterator[str]:
    for path, record in qualifications:
        yield f"Bench:    {record.bench}, {record.verdict} on {record.performed_on}, {path}"


def _outcome_text(answer: Answer, corrected: Corrected | None) -> str:
    unknown = f"; of {answer.open} nothing can be said" if answer.open else ""
    if corrected is None:
        return unknown
    changes = {0: "no verdict changes", 1: "1 verdict changes"}
    return f"; with {corrected.what}, {changes.get(answer.changed, f'{answer.changed:,} verdicts change')}{unknown}"


def _not_told(answer: Answer) -> list[tuple[Path, str]]:
    runs = [(one.use.run.folder, one.reason) for one in answer.again or () if one.reason]
    return [*answer.unknown, *runs, *_anew(answer)]


def _anew(answer: Answer) -> list[tuple[Path, str]]:
    return [] if answer.again is None else [(path, _ANEW) for path, _ in answer.qualifications]


def _use_text(use: Use, again: Recomputed | None) -> Text:
    """Two lines a run, with the folder at the end of the first, so that no terminal breaks it apart."""
    parts = [
        Text(f"{use.day}  "),
        _verdict(use.verdict or "not sealed"),
        *_again_parts(again),
        Text(f"  {use.run.folder}"),
    ]
    about = f"\n            {use.protocol}, {use.evidence_class}, {use.device}, channel {', '.join(use.channels)}"
    return Text.assemble(*parts, (about, "dim"))


def _again_parts(again: Recomputed | None) -> list[Text]:
    if again is None:
        return []
    if again.new is None:
        return [Text(", with the correction "), Text("unknown", style="yellow")]
    mark = Text("  CHANGED", style="bold red") if again.changed else Text("  as before", style="dim")
    return [Text(", with the correction "), _verdict(again.new.verdict.outcome), mark]


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


def answer_json(answer: Answer, corrected: Corrected | None) -> dict[str, Any]:
    """The same for a script, unrounded."""
    return {
        "schema": 1,
        "what": answer.affected.what,
        "records": [
            {
                "sha256": sha,
                "serial_number": record.instrument.serial_number,
                "chain": record.chain,
                "path": str(path),
                "stands_on": answer.affected.stands_on.get(sha),
            }
            for sha, (path, record) in sorted(answer.affected.records.items())
        ],
        "qualifications": [
            {"bench": one.bench, "verdict": one.verdict, "sha256": one.sha256, "path": str(path)}
            for path, one in answer.qualifications
        ],
        "corrected": None if corrected is None else corrected.what,
        "searched": answer.searched,
        "changed": answer.changed,
        "runs": [_run_json(answer, index) for index in range(len(answer.uses))],
        "unknown": [{"place": str(place), "reason": why} for place, why in (*answer.unknown, *_anew(answer))],
    }


def _run_json(answer: Answer, index: int) -> dict[str, Any]:
    use = answer.uses[index]
    return {
        "folder": str(use.run.folder),
        "protocol": use.protocol,
        "device": use.device,
        "day": use.day,
        "evidence_class": use.evidence_class,
        "channels": use.channels,
        "reports": [str(path) for path in answer.reports[use.run.folder]],
        "sealed": {"verdict": use.verdict or None, "findings": list(use.findings)},
        **({} if answer.again is None else answer.again[index].as_json()),
    }

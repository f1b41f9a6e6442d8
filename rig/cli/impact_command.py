"""``rig calibration impact``: which runs used a calibration, and what their verdicts would be with a right one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from calibration.book import Book
from rig.cli.console import Console
from rig.cli.exits import UsageError
from rig.cli.impact_show import Answer, answer_json, show_answer
from rig.cli.run_command import DEFAULT_OUT
from rig.cli.settings import find_settings
from rig.impact.affected import find_affected, refuse_unsearched
from rig.impact.corrected import Corrected
from rig.impact.qualifications import find_qualifications
from rig.impact.recompute import Recomputed, recompute
from rig.impact.reports import find_reports
from rig.impact.stored import stored_runs
from rig.impact.uses import Use, find_uses

if TYPE_CHECKING:
    from pathlib import Path

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
    reports, unread = find_reports(uses)
    qualifications, broken = find_qualifications(settings.book, affected)
    unknown = [*((run.folder, run.problem) for run in runs if run.problem), *affected.unread, *unread, *broken]
    again = None if corrected is None else _recomputed(uses, corrected)
    answer = Answer(affected, len(runs), uses, reports, qualifications, unknown, again)
    if as_json:
        typer.echo(json.dumps(answer_json(answer, corrected), indent=2, sort_keys=True))
    else:
        show_answer(Console(highlight=False), answer, corrected)
    return CHANGES if answer.changed or answer.open else 0


def _recomputed(uses: list[Use], corrected: Corrected) -> list[Recomputed]:
    """Each run assessed twice, which takes as long as two ``rig verify``: on a terminal a bar shows how far it is."""
    from rich.progress import track

    err = Console(stderr=True, highlight=False)
    shown = track(uses, "recomputing", console=err, transient=True, disable=not err.is_terminal)
    return [recompute(use, corrected) for use in shown]

"""``rig calibration ledger``: whether a book is whole, by its ledger and by the runs that stand on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calibration.ledger import read_ledger
from calibration.ledger_check import ledger_problems
from calibration.ledger_write import take_in
from rig.cli.console import Console
from rig.cli.exits import REFUSED, UsageError
from rig.cli.settings import find_settings
from rig.impact.ledgers import cut_problems
from rig.impact.stored import stored_runs
from rig.words import count_text

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Looked:
    """What the command line asked for.

    Attributes:
        book, operator: from flag or environment; None where neither says anything.
        runs: folders with runs, whose starts are compared.
        take_in: why files that are not in the ledger are entered now; None to enter none.
    """

    book: Path | None = None
    operator: str | None = None
    runs: tuple[Path, ...] = ()
    take_in: str | None = None


def ledger_command(looked: Looked) -> int:
    """Check a book, and enter what somebody answers for; 0 if it is whole, else 4.

    Raises:
        UsageError: nobody is named who answers for it, or no reason.
        CalibrationError: a ledger that is broken, where something is to be entered.
        EvidenceError: folders with runs that are not there.
    """
    settings = find_settings(None, looked.operator, book=looked.book)
    console = Console(highlight=False)
    if looked.take_in is not None:
        if not (settings.operator and looked.take_in.strip()):
            raise UsageError(
                "expected a reason and a person for what is taken in; give --take-in REASON --operator NAME"
            )
        for path in take_in(settings.book, f"{looked.take_in.strip()} ({settings.operator})"):
            console.print(f"Taken in: {path}", markup=False, soft_wrap=True)
    runs = list(stored_runs(looked.runs))
    problems = ledger_problems(settings.book) or cut_problems(settings.book, runs)
    for problem in problems:
        console.print(problem, style="red", markup=False, soft_wrap=True)
    if not problems:
        console.print(_whole(settings.book, len(runs)), markup=False, soft_wrap=True)
    return REFUSED if problems else 0


def _whole(book: Path, runs: int) -> str:
    ledger = read_ledger(book)
    if ledger.head is None:
        return f"{book} has no ledger yet; it gets one with the next file, or with --take-in."
    compared = f"; {count_text(runs, 'run')} looked at, and none misses an entry" if runs else ""
    return f"{book} is whole: {count_text(len(ledger.entries), 'entry', 'entries')}, the last {ledger.head}{compared}."

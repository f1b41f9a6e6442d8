"""What the runs say of the ledger of a book: a ledger that was cut after a run no longer has the entry that it names.

    for problem in cut_problems(Path("calibration"), runs): ...

``start.json`` of each run names the first and the last entry of the ledgers that it stands on. A run speaks of this
book where the first entry is that of this ledger, or where a calibration record that it used was filed here: a ledger
that was begun anew is found as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calibration.ledger import FOLDER, read_ledger
from rig.impact.stored import START
from rig.record.glance import glance

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from calibration.ledger import Ledger
    from rig.impact.stored import StoredRun


def cut_problems(book: Path, runs: Sequence[StoredRun]) -> list[str]:
    """Runs that stand on an entry which the ledger of the book does not have, a line each.

    Args:
        book: its folder.
        runs: whose starts are read.

    Raises:
        CalibrationError: a ledger that is broken.
    """
    ledger = read_ledger(book)
    problems = []
    for run in runs:
        said = _books(run)
        if said and not any(one["head"] in ledger.heads for one in said) and _is_of(ledger, said, run):
            one = said[0]
            problems.append(
                f"{run.folder}: it started after entry {one.get('entries')} ({one['head'][:12]}...) of the ledger of "
                f"{one.get('book')}, which {book / FOLDER} does not have; restore the ledger, with its files"
            )
    return problems


def _is_of(ledger: Ledger, said: Sequence[dict[str, Any]], run: StoredRun) -> bool:
    """Whether a run stands on this book."""
    first = ledger.entries[0].head if ledger.entries else None
    filed = {one.sha256 for one in ledger.entries}
    return any(one.get("first") == first for one in said) or not filed.isdisjoint(run.copies.values())


def _books(run: StoredRun) -> list[dict[str, Any]]:
    said = glance(run.folder / START).get("books")
    return [one for one in said if isinstance(one, dict) and one.get("head")] if isinstance(said, list) else []

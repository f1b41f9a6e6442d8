"""The books in which the calibration records of a bench lie, and how far their ledgers went when a run started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calibration.book import resolve_calibration
from calibration.errors import CalibrationError
from calibration.ledger import read_ledger

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rig.bench import Bench


def books_of(bench: Bench) -> list[Path]:
    """Folders that may be books: where each record lies that the bench file names, and one folder up.

    Raises:
        CalibrationError: a record that it names is not there.
    """
    directory, names = bench.source.directory, {**bench.calibrations(), **bench.noises()}.values()
    return [] if directory is None else folders_of(resolve_calibration(directory / name) for name in names)


def folders_of(records: Iterable[Path]) -> list[Path]:
    """Folders that may be the books of some records: where each lies, and one folder up."""
    return sorted({folder for path in records for folder in (path.parent, path.parent.parent)})


def ledgers_of(bench: Bench, book: Path | None = None) -> list[dict[str, Any]]:
    """For ``start.json``: first and last entry of each ledger that the run stands on, and how many there were.

    Args:
        bench: whose records lie in books.
        book: of the laboratory, where one is named: the qualification lies there.
    """
    places = {path.resolve(): path for path in [*books_of(bench), *([] if book is None else [book])]}
    return [said for path in sorted(places) if (said := _ledger(path))]


def _ledger(book: Path) -> dict[str, Any]:
    try:
        ledger = read_ledger(book)
    except CalibrationError as error:  # the gate refused it, and the run is not for release
        return {"book": book.resolve().name, "problem": str(error)}
    if not ledger.entries:
        return {}
    first = ledger.entries[0].head
    return {"book": book.resolve().name, "entries": len(ledger.entries), "first": first, "head": ledger.head}

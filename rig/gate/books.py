"""The books in which the calibration records of a bench lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calibration.book import resolve_calibration

if TYPE_CHECKING:
    from pathlib import Path

    from rig.bench import Bench


def books_of(bench: Bench) -> list[Path]:
    """Folders that may be books: where each record lies that the bench file names, and one folder up.

    Raises:
        CalibrationError: a record that it names is not there.
    """
    directory, places = bench.source.directory, set()
    for name in {**bench.calibrations(), **bench.noises()}.values():
        if directory is not None:
            path = resolve_calibration(directory / name)
            places |= {path.parent, path.parent.parent}
    return sorted(places)

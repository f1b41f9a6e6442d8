"""The check weights of the runs: each run that used one keeps a copy of what the book said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calibration.errors import CalibrationError
from rig.check_standard import read_copy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rig.impact.stored import StoredRun


def weights_of(runs: Sequence[StoredRun]) -> tuple[dict[str, set[str]], list[tuple[Path, str]]]:
    """Serial number and certificate of each different copy, by its SHA-256; and copies that could not be read."""
    named: dict[str, set[str]] = {}
    unread: list[tuple[Path, str]] = []
    for run in runs:
        if run.weight and run.weight not in named:
            try:
                standard = read_copy(run.weight_copy.read_bytes())
                named[run.weight] = {standard.serial_number, standard.certificate}
            except (OSError, CalibrationError) as error:
                named[run.weight] = set()
                unread.append((run.weight_copy, str(error)))
    return named, unread

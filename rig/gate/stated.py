"""Records of schema 1, which state properties and are not sealed: what a run for release may stand on.

Such a record is believed where an accredited laboratory's certificate is behind it. It is not where the same unit has
sealed records in the book: whoever names it then would go past them, and past what they found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from calibration.book import Book
from calibration.errors import CalibrationError
from rig.gate.books import books_of
from rig.gate.reason import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from calibration.record import CalibrationRecord
    from rig.bench import OpenBench

_AGAIN = "calibrate it with rig calibrate, or enter the certificate of the laboratory that did"


def stated_reasons(opened: OpenBench, calibrations: Mapping[str, CalibrationRecord]) -> list[Reason]:
    """What keeps records of schema 1 from carrying a run for release.

    Args:
        opened: the bench, in whose books sealed records are looked for.
        calibrations: by channel.
    """
    stated = {channel: record for channel, record in calibrations.items() if record.schema_version == 1}
    found = [
        Reason(channel, "a run for release: expected a sealed record or a certificate behind it, found neither", _AGAIN)
        for channel, record in stated.items()
        if record.certificate is None
    ]
    units = [_units(folder) for folder in books_of(opened.file)] if stated else []
    for channel, record in stated.items():
        if any(record.chain in chains.get(record.instrument.serial_number, ()) for chains in units):
            text = "a run for release: expected the sealed record of the book, found one of schema 1 beside it"
            place = f"{record.instrument.serial_number}/{record.chain}"
            found.append(Reason(channel, text, f"name the record in force, BOOK/{place}"))
    return found


def _units(folder: Path) -> dict[str, list[str]]:
    """None of a book whose ledger is broken: that is told with what is out of service (:mod:`rig.gate.retired`)."""
    try:
        return Book(folder).units()
    except CalibrationError:
        return {}

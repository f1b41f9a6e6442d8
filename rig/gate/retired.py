"""Instruments that were taken out of service, by the books in which the bench's calibration records lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calibration.errors import CalibrationError
from calibration.retirement import refuse_retired
from rig.gate.books import books_of
from rig.gate.reason import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from drivers.interfaces import Identity
    from rig.bench import OpenBench


def retired_reasons(opened: OpenBench) -> list[Reason]:
    """Every instrument of the bench that is out of service, the device among them, calibrated or not.

    Args:
        opened: the bench, with the serial numbers that answered.
    """
    return out_of_service(books_of(opened.file), opened.identities)


def out_of_service(books: Iterable[Path], identities: Mapping[str, Identity]) -> list[Reason]:
    """Which instruments some book took out of service, by their channels."""
    found = {}
    for book in books:
        for channel, identity in identities.items():
            try:
                refuse_retired(book, identity.serial_number)
            except CalibrationError as error:
                found[channel] = Reason(channel, str(error))
    return list(found.values())

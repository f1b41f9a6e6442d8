"""Instruments that were taken out of service, by the books in which the bench's calibration records lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calibration.errors import CalibrationError
from calibration.retirement import refuse_retired
from rig.gate.books import books_of
from rig.gate.reason import Reason

if TYPE_CHECKING:
    from rig.bench import OpenBench


def retired_reasons(opened: OpenBench) -> list[Reason]:
    """Every instrument of the bench that is out of service, the device among them, calibrated or not.

    Args:
        opened: the bench, with the serial numbers that answered.
    """
    found = {}
    for book in books_of(opened.file):
        for channel, identity in opened.identities.items():
            try:
                refuse_retired(book, identity.serial_number)
            except CalibrationError as error:
                found[channel] = Reason(channel, str(error))
    return list(found.values())

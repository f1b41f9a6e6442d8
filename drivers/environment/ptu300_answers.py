r"""Reading what a Vaisala PTU300 says.

Sources: *PTU300 User's Guide* M210796EN, page 103 (default output format); *PTB330 User's Guide*, system
information commands (form of the answer to ``?``, taken over for its sister; [K] for the PTU300 itself).

>>> parse_reading(b"P= 1013.2 hPa T= 31.1 'C RH= 38.3 %RH")
Reading(temperature_c=31.1, pressure_hpa=1013.2, humidity_percent=38.3)
>>> parse_information([b"PTU300 / 2.06", b"Serial number  : A0350001"])
('PTU300', 'A0350001', '2.06')

Everything that is [K], not confirmed on an instrument, is in this file: the layout of ``?``; that an echo comes
back as the command itself; that ``*`` stands for a value that could not be measured.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from drivers.errors import InstrumentError, ProtocolError

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIELD = re.compile(rb"\s*(P|T|RH)\s*=\s*(-?\d{1,5}(?:\.\d{1,6})?|\*+(?:\.\*+)?)\s*(hPa|'C|%RH)(?![A-Za-z])")
_UNIT = {b"P": b"hPa", b"T": b"'C", b"RH": b"%RH"}
_MODEL = re.compile(r"(PT[UB]3\d\d)\s*/\s*(\S+)\Z")
_SERIAL = re.compile(r"Serial number\s*:\s*(\S+)\Z", re.IGNORECASE)


class Reading(NamedTuple):
    """One message: plain numbers with their unit in the name."""

    temperature_c: float
    pressure_hpa: float
    humidity_percent: float


def without_prompt(line: bytes) -> bytes:
    """What the transmitter said, without its prompt ``>`` and what was echoed before it on the same line."""
    return line.rpartition(b"\r")[2].lstrip(b"> ").strip()


def parse_reading(line: bytes) -> Reading:
    """The three values of one message, in any order and spacing.

    Args:
        line: without prompt and line end.

    Raises:
        InstrumentError: the transmitter shows asterisks: a value could not be measured.
        ProtocolError: a value is missing, twice there, in another unit, or something else is on the line.
    """
    values: dict[bytes, bytes] = {}
    at = 0
    while match := _FIELD.match(line, at):
        name, text, unit = match.groups()
        if name in values or unit != _UNIT[name]:
            raise _unexpected(line)
        values[name] = text
        at = match.end()
    if line[at:].strip() or len(values) != 3:
        raise _unexpected(line)
    if any(text.startswith(b"*") for text in values.values()):
        raise InstrumentError("*", f"a value could not be measured: {line!r}; look at the transmitter's error messages")
    return Reading(float(values[b"T"]), float(values[b"P"]), float(values[b"RH"]))


def parse_information(lines: Sequence[bytes]) -> tuple[str, str, str] | None:
    """Model, serial number and software version out of the answer to ``?``; None while they are not all there."""
    texts = [without_prompt(line).decode("latin-1") for line in lines]
    model = next((found for text in texts if (found := _MODEL.match(text))), None)
    serial_number = next((found for text in texts if (found := _SERIAL.match(text))), None)
    if model is None or serial_number is None:
        return None
    return model[1], serial_number[1], model[2]


def _unexpected(line: bytes) -> ProtocolError:
    return ProtocolError(
        'environment: expected "P= 1013.2 hPa T= 31.1 \'C RH= 38.3 %RH", '
        f"found {line[:80]!r}; set the default output format (FORM /) and units hPa and 'C"
    )

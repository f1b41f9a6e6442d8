"""Reading the answers of an MT-SICS balance.

Source: Mettler-Toledo, *MT-SICS reference manual* (11780711, 30014405): a weight answer is the identifier, a
status, the value right-aligned in 10 characters, and the unit, separated by single spaces.

>>> parse_weight(b"S S     100.00 g")
Weight(value=100.0, unit='g', stable=True, status='ok')
>>> parse_weight(b"S +").status
'overload'
>>> parse_text(b'I4 A "B012345678"', "I4")
'B012345678'

MT-SICS has no checksum: a digit that was changed on the way cannot be seen. A value that is not exactly ten
characters wide, as after lost bytes, is refused.
"""

from __future__ import annotations

import re
from typing import Final

from drivers.balance.weight import GRAMS, Weight, no_weight
from drivers.errors import InstrumentError, ProtocolError

STATUS: Final = {b"+": "overload", b"-": "underload", b"I": "busy"}
ERRORS: Final = {
    b"ES": "the balance does not know the command; see that MT-SICS is set on it",
    b"ET": "the balance received damaged characters; check parity, baud rate and cable",
    b"EL": "the balance knows the command and cannot execute it with these parameters",
}
#: What weigh modules put in place of a value; texts and numbers are [K], not confirmed on an instrument.
MODULE_ERRORS: Final = {
    b"1": "boot error",
    b"2": "brand error",
    b"3": "checksum error",
    b"9": "option failure",
    b"10": "EEPROM error",
    b"11": "device mismatch",
    b"12": "weighing bridge unplugged",
    b"14": "weighing bridge and electronics do not belong together",
    b"15": "adjustment needed",
}
_VALUE = re.compile(rb"([A-Z]{1,3}) ([SDA]) (?=.{10} )( *-?\d+(?:\.\d+)?) ([A-Za-z]{1,3})\Z")
_ERROR_IN_WEIGHT = re.compile(rb"[A-Z]{1,3} [SD] +Error ((\d+)[a-z]?)\Z")  # [K] weigh modules
_TEXT = re.compile(rb'A "([^"]*)"\Z')
_CONFIRMED: Final = b"TA"  # the one weight answer with an A: a tare value, neither stable nor dynamic


def parse_weight(line: bytes, identifier: bytes = b"S") -> Weight:
    """One weight answer.

    Args:
        line: without its line end.
        identifier: what the answer begins with; ``S`` for ``S``, ``SI`` and ``SIR``, ``TA`` for a tare value.

    Raises:
        InstrumentError: the balance answered with one of its errors.
        ProtocolError: not a weight answer, or in a unit that is no mass.
    """
    match = _VALUE.match(line)
    if match is not None and match[1] == identifier and (match[2] == b"A") == (identifier == _CONFIRMED):
        unit = match[4].decode("ascii")
        if unit in GRAMS:
            return Weight(float(match[3]), unit, match[2] != b"D", "ok")
        raise ProtocolError(f"balance: expected a weight in g, mg or kg, found {line!r}; set host unit 1 to g")
    if line[:-1] == identifier + b" " and line[-1:] in STATUS:
        return no_weight(STATUS[line[-1:]])
    if line == identifier + b" L":
        raise InstrumentError("L", f"the balance cannot do {identifier.decode()} now; look at load, tare and range")
    raise _not_that(line, f"a weight such as '{identifier.decode()} S     100.00 g'")


def parse_text(line: bytes, command: str) -> str:
    """The one quoted text of an identity answer (``I2``, ``I3``, ``I4``).

    Raises:
        InstrumentError: the balance answered with one of its errors.
        ProtocolError: something else.
    """
    start = command.encode("ascii") + b" "
    match = _TEXT.match(line[len(start) :]) if line.startswith(start) else None
    if match is None:
        raise _not_that(line, f"'{command} A' and a quoted text")
    return match[1].decode("latin-1")


def _not_that(line: bytes, wanted: str) -> InstrumentError | ProtocolError:
    """The error for a line that is not what was wanted."""
    if line in ERRORS:
        return InstrumentError(line.decode("ascii"), f"balance: expected {wanted}, found {line!r}: {ERRORS[line]}")
    error = _ERROR_IN_WEIGHT.match(line)
    if error is not None:
        text = MODULE_ERRORS.get(error[2], "a fault instead of a weight")
        return InstrumentError(
            error[1].decode("ascii"), f"balance: expected {wanted}, found {line!r}: {text}; see its manual"
        )
    return ProtocolError(f"balance: expected {wanted}, found {line[:80]!r}; check cable, baud rate and line end")

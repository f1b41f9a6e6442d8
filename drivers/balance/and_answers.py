"""Reading what an A&D balance says in its standard format.

>>> parse_weight(b"ST,+00123.45  g")
Weight(value=123.45, unit='g', stable=True, status='ok')
>>> parse_weight(b"OL,-9999999E+19").status
'underload'
>>> parse_text(b"TN,GX-124A", "TN")
'GX-124A'

Sources: A&D, instruction manuals of GX-A (data formats) and FZ-i (chapter 15, commands): header, comma, sign and eight
characters with leading zeros, unit right-aligned in three. [K], not confirmed on an instrument: the meaning of the
error codes beyond E00 to E07, the texts of ?TN and ?SN, and whether 06h comes alone or with a line end (both are
understood). Models that show more than eight characters (semi-micro balances over 100 g) are not known here.

The format has no checksum, and the parity of the line is not looked at: a digit that was changed on the way cannot be
seen. A line that is not exactly 15 characters long, as after lost bytes, is refused.
"""

from __future__ import annotations

import re
from typing import Final

from drivers.balance.weight import GRAMS, Weight, no_weight
from drivers.errors import InstrumentError, NotStable, OverRange, ProtocolError

ERRORS: Final = {
    "E00": "communication error; check parity, baud rate and cable",
    "E01": "the balance does not know the command; see that A&D standard format is set on it",
    "E02": "the balance is not ready",
    "E03": "the balance waited too long for the rest of a command",
    "E04": "too many characters in a command",
    "E06": "a command in a format that the balance does not know",
    "E07": "a parameter out of its range",
    "E11": "no stable weight",
    "E17": "out of the range for zero",
}
_VALUE = re.compile(rb"(ST|US),([+-])(?=.{8} *[a-zA-Z])(\d+(?:\.\d+)?) *([a-zA-Z]+)\Z")
_OTHER_VALUE = re.compile(rb"(?:QT|WT|ST|US),[+-][\d.]+ *[A-Za-z%]+ *\Z")
_OVER = re.compile(rb"OL,([+-])9+E[+-]?\d+\Z")
_ERROR = re.compile(rb"EC,(E\d\d)\Z")
_LENGTH: Final = 15
_UNIT_AT: Final = 12


def parse_weight(line: bytes) -> Weight:
    """One weight.

    Args:
        line: without its line end.

    Raises:
        InstrumentError, NotStable, OverRange: the balance answered with one of its errors.
        ProtocolError: something else, or counting, or a unit that is no mass.
    """
    value = _VALUE.match(line)
    if value is not None and len(line) == _LENGTH and value.end(3) == _UNIT_AT:
        unit = value[4].decode("ascii")
        if unit in GRAMS:
            return Weight(float(value[2] + value[3]), unit, value[1] == b"ST", "ok")
    if (over := _OVER.match(line)) is not None:
        return no_weight("overload" if over[1] == b"+" else "underload")
    if line == b"EC,E02":
        return no_weight("busy")
    if _OTHER_VALUE.match(line) is not None and len(line) == _LENGTH:
        raise ProtocolError(f"balance: expected a weight in g, mg or kg, found {line!r}; set weighing mode and unit g")
    raise not_that(line, "a weight such as 'ST,+00123.45  g'")


def parse_text(line: bytes, header: str) -> str:
    """The text after a header: ``TN`` model, ``SN`` serial number.

    Raises:
        InstrumentError: the balance answered with one of its errors.
        ProtocolError: something else.
    """
    start, comma, text = line.partition(b",")
    found = text.decode("latin-1").strip()
    if start != header.encode("ascii") or not comma or not (found.isascii() and found.isprintable() and found):
        raise not_that(line, f"'{header},' and a text")
    return found


def not_that(line: bytes, wanted: str) -> Exception:
    """The error for a line that is not what was wanted."""
    error = _ERROR.match(line)
    if error is None:
        return ProtocolError(
            f"balance: expected {wanted}, found {line[:80]!r}; "
            "check parity, baud rate, and that A&D standard format is set"
        )
    code = error[1].decode("ascii")
    text = ERRORS.get(code, "the balance reports an error; see its manual")
    if code == "E11":
        return NotStable(f"balance: {code}: {text}; look for draught and vibration")
    if code == "E17":
        return OverRange(f"balance: {code}: {text}; look at the load")
    return InstrumentError(code, f"balance: expected {wanted}, found {line!r}: {text}")

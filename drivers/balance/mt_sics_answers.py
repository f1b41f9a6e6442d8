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
from typing import Final, NamedTuple

from drivers.errors import InstrumentError, ProtocolError

#: Host units of a weight that can be put into grams.
GRAMS: Final = {"g": 1.0, "mg": 1e-3, "kg": 1e3, "ug": 1e-6}
STATUS: Final = {b"+": "overload", b"-": "underload", b"I": "busy"}
ERRORS: Final = {
    b"ES": "the balance does not know the command",
    b"ET": "the balance received damaged characters; check parity, baud rate and cable",
    b"EL": "the balance knows the command and cannot execute it with these parameters",
}
_NAN: Final = float("nan")
_VALUE = re.compile(rb"([A-Z]{1,3}) ([SD]) (?=.{10} )( *-?\d+(?:\.\d+)?) ([A-Za-z]{1,3})\Z")
_ERROR_IN_WEIGHT = re.compile(rb"[A-Z]{1,3} [SD] +Error ([0-9A-Za-z]+)\Z")  # [K] weigh modules
_TEXT = re.compile(rb'A "([^"]*)"\Z')


class Weight(NamedTuple):
    """One weight answer; the value is NaN where the balance gave none."""

    value: float
    unit: str
    stable: bool
    status: str

    @property
    def grams(self) -> float:
        """The value in grams; where the host unit is the gram, exactly what the balance wrote."""
        return self.value if self.unit == "g" else self.value * GRAMS[self.unit]


def parse_weight(line: bytes, identifier: bytes = b"S") -> Weight:
    """One weight answer.

    Args:
        line: without its line end.
        identifier: what the answer begins with; ``S`` for ``S``, ``SI`` and ``SIR``.

    Raises:
        InstrumentError: the balance answered with one of its errors.
        ProtocolError: not a weight answer, or in a unit that is no mass.
    """
    match = _VALUE.match(line)
    if match is not None and match[1] == identifier:
        unit = match[4].decode("ascii")
        if unit in GRAMS:
            return Weight(float(match[3]), unit, match[2] == b"S", "ok")
        raise ProtocolError(f"balance: expected a weight in g, mg or kg, found {line!r}; set host unit 1 to g")
    if line[:-1] == identifier + b" " and line[-1:] in STATUS:
        return Weight(_NAN, "g", stable=False, status=STATUS[line[-1:]])
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
        return InstrumentError(line.decode("ascii"), ERRORS[line])
    error = _ERROR_IN_WEIGHT.match(line)
    if error is not None:
        return InstrumentError(error[1].decode("ascii"), f"the balance reports a fault instead of a weight: {line!r}")
    return ProtocolError(f"balance: expected {wanted}, found {line[:80]!r}; check cable, baud rate and line end")

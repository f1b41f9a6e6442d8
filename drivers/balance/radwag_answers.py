"""Reading what a Radwag balance says.

>>> parse_weight(b"SI ? -   0.0002 g  ", b"SI")
Weight(value=-0.0002, unit='g', stable=False, status='ok')
>>> parse_weight(b"SI I", b"SI").status
'busy'
>>> parse_text(b'NB A "384625"', "NB")
'384625'

Source: Radwag, user manuals of R series and 3Y (communication protocol): command in three characters, stability (space,
``?``, ``^``, ``v``), space, sign, mass right-aligned in nine, space, unit left-aligned in three.

Everything that is [K], not confirmed on an instrument, is in this list: that identity texts come in straight quotes;
that BN and RV answer as NB does; what stands in place of the mass over and under the range (anything is taken there);
that ``IC1 OK`` and ``A OK`` are the whole answers; that ``UT 0`` clears the tare.

The protocol has no checksum: a digit that was changed on the way cannot be seen. A line that is not exactly 19
characters long, as after lost bytes, is refused.
"""

from __future__ import annotations

import re
from typing import Final

from drivers.balance.weight import GRAMS, Weight, no_weight
from drivers.errors import InstrumentError, NotStable, OverRange, ProtocolError

_FRAME = re.compile(rb"([A-Z]{1,3}) *([ ?^v]) (.{14})\Z")
_MASS = re.compile(rb"([ -])(?=.{9} )( *\d+(?:\.\d+)?) ([a-z]{1,3}) *\Z")
_TARE = re.compile(rb"OT (?=.{9} )( *-?\d+(?:\.\d+)?) ([a-z]{1,3}) *\Z")
_TEXT = re.compile(rb'A "([^"]*)"\Z')
_LENGTH: Final = 19
_RANGE: Final = {b"^": "overload", b"v": "underload"}
_NAME: Final = 3


def parse_weight(line: bytes, command: bytes) -> Weight:
    """One weight.

    Args:
        line: without its line end.
        command: that was sent, and that the answer begins with.

    Raises:
        InstrumentError: the balance does not know the command.
        ProtocolError: something else, or a unit that is no mass.
    """
    if line == command + b" I":
        return no_weight("busy")
    frame = _FRAME.match(line) if len(line) == _LENGTH else None
    if frame is None or line[:_NAME] != command.ljust(_NAME) or frame.start(2) != _NAME:
        raise not_that(line, f"a weight such as '{command.decode():<3}        12.3450 g  '")
    if frame[2] in _RANGE:
        return no_weight(_RANGE[frame[2]])
    mass = _MASS.match(frame[3])
    if mass is None or mass[3].decode("ascii") not in GRAMS:
        raise not_that(line, "a mass in g, mg or kg")
    return Weight(float(mass[1].strip() + mass[2].strip()), mass[3].decode("ascii"), frame[2] == b" ", "ok")


def parse_tare(line: bytes) -> Weight:
    """The answer to ``OT``.

    Raises:
        InstrumentError: the balance does not know the command.
        ProtocolError: something else.
    """
    tare = _TARE.match(line)
    if tare is None or tare[2].decode("ascii") not in GRAMS:
        raise not_that(line, "a tare such as 'OT   12.3450 g   '")
    return Weight(float(tare[1]), tare[2].decode("ascii"), stable=True, status="ok")


def parse_text(line: bytes, command: str) -> str:
    """The quoted text of an identity answer (``NB``, ``BN``, ``RV``).

    Raises:
        InstrumentError: the balance does not know the command, or cannot do it now.
        ProtocolError: something else.
    """
    start = command.encode("ascii") + b" "
    if line == start + b"I":
        raise InstrumentError("I", f"the balance cannot answer {command} now; leave its menu and try again")
    match = _TEXT.match(line[len(start) :]) if line.startswith(start) else None
    if match is None:
        raise not_that(line, f"'{command} A' and a quoted text")
    return match[1].decode("latin-1")


def check_ending(line: bytes, command: str, done: str) -> None:
    """The last answer to a command that does something.

    Args:
        line: without its line end.
        command: that was sent.
        done: what stands for success, ``D`` or ``OK``.

    Raises:
        NotStable: no stable weight in time.
        OverRange: out of the range of the command.
        InstrumentError: not possible at present, or not known.
        ProtocolError: something else.
    """
    name, _, code = line.decode("latin-1").partition(" ")
    if name != command or code not in {done, "I", "E", "^", "v"}:
        raise not_that(line, f"'{command} {done}'")
    if code == "I":
        raise InstrumentError("I", f"the balance cannot do {command} now; leave its menu and try again")
    if code == "E":
        raise NotStable(f"balance: expected {command} to be done, found no stable weight in time; look for draught")
    if code != done:
        raise OverRange(f"balance: expected {command} to be done, found the load out of its range; look at the load")


def not_that(line: bytes, wanted: str) -> InstrumentError | ProtocolError:
    """The error for a line that is not what was wanted."""
    if line.rstrip() == b"ES":
        return InstrumentError(
            "ES",
            f"balance: expected {wanted}, found {line!r}: the balance does not know the command; "
            "see that it is a Radwag and of this protocol",
        )
    return ProtocolError(
        f"balance: expected {wanted}, found {line[:80]!r}; check baud rate, line end, and that the unit is g"
    )

"""Reading what a Sartorius balance prints in SBI.

>>> parse_line(b"N     +  12.3450 g  ")
Line(text='12.3450', unit='g', status='ok')
>>> parse_line(b"+  12.3450    ").unit
''
>>> parse_line(b"Stat        High    ").status
'overload'

Sources: Sartorius, operating instructions of Cubis MSE, Quintix and Entris II (data output formats): sign, value
right-aligned in nine characters, a space, unit left-aligned in three, blank while the weight is not stable; with an
identifier of six characters before it where the menu says 22 characters. [K], not confirmed on an instrument: that
weights only ever come as ``N`` and ``G`` (``G#``), and that a busy balance prints ``--`` or ``Cal.``.

SBI has no checksum, and the parity of the line is not looked at: a digit that was changed on the way cannot be seen. A
line that is not exactly 14 or 20 characters long, as after lost bytes, is refused.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from drivers.balance.weight import GRAMS
from drivers.errors import InstrumentError, ProtocolError

_VALUE = re.compile(rb"(?:(?:N|G|G#) +)?([+ -])(?=.{9} )( *\d+(?:\.\d+)?) ([a-z]{0,3}) *\Z")
_STATUS = re.compile(rb"(?:Stat +)? *(High|Low|-{2,}|Cal\.[A-Za-z.]*) *\Z")
_ERROR = re.compile(rb"(?:Stat +)? *(?:ERR|Err) *(\d{1,3}) *\Z")
_OTHER_ERROR = re.compile(rb"Stat +(APP|DIS|PRT)\.ERR *\Z")
_LENGTHS: Final = frozenset({14, 20})
_NAME: Final = 6
_WORDS: Final = {b"High": "overload", b"Low": "underload"}


class Line(NamedTuple):
    """One printed line.

    Attributes:
        text: the value as it was printed, with its sign where that is minus; empty where there is none.
        unit: empty while the weight is not stable.
        status: ``ok``, ``overload``, ``underload`` or ``busy``.
    """

    text: str
    unit: str
    status: str


def parse_line(line: bytes) -> Line:
    """One printed line, of 16 or 22 characters with its line end.

    Args:
        line: without its line end.

    Raises:
        InstrumentError: the balance printed an error.
        ProtocolError: something else, or a value in a unit that is no mass.
    """
    if len(line) not in _LENGTHS:
        raise _not_that(line)
    value = _VALUE.match(line)
    if value is not None and bool(value.start(1)) == (len(line) > 14) and value.start(1) in {0, _NAME}:
        return _weight(line, value)
    if (word := _STATUS.match(line)) is not None:
        return Line("", "", _WORDS.get(word[1], "busy"))
    if (error := _ERROR.match(line) or _OTHER_ERROR.match(line)) is not None:
        code = error[1].decode("ascii")
        raise InstrumentError(code, f"the balance reports an error instead of a weight: {line!r}; see its manual")
    raise _not_that(line)


def _weight(line: bytes, value: re.Match[bytes]) -> Line:
    unit = value[3].decode("ascii")
    if unit and unit not in GRAMS:
        raise ProtocolError(f"balance: expected a weight in g, mg or kg, found {line!r}; set the unit to g")
    sign = "-" if value[1] == b"-" else ""
    return Line(sign + value[2].decode("ascii").strip(), unit, "ok")


def parse_text(line: bytes, what: str) -> str:
    """A text: model, serial number or software; one word or several, and no weight.

    Raises:
        ProtocolError: nothing printable.
    """
    text = line.decode("latin-1").strip()
    if not text or not text.isascii() or not text.isprintable():
        raise ProtocolError(
            f"balance: expected {what} as a text, found {line[:80]!r}; check parity, baud rate and that SBI is set"
        )
    return text


def is_weight(line: bytes) -> bool:
    """Whether a line is a weight or a status, and so no answer to a question about the balance."""
    try:
        parse_line(line)
    except ProtocolError:
        return False
    except InstrumentError:
        return True
    return True


def _not_that(line: bytes) -> ProtocolError:
    return ProtocolError(
        "balance: expected a line of 16 or 22 characters such as 'N     +  12.3450 g  ', "
        f"found {line[:80]!r}; check parity, baud rate, and that SBI with a decimal point is set"
    )

r"""Reading what a SCPI instrument says: numbers, flags, errors, identities, echoed headers.

>>> number("supply", "MEAS:VOLT?", "+3.30012000E+00")
3.30012
>>> error_of("dmm", '-113,"Undefined header"'), error_of("dmm", '+0,"No error"'), error_of("dmm", "0, No error")
((-113, 'Undefined header'), None, None)
>>> without_header("pace", ":SENS1:PRES?", "SENS1:PRES 35.29")
'35.29'

Sources: SCPI-1999 volume 1, 7.2.1 (numbers, 9.9E37 for infinity, 9.91E37 for "not a number") and 21.8 (error queue);
IEEE 488.2, 10.14 (identity: four fields). Texts of "no error" vary from maker to maker, so only the code counts.
"""

from __future__ import annotations

import re
from typing import Final

from drivers.errors import NotStable, OverRange, ProtocolError
from drivers.interfaces import Identity

_NUMBER: Final = re.compile(r"\s*([+-]?(?:\d{1,20}\.?\d{0,20}|\.\d{1,20})(?:[eE][+-]?\d{1,3})?)\s*\Z")
_ERROR: Final = re.compile(r"\s*([+-]?\d{1,6})\s*(?:,\s*(.*?)\s*)?\Z")
_MNEMONIC: Final = re.compile(r"[0-9]+\Z")
_INFINITY: Final = 9.9e37
_NOT_A_NUMBER: Final = 9.91e37
_FLAGS: Final = {"0": False, "1": True, "OFF": False, "ON": True, "+0": False, "+1": True}


def number(where: str, command: str, text: str) -> float:
    """A decimal number, whole.

    Args:
        where: address, for messages.
        command: what was asked, for messages.
        text: the answer.

    Raises:
        OverRange: 9.9E37 of either sign, SCPI's word for overload.
        NotStable: 9.91E37, SCPI's word for "no value".
        ProtocolError: anything that is no number.
    """
    match = _NUMBER.match(text)
    if match is None or not text.isascii():
        raise ProtocolError(
            f"{where}: expected a number in the answer to {command!r}, found {text[:80]!r}; "
            "check that this is the instrument meant"
        )
    value = float(match[1])
    if abs(value) < _INFINITY:
        return value
    if abs(value) == _NOT_A_NUMBER:
        raise NotStable(f"{where}: expected a value from {command!r}, found none (9.91E37); wait, or look at the input")
    raise OverRange(
        f"{where}: expected a value from {command!r}, found overload ({text.strip()}); look at range, input"
    )


def flag(where: str, command: str, text: str) -> bool:
    """``0``, ``1``, ``OFF`` or ``ON``.

    Raises:
        ProtocolError: anything else.
    """
    found = _FLAGS.get(text.strip().upper())
    if found is None:
        raise ProtocolError(f"{where}: expected 0 or 1 in the answer to {command!r}, found {text[:80]!r}")
    return found


def error_of(where: str, text: str) -> tuple[int, str] | None:
    """One entry of the error queue: code and text; None for "no error".

    Raises:
        ProtocolError: no such entry.
    """
    match = _ERROR.match(text)
    if match is None or not text.isascii():
        raise ProtocolError(f'{where}: expected an error such as 0,"No error", found {text[:80]!r}')
    code = int(match[1])
    return (code, (match[2] or "").strip('"')) if code else None


def identity(where: str, text: str) -> Identity:
    """Maker, model, serial number and firmware out of the answer to ``*IDN?``; commas in the firmware stay.

    Raises:
        ProtocolError: fewer than four fields, or no model or serial number.
    """
    fields = [field.strip() for field in text.split(",", 3)]
    if len(fields) != 4 or not (fields[1] and fields[2]) or not (text.isascii() and text.isprintable()):
        raise ProtocolError(
            f"{where}: expected maker, model, serial number and firmware in the answer to '*IDN?', "
            f"found {text[:80]!r}; check that a SCPI instrument stands there"
        )
    return Identity(*fields)


def without_header(where: str, command: str, text: str) -> str:
    """The value behind an echoed header (GE PACE); the header must be that of the question.

    Raises:
        ProtocolError: another header, or none: perhaps the answer to another question.
    """
    header, _, value = text.strip().partition(" ")
    if not value or _path(header) != _path(command.partition(" ")[0].removesuffix("?")):
        raise ProtocolError(
            f"{where}: expected an answer that begins with the header of {command!r}, found {text[:80]!r}; "
            "check that this is the instrument meant"
        )
    return value.strip()


def _path(header: str) -> list[str]:
    """Mnemonics without their default suffix, as far as makers differ: ``:SENS1:PRES`` and ``SENS:PRES`` are one."""
    return [_MNEMONIC.sub("", part) for part in header.upper().lstrip(":").split(":")]

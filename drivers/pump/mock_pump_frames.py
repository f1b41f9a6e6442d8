r"""Frames of the mock pump's line protocol, version 1 (``docs/protocols/mock_pump.md``).

>>> encode("02", "RA 6250")
b'>02 RA 6250*5D52\n'
>>> decode(b"<02 OK 6250*A692")
Reply(sequence='02', ok=True, fields=('6250',))
>>> decode(b"!BT P 1*1329")
Boot(cause='power-on', boots=1)

Both directions end with a CRC-16/CCITT-FALSE over lead and body. Whatever does not fit the page is a
:class:`~drivers.errors.ProtocolError`; numbers are checked against the widths that the page gives them.
"""

from __future__ import annotations

import binascii
import functools
import re
from typing import Final, NamedTuple

from drivers.errors import ProtocolError

#: Longest frame, line end included.
LONGEST_FRAME: Final = 96
STATES: Final = {"I": "idle", "R": "running", "B": "bolus", "D": "deadman", "A": "alarm"}
BOOT_CAUSES: Final = {"P": "power-on", "E": "external", "B": "brown-out", "W": "watchdog", "U": "unknown"}
#: Names of the alarm bits, bit 0 first.
ALARMS: Final = (
    "deadman",
    "occlusion",
    "bubble",
    "load-cell-stale",
    "flow-sensor-silent",
    "default-calibration",
    "receive-overrun",
    "low-reservoir",
    "replace",
    "stall",
)
_TELEMETRY = re.compile(r"!TM (\d{1,10}) (\d{1,10}) ([IRBDA])" + r" (\d{1,10})" * 3 + r" (-?\d{1,7})" + r" (\d{1,5})" +
                        r" (-?\d{1,5})" + r" (\d{1,5})" * 4 + r"\Z", re.ASCII)  # fmt: skip


class Reply(NamedTuple):
    """``<SS OK field…`` or ``<SS ER code text``; for an error the fields are its code and its text."""

    sequence: str
    ok: bool
    fields: tuple[str, ...]


class Boot(NamedTuple):
    """``!BT``: the pump has started, and why."""

    cause: str
    boots: int


class NotAccepted(NamedTuple):
    """``!NK``: a line with a bad CRC (1) or too long (2) reached the pump and was not executed."""

    code: str


class Telemetry(NamedTuple):
    """``!TM``: the pump's own view, raw, in the order of the page."""

    n: int
    ms: int
    state: str
    shots: int
    rate_nl_h: int
    bolus_shots: int
    load_cell: int
    load_cell_age_ms: int
    flow: int
    flow_flags: int
    inputs: int
    alarms: int
    boots: int


Frame = Reply | Boot | NotAccepted | Telemetry


def encode(sequence: str, body: str) -> bytes:
    """A request frame.

    Args:
        sequence: two upper-case hexadecimal digits.
        body: command and arguments, separated by single spaces.

    Raises:
        ProtocolError: the frame would be longer than the pump takes, or is not ASCII.
    """
    try:
        data = f">{sequence} {body}".encode("ascii")
    except UnicodeEncodeError as error:
        raise ProtocolError(f"request {body!r}: expected ASCII, found {error.object[error.start]!r}") from error
    if len(data) + 6 > LONGEST_FRAME or b"\n" in data or b"*" in data:
        raise ProtocolError(f"request {body!r}: expected one line of at most {LONGEST_FRAME} bytes without '*'")
    return b"%b*%04X\n" % (data, binascii.crc_hqx(data, 0xFFFF))


def decode(line: bytes) -> Frame:
    """The frame in one line from the pump; bytes before its lead are skipped, as the page says.

    Args:
        line: without its line end.

    Raises:
        ProtocolError: no frame, a wrong CRC, or fields that the page does not allow.
    """
    text = _checked(line)
    if text[0] == "<":
        return _reply(text, line)
    kind = text[1:4]
    if kind == "TM ":
        return _telemetry(text, line)
    fields = text.split(" ")
    if kind == "BT " and len(fields) == 3 and fields[1] in BOOT_CAUSES and _is_number(fields[2]):
        return Boot(BOOT_CAUSES[fields[1]], int(fields[2]))
    if kind == "NK " and len(fields) == 2:
        return NotAccepted(fields[1])
    raise _unexpected(line, "a boot, telemetry or not-accepted frame")


def telemetry_fields(fields: tuple[str, ...], line: bytes) -> Telemetry:
    """The telemetry in the fields of the reply to ``TM``.

    Raises:
        ProtocolError: fields that the page does not allow.
    """
    return _telemetry("!TM " + " ".join(fields), line)


@functools.lru_cache(maxsize=256)
def alarm_names(bits: int) -> tuple[str, ...]:
    """The standing alarms by name, bit 0 first; a bit that the page does not know is ``bit-N``."""
    if not bits:
        return ()
    return tuple(
        ALARMS[bit] if bit < len(ALARMS) else f"bit-{bit}" for bit in range(bits.bit_length()) if bits >> bit & 1
    )


def _checked(line: bytes) -> str:
    """Lead and body of a line whose CRC is right."""
    data, star, crc = line.rstrip(b"\r").rpartition(b"*")
    starts = [at for at in (data.rfind(b"<"), data.rfind(b"!")) if at >= 0]
    if not star or not starts or len(crc) != 4:
        raise _unexpected(line, "'<' or '!', a body and '*' with four hexadecimal digits")
    data = data[max(starts) :]
    if b"%04X" % binascii.crc_hqx(data, 0xFFFF) != crc:
        raise _unexpected(line, f"the checksum {binascii.crc_hqx(data, 0xFFFF):04X} over {data!r}")
    try:
        return data.decode("ascii")
    except UnicodeDecodeError as error:
        raise _unexpected(line, "ASCII") from error


def _reply(text: str, line: bytes) -> Reply:
    sequence, *rest = text[1:].split(" ")
    if not re.fullmatch("[0-9A-F]{2}", sequence) or not rest or rest[0] not in {"OK", "ER"}:
        raise _unexpected(line, "'<SS OK …' or '<SS ER code text'")
    if rest[0] == "OK":
        return Reply(sequence, ok=True, fields=tuple(rest[1:]))
    if len(rest) < 2:
        raise _unexpected(line, "a code after ER")
    return Reply(sequence, ok=False, fields=(rest[1], " ".join(rest[2:])))


def _telemetry(text: str, line: bytes) -> Telemetry:
    match = _TELEMETRY.match(text)
    if match is None:
        raise _unexpected(line, "13 telemetry fields in their widths")
    n, ms, state, *numbers = match.groups()
    return Telemetry(int(n), int(ms), STATES[state], *map(int, numbers))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10


def _unexpected(line: bytes, wanted: str) -> ProtocolError:
    return ProtocolError(f"mock pump: expected {wanted}, found {line[:LONGEST_FRAME]!r}; check cable and ground")

"""Requests and replies with a mock pump: repeats that cannot act twice, and frames nobody asked for.

::

    session = Session(link, clock)
    session.open()                              # ">00 ID", waits out the boot of a board that was reset
    session.request("RA 6250", fields=1)        # ("6250",)
    session.take_telemetry()                    # [(t_s, Telemetry), …] that came in the meantime

A request that gets no answer, or ``!NK``, is sent again up to twice under the *same* sequence number: the pump
answers a repeat from memory and does not act on it again. If the pump starts anew while a request that acts
is under way, its memory is gone, and nobody can say whether it acted: that is an error, not a repeat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from drivers.errors import DriverError, InstrumentError, InstrumentTimeout, ProtocolError
from drivers.pump.mock_pump_frames import Boot, NotAccepted, Reply, Telemetry, decode, encode

if TYPE_CHECKING:
    from drivers.clock import Clock
    from drivers.serial_link import SerialLink

REPEATS: Final = 2
#: How long one reply may take; the firmware answers within milliseconds, a USB bridge adds some [s].
REPLY_S: Final = 0.5
#: Pause between two attempts to begin a session [s].
REOPEN_PAUSE_S: Final = 0.1
#: Lines in a row that are no frames, after which this is not noise on the line any more.
BAD_IN_A_ROW: Final = 3
#: Requests that may be made again after a reset: they ask, stop, or set what a reset has cleared anyway.
_HARMLESS: Final = frozenset({"ID", "CF", "HB", "TM", "TL", "CA", "ST"})
_MEANING: Final = {
    "3": "unknown command; this firmware does not speak protocol version 1",
    "4": "wrong arguments",
    "5": "out of the pump's range",
    "6": "refused in the pump's present state; look at its state and alarms",
    "7": "sequence number used again for another request; open the port anew",
    "8": "EEPROM could not be written",
}


class Session:
    r"""The exchange of frames over one link.

    Args:
        link: an open line with the terminator ``\n``.
        clock: the bench's clock.
    """

    def __init__(self, link: SerialLink, clock: Clock) -> None:
        self.boots_seen: list[Boot] = []
        self.bad_lines = 0  # lines that were no frames, since the session was made
        self._link = link
        self._clock = clock
        self._sequence = 0
        self._bad_in_a_row = 0
        self._telemetry: list[tuple[float, Telemetry]] = []

    def open(self, timeout_s: float) -> tuple[str, ...]:
        """Begin a session: the fields of ``ID``.

        Args:
            timeout_s: long enough for a board that resets when its port is opened (boot loader, 2 s).

        Raises:
            InstrumentTimeout, ProtocolError, LinkLost: nobody fitting answers.
        """
        deadline_s = self._clock.now() + timeout_s
        self._sequence = 0
        self._link.flush_input()
        while True:
            try:
                return self._once("ID", encode("00", "ID"), "00", 4, 2 * REPLY_S)
            except (InstrumentTimeout, ProtocolError):
                if self._clock.now() >= deadline_s:
                    raise
            self._clock.sleep_until(self._clock.now() + REOPEN_PAUSE_S)

    def request(self, body: str, fields: int) -> tuple[str, ...]:
        """The fields of the reply to one request.

        Args:
            body: command and arguments.
            fields: how many the page promises.

        Raises:
            InstrumentError: the pump refuses (its code and text), or was reset meanwhile.
            InstrumentTimeout, ProtocolError, LinkLost: no usable reply after all repeats.
        """
        with self._link.lock:
            self._sequence = self._sequence % 0xFF + 1
            sequence = f"{self._sequence:02X}"
            frame = encode(sequence, body)
            for left in range(REPEATS, -1, -1):
                try:
                    return self._once(body, frame, sequence, fields, REPLY_S)
                except (InstrumentTimeout, ProtocolError):
                    if not left:
                        raise
        raise ProtocolError(f"mock pump: {body!r} was never sent")  # pragma: no cover - the loop returns or raises

    def take_telemetry(self) -> list[tuple[float, Telemetry]]:
        """Telemetry since the last call, with the time at which the host took each frame in.

        Raises:
            ProtocolError: several lines in a row were no frames.
            LinkLost: the port is gone.
        """
        link = self._link
        with link.lock:
            lines = link.lines_ready()
            if lines:
                now_s = self._clock.now()
                for line in lines:
                    self._sort_in(line, now_s)
            taken, self._telemetry = self._telemetry, []
        return taken

    def _once(self, body: str, frame: bytes, sequence: str, fields: int, timeout_s: float) -> tuple[str, ...]:
        """Send once and wait for the reply that carries this sequence number."""
        link, now = self._link, self._clock.now
        boots = len(self.boots_seen)
        link.write(frame)
        deadline_s = now() + timeout_s
        refused: DriverError | None = None
        while True:
            try:
                line = link.read_line(max(0.0, deadline_s - now()))
            except InstrumentTimeout as silence:
                raise refused or silence from None
            found = self._sort_in(line, now())
            if len(self.boots_seen) > boots and body[:2] not in _HARMLESS:
                raise self._reset_during(body)
            if isinstance(found, Reply) and found.sequence == sequence:
                return self._fields(found, body, fields, line)
            if isinstance(found, NotAccepted):
                raise ProtocolError(f"mock pump: {body!r} arrived damaged (NK {found.code}); check cable and ground")
            if isinstance(found, ProtocolError):
                refused = found
            elif now() > deadline_s:  # frames keep coming, and the reply is not among them
                raise InstrumentTimeout(f"mock pump: expected a reply to {body!r} in {timeout_s:g} s, found {line!r}")

    def _fields(self, reply: Reply, body: str, fields: int, line: bytes) -> tuple[str, ...]:
        if not reply.ok:
            code, text = reply.fields
            raise InstrumentError(code, f"{text} ({_MEANING.get(code, 'unknown code')}), as the answer to {body!r}")
        if len(reply.fields) != fields:
            raise ProtocolError(f"mock pump: expected {fields} fields in the reply to {body!r}, found {line!r}")
        return reply.fields

    def _sort_in(self, line: bytes, now_s: float) -> Reply | NotAccepted | ProtocolError | None:
        """Keep what nobody asked for; give back what someone may be waiting for."""
        try:
            frame = decode(line)
        except ProtocolError as error:
            return self._bad(error)
        self._bad_in_a_row = 0
        if isinstance(frame, Telemetry):
            self._telemetry.append((now_s, frame))
        elif isinstance(frame, Boot):
            self.boots_seen.append(frame)
        else:
            return frame
        return None

    def _bad(self, error: ProtocolError) -> ProtocolError:
        """One damaged line is noise (telemetry counts its frames, so the gap shows); several are an error."""
        self.bad_lines += 1
        self._bad_in_a_row += 1
        if self._bad_in_a_row >= BAD_IN_A_ROW:
            self._bad_in_a_row = 0
            raise error
        return error

    def _reset_during(self, body: str) -> InstrumentError:
        cause = self.boots_seen[-1].cause
        return InstrumentError(
            "reset", f"the pump was reset ({cause}) while {body!r} was under way; nobody can say whether it acted on it"
        )

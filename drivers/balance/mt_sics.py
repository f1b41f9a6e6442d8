"""A Mettler-Toledo balance that speaks MT-SICS (XPR, XSR, XP, XS, AX and kin).

::

    with open_mt_sics("/dev/serial/by-id/…", clock=clock, wire=wire, options={}) as balance:
        balance.prepare()         # refuses zero tracking and automatic adjustment; see balance.notes
        balance.drain()           # [(12.0, 53.15042, True, "ok")]

The interface is CR LF without handshake, 9600 Bd 8N1 unless the option ``line = "19200 8N1"`` says otherwise. The
drain asks ``SI``, which answers at once, stable or not. With the option ``mode = "stream"`` the balance is told to
repeat (``SIR``) by the first drain and a drain takes what has come (see :mod:`drivers.balance.mt_sics_stream`): drain
at least each 20 s, the operating system keeps no more. Every other command ends the stream, by ``SI``; the next drain
begins it again. The reset command ``@`` is never sent: it would clear the tare, and with it the reference of a run.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

from calibration.units import TIME
from drivers.balance.mt_sics_answers import parse_text, parse_weight
from drivers.balance.mt_sics_settings import SETTINGS, NotChecked, refusal
from drivers.balance.mt_sics_stream import WeightStream
from drivers.balance.serial_balance import REPLY_S, STABILITY_S, STREAM_REST, SerialBalance
from drivers.errors import DriverError, InstrumentTimeout, ProtocolError
from drivers.interfaces import Identity, Row
from drivers.options import Options
from drivers.serial_link import SerialLink
from drivers.wiring import RS232_STRAIGHT, TIP, Wiring

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calibration.units import Quantity
    from drivers.balance.weight import Weight
    from drivers.clock import Clock
    from drivers.wire_log import WireLog

WIRING: Final = Wiring(
    "balance", f"{RS232_STRAIGHT} as on the ML [K for other models]; host mode, MT-SICS, 9600 8N1, no handshake", TIP
)
_SI: Final = b"SI\r\n"
_CLOSING_S: Final = 0.2
_LATE_S: Final = 1.0  # how long a silent stream is waited for


class MtSics(SerialBalance):
    """The driver; opened by :func:`open_mt_sics`.

    Args:
        link: an open line.
        clock: the bench's clock.
        streams: let the balance repeat by itself while recording.

    Attributes:
        notes: what :meth:`prepare` could not check, in words for the record.
    """

    def __init__(self, link: SerialLink, clock: Clock, *, streams: bool = False) -> None:
        self._streams = streams
        self.shareable = not streams
        self._stream: WeightStream | None = None
        super().__init__(link, clock)

    def prepare(self) -> None:
        """Check host unit, zero tracking and automatic adjustment; change nothing.

        Raises:
            InstrumentError: zero tracking or automatic adjustment is on.
            ProtocolError: the host unit is no mass.
        """
        self.notes = []
        weight = self._weight()
        if weight.unit != "g":
            self.notes.append(f"host unit is {weight.unit}; readings are converted to g")
        for setting in SETTINGS:
            try:
                refused = refusal(setting, self._link.query(f"{setting.command}\r\n".encode("ascii"), REPLY_S))
            except NotChecked as unknown:
                self.notes.append(str(unknown))
            else:
                if refused is not None:
                    raise refused
        if self._streams:
            self._begin_stream()

    def drain(self) -> list[Row]:
        """One reading, now, or what a stream has brought: ``[(t_s, mass_g, stable, status)]``.

        The mass is NaN where the balance gives none.

        Raises:
            DriverError: the branch names the culprit.
        """
        if self._streams:
            return self._drain_stream()
        weight = self._weight()
        return [(self._clock.now(), weight.grams, weight.stable, weight.status)]

    def read_stable(self, timeout: Quantity) -> Quantity:
        """The next stable mass.

        Raises:
            NotStable: none within ``timeout``.
            InstrumentTimeout: the balance has gone silent.
            OverRange: over or under the weighing range.
        """
        try:
            line = self._ask(b"S\r\n", TIME.magnitude("timeout", timeout))
        except InstrumentTimeout as silence:
            self._weight()  # ends the wait in the balance; raises if it is not there at all
            raise self._never_stable(timeout) from silence
        return self._mass(parse_weight(line))

    def zero(self) -> None:
        """Set the zero, once stable; never called while recording.

        Raises:
            NotStable: no stable weight to zero.
            OverRange: out of the zero setting range.
        """
        line = self._ask(b"Z\r\n", STABILITY_S)
        if line != b"Z A":
            self._mass(parse_weight(line, b"Z"))
            raise ProtocolError(f"{self._link.address}: expected 'Z A', found {line!r}")

    def tare(self) -> Quantity:
        """Set the tare, once stable, and say what it is; never called while recording.

        Raises:
            NotStable: no stable weight to tare.
            OverRange: out of the taring range.
        """
        return self._mass(parse_weight(self._ask(b"T\r\n", STABILITY_S), b"T"))

    def tare_value(self) -> Quantity:
        """The tare that is set at present; zero without one.

        Raises:
            InstrumentError: this model does not know ``TA``.
            NotStable: the balance is busy with something else.
        """
        return self._mass(parse_weight(self._ask(b"TA\r\n", REPLY_S), b"TA"))

    def clear_tare(self) -> None:
        """Forget the tare; never called while recording.

        Raises:
            InstrumentError: this model does not know ``TAC``, or cannot do it now.
            NotStable: the balance is busy with something else.
        """
        line = self._ask(b"TAC\r\n", REPLY_S)
        if line != b"TAC A":
            self._mass(parse_weight(line, b"TAC"))
            raise ProtocolError(f"{self._link.address}: expected 'TAC A', found {line!r}")

    def close(self) -> None:
        """End a stream and let go of the wire. Never raises, may be called twice."""
        if self._stream is not None:
            self._stream = None
            with contextlib.suppress(DriverError):
                self._link.query(_SI, _CLOSING_S)
        super().close()

    def _ask_weight(self) -> Weight:
        return parse_weight(self._ask(_SI, REPLY_S))

    def _ask(self, command: bytes, timeout_s: float) -> bytes:
        """One answer to one command, with no weight of a stream in between."""
        with self._link.lock:
            if self._stream is not None:
                self._end_stream()
            return self._link.query(command, timeout_s)

    # --- stream ------------------------------------------------------------------------------------------------

    def _begin_stream(self) -> None:
        self._link.flush_input()
        self._link.write(b"SIR\r\n")
        self._stream = WeightStream(self._clock.now())

    def _drain_stream(self) -> list[Row]:
        if self._stream is None:
            self._begin_stream()
            return []
        self._stream.raise_problem()
        lines = self._link.lines_ready()
        if not lines and self._stream.silent(self._clock.now()):
            lines = [self._link.read_line(_LATE_S), *self._link.lines_ready()]
        return self._stream.rows(lines, self._clock.now())

    def _end_stream(self) -> None:
        """``SI`` ends it [K]; the answer to ``I4`` shows where the weights are over."""
        self._stream = None
        self._link.query(_SI, REPLY_S)
        self._serial_number()

    def _serial_number(self) -> str:
        self._link.flush_input()
        self._link.write(b"I4\r\n")
        return parse_text(self._after_stream(), "I4")

    def _identify(self) -> Identity:
        """Ask I4, I2 and I3, after ending a stream that an earlier host may have left running."""
        self._stream = None
        self._link.query(_SI, REPLY_S)
        serial_number = self._serial_number()
        model = parse_text(self._link.query(b"I2\r\n", REPLY_S), "I2").split(" ")[0]
        firmware = parse_text(self._link.query(b"I3\r\n", REPLY_S), "I3")
        return Identity("Mettler-Toledo", model, serial_number, firmware)

    def _after_stream(self) -> bytes:
        """The next line that is no weight."""
        for _ in range(STREAM_REST):
            line = self._link.read_line(REPLY_S)
            if not line.startswith(b"S "):
                return line
        raise ProtocolError(
            f"{self._link.address}: expected the serial number, found weights without end; "
            "switch continuous output off on the balance"
        )


def open_mt_sics(address: str, *, clock: Clock, wire: WireLog, options: Mapping[str, object]) -> MtSics:
    """Open the balance at ``address`` and identify it; nothing is zeroed, tared or set.

    Raises:
        LinkLost, InstrumentTimeout, ProtocolError: see :class:`~drivers.interfaces.DriverFactory`.
        NotSupported: an unknown option.
    """
    table = Options("mt-sics", options, known=("line", "mode"))
    line, mode = table.line("9600 8N1"), table.choice("mode", ("poll", "stream"))
    link = SerialLink(address, clock=clock, wire=wire.channel(address), **line)
    return MtSics(link, clock, streams=mode == "stream")

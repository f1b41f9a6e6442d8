"""An A&D balance that speaks the A&D standard format (GX-A, FX-i, FZ-i and kin).

::

    with open_and_balance("/dev/serial/by-id/…", clock=clock, wire=wire, options={}) as balance:
        balance.prepare()         # A&D has no question for zero tracking and adjustment; see balance.notes
        balance.drain()           # [(12.0, 53.1504, True, "ok")]

Menu of the balance: A&D standard format, line end CR LF. The line is 2400 7E1 unless the option ``line`` says
otherwise. Acknowledgement (``ErCd``) may be on or off; with it on the balance says which command it did not understand
and with it off it is silent. A stream that an earlier host has begun is ended with ``C``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from calibration.units import TIME
from drivers.balance.and_answers import not_that, parse_text, parse_weight
from drivers.balance.serial_balance import REPLY_S, STABILITY_S, STREAM_REST, SerialBalance
from drivers.errors import ProtocolError
from drivers.interfaces import Identity
from drivers.options import Options
from drivers.serial_link import SerialLink
from drivers.wiring import RS232_STRAIGHT, TIP, Wiring

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calibration.units import Quantity
    from drivers.balance.weight import Weight
    from drivers.clock import Clock
    from drivers.wire_log import WireLog

WIRING: Final = Wiring("balance", f"{RS232_STRAIGHT}; A&D standard format, 2400 7E1, line end CR LF", TIP)
_ACK: Final = b"\x06"
_WEIGHTS: Final = (b"ST,", b"US,", b"OL,", b"QT,")
_NOTES: Final = (
    "automatic zero tracking could not be checked (A&D has no question for it); make sure by hand that it is off",
    "automatic adjustment could not be checked (A&D has no question for it); make sure by hand that it is off",
)
#: A&D has no command that tells the version of the firmware.
_FIRMWARE: Final = "not told"


class AndBalance(SerialBalance):
    """The driver; opened by :func:`open_and_balance`.

    Attributes:
        notes: what :meth:`prepare` could not check, in words for the record.
    """

    def prepare(self) -> None:
        """Take one reading, and note what cannot be asked; change nothing.

        Raises:
            DriverError: no usable reading, another mode than weighing, or a unit that is no mass.
        """
        weight = self._weight()
        self.notes = list(_NOTES)
        if weight.unit != "g":
            self.notes.append(f"unit is {weight.unit}; readings are converted to g")

    def zero(self) -> None:
        """Set the zero, and see that the balance shows it; never called while recording.

        Raises:
            InstrumentError: the balance has not done it.
            NotStable: no stable weight.
            OverRange: out of the zero setting range.
        """
        self._link.flush_input()
        self._link.write(b"Z\r\n")
        self._wait_for_zero("zero")

    def tare(self) -> Quantity:
        """Set the tare, see that the balance shows zero, and say what it showed before.

        What was tared before is not in the answer. Never called while recording.

        Raises:
            InstrumentError: the balance has not done it.
            NotStable: no stable weight.
        """
        before = self.read_stable(TIME.quantity(STABILITY_S))
        self._link.write(b"T\r\n")
        self._wait_for_zero("tare")
        return before

    def _look_for_refusal(self) -> None:
        """An error of zero or tare comes late, after acknowledgements, if at all."""
        for line in self._link.lines_ready():
            if line.lstrip(_ACK).startswith(b"EC,"):
                raise not_that(line.lstrip(_ACK), "zero")

    def _ask_weight(self) -> Weight:
        return parse_weight(self._ask(b"SI\r\n"))

    def _ask(self, command: bytes) -> bytes:
        """One answer, without acknowledgements, which may stand alone or before it."""
        with self._link.lock:
            line = self._link.query(command, REPLY_S).lstrip(_ACK)
            for _ in range(2):
                if line:
                    break
                line = self._link.read_line(REPLY_S).lstrip(_ACK)
        return line

    def _identify(self) -> Identity:
        """End a stream, then ask ?TN and ?SN."""
        with self._link.lock:
            self._link.write(b"C\r\n")
            model = parse_text(self._after_stream(b"?TN\r\n"), "TN")
            return Identity("A&D", model, self._serial_number(), _FIRMWARE)

    def _serial_number(self) -> str:
        with self._link.lock:
            return parse_text(self._after_stream(b"?SN\r\n"), "SN")

    def _after_stream(self, command: bytes) -> bytes:
        """The answer to a command, after weights that nobody asked for."""
        line = self._ask(command)
        for _ in range(STREAM_REST):
            if line and not line.startswith(_WEIGHTS):
                return line
            line = self._link.read_line(REPLY_S).lstrip(_ACK)
        raise ProtocolError(
            f"{self._link.address}: expected an answer to {command!r}, found weights without end; "
            "switch automatic output off on the balance"
        )


def open_and_balance(address: str, *, clock: Clock, wire: WireLog, options: Mapping[str, object]) -> AndBalance:
    """Open the balance at ``address`` and identify it; nothing is zeroed, tared or set.

    Raises:
        LinkLost, InstrumentTimeout, ProtocolError: see :class:`~drivers.interfaces.DriverFactory`.
        NotSupported: an unknown option.
    """
    line = Options("and-balance", options, known=("line",)).line("2400 7E1")
    return AndBalance(SerialLink(address, clock=clock, wire=wire.channel(address), **line), clock)

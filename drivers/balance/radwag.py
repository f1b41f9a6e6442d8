"""A Radwag balance (AS, PS, XA, MYA and kin, protocol of the R and 3Y series).

::

    options = {"autozero": "off"}
    with open_radwag("/dev/serial/by-id/…", clock=clock, wire=wire, options=options) as balance:
        balance.prepare()         # inhibits automatic adjustment (IC1); see balance.notes
        balance.drain()           # [(12.0, 53.1504, True, "ok")]

The line is 9600 8N1 unless the option ``line`` says otherwise. The dialect can switch automatic adjustment and autozero
off, but not ask whether they are. Adjustment is inhibited by ``IC1`` when the bench is made ready: that lasts until the
balance is switched off and changes no setting. Autozero is a setting of the working mode; it is switched off (``A 0``)
only where the option ``autozero = "off"`` allows it, and is otherwise noted as not checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from drivers.balance.radwag_answers import check_ending, parse_tare, parse_text, parse_weight
from drivers.balance.serial_balance import REPLY_S, STABILITY_S, STREAM_REST, SerialBalance
from drivers.errors import InstrumentError, ProtocolError
from drivers.interfaces import Identity
from drivers.options import Options
from drivers.serial_link import SerialLink
from drivers.wiring import RS232, TIP, Wiring

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calibration.units import Quantity
    from drivers.balance.weight import Weight
    from drivers.clock import Clock
    from drivers.wire_log import WireLog

WIRING: Final = Wiring("balance", f"{RS232}; cable as the balance's manual says [K], 9600 8N1", TIP)
_INHIBITED: Final = "automatic adjustment is inhibited (IC1) until the balance is switched off or told IC0"
_UNCHECKED: Final = "autozero could not be checked (Radwag has no question for it); make sure by hand that it is off"
_SWITCHED_OFF: Final = "autozero was switched off (A 0), for the present working mode"


class Radwag(SerialBalance):
    """The driver; opened by :func:`open_radwag`.

    Args:
        link: an open line.
        clock: the bench's clock.
        autozero_off: switch autozero off when the bench is made ready.

    Attributes:
        notes: what :meth:`prepare` has done and could not check, in words for the record.
    """

    def __init__(self, link: SerialLink, clock: Clock, *, autozero_off: bool = False) -> None:
        self._autozero_off = autozero_off
        super().__init__(link, clock)

    def prepare(self) -> None:
        """Take one reading, inhibit automatic adjustment, and see to autozero as far as allowed.

        Raises:
            InstrumentError: autozero was to be switched off and the balance did not.
            DriverError: no usable reading.
        """
        weight = self._weight()
        self.notes = [] if weight.unit == "g" else [f"unit is {weight.unit}; readings are converted to g"]
        self.notes.append(self._inhibited())
        if not self._autozero_off:
            self.notes.append(_UNCHECKED)
            return
        answer = self._link.query(b"A 0\r\n", REPLY_S)
        if answer != b"A OK":
            raise InstrumentError("A", f"expected autozero to be switched off, found {answer!r}; do it by hand")
        self.notes.append(_SWITCHED_OFF)

    def zero(self) -> None:
        """Set the zero, once stable; never called while recording.

        Raises:
            NotStable: no stable weight to zero.
            OverRange: out of the zero setting range.
            InstrumentError: not possible at present.
        """
        self._two_steps("Z")

    def tare(self) -> Quantity:
        """Set the tare, once stable, and say what it is; never called while recording.

        Raises:
            NotStable: no stable weight to tare.
            OverRange: out of the taring range.
            InstrumentError: not possible at present.
        """
        self._two_steps("T")
        return self.tare_value()

    def tare_value(self) -> Quantity:
        """The tare that is set at present; zero without one."""
        return self._mass(parse_tare(self._link.query(b"OT\r\n", REPLY_S)))

    def clear_tare(self) -> None:
        """Forget the tare; never called while recording.

        Raises:
            InstrumentError: not possible at present.
        """
        check_ending(self._link.query(b"UT 0\r\n", REPLY_S), "UT", "OK")

    def _ask_weight(self) -> Weight:
        return parse_weight(self._link.query(b"SI\r\n", REPLY_S), b"SI")

    def _two_steps(self, command: str) -> None:
        """``Z A`` at once, ``Z D`` when it is done."""
        with self._link.lock:
            line = self._link.query(f"{command}\r\n".encode("ascii"), REPLY_S)
            if line == f"{command} A".encode("ascii"):
                line = self._link.read_line(STABILITY_S)
        check_ending(line, command, "D")

    def _inhibited(self) -> str:
        """Inhibit automatic adjustment; a note of what came of it."""
        answer = self._link.query(b"IC1\r\n", REPLY_S)
        if answer == b"IC1 OK":
            return _INHIBITED
        return f"automatic adjustment could not be inhibited (IC1: {answer[:40]!r}); make sure by hand that it is off"

    def _identify(self) -> Identity:
        """End a stream, then ask NB, BN and RV."""
        with self._link.lock:
            self._link.query(b"C0\r\n", REPLY_S)
            serial_number = self._serial_number()
            model = parse_text(self._link.query(b"BN\r\n", REPLY_S), "BN")
            return Identity("Radwag", model, serial_number, self._version())

    def _serial_number(self) -> str:
        with self._link.lock:
            return parse_text(self._after_stream(), "NB")

    def _after_stream(self) -> bytes:
        """The answer to NB, after weights that nobody asked for and the answer to C0."""
        line = self._link.query(b"NB\r\n", REPLY_S)
        for _ in range(STREAM_REST):
            if not line.startswith((b"S", b"C0")):
                return line
            line = self._link.read_line(REPLY_S)
        raise ProtocolError(
            f"{self._link.address}: expected an answer to NB, found weights without end; "
            "switch continuous transmission off on the balance"
        )

    def _version(self) -> str:
        """Older models do not tell it."""
        try:
            return parse_text(self._link.query(b"RV\r\n", REPLY_S), "RV")
        except InstrumentError:
            return "not told"


def open_radwag(address: str, *, clock: Clock, wire: WireLog, options: Mapping[str, object]) -> Radwag:
    """Open the balance at ``address`` and identify it; nothing is zeroed, tared or set.

    Raises:
        LinkLost, InstrumentTimeout, ProtocolError: see :class:`~drivers.interfaces.DriverFactory`.
        NotSupported: an unknown option.
    """
    table = Options("radwag", options, known=("line", "autozero"))
    line, autozero = table.line("9600 8N1"), table.choice("autozero", ("leave", "off"))
    link = SerialLink(address, clock=clock, wire=wire.channel(address), **line)
    return Radwag(link, clock, autozero_off=autozero == "off")

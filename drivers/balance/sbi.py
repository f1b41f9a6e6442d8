"""A Sartorius balance that speaks SBI (Cubis, Secura, Quintix, Entris, and weighing modules of Minebea Intec).

::

    with open_sbi("/dev/serial/by-id/…", clock=clock, wire=wire, options={"line": "9600 7O1"}) as balance:
        balance.prepare()         # SBI has no question for zero tracking and isoCAL; see balance.notes
        balance.drain()           # [(12.0, 53.15042, True, "ok")]

Menu of the balance: SBI, manual print *without* stability, automatic output off, decimal point. The line is 9600 8O1
unless the option ``line`` says otherwise (older models 7O1). Both 16 and 22 characters are understood.

Two traps of this dialect are closed here:

* With automatic output on, ``ESC P`` does not print but switches the stream off and on. The driver listens before it
  asks anything, and refuses a balance that speaks unasked, then and later.
* An unstable weight comes without its unit. The unit is taken from stable weights; until the first of them the reading
  is *busy*, not a number in an unknown unit. It must not change while the balance is in use, and an unstable value must
  have as many decimals as the stable ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from calibration.units import MASS, TIME
from drivers.balance.sbi_answers import Line, is_weight, parse_line, parse_text
from drivers.balance.serial_balance import REPLY_S, STABILITY_S, SerialBalance
from drivers.balance.weight import Weight, no_weight
from drivers.errors import InstrumentError, InstrumentTimeout, ProtocolError
from drivers.interfaces import Identity
from drivers.options import Options
from drivers.serial_link import SerialLink
from drivers.wiring import RS232, TIP, Wiring

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calibration.units import Quantity
    from drivers.clock import Clock
    from drivers.wire_log import WireLog

WIRING: Final = Wiring(
    "balance",
    f"{RS232}; a 25-pin socket, as on Cubis, has transmit on 2, receive on 3, ground on 7, and a reset and supply "
    "voltages on others, so use the maker's cable [K for other models]; SBI, 9600 8O1, automatic output off",
    TIP,
)
#: How long to listen for automatic output before the first question [s]; a slower stream is noticed by its lines.
LISTEN_S: Final = 1.0
_LATE_LINES: Final = 3
_PRINT: Final = b"\x1bP\r\n"
_NOTES: Final = (
    "automatic zero tracking could not be checked (SBI has no question for it); make sure by hand that it is off",
    "automatic adjustment (isoCAL) could not be checked (SBI has no question for it); make sure by hand that it is off",
)


class Sbi(SerialBalance):
    """The driver; opened by :func:`open_sbi`.

    Attributes:
        notes: what :meth:`prepare` could not check, in words for the record.
    """

    def __init__(self, link: SerialLink, clock: Clock) -> None:
        self._unit, self._decimals, self._length = "", 0, 0
        super().__init__(link, clock)

    def prepare(self) -> None:
        """Learn the unit from a stable weight; note what cannot be asked.

        Raises:
            NotStable: no stable weight, so the unit of the others is not known.
            InstrumentError: automatic output is on.
        """
        self.notes = list(_NOTES)
        if not self._unit:
            self.read_stable(TIME.quantity(STABILITY_S))
        elif self._weight().status == "ok" and self._unit != "g":
            self.notes.append(f"unit is {self._unit}; readings are converted to g")

    def zero(self) -> None:
        """Set the zero, and see that the balance shows it; never called while recording.

        Raises:
            InstrumentError: the balance has not done it.
            NotStable: no stable weight.
        """
        self._link.write(b"\x1bV\r\n")
        self._wait_for_zero("zero")

    def tare(self) -> Quantity:
        """Set the tare, see that the balance shows zero, and say what it showed before.

        SBI has no question for the tare: what was tared before is not in the answer. Never called while recording.

        Raises:
            InstrumentError: the balance has not done it.
            NotStable: no stable weight.
        """
        before = self.read_stable(TIME.quantity(STABILITY_S))
        self._link.write(b"\x1bU\r\n")
        self._wait_for_zero("tare")
        return MASS.quantity(MASS.magnitude("tare", before))

    def _ask_weight(self) -> Weight:
        seen = self._link.discarded
        try:
            line = self._link.query(_PRINT, REPLY_S)
        except InstrumentTimeout as silence:
            if self._link.discarded != seen:  # it was a stream, and is off now
                raise self._automatic() from silence
            raise
        if self._link.discarded != seen:
            raise self._automatic()
        if len(line) != self._length and self._length:
            raise ProtocolError(f"{self._link.address}: expected {self._length} characters as before, found {line!r}")
        weight = self._understood(parse_line(line))
        self._length = len(line)
        return weight

    def _understood(self, line: Line) -> Weight:
        """The weight of a line, in the unit that stable weights have."""
        if line.status != "ok":
            return no_weight(line.status)
        decimals = len(line.text.partition(".")[2])
        if not self._unit:
            self._unit = line.unit
        if line.unit and line.unit == self._unit:
            self._decimals = decimals
        if not self._unit:
            return no_weight("busy")
        if line.unit not in {"", self._unit} or decimals != self._decimals:
            raise ProtocolError(
                f"{self._link.address}: expected weights in {self._unit} with {self._decimals} decimals, found "
                f"{line.text!r} {line.unit!r}; set the unit back, or open the balance again"
            )
        return Weight(float(line.text), self._unit, bool(line.unit), "ok")

    def _identify(self) -> Identity:
        """Listen, then ask x1_, x2_ and x3_."""
        with self._link.lock:
            self._listen()
            self._unit, self._length = "", 0
            model, serial_number = self._text(1, "the model"), self._serial_number()
            if model == serial_number:  # ``ES``, ``EC,E01``: the word of another dialect for a command it does not know
                raise ProtocolError(
                    f"{self._link.address}: expected a model and a serial number, found {model!r} for both; "
                    "see that this is a Sartorius and that SBI is set on it"
                )
            return Identity("Sartorius", model, serial_number, self._text(3, "the software version"))

    def _listen(self) -> None:
        """Refuse a balance that speaks unasked."""
        self._link.flush_input()
        try:
            line = self._link.read_line(LISTEN_S)
        except InstrumentTimeout:
            return
        except ProtocolError:  # half a line, or noise of plugging in
            self._link.flush_input()
            return
        if is_weight(line):
            raise self._automatic()

    def _serial_number(self) -> str:
        return self._text(2, "the serial number")

    def _text(self, number: int, what: str) -> str:
        """The answer to x1_, x2_ or x3_; a weight that was late may come before it."""
        with self._link.lock:
            line = self._link.query(b"\x1bx%d_\r\n" % number, REPLY_S)
            for _ in range(_LATE_LINES):
                if not is_weight(line):
                    return parse_text(line, what)
                line = self._link.read_line(REPLY_S)
        raise self._automatic()

    def _automatic(self) -> InstrumentError:
        return InstrumentError(
            "auto-print",
            f"{self._link.address}: expected silence, found weights that nobody asked for; switch automatic output "
            "off on the balance (with it on, ESC P starts and stops the stream)",
        )


def open_sbi(address: str, *, clock: Clock, wire: WireLog, options: Mapping[str, object]) -> Sbi:
    """Open the balance at ``address`` and identify it; nothing is zeroed, tared or set.

    Raises:
        LinkLost, InstrumentTimeout, ProtocolError: see :class:`~drivers.interfaces.DriverFactory`.
        InstrumentError: automatic output is on.
        NotSupported: an unknown option.
    """
    line = Options("sbi", options, known=("line",)).line("9600 8O1")
    return Sbi(SerialLink(address, clock=clock, wire=wire.channel(address), **line), clock)

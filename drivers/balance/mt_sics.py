"""A Mettler-Toledo balance that speaks MT-SICS (XPR, XSR, XP, XS, AX and kin).

::

    with open_mt_sics("/dev/serial/by-id/…", clock=clock, wire=wire, options={}) as balance:
        balance.prepare()         # refuses zero tracking and automatic adjustment; see balance.notes
        balance.drain()           # [(12.0, 53.15042, True, "ok")]

The interface is CR LF without handshake, 9600 Bd 8N1 unless the option ``line = "19200 8N1"`` says otherwise. The
drain asks ``SI``, which answers at once, stable or not. The reset command ``@`` is never sent: it would clear the
tare, and with it the reference of a run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from calibration.units import MASS, TIME
from drivers.balance.mt_sics_answers import Weight, parse_text, parse_weight
from drivers.balance.mt_sics_settings import SETTINGS, NotChecked, refusal
from drivers.errors import InstrumentTimeout, NotStable, OverRange, ProtocolError
from drivers.interfaces import Balance, Identity, Row
from drivers.options import Options
from drivers.serial_instrument import SerialInstrument
from drivers.serial_link import SerialLink

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calibration.units import Quantity
    from drivers.clock import Clock
    from drivers.wire_log import WireLog

#: How long an immediate answer may take: 9600 Bd, a balance that is busy, a slow USB bridge [s].
REPLY_S: Final = 2.0
#: How long the balance itself waits for stability before it gives up; adjustable on the balance [s].
STABILITY_S: Final = 60.0
#: Weight lines of a stream that may still come after it was ended.
_STREAM_REST: Final = 50
_SI: Final = b"SI\r\n"


class MtSics(SerialInstrument, Balance):
    """The driver; opened by :func:`open_mt_sics`.

    Attributes:
        notes: what :meth:`prepare` could not check, in words for the record.
    """

    def __init__(self, link: SerialLink, clock: Clock) -> None:
        self.notes: list[str] = []
        self._clock = clock
        super().__init__(link)

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

    def drain(self) -> list[Row]:
        """One reading, now: ``[(t_s, mass_g, stable, status)]``; NaN where the balance gives no mass.

        Raises:
            DriverError: the branch names the culprit.
        """
        weight = parse_weight(self._link.query(_SI, REPLY_S))
        return [(self._clock.now(), weight.grams, weight.stable, weight.status)]

    def read(self) -> Quantity:
        """The mass indicated now, stable or not.

        Raises:
            OverRange: over or under the weighing range.
            NotStable: the balance is busy with something else.
        """
        return self._mass(self._weight())

    def read_stable(self, timeout: Quantity) -> Quantity:
        """The next stable mass.

        Raises:
            NotStable: none within ``timeout``.
            InstrumentTimeout: the balance has gone silent.
            OverRange: over or under the weighing range.
        """
        try:
            line = self._link.query(b"S\r\n", TIME.magnitude("timeout", timeout))
        except InstrumentTimeout as silence:
            self._weight()  # ends the wait in the balance; raises if it is not there at all
            raise NotStable(
                f"{self._link.address}: expected a stable weight within {timeout!s}, found none; "
                "look for draught, vibration, and a drop at the needle"
            ) from silence
        return self._mass(parse_weight(line))

    def zero(self) -> None:
        """Set the zero, once stable; never called while recording.

        Raises:
            NotStable: no stable weight to zero.
            OverRange: out of the zero setting range.
        """
        line = self._link.query(b"Z\r\n", STABILITY_S)
        if line != b"Z A":
            self._mass(parse_weight(line, b"Z"))
            raise ProtocolError(f"{self._link.address}: expected 'Z A', found {line!r}")

    def tare(self) -> Quantity:
        """Set the tare, once stable, and say what it is; never called while recording.

        Raises:
            NotStable: no stable weight to tare.
            OverRange: out of the taring range.
        """
        return self._mass(parse_weight(self._link.query(b"T\r\n", STABILITY_S), b"T"))

    def _weight(self) -> Weight:
        return parse_weight(self._link.query(_SI, REPLY_S))

    def _mass(self, weight: Weight) -> Quantity:
        """The mass of a weight answer, or the error that its status stands for."""
        if weight.status == "busy":
            raise NotStable(
                f"{self._link.address}: expected a weight, found the balance busy or never stable; "
                "wait, and look for draught and vibration"
            )
        if weight.status != "ok":
            raise OverRange(f"{self._link.address}: expected a weight, found {weight.status}; look at the load")
        return MASS.quantity(weight.grams)

    def _identify(self) -> Identity:
        """Ask I4, I2 and I3, after ending a stream that an earlier host may have left running."""
        self._link.query(_SI, REPLY_S)  # an immediate reading ends SIR [K]
        self._link.write(b"I4\r\n")
        serial_number = parse_text(self._after_stream(), "I4")
        model = parse_text(self._link.query(b"I2\r\n", REPLY_S), "I2").split(" ")[0]
        firmware = parse_text(self._link.query(b"I3\r\n", REPLY_S), "I3")
        return Identity("Mettler-Toledo", model, serial_number, firmware)

    def _after_stream(self) -> bytes:
        """The next line that is no weight."""
        for _ in range(_STREAM_REST):
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
    line = Options("mt-sics", options, known=("line",)).line("9600 8N1")
    return MtSics(SerialLink(address, clock=clock, wire=wire.channel(address), **line), clock)

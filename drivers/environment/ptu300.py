"""A Vaisala PTU300: pressure, temperature and humidity of the air around the balance.

::

    with open_ptu300("/dev/serial/by-id/…", clock=clock, wire=wire, options={}) as air:
        air.prepare()
        air.drain()              # [(10.0, 22.1, 1013.2, 44.8)]

The transmitter must be in STOP mode with the default output format. Its user port is 4800 Bd 7E1 from the works [K];
other settings are the option ``line = "19200 8N1"``. With echo on it repeats each command and prompts with ``>``;
both are skipped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from calibration.units import AIR_PRESSURE, HUMIDITY, TEMPERATURE
from drivers.environment.ptu300_answers import Reading, parse_information, parse_reading, without_prompt
from drivers.errors import InstrumentTimeout, ProtocolError
from drivers.interfaces import Environment, Identity, Row
from drivers.options import Options
from drivers.serial_instrument import SerialInstrument
from drivers.serial_link import SerialLink
from drivers.wiring import Wiring

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calibration.units import Quantity
    from drivers.clock import Clock
    from drivers.wire_log import WireLog

WIRING: Final = Wiring(
    "environment",
    "serial cable of the transmitter's user port to the host, 4800 7E1, STOP mode [K for port and cable]",
    "probe inside the draught shield or beside it, not in the warm air above the balance",
)
#: How long an answer may take; a message at 4800 Bd alone takes 0.1 s [s].
REPLY_S: Final = 2.0
#: Silence after which the many lines of ``?`` are over [s].
_QUIET_S: Final = 0.5
_ECHO_LINES: Final = 3
_INFORMATION_LINES: Final = 60


class Ptu300(SerialInstrument, Environment):
    """The driver; opened by :func:`open_ptu300`."""

    shareable = True

    def __init__(self, link: SerialLink, clock: Clock) -> None:
        self._clock = clock
        super().__init__(link)

    def prepare(self) -> None:
        """Take one reading, so that a wrong output format is refused now.

        Raises:
            DriverError: no usable reading.
        """
        self._read()

    def drain(self) -> list[Row]:
        """One reading, now: ``[(t_s, temperature_c, pressure_hpa, humidity_percent)]``.

        Raises:
            DriverError: the branch names the culprit.
        """
        reading = self._read()
        return [(self._clock.now(), *reading)]

    def read(self) -> tuple[Quantity, Quantity, Quantity]:
        """Temperature, pressure and relative humidity now."""
        reading = self._read()
        return (
            TEMPERATURE.quantity(reading.temperature_c),
            AIR_PRESSURE.quantity(reading.pressure_hpa),
            HUMIDITY.quantity(reading.humidity_percent),
        )

    def _read(self) -> Reading:
        with self._link.lock:
            line = without_prompt(self._link.query(b"SEND\r", REPLY_S))
            for _ in range(_ECHO_LINES):
                if line and line.upper() != b"SEND":
                    break
                line = without_prompt(self._link.read_line(REPLY_S))
        return parse_reading(line)

    def _identify(self) -> Identity:
        """Read the many lines of ``?`` to their end, so that none is taken for a message later."""
        with self._link.lock:
            self._link.flush_input()
            self._link.write(b"?\r")
            lines = [self._link.read_line(REPLY_S)]
            while len(lines) < _INFORMATION_LINES and (line := self._next_line()) is not None:
                lines.append(line)
        found = parse_information(lines)
        if found is None:
            raise ProtocolError(
                f"{self._link.address}: expected model and serial number in the answer to '?', found {lines[:4]!r}; "
                "check that this is a PTU300 in STOP mode"
            )
        return Identity("Vaisala", *found)

    def _next_line(self) -> bytes | None:
        """The next line of an answer, None when it is over (a prompt alone has no line end)."""
        try:
            return self._link.read_line(_QUIET_S)
        except InstrumentTimeout:
            return None
        except ProtocolError:
            self._link.flush_input()
            return None


def open_ptu300(address: str, *, clock: Clock, wire: WireLog, options: Mapping[str, object]) -> Ptu300:
    """Open the transmitter at ``address`` and identify it; no setting is changed.

    Raises:
        LinkLost, InstrumentTimeout, ProtocolError: see :class:`~drivers.interfaces.DriverFactory`.
        NotSupported: an unknown option.
    """
    line = Options("ptu300", options, known=("line",)).line("4800 7E1")
    return Ptu300(SerialLink(address, clock=clock, wire=wire.channel(address), **line), clock)

"""A thermometer, hygrometer and barometer in one box that answers over SCPI.

::

    options = {"pressure_unit": "kPa"}
    with open_scpi_environment("TCPIP0::192.168.1.24::5025::SOCKET", clock=clock, wire=wire, options=options) as air:
        air.prepare()
        air.drain()                   # [(10.0, 22.1, 1013.2, 44.8)]

There is no common dialect for such boxes, so the three questions are options: ``temperature`` (``"MEAS:TEMP?"``),
``pressure`` (``"MEAS:PRES?"``) and ``humidity`` (``"MEAS:HUM?"``); ``pressure_unit`` is ``hPa``, ``kPa``, ``Pa`` or
``mbar``. A reading that cannot be (10 hPa, because the box speaks kPa) is refused before the run. Also:
``visa_library``, ``timeout``. How it is connected: :data:`WIRING`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from calibration.errors import UnitError
from calibration.units import AIR_PRESSURE, HUMIDITY, TEMPERATURE
from drivers.errors import ProtocolError
from drivers.interfaces import Environment, Row
from drivers.options import Options
from drivers.scpi_instrument import LINK_OPTIONS, ScpiInstrument, scpi_link
from drivers.wiring import LAN, Wiring

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calibration.units import Quantity
    from drivers.clock import Clock
    from drivers.scpi_link import ScpiLink
    from drivers.wire_log import WireLog

WIRING: Final = Wiring(
    "environment", LAN, "probe inside the draught shield or beside it, not in the warm air above the balance"
)
_HPA: Final = {"hPa": 1.0, "kPa": 10.0, "Pa": 0.01, "mbar": 1.0}
_QUESTIONS: Final = {"temperature": "MEAS:TEMP?", "pressure": "MEAS:PRES?", "humidity": "MEAS:HUM?"}


class ScpiEnvironment(ScpiInstrument, Environment):
    """The driver; opened by :func:`open_scpi_environment`."""

    def __init__(self, link: ScpiLink, clock: Clock, questions: tuple[str, str, str], unit_hpa: float) -> None:
        super().__init__(link, clock)
        self._questions, self._unit_hpa = questions, unit_hpa

    def prepare(self) -> None:
        """Take one reading, so that a wrong unit is refused now.

        Raises:
            ProtocolError: a value that air does not have.
            DriverError: no usable reading.
        """
        self._note_old_errors()
        self._values()

    def drain(self) -> list[Row]:
        """One reading, now: ``[(t_s, temperature_c, pressure_hpa, humidity_percent)]``."""
        return [(self._clock.now(), *self._values())]

    def read(self) -> tuple[Quantity, Quantity, Quantity]:
        """Temperature, pressure and relative humidity now."""
        temperature_c, pressure_hpa, humidity_percent = self._values()
        return TEMPERATURE.quantity(temperature_c), AIR_PRESSURE.quantity(pressure_hpa), HUMIDITY.quantity(
            humidity_percent
        )  # fmt: skip

    def _values(self) -> tuple[float, float, float]:
        with self._link.lock:
            temperature_c, pressure, humidity_percent = (self._link.number(question) for question in self._questions)
        values = temperature_c, self._unit_hpa * pressure, humidity_percent
        try:
            for name, kind, value in zip(_QUESTIONS, (TEMPERATURE, AIR_PRESSURE, HUMIDITY), values, strict=True):
                kind.magnitude(name, kind.quantity(value))
        except UnitError as error:
            raise ProtocolError(
                f"{self._link.address}: {error}; check the options temperature, pressure, humidity and pressure_unit"
            ) from error
        return values


def open_scpi_environment(
    address: str, *, clock: Clock, wire: WireLog, options: Mapping[str, object]
) -> ScpiEnvironment:
    """Open the sensor box at ``address`` (a VISA resource name) and identify it; no setting is changed.

    Raises:
        LinkLost, InstrumentTimeout, ProtocolError: see :class:`~drivers.interfaces.DriverFactory`.
        NotSupported: an unknown option, or pyvisa is not installed.
    """
    chosen = Options("scpi-environment", options, known=(*_QUESTIONS, "pressure_unit", *LINK_OPTIONS))
    temperature, pressure, humidity = (chosen.text(key, question) for key, question in _QUESTIONS.items())
    unit_hpa = _HPA[chosen.choice("pressure_unit", tuple(_HPA))]
    link = scpi_link(address, chosen, clock=clock, wire=wire)
    return ScpiEnvironment(link, clock, (temperature, pressure, humidity), unit_hpa)

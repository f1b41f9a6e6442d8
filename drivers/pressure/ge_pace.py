"""A GE Druck PACE5000 or PACE6000 pressure controller, which echoes the header of a question in its answer.

::

    with open_ge_pace("TCPIP0::192.168.1.23::5025::SOCKET", clock=clock, wire=wire, options={}) as pace:
        pace.set_pressure(PRESSURE.parse("back pressure", "2 kPa"))
        pace.drain()                  # [(10.0, 2.0003, 2.0, True)]
        pace.vent()

``:SENS1:PRES?`` is answered ``:SENS1:PRES 2.0003``; an answer with another header belongs to another question and is
refused. Opening and closing neither control nor vent. The unit is read from the instrument, never assumed.

How it is connected: :data:`WIRING`. Options: ``module`` (1), ``visa_library``, ``timeout``. [K], never run on one:
that the in-limits flag is the second value of ``:SENS:PRES:INL?``, and how it vents (from memory of manual K0472).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from calibration.units import PRESSURE
from drivers.errors import InstrumentError, ProtocolError
from drivers.interfaces import PressureController, Row
from drivers.options import Options
from drivers.scpi_answers import flag, number
from drivers.scpi_instrument import LINK_OPTIONS, ScpiInstrument, scpi_link
from drivers.wiring import LAN, Wiring

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calibration.units import Quantity
    from drivers.clock import Clock
    from drivers.scpi_link import ScpiLink
    from drivers.wire_log import WireLog

WIRING: Final = Wiring(
    "pressure",
    LAN,
    "outlet of the module (gauge) to the gas side of the liquid trap above the tip's vessel, vent open to the room",
)
#: kPa in one of the controller's units.
_KPA: Final = {"KPA": 1.0, "PA": 1e-3, "HPA": 0.1, "MBAR": 0.1, "BAR": 100.0, "MMHG": 0.133322387415}


class GePace(ScpiInstrument, PressureController):
    """The driver; opened by :func:`open_ge_pace`."""

    def __init__(self, link: ScpiLink, clock: Clock, module: int) -> None:
        super().__init__(link, clock)
        self._module = module
        self._unit_for, self._unit_kpa = 0, math.nan  # read anew when the connection was

    def prepare(self) -> None:
        """Note what the error queue holds, and take one reading; nothing is controlled or vented.

        Raises:
            DriverError: no usable reading, or a unit that is no pressure of ours.
        """
        self._note_old_errors()
        self._unit_for = 0
        self._reading()

    def drain(self) -> list[Row]:
        """One reading, now: ``[(t_s, pressure_kpa, setpoint_kpa, in_limits)]``."""
        with self._link.lock:
            pressure_kpa, in_limits = self._reading()
            setpoint_kpa = self._unit() * self._link.number(f":SOUR{self._module}:PRES?")
        return [(self._clock.now(), pressure_kpa, setpoint_kpa, in_limits)]

    def set_pressure(self, pressure: Quantity) -> Quantity:
        """Control to a gauge pressure; give the set point that was read back.

        Raises:
            UnitError: no gauge pressure.
            InstrumentError: out of the module's range, or another set point is read back.
        """
        wanted_kpa = PRESSURE.magnitude("pressure", pressure)
        with self._link.lock:
            unit_kpa = self._unit()
            self._link.set(f":SOUR{self._module}:PRES {wanted_kpa / unit_kpa:.7g}")
            found_kpa = unit_kpa * self._link.number(f":SOUR{self._module}:PRES?")
            if not math.isclose(found_kpa, wanted_kpa, rel_tol=1e-4, abs_tol=1e-3):
                raise InstrumentError(
                    "SOUR", f"{self._link.address}: expected a set point of {wanted_kpa:g} kPa to be read back, found "
                    f"{found_kpa:g} kPa; look for limits set on the controller"
                )  # fmt: skip
            self._link.set(f":OUTP{self._module}:STAT 1")
        return PRESSURE.quantity(found_kpa)

    def vent(self) -> None:
        """Open to the atmosphere, in any state."""
        self._link.set(f":SOUR{self._module}:PRES:LEV:IMM:AMPL:VENT 1")

    def read(self) -> Quantity:
        """Gauge pressure now."""
        return PRESSURE.quantity(self._reading()[0])

    def _reading(self) -> tuple[float, bool]:
        """Pressure [kPa] and whether it is within the limits of the set point."""
        question = f":SENS{self._module}:PRES:INL?"
        with self._link.lock:
            unit_kpa, text = self._unit(), self._link.ask(question)
        pressure, _, settled = text.partition(",")
        where = self._link.address
        return unit_kpa * number(where, question, pressure), flag(where, question, settled)

    def _unit(self) -> float:
        """What one of the controller's units is in kPa."""
        if self._unit_for != self._link.generation:
            text = self._link.ask(f":UNIT{self._module}:PRES?").strip().upper()
            if text not in _KPA:
                raise ProtocolError(
                    f"{self._link.address}: expected one of {', '.join(_KPA)}, found the unit {text!r}; "
                    "choose another on the controller"
                )
            self._unit_for, self._unit_kpa = self._link.generation, _KPA[text]
        return self._unit_kpa


def open_ge_pace(address: str, *, clock: Clock, wire: WireLog, options: Mapping[str, object]) -> GePace:
    """Open the controller at ``address`` (a VISA resource name) and identify it; nothing is controlled.

    Raises:
        LinkLost, InstrumentTimeout, ProtocolError: see :class:`~drivers.interfaces.DriverFactory`.
        NotSupported: an unknown option, or pyvisa is not installed.
    """
    chosen = Options("ge-pace", options, known=("module", *LINK_OPTIONS))
    module = chosen.whole("module", 1, highest=2)
    return GePace(scpi_link(address, chosen, clock=clock, wire=wire, header_echo=True), clock, module)

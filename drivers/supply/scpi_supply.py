"""A DC supply that speaks SCPI in the dialect of the Keysight E36312A: channel lists, ``(@1)``.

::

    with open_scpi_supply("TCPIP0::192.168.1.20::5025::SOCKET", clock=clock, wire=wire, options={}) as supply:
        supply.set_voltage(VOLTAGE.parse("battery", "3.0 V"), CURRENT.parse("limit", "200 mA"))
        supply.set_output(True)
        supply.drain()                # [(10.0, 3.0002, 0.0251, True)]

Opening and closing switch nothing: a device under test keeps its battery when the rig ends. How it is connected:
:data:`WIRING`.

Options: ``channel`` (1), ``visa_library``, ``timeout``. How a battery behaves is
:class:`drivers.supply.battery.BatteryProfile`. Source: commands as in Keysight's E36300 series guide [K for the
wording of its refusals].
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from calibration.units import CURRENT, VOLTAGE
from drivers.errors import InstrumentError
from drivers.interfaces import Row, Supply
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
    "supply",
    LAN,
    "output + and - of the channel (option channel, 1) to the pump's battery terminals, sense leads at the pump where "
    "the supply has them; nothing else feeds the pump, as a USB cable would",
)
#: A read-back may differ from what was sent by the supply's own rounding [V, A].
_ROUNDING: Final = 2e-3


class ScpiSupply(ScpiInstrument, Supply):
    """The driver; opened by :func:`open_scpi_supply`."""

    def __init__(self, link: ScpiLink, clock: Clock, channel: int) -> None:
        super().__init__(link, clock)
        self._channel = f"(@{channel})"

    def prepare(self) -> None:
        """Note what the error queue holds, and take one reading.

        Raises:
            DriverError: no usable reading.
        """
        self._note_old_errors()
        self._measured()

    def drain(self) -> list[Row]:
        """One reading, now: ``[(t_s, voltage_v, current_a, output_on)]``; NaN beyond range."""
        with self._link.lock:
            voltage_v, current_a = self._measured()
            output_on = self._link.flag(f"OUTP? {self._channel}")
        return [(self._clock.now(), voltage_v, current_a, output_on)]

    def set_voltage(self, voltage: Quantity, current_limit: Quantity | None = None) -> Quantity:
        """Set the output voltage, after the current limit where one is given; the output is not switched.

        Returns:
            What the supply read back.

        Raises:
            UnitError: no voltage, no current.
            InstrumentError: the supply cannot do that, or reads back another value.
        """
        wanted_v = VOLTAGE.magnitude("voltage", voltage)
        with self._link.lock:
            if current_limit is not None:
                self._set("CURR", CURRENT.magnitude("current_limit", current_limit), "A")
            return VOLTAGE.quantity(self._set("VOLT", wanted_v, "V"))

    def set_output(self, on: bool) -> None:
        """Switch the output.

        Raises:
            InstrumentError: the supply did not do it, e.g. because a protection has tripped.
        """
        with self._link.lock:
            self._link.set(f"OUTP {'ON' if on else 'OFF'},{self._channel}")
            if self._link.flag(f"OUTP? {self._channel}") is not on:
                raise InstrumentError(
                    "OUTP", f"{self._link.address}: expected output {'on' if on else 'off'}, found it is not; "
                    "look for a tripped protection on the display"
                )  # fmt: skip

    def read(self) -> tuple[Quantity, Quantity]:
        """Voltage and current now.

        Raises:
            OverRange: 9.9E37.
        """
        voltage_v, current_a = self._measured()
        return VOLTAGE.quantity(voltage_v), CURRENT.quantity(current_a)

    def _measured(self) -> tuple[float, float]:
        with self._link.lock:
            voltage_v = self._link.number(f"MEAS:VOLT? {self._channel}")
            return voltage_v, self._link.number(f"MEAS:CURR? {self._channel}")

    def _set(self, what: str, value: float, unit: str) -> float:
        self._link.set(f"{what} {value:.6g},{self._channel}")
        found = self._link.number(f"{what}? {self._channel}")
        if not math.isclose(found, value, rel_tol=1e-3, abs_tol=_ROUNDING):
            raise InstrumentError(
                what, f"{self._link.address}: expected {value:g} {unit} to be read back, found {found:g} {unit}; "
                "look for limits set on the supply"
            )  # fmt: skip
        return found


def open_scpi_supply(address: str, *, clock: Clock, wire: WireLog, options: Mapping[str, object]) -> ScpiSupply:
    """Open the supply at ``address`` (a VISA resource name) and identify it; nothing is set or switched.

    Raises:
        LinkLost, InstrumentTimeout, ProtocolError: see :class:`~drivers.interfaces.DriverFactory`.
        NotSupported: an unknown option, or pyvisa is not installed.
    """
    chosen = Options("scpi-supply", options, known=("channel", *LINK_OPTIONS))
    channel = chosen.whole("channel", 1, highest=4)
    return ScpiSupply(scpi_link(address, chosen, clock=clock, wire=wire), clock, channel)

"""A frequency counter on the pump's step signal, in the dialect of the Keysight 53220A.

::

    with open_scpi_counter("TCPIP0::192.168.1.22::5025::SOCKET", clock=clock, wire=wire, options={}) as counter:
        counter.prepare()             # begins to count
        counter.drain()               # [(10.0, 5600)]

``function = "totalize"`` (the default) counts steps without a gap, from :meth:`ScpiCounter.prepare` on;
``"frequency"`` measures their rate with a gate, and says nothing in between. At a patient's flow (one step in
seconds) only totalize is of use: 0.15 mL/day is 0.22 Hz.

How it is connected: :data:`WIRING`. Options: ``function``, ``channel`` (1), ``visa_library``, ``timeout``.
[K]: ``CONF:TOT:CONT`` and ``FETC?`` as remembered from the 53220A's guide; never run on one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from calibration.units import FREQUENCY, registry
from drivers.errors import InstrumentError, NotStable, OverRange, ProtocolError
from drivers.interfaces import Column, Meter, Row
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
    "meter",
    LAN,
    "channel 1 through 1 kohm to STEP, pin D6 of the pump's Uno, its shell to ground; input 1 Mohm, DC, threshold at "
    "half the logic level",
)
TOTALIZE: Final = "totalize"
_COLUMNS: Final = {
    TOTALIZE: Column("steps", "int64", "", "pulses of the step signal since counting began"),
    "frequency": Column("step_frequency_hz", "float64", "Hz", "rate of the step signal; NaN without one"),
}


class ScpiCounter(ScpiInstrument, Meter):
    """The driver; opened by :func:`open_scpi_counter`."""

    def __init__(self, link: ScpiLink, clock: Clock, function: str, channel: int) -> None:
        super().__init__(link, clock)
        self._function, self._channel = function, f"(@{channel})"
        self._counting = False

    @property
    def columns(self) -> tuple[Column, ...]:
        """The one column of the function that was chosen."""
        return (_COLUMNS[self._function],)

    def prepare(self) -> None:
        """Choose the function and, to totalize, begin at zero.

        Raises:
            InstrumentError: the counter refuses.
        """
        self._note_old_errors()
        if self._function == TOTALIZE:
            self._link.set(f"CONF:TOT:CONT {self._channel}", "INIT")
        else:
            self._link.set(f"CONF:FREQ {self._channel}")
        self._counting = True

    def drain(self) -> list[Row]:
        """One value, now: ``[(t_s, steps)]`` or ``[(t_s, step_frequency_hz)]``, NaN where there is no signal.

        Raises:
            InstrumentError: never prepared.
            DriverError: the branch names the culprit.
        """
        value: Any
        try:
            value = self._value()
        except (OverRange, NotStable):
            if self._function == TOTALIZE:
                raise
            value = float("nan")
        return [(self._clock.now(), value)]

    def read(self) -> Quantity:
        """The number of steps (unit ``count``), or their frequency.

        Raises:
            OverRange, NotStable: 9.9E37, 9.91E37: no signal.
        """
        value = self._value()
        return registry().Quantity(value, "count") if self._function == TOTALIZE else FREQUENCY.quantity(value)

    def _value(self) -> float:
        if not self._counting:
            raise InstrumentError("INIT", f"{self._link.address}: expected a counter that counts; call prepare() first")
        if self._function != TOTALIZE:
            return self._link.number("READ?")
        count = self._link.number("FETC?")
        if count < 0.0 or count != int(count):
            raise ProtocolError(f"{self._link.address}: expected a whole number of steps, found {count!r}")
        return int(count)


def open_scpi_counter(address: str, *, clock: Clock, wire: WireLog, options: Mapping[str, object]) -> ScpiCounter:
    """Open the counter at ``address`` (a VISA resource name) and identify it; no setting is changed.

    Raises:
        LinkLost, InstrumentTimeout, ProtocolError: see :class:`~drivers.interfaces.DriverFactory`.
        NotSupported: an unknown option, or pyvisa is not installed.
    """
    chosen = Options("scpi-counter", options, known=("function", "channel", *LINK_OPTIONS))
    function, channel = chosen.choice("function", tuple(_COLUMNS)), chosen.whole("channel", 1, highest=2)
    return ScpiCounter(scpi_link(address, chosen, clock=clock, wire=wire), clock, function, channel)

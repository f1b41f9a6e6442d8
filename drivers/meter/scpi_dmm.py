"""A digital multimeter that speaks SCPI (Keysight/Agilent 34410A, 34401A, 34461A and kin).

::

    options = {"function": "resistance", "range": "1000"}
    with open_scpi_dmm("TCPIP0::192.168.1.21::5025::SOCKET", clock=clock, wire=wire, options=options) as meter:
        meter.prepare()               # FUNC "RES", RES:RANG 1000
        meter.drain()                 # [(10.0, 350.02)]

A measurement is ``READ?`` after ``FUNC``, never ``MEAS?``: that resets range and integration time. The function is
set by :meth:`ScpiDmm.prepare`, and again when the connection had to be opened anew; opening sets nothing.

Options: ``function`` (``voltage``, ``current``, ``resistance``), ``range`` (a number as text in V, A or ohm; automatic
where it is not given), ``power_line_cycles`` (as text, e.g. ``"10"``), ``visa_library``, ``timeout``.

How it is connected: :data:`WIRING`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from calibration.units import CURRENT, RESISTANCE, VOLTAGE, Kind
from drivers.errors import NotSupported, OverRange
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
    "voltage and resistance: HI and LO at the terminals to be measured, HI to +; current: in series through the I "
    "terminal, after a look at its fuse",
)


class Function(NamedTuple):
    """What the meter measures: SCPI's word, the kind, and the column of the record."""

    word: str
    kind: Kind
    column: Column


FUNCTIONS: Final = {
    "voltage": Function("VOLT", VOLTAGE, Column("voltage_v", "float64", "V", "DC voltage; NaN beyond range")),
    "current": Function("CURR", CURRENT, Column("current_a", "float64", "A", "DC current; NaN beyond range")),
    "resistance": Function("RES", RESISTANCE, Column("resistance_ohm", "float64", "ohm", "2 wires; NaN beyond range")),
}


class ScpiDmm(ScpiInstrument, Meter):
    """The driver; opened by :func:`open_scpi_dmm`."""

    def __init__(self, link: ScpiLink, clock: Clock, function: Function, settings: tuple[str, ...]) -> None:
        super().__init__(link, clock)
        self._function, self._settings = function, settings
        self._set_for = 0  # the opening of the connection that the settings were made in

    @property
    def columns(self) -> tuple[Column, ...]:
        """The one column of the function that was chosen."""
        return (self._function.column,)

    def prepare(self) -> None:
        """Set function, range and integration time, and take one reading.

        Raises:
            InstrumentError: the meter refuses a setting.
            DriverError: no usable reading.
        """
        self._note_old_errors()
        self._set_for = 0
        self.drain()

    def drain(self) -> list[Row]:
        """One measurement, now: ``[(t_s, value)]``; NaN beyond range."""
        try:
            value = self._measured()
        except OverRange:
            value = float("nan")
        return [(self._clock.now(), value)]

    def read(self) -> Quantity:
        """One measurement.

        Raises:
            OverRange: the meter shows overload (9.9E37).
        """
        return self._function.kind.quantity(self._measured())

    def _measured(self) -> float:
        with self._link.lock:
            if self._set_for != self._link.generation:
                self._link.set(*self._settings)
                self._set_for = self._link.generation
            return self._link.number("READ?")


def open_scpi_dmm(address: str, *, clock: Clock, wire: WireLog, options: Mapping[str, object]) -> ScpiDmm:
    """Open the multimeter at ``address`` (a VISA resource name) and identify it; no setting is changed.

    Raises:
        LinkLost, InstrumentTimeout, ProtocolError: see :class:`~drivers.interfaces.DriverFactory`.
        NotSupported: an unknown option, or pyvisa is not installed.
    """
    chosen = Options("scpi-dmm", options, known=("function", "range", "power_line_cycles", *LINK_OPTIONS))
    function = FUNCTIONS[chosen.choice("function", tuple(FUNCTIONS))]
    settings = [f'FUNC "{function.word}"']
    settings += [f"{function.word}:RANG {text}"] if (text := _number(chosen, "range")) else []
    settings += [f"{function.word}:NPLC {text}"] if (text := _number(chosen, "power_line_cycles")) else []
    return ScpiDmm(scpi_link(address, chosen, clock=clock, wire=wire), clock, function, tuple(settings))


def _number(options: Options, key: str) -> str:
    """A positive number written as text, as the meter wants it; nothing where it is not given."""
    text = options.text(key, "none")
    if text == "none":
        return ""
    try:
        if 0.0 < float(text) < 1e12:
            return f"{float(text):.9g}"
    except ValueError:
        pass
    raise NotSupported(f"options of scpi-dmm: {key}: expected a number such as '10', found {text!r}")

"""What the drivers on a SCPI link share: who answered, coming back after a lost link, letting go, options.

::

    def open_scpi_supply(address, *, clock, wire, options):
        chosen = Options("scpi-supply", options, known=("channel", *LINK_OPTIONS))
        return ScpiSupply(scpi_link(address, chosen, clock=clock, wire=wire), clock)

Options of every such driver: ``visa_library`` (``"@py"`` unless the bench file names ``"@ivi"`` or a path) and
``timeout`` (``"2 s"``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from calibration.units import TIME
from drivers.interfaces import Instrument
from drivers.scpi_link import REPLY_S, ScpiLink

if TYPE_CHECKING:
    from calibration.units import Quantity
    from drivers.clock import Clock
    from drivers.interfaces import Identity
    from drivers.options import Options
    from drivers.wire_log import WireLog

LINK_OPTIONS: Final = ("visa_library", "timeout")


class ScpiInstrument(Instrument):
    """An instrument on one :class:`~drivers.scpi_link.ScpiLink`, which has identified it.

    Args:
        link: open and identified.
        clock: the bench's clock.

    Attributes:
        notes: what :meth:`prepare` found worth telling, in words for the record.
    """

    def __init__(self, link: ScpiLink, clock: Clock) -> None:
        self.notes: list[str] = []
        self._link, self._clock = link, clock

    @property
    def identity(self) -> Identity:
        """Who answered when the instrument was opened; the same one must answer ever after."""
        return self._link.identity

    def reconnect(self, timeout: Quantity) -> None:
        """Open the same address again after :class:`~drivers.errors.LinkLost` and ask who answers.

        The instrument may have lost power: call :meth:`prepare` before recording again.

        Raises:
            LinkLost, InstrumentTimeout: not back within ``timeout``.
            WrongInstrument: another instrument answers there now; the link is closed.
        """
        self._link.reconnect(TIME.magnitude("timeout", timeout))

    def close(self) -> None:
        """Let go of the link; nothing is switched. Never raises, may be called twice."""
        self._link.close()

    def _note_old_errors(self) -> None:
        """Empty the error queue of what an earlier user left there; it is noted, not raised."""
        self.notes = [f"error queue held {code}: {text}" for code, text in self._link.errors()]


def scpi_link(address: str, options: Options, *, clock: Clock, wire: WireLog, header_echo: bool = False) -> ScpiLink:
    """Open and identify what stands at ``address``.

    Raises:
        LinkLost, InstrumentTimeout, ProtocolError: see :class:`~drivers.interfaces.DriverFactory`.
        NotSupported: pyvisa is missing, or an option is written wrongly.
    """
    return ScpiLink(
        address,
        clock=clock,
        wire=wire.channel(address),
        library=options.text("visa_library", "@py"),
        timeout_s=options.seconds("timeout", REPLY_S),
        header_echo=header_echo,
    )

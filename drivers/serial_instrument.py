"""What the drivers on a serial line share: who answered, coming back after a replug, letting go.

::

    instrument = open_mt_sics("/dev/serial/by-id/…", clock=clock, wire=wire, options={})
    try:
        rows = instrument.drain()
    except LinkLost:
        instrument.reconnect(TIME.parse("replug", "10 s"))   # refuses another serial number
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Final

from calibration.units import TIME
from drivers.errors import WrongInstrument
from drivers.interfaces import Identity, Instrument

if TYPE_CHECKING:
    from calibration.units import Quantity
    from drivers.serial_link import SerialLink

#: How long a shared port may take to come back from another run [s].
_TAKE_UP_S: Final = 1.0


class SerialInstrument(Instrument):
    """An instrument on one :class:`~drivers.serial_link.SerialLink`, identified before it can be used.

    Args:
        link: an open line; closed again if nobody fitting answers.

    Raises:
        DriverError: nothing, or something else, answers.
    """

    #: Whether several runs may ask it in turn (:class:`~drivers.interfaces.Shareable`); a driver says so itself.
    shareable: bool = False

    def __init__(self, link: SerialLink) -> None:
        self._link = link
        try:
            self._identity = self._identify()
        except BaseException:
            link.close()
            raise

    @property
    def identity(self) -> Identity:
        """Who answered when the instrument was opened (asked again after a replug)."""
        return self._identity

    def reconnect(self, timeout: Quantity) -> None:
        """Open the same address again after :class:`~drivers.errors.LinkLost` and ask who answers.

        The instrument may have lost power: call :meth:`prepare` before recording again.

        Args:
            timeout: how long to wait for the port to come back.

        Raises:
            LinkLost: it did not come back.
            WrongInstrument: another instrument answers there now; the line is closed.
        """
        self._link.reopen(TIME.magnitude("timeout", timeout))
        found = self._identify()
        if (found.model, found.serial_number) != (self._identity.model, self._identity.serial_number):
            self.close()
            raise WrongInstrument(
                f"{self._link.address}: expected {self._identity} to come back, found {found}; plug the right one in"
            )
        self._identity = found

    def close(self) -> None:
        """Let go of the wire. Never raises, may be called twice."""
        self._link.close()

    def let_go(self) -> None:
        """Close the port and stay ready to take it up again. Never raises."""
        self._link.close()

    def take_up(self) -> None:
        """Open the port again; who answers is not asked anew.

        Raises:
            LinkLost: the port is not there, or somebody else has it.
        """
        self._link.reopen(_TAKE_UP_S)

    @abstractmethod
    def _identify(self) -> Identity:
        """Ask who answers; must leave the instrument's settings and motion alone."""

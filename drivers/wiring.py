"""How an instrument is connected: what a driver says of its wiring, for the one who has to plug it in.

A driver's module has it as a constant, beside the callable of its entry point::

    WIRING: Final = Wiring("balance", f"{RS232}, 9600 8N1 without handshake", "needle of the tip into its vessel")

It is a text for people: refusals of a bench print it, and nothing is decided by it but which capability a driver has
before it is opened. Facts that nobody confirmed on an instrument carry ``[K]`` there.

>>> str(Wiring("meter", "LAN", "HI to +, LO to -"))
'LAN; HI to +, LO to -'
"""

from __future__ import annotations

from typing import Final, NamedTuple

#: Pins of the host (DTE). Balances of Mettler-Toledo and A&D are DCE with a socket: a straight cable fits them.
RS232: Final = (
    "RS-232, host's DE-9: pin 2 from the instrument's transmit, pin 3 to its receive, pin 5 signal ground; or a USB "
    "adapter"
)
#: A balance with a DE-9 socket.
RS232_STRAIGHT: Final = f"{RS232}; straight cable into its 9-pin socket"
#: What stands behind a VISA resource name.
LAN: Final = "network cable; address TCPIP0::HOST::5025::SOCKET (port 5025 is usual), or by inst0 or hislip0"
#: Where a balance looks.
TIP: Final = "vessel on the pan, needle of the tip dipping into it and touching nothing"


class Wiring(NamedTuple):
    """How one kind of instrument is connected.

    Attributes:
        capability: of the driver, as :attr:`drivers.interfaces.Instrument.CAPABILITY`.
        link: connector, cable and line settings towards the host.
        terminals: what else it is connected to: the pump, the fluid, the room.
    """

    capability: str
    link: str
    terminals: str

    def __str__(self) -> str:
        """One line."""
        return f"{self.link}; {self.terminals}"

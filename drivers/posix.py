"""What only POSIX has, behind one guarded door: benches run on Windows too, where it does nothing.

>>> isinstance(TERMINAL_ERRORS, tuple)
True
"""

from __future__ import annotations

import contextlib
import os
from typing import Any

try:
    import termios
except ImportError:  # Windows
    TERMINAL_ERRORS: tuple[type[Exception], ...] = ()
else:
    #: Raised by terminal calls on a device that is gone; not a subclass of OSError.
    TERMINAL_ERRORS = (termios.error,)


def keep_dtr_on_close(port: object) -> None:
    """Ask the kernel to leave DTR asserted when the port is closed, so that the next open is no edge.

    A stock Uno resets on the edge of DTR. The very first open after plugging in still makes one; from
    then on closing and opening again does not, as long as the cable stays. Where the port has no
    terminal under it (a socket, a simulator, Windows) this does nothing.

    Args:
        port: an open pyserial port.
    """
    descriptor = getattr(port, "fd", None)
    if not TERMINAL_ERRORS or not isinstance(descriptor, int):
        return
    with contextlib.suppress(*TERMINAL_ERRORS):
        attributes = termios.tcgetattr(descriptor)
        attributes[2] &= ~termios.HUPCL
        termios.tcsetattr(descriptor, termios.TCSANOW, attributes)


def settings_for(address: str, settings: dict[str, Any]) -> dict[str, Any]:
    """Line settings that the port at ``address`` can have.

    A pseudo-terminal has no line: Linux keeps it at 8 data bits without parity whatever it is asked for, and glibc
    calls that an invalid argument as soon as nothing else is changed, which is at the second opening.

    Args:
        address: port name or stable path.
        settings: as pyserial names them.
    """
    if os.path.realpath(address).startswith("/dev/pts/"):
        return {**settings, "bytesize": 8, "parity": "N"}
    return settings

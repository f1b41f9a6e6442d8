"""What only POSIX has, behind one guarded door: benches run on Windows too, where it does nothing.

>>> isinstance(TERMINAL_ERRORS, tuple)
True
"""

from __future__ import annotations

import contextlib

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

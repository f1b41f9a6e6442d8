"""pyserial's handler for ``replay://LINK``: a port on the tape that plays for that link.

>>> import serial
>>> from drivers.replay_tape import Tape
>>> add_handler()
>>> with Tape("echo", [(1.0, ">", b"hello"), (1.5, "<", b"hello"), (1.5, "=", b"open")]) as tape:
...     tape.begin_call()
...     port = serial.serial_for_url(tape.address, timeout=1.0)
...     port.write(b"hello"), port.read(5), tape.clock.now()
'open'
(5, b'hello', 1.5)

Line settings are taken and have no effect.
"""

from __future__ import annotations

import errno
from typing import Any, Final

from serial.serialutil import PortNotOpenError, SerialBase, SerialException, SerialTimeoutException, to_bytes

from drivers.replay_tape import Tape, playing

_HANDLERS: Final = "drivers"


class Serial(SerialBase):  # type: ignore[misc]  # pyserial has no types
    """A port on a tape; use :func:`serial.serial_for_url`."""

    is_open: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._tape: Tape
        super().__init__(*args, **kwargs)

    def open(self) -> None:
        """Find the tape.

        Raises:
            SerialException: none plays under this address.
        """
        tape = playing(str(self.port))
        if tape is None:
            raise SerialException(errno.ENOENT, f"could not open port {self.port}: no tape plays under this address")
        self._tape = tape
        self.is_open = tape.opened = True

    def close(self) -> None:
        """Let go of the tape."""
        self.is_open = False

    @property
    def in_waiting(self) -> int:
        """Bytes that were there at this time."""
        return self._played().waiting()

    def read(self, size: int = 1) -> bytes:
        """Up to ``size`` bytes, as they came then."""
        return self._played().receive(size, float(self._timeout or 0.0))

    def write(self, data: Any) -> int:
        """Send, which must be what was sent then."""
        sent = to_bytes(data)
        self._played().send(sent)
        self._played()  # fails where sending failed then
        return len(sent)

    def reset_input_buffer(self) -> None:
        """Throw away what is here."""
        self._played().receive(self._tape.waiting(), 0.0)

    def reset_output_buffer(self) -> None:
        """Nothing waits to go out."""

    def flush(self) -> None:
        """Nothing waits to go out."""

    @property
    def out_waiting(self) -> int:
        """Nothing waits to go out."""
        return 0

    def _played(self) -> Tape:
        if not self.is_open:
            raise PortNotOpenError
        if (told := self._tape.failed("port")) is not None:
            raise SerialTimeoutException(told) if told.startswith("InstrumentTimeout") else SerialException(told)
        return self._tape

    def _reconfigure_port(self) -> None:
        """No line settings have an effect."""

    _update_break_state = _update_rts_state = _update_dtr_state = _reconfigure_port


def add_handler() -> None:
    """Let pyserial find ``replay://``."""
    import serial

    if _HANDLERS not in serial.protocol_handler_packages:
        serial.protocol_handler_packages.append(_HANDLERS)

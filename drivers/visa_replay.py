r"""A VISA resource on a tape: what :class:`~drivers.visa_link.VisaLink` holds while a record is replayed.

>>> from drivers.replay_tape import Tape
>>> entries = [(1.0, ">", b"*IDN?\n"), (1.2, "<", b"Maker,M1,1,1\n"), (1.2, "=", b"open")]
>>> with Tape("TCPIP0::192.168.1.20::5025::SOCKET", entries) as tape:
...     tape.begin_call()
...     resource = TapeResource(tape)
...     resource.timeout = 2000  # [ms]
...     resource.write_raw(b"*IDN?\n"), resource.visalib.read(resource.session, 4096)[0], tape.clock.now()
'open'
(6, b'Maker,M1,1,1\n', 1.2)

It has of a resource of pyvisa what the link uses, and no session behind it: nothing is opened, no network is used.
Where VISA timed out or lost the link then, it raises the same again. pyvisa must be installed, for its constants.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from drivers.replay_tape import Tape


class TapeResource:
    """A resource on a tape.

    Args:
        tape: playing; the name of its link tells the kind of interface.

    Raises:
        OSError: opening failed then.
        ImportError: pyvisa is not installed.
    """

    def __init__(self, tape: Tape) -> None:
        from pyvisa.constants import InterfaceType

        self.interface_type = InterfaceType.asrl if tape.link.upper().startswith("ASRL") else InterfaceType.tcpip
        self.timeout = 0.0
        self.write_termination = self.read_termination = "\n"
        self.session: Any = None
        self._tape = tape
        tape.opened = True
        if (told := tape.failed("open")) is not None:
            _fail(told)

    @property
    def visalib(self) -> TapeResource:
        """Where the link reads."""
        return self

    @property
    def bytes_in_buffer(self) -> int:
        """Bytes that were there at this time."""
        return self._tape.waiting()

    def write_raw(self, data: bytes) -> int:
        """Send, which must be what was sent then."""
        self._tape.send(data)
        if (told := self._tape.failed("write")) is not None:
            _fail(told)
        return len(data)

    def read(self, _: Any, count: int) -> tuple[bytes, None]:
        """Up to ``count`` bytes, as they came then; errors as they came then, a timeout where nothing did."""
        if (told := self._tape.failed("read")) is not None:
            _fail(told)
        data = self._tape.receive(count, self.timeout / 1e3)
        if not data:
            _fail("InstrumentTimeout")
        return data, None

    def ignore_warning(self, *_: Any) -> contextlib.AbstractContextManager[None]:
        """A tape has none."""
        return contextlib.nullcontext()

    def set_visa_attribute(self, *_: Any) -> None:
        """No attribute has an effect."""

    def close(self) -> None:
        """Nothing to let go of."""


def _fail(told: str) -> NoReturn:
    from pyvisa.constants import StatusCode
    from pyvisa.errors import VisaIOError

    if told.startswith("InstrumentTimeout"):
        raise VisaIOError(StatusCode.error_timeout)
    raise OSError(told)

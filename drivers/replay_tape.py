r"""A tape of what once crossed one link, played to a driver that asks again.

::

    with Tape("/dev/balance", entries) as tape:             # entries of the wire log: (t_s, direction, data)
        tape.begin_call()                                   # the bytes up to the next mark may be asked for
        driver = open_mt_sics(tape.address, clock=tape.clock, wire=WireLog(), options={})
        tape.end_call()                                     # what was not asked for is a difference

The driver must send exactly the bytes of the tape; it gets what was received then, when it was received: the tape's
clock stands at the time of the byte that was moved last. A driver that sends anything else is stopped by
:class:`TapeError`, which names the time and the bytes.

What takes its bytes from a tape: a serial port (:mod:`drivers.protocol_replay`), a VISA resource
(:mod:`drivers.visa_replay`), NI-DAQmx (:mod:`drivers.daq.nidaqmx_replay`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NoReturn, Self

from calibration.errors import DoseproofError
from drivers.clock import TimeBase
from drivers.wire_log import CALLED, FAILED, RECEIVED, SENT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

#: ``(t_s, direction, data)``
TapeEntry = tuple[float, str, bytes]
#: A byte this little ahead of the clock is here already: a read of the port would have waited for it [s].
AHEAD_S: Final = 0.05
_SHOWN: Final = 60
_SCHEME: Final = "replay://"
_VERBS: Final = {SENT: "sent", RECEIVED: "received", FAILED: "failed"}
_playing: dict[str, Tape] = {}


class TapeError(DoseproofError):
    """The driver did something else than what is on the tape."""


class TapeClock:
    """A clock that stands where the tape stands, and goes on while the driver waits.

    Args:
        start_s: where it begins.
        epoch: UTC at time 0.
    """

    def __init__(self, start_s: float, epoch: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._now = start_s
        self._epoch = epoch

    def now(self) -> float:
        """Seconds on the clock of the recorded bench."""
        return self._now

    def utc(self) -> datetime:
        """The epoch plus these seconds."""
        return self._epoch + timedelta(seconds=self._now)

    def sleep_until(self, deadline_s: float) -> None:
        """Stand at the deadline, if that is later."""
        self._now = max(self._now, deadline_s)

    def stand_at(self, t_s: float) -> None:
        """Stand where the tape stands; a little back, where a driver waited longer than it had in the recorded call.

        When a call began is not on the tape, only when its first byte moved: what it waited before is waited twice.
        """
        self._now = t_s

    def wait(self, deadline_s: float, ready: Callable[[], bool]) -> bool:
        """Stand at the deadline unless ``ready()`` holds; the last ``ready()``."""
        if not ready():
            self.sleep_until(deadline_s)
        return ready()

    def time_base(self) -> TimeBase:
        """A tape has no other clock to differ from."""
        return TimeBase("replay", synchronised=None)


class Tape:
    """One link's bytes and marks in their order; playing while the context is open.

    Args:
        link: name of the link in the wire log.
        entries: ``(t_s, direction, data)``, directions as in :mod:`drivers.wire_log`.
        recorded: gives the columns of the channel's stream, for a driver whose samples are not in the wire log.

    Attributes:
        clock: for the driver.
        opened: whether a driver opened a port on this tape.
        raising: whether the call that is being made raised something then, so that its rows were never recorded.
    """

    def __init__(
        self, link: str, entries: Sequence[TapeEntry], recorded: Callable[[], Mapping[str, NDArray[Any]]] = dict
    ) -> None:
        self.link, self.recorded = link, recorded
        self.clock = TapeClock(entries[0][0] if entries else 0.0)
        self.opened = self.raising = False
        self._entries = entries
        self._next = 0
        self._rest = b""  # of a received piece that was read in part
        self._end = 0
        self._over = False
        self._error: TapeError | None = None

    @property
    def address(self) -> str:
        """Where a driver finds it."""
        return f"{_SCHEME}{self.link}"

    def __enter__(self) -> Self:
        """Be found at :attr:`address`."""
        _playing[self.address] = self
        return self

    def __exit__(self, *_: object) -> None:
        """Be found no more."""
        _playing.pop(self.address, None)

    def begin_call(self) -> str | None:
        """Go to the next call; the text of its mark, or None at the end (also where no mark follows any more)."""
        for index in range(self._next, len(self._entries)):
            if self._entries[index][1] == CALLED:
                self._end = index
                self.raising = b" ! " in self._entries[index][2]
                self.clock.sleep_until(self._entries[self._next][0])
                return self._entries[index][2].decode()
        return None

    def end_call(self) -> None:
        """The call is over.

        Raises:
            TapeError: it left something on the tape.
        """
        if self._rest or self._next < self._end:
            t_s, direction, data = self._entries[min(self._next, self._end - 1)]
            self.differs(t_s, _named(direction, data), "the call ended before")
        self.clock.stand_at(self._entries[self._end][0])
        self._next = self._end + 1

    def stop(self) -> None:
        """Play no more: what is sent from now on is lost, and nothing comes."""
        self._over, self._rest, self._end = True, b"", self._next

    def left(self) -> Sequence[TapeEntry]:
        """What was not played."""
        return self._entries[self._next :]

    # --- what a port uses --------------------------------------------------------------------------------------

    def send(self, data: bytes) -> None:
        """Take what the driver sends.

        Raises:
            TapeError: something else was sent then, or nothing.
        """
        if self._over:
            return
        if self._error is not None:
            raise self._error
        t_s, direction, wanted = self._entries[self._next] if self._next < self._end else (self.clock.now(), "", b"")
        if self._rest or direction != SENT or wanted != data:
            expected = _named(direction, wanted) if direction else "the call ended"
            self.differs(t_s, expected, _named(SENT, data))
        self.clock.stand_at(t_s)
        self._next += 1

    def waiting(self) -> int:
        """How many bytes a port would have now."""
        if self._rest:
            return len(self._rest)
        t_s, data = self._coming()
        return len(data) if t_s <= self.clock.now() + AHEAD_S else 0

    def receive(self, size: int, timeout_s: float) -> bytes:
        """Up to ``size`` bytes; nothing, and the timeout passed, where none came so soon."""
        if not self._rest:
            t_s, data = self._coming()
            if not data or t_s > self.clock.now() + max(timeout_s, AHEAD_S):
                self.clock.sleep_until(self.clock.now() + timeout_s)
                return b""
            self.clock.stand_at(t_s)
            self._rest = data
            self._next += 1
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken

    def message(self) -> bytes:
        """The next received piece, whole and however late it came; nothing once the tape was stopped.

        Raises:
            TapeError: there is none.
        """
        if self._over:
            return b""
        t_s, data = self._coming()
        if not data:
            self.differs(self.clock.now(), "the call ended", "the driver waiting for an answer")
        self.clock.stand_at(t_s)
        self._next += 1
        return data

    def failed(self, what: str) -> str | None:
        """How ``what`` (``open``, ``read``, the name of a call) failed at this place; None where it did not."""
        if self._next < self._end and not self._rest:
            t_s, direction, data = self._entries[self._next]
            if direction == FAILED and data.startswith(f"{what} ".encode()):
                self.clock.stand_at(t_s)
                self._next += 1
                return data.decode("utf-8", "replace")[len(what) + 1 :]
        return None

    def differs(self, t_s: float, expected: str, found: str) -> NoReturn:
        """Stop a driver; the first difference is also what is told of all that follow from it.

        Raises:
            TapeError: always.
        """
        if self._error is None:
            self._error = TapeError(f"t = {t_s:.6f} s: expected {expected}, found {found}")
        raise self._error

    def _coming(self) -> tuple[float, bytes]:
        """The next received piece of this call; nothing where the driver has to send first."""
        if self._next < self._end:
            t_s, direction, data = self._entries[self._next]
            if direction == RECEIVED:
                return t_s, data
        return float("inf"), b""


def playing(address: str) -> Tape | None:
    """The tape at ``address``, if one plays there."""
    return _playing.get(address)


def _named(direction: str, data: bytes) -> str:
    shown = repr(data[:_SHOWN]) + (" and more" if len(data) > _SHOWN else "")
    return f"{shown} {_VERBS.get(direction, direction)}"

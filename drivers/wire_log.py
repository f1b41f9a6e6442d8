r"""Every byte that crosses a link, with its direction and time.

>>> log = WireLog()
>>> balance = log.channel("balance")
>>> balance.sent(1.0, b"SI\r\n")
>>> balance.received(1.02, b"S S    12.3456 g\r\n")
>>> [entry[1:] for entry in log.drain()]
[('balance', '>', b'SI\r\n'), ('balance', '<', b'S S    12.3456 g\r\n')]
"""

from __future__ import annotations

from collections import deque
from typing import Final

SENT: Final = ">"
RECEIVED: Final = "<"
#: What the library under a driver did in place of moving bytes: kept silent, lost the link, refused.
FAILED: Final = "!"
#: The end of one call of a driver: what crossed the link since the mark before belongs to it (``rig.execute.calls``).
CALLED: Final = "="

#: ``(t_s, link, direction, data)``
WireEntry = tuple[float, str, str, bytes]


class WireLog:
    """A bounded, thread-safe buffer of wire traffic, drained by whoever records it.

    Args:
        limit: entries kept when nobody drains; the oldest go first.
    """

    def __init__(self, limit: int = 100_000) -> None:
        self._entries: deque[WireEntry] = deque(maxlen=limit)

    def channel(self, link: str) -> WireChannel:
        """The log as one link sees it."""
        return WireChannel(self, link)

    def newest(self) -> WireEntry | None:
        """The latest entry that nobody has drained yet."""
        return self._entries[-1] if self._entries else None

    def drain(self) -> list[WireEntry]:
        """Everything since the last call, oldest first."""
        entries = self._entries
        return [entries.popleft() for _ in range(len(entries))]


class WireChannel:
    """Where one link writes down what it sent and received."""

    __slots__ = ("_append", "link")

    def __init__(self, log: WireLog, link: str) -> None:
        self._append = log._entries.append  # noqa: SLF001 - one structure, two views; a call less per byte
        self.link = link

    def sent(self, t_s: float, data: bytes) -> None:
        """Note what went out."""
        self._append((t_s, self.link, SENT, data))

    def received(self, t_s: float, data: bytes) -> None:
        """Note what came in."""
        self._append((t_s, self.link, RECEIVED, data))

    def failed(self, t_s: float, what: bytes) -> None:
        """Note that opening, sending or receiving failed, and how: ``read LinkLost: ...``."""
        self._append((t_s, self.link, FAILED, what))

    def called(self, t_s: float, call: bytes) -> None:
        """Note that a call ended."""
        self._append((t_s, self.link, CALLED, call))

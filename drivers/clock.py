"""The time base, injected everywhere: nothing else in Doseproof reads a clock or sleeps.

A :class:`Clock` gives *monotonic* seconds for intervals and deadlines, and *UTC* for records. The bench
decides which one is used: :class:`WallClock` on real instruments, a simulated world's clock on a
simulated bench. A driver that times anything takes the clock as an argument.

>>> clock = WallClock()
>>> start = clock.now()
>>> clock.sleep_until(start + 0.001)
>>> clock.now() >= start + 0.001
True
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

#: A difference between UTC and monotonic time that grew by more than this is a step of the wall clock [s].
STEP_S = 0.5
_POLL_S = 0.002


@dataclass(frozen=True, slots=True)
class TimeBase:
    """What is known of a clock, for the record.

    Attributes:
        source: name of the clock, e.g. ``wall`` or ``simulated``.
        synchronised: whether the operating system says that UTC is disciplined; None where it cannot tell.
        steps_s: jumps of UTC against monotonic time that were noticed so far, in seconds.
    """

    source: str
    synchronised: bool | None
    steps_s: tuple[float, ...] = ()


class Clock(Protocol):
    """Monotonic seconds, UTC, and the only way to wait."""

    def now(self) -> float:
        """Monotonic seconds since this clock's origin; never goes back."""

    def utc(self) -> datetime:
        """The present instant as an aware datetime in UTC."""

    def sleep_until(self, deadline_s: float) -> None:
        """Return when :meth:`now` has reached ``deadline_s``; at once if it already has."""

    def wait(self, deadline_s: float, ready: Callable[[], bool]) -> bool:
        """Wait until ``ready()`` or the deadline; the answer is the last ``ready()``."""

    def time_base(self) -> TimeBase:
        """What is known of this clock now."""


class WallClock:
    """The machine's monotonic clock and UTC, watched against each other for steps."""

    def __init__(self) -> None:
        self._offset_s = time.time() - time.monotonic()
        self._steps: list[float] = []

    def now(self) -> float:
        """Monotonic seconds of the machine."""
        return time.monotonic()

    def utc(self) -> datetime:
        """UTC of the machine; a step against monotonic time is noticed and kept."""
        wall = time.time()
        offset = wall - time.monotonic()
        if abs(offset - self._offset_s) > STEP_S:
            self._steps.append(offset - self._offset_s)
            self._offset_s = offset
        return datetime.fromtimestamp(wall, UTC)

    def sleep_until(self, deadline_s: float) -> None:
        """Sleep; a signal may end one sleep early, so the deadline is looked at again."""
        while (left := deadline_s - time.monotonic()) > 0:
            time.sleep(left)

    def wait(self, deadline_s: float, ready: Callable[[], bool]) -> bool:
        """Poll ``ready`` each 2 ms until it holds or the deadline is reached."""
        while not ready():
            left = deadline_s - time.monotonic()
            if left <= 0:
                return ready()
            time.sleep(min(left, _POLL_S))
        return True

    def time_base(self) -> TimeBase:
        """Source, whether UTC is disciplined (Linux: the kernel's word), and the steps noticed so far."""
        self.utc()
        return TimeBase("wall", _kernel_synchronised(), tuple(self._steps))


def _kernel_synchronised() -> bool | None:
    """Whether systemd-timesyncd or chrony left word that UTC is disciplined; None where nobody tells."""
    if not Path("/run/systemd").is_dir():
        return None
    return Path("/run/systemd/timesync/synchronized").exists()

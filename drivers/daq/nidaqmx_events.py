"""Every so many samples: a call from NI-DAQmx's own thread, for who wants to wake up rather than to look again.

    daq.call_every(5000, woken.set)       # before prepare()
    daq.prepare()
    while woken.wait(1.0):
        woken.clear()
        store(daq.drain_arrays())

The call says that samples are there, and takes none: a drain does, so that reading, times and losses are the same
whoever wakes up. Events are for real time. A run on the bench's clock drains when it is due and needs none; on
simulated time they come when the server sees the samples, and a record with events cannot be replayed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from drivers.errors import NotSupported

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class EverySamples:
    """Whom to call, and how often.

    Attributes:
        samples: of each channel, between two calls.
        callback: called without arguments; quick, because nothing else of the task is told meanwhile.

    Raises:
        NotSupported: fewer than one sample.
    """

    samples: int
    callback: Callable[[], object]

    def __post_init__(self) -> None:
        if self.samples < 1:
            raise NotSupported(f"expected a call every 1 samples or more, found {self.samples}")

    def register(self, task: Any) -> None:
        """Register with a task that was not started yet."""

        def called(_task: Any, _kind: Any, _samples: int, _data: Any) -> int:
            self.callback()
            return 0  # what NI-DAQmx wants of a callback

        task.register_every_n_samples_acquired_into_buffer_event(self.samples, called)

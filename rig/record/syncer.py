"""Waiting for the disk beside the writing: a thread that syncs what was written, once for all that has waited.

syncer = Syncer()
syncer.ask(streams)       # returns at once
syncer.failure            # why a sync failed, or None
syncer.close()            # after all that was asked for
"""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rig.record.rolling import RollingStream


class Syncer:
    """Puts written streams on the disk while others are written.

    Attributes:
        failure: the first error of a sync; None while there was none.
    """

    def __init__(self) -> None:
        self.failure: Exception | None = None
        self._queue: queue.SimpleQueue[set[RollingStream] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="record-syncer", daemon=True)
        self._thread.start()

    def ask(self, streams: Iterable[RollingStream]) -> None:
        """Sync these soon; what was written to them so far is on the disk then."""
        self._queue.put(set(streams))

    def close(self) -> None:
        """Sync what was asked for, then end; may be called twice."""
        self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        ended = False
        while not ended:
            asked = [self._queue.get()]
            while not self._queue.empty():  # this thread alone takes out
                asked.append(self._queue.get())
            ended = None in asked
            self._sync({stream for streams in asked if streams for stream in streams})

    def _sync(self, streams: set[RollingStream]) -> None:
        try:
            for stream in streams:
                stream.sync()
        except Exception as error:  # noqa: BLE001 - whatever it is, the loop must hear of it and stop the pump
            self.failure = self.failure or error

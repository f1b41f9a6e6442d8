"""Sealing beside the writing: a thread that makes Parquet of what is on the disk, so that little is left at the end.

    follower = Follower(streams, busy=lambda: ...)
    follower.close()                 # when no stream is written any more
    follower.sealers                 # what each stream still needs: seal_streams(folder, follower.sealers)

It works step by step in the pauses of the writer, and waits where there are none: recording goes first.
It may fail without harm to the run: a stream that it could not follow is sealed at the end, from its beginning.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Final

from rig.record.stream_sealer import StreamSealer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rig.record.rolling import RollingStream

#: Between two looks at what was written [s of host time].
EACH_S: Final = 1.0
#: Between two looks at whether the writer has paused.
PAUSE_S: Final = 0.002
_LOG = logging.getLogger("doseproof.record")


class Follower:
    """Follows streams while they are written.

    Args:
        streams: by name.
        busy: whether they are written to at this moment.

    Attributes:
        sealers: of the streams that could be followed so far, by name.
    """

    def __init__(self, streams: Mapping[str, RollingStream], busy: Callable[[], bool]) -> None:
        self._streams = dict(streams)
        self._busy = busy
        self.sealers = {name: StreamSealer(stream.folder, name) for name, stream in streams.items()}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="record-sealer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End after what is under way; may be called twice."""
        self._ended.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._ended.wait(EACH_S):
            for name in list(self.sealers):
                self._follow(name)

    def _follow(self, name: str) -> None:
        sealer, stream = self.sealers[name], self._streams[name]
        try:
            while self._quiet() and sealer.step(*stream.reached):
                pass
        except Exception as error:  # noqa: BLE001 - whatever it is, the recording itself is not concerned
            _LOG.warning("%s is sealed at the end and not while it is written: %s", name, error)
            self.sealers.pop(name).give_up()

    def _quiet(self) -> bool:
        """Wait until nothing is written; False where everything has ended meanwhile."""
        while self._busy() and not self._ended.wait(PAUSE_S):
            pass
        return not self._ended.is_set()

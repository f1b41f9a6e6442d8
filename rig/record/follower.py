"""Sealing beside the writing: a thread that makes Parquet of what is on the disk, so that little is left at the end.

    follower = Follower(streams)
    follower.close()                 # when no stream is written any more
    follower.sealers                 # what each stream still needs: seal_streams(folder, follower.sealers)

It may fail without harm to the run: a stream that it could not follow is sealed at the end, from its beginning.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Final

from rig.record.stream_sealer import StreamSealer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rig.record.rolling import RollingStream

#: Between two looks at what was written [s of host time].
EACH_S: Final = 1.0
_LOG = logging.getLogger("doseproof.record")


class Follower:
    """Follows streams while they are written.

    Args:
        streams: by name.

    Attributes:
        sealers: of the streams that could be followed so far, by name.
    """

    def __init__(self, streams: Mapping[str, RollingStream]) -> None:
        self._streams = dict(streams)
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
                if not self._ended.is_set():
                    self._follow(name)

    def _follow(self, name: str) -> None:
        try:
            self.sealers[name].follow(*self._streams[name].reached)
        except Exception as error:  # noqa: BLE001 - whatever it is, the recording itself is not concerned
            _LOG.warning("%s is sealed at the end and not while it is written: %s", name, error)
            self.sealers.pop(name).give_up()

"""One channel on disk while the run lasts, in as many files as it takes: a long stream goes on in the next segment.

    stream = RollingStream(folder, "daq", columns, SegmentLimits(size_bytes=64 << 20))
    stream.write(rows)
    stream.write_arrays(portions)
    stream.sync()
    stream.reached               # (3, 17): 17 batches of the third segment are on the disk, and all of the first two

One thread writes and never waits for the disk, another one syncs.

Where a stream is cut follows from its rows alone, not from the batches in which they happen to come: a run that is
repeated on the simulated bench has the same segments.
"""

from __future__ import annotations

import bisect
import contextlib
import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from drivers.arrays import length_of
from rig.record.batches import Batches
from rig.record.chain import batch_values
from rig.record.disk import sync_folder
from rig.record.segments import DEFAULT_LIMITS, SegmentLimits, growing_path
from rig.record.stream import StreamWriter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

    from drivers.arrays import Arrays
    from drivers.interfaces import Column, Row


class RollingStream:
    """Append the readings of one channel; written by one thread, synced by another.

    Args:
        folder: of the record.
        name: of the channel.
        columns: its columns after the time.
        limits: when it goes on in another file.

    Attributes:
        folder, name: as given.
        reached: the segment that is written now, and how many of its batches are on the disk.
    """

    def __init__(
        self, folder: Path, name: str, columns: Sequence[Column], limits: SegmentLimits = DEFAULT_LIMITS
    ) -> None:
        self.folder = folder
        self.name = name
        self._columns = columns
        self._limits = limits
        self._number, self._bytes, self._until_s = 1, 0, np.inf
        self._current = StreamWriter(growing_path(folder, name), name, columns)
        self._batches = Batches(self._current.schema)
        self._ended: list[StreamWriter] = []
        self._held = threading.Lock()  # while files change their places; never while anybody waits for the disk
        self.reached = (1, 0)

    def write(self, rows: Sequence[Row]) -> None:
        """Write rows into the file, so that a kill does not cost them; on the disk they are after :meth:`sync`."""
        if rows:
            self._append(self._batches.of_rows(rows))

    def write_arrays(self, portions: Sequence[Arrays]) -> None:
        """Write portions of arrays, one after the other, as :meth:`write` does.

        Raises:
            EvidenceError: a portion does not have the columns of this channel; nothing of them was written.
        """
        if any(map(length_of, portions)):
            self._append(self._batches.of_arrays(portions))

    def flush(self) -> None:
        """Bring everything written so far into the files, for whoever reads them now; by the thread that writes."""
        self._current.flush()

    def sync(self) -> None:
        """Put everything written so far on the disk; the thread that writes does not wait for it.

        Raises:
            OSError: the disk does not take it, or the file was removed.
        """
        with self._held:
            ended, self._ended = self._ended, []
            number, current = self._number, self._current
        if ended:
            sync_folder(current.path.parent)
        for one in ended:
            one.close()
        current.sync()
        self.reached = (number, current.synced)

    def close(self) -> None:
        """End the stream and sync, once nobody else syncs it; may be called twice.

        Raises:
            OSError: as :meth:`sync`.
        """
        with contextlib.ExitStack() as every:  # each file is closed, whatever becomes of the others
            for one in (self._current, *reversed(self._ended)):
                every.callback(one.close)

    def _append(self, batch: pa.RecordBatch) -> None:
        values = batch_values(batch)
        while (room := self._room(batch, values)) < batch.num_rows:
            if room:
                self._write(batch.slice(0, room), batch_values(batch.slice(0, room)))
            self._roll()
            batch = batch.slice(room)
            values = batch_values(batch)
        self._write(batch, values)
        self._current.flush()

    def _write(self, batch: pa.RecordBatch, values: Sequence[tuple[bytes, Any]]) -> None:
        self._current.append(batch, values)
        self._bytes += _size(values)

    def _room(self, batch: pa.RecordBatch, values: Sequence[tuple[bytes, Any]]) -> int:
        """How many rows of a batch belong into the current segment."""
        times_s = batch.column(0).to_numpy()
        if not self._bytes:
            self._until_s = times_s[0] + self._limits.duration_s
        late = times_s >= self._until_s
        room = int(late.argmax()) if late.any() else batch.num_rows
        left = self._limits.size_bytes - self._bytes
        if _size(values) > left:
            fits = lambda rows: _size(batch_values(batch.slice(0, rows)))  # noqa: E731
            room = min(room, bisect.bisect_right(range(1, batch.num_rows + 1), left, key=fits))
        return room if self._bytes else max(room, 1)

    def _roll(self) -> None:
        """End the file and begin the next; the old one is closed when it is synced."""
        self._current.end()
        number = self._number + 1
        path = growing_path(self.folder, self.name, number)
        following = StreamWriter(path, self.name, self._columns, number, self._current.link)
        with self._held:
            self._ended.append(self._current)
            self._number, self._current = number, following
        self._bytes = 0


def _size(values: Sequence[tuple[bytes, Any]]) -> int:
    """Bytes of the values: a sum over rows, so that it does not depend on how they are batched."""
    return sum(len(lengths) + len(contents) for lengths, contents in values)

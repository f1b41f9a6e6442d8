"""One channel on disk while the run lasts: an Arrow IPC stream whose batches are chained by SHA-256.

Arrow has no checksum, and a damaged tail reads back silently wrong. Each batch therefore carries its number
and ``sha256(previous chain value, values)`` in its metadata; reading stops at the first batch that does not
fit (:mod:`rig.record.stream_reader`), so that a torn or altered file gives a prefix of the truth or nothing.

    writer = StreamWriter(path, "balance", columns)
    writer.append(batch)             # of rig.record.batches, with the columns of writer.schema
    writer.sync()                    # on the disk now
    table, health = read_stream(path, "balance")

This is one file; a long stream is several of them (:mod:`rig.record.rolling`).
"""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Any

from rig.record.chain import CHAIN, NAME, PREVIOUS, SEGMENT, SEQUENCE, batch_values, first_link, next_link
from rig.record.columns import schema

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

    from drivers.interfaces import Column


class StreamWriter:
    """Append the readings of one channel to a chained Arrow stream.

    Args:
        path: file to create; it must not exist.
        name: name of the channel, part of the chain.
        columns: the channel's columns after the time.
        segment: number of this file in the stream, from 1.
        previous: last link of the segment before.

    Attributes:
        link: of the last batch.
        synced: how many batches are on the disk for certain.
    """

    def __init__(self, path: Path, name: str, columns: Sequence[Column], segment: int = 1, previous: str = "") -> None:
        self.path = path
        self.name = name
        place = {SEGMENT: str(segment).encode(), PREVIOUS: previous.encode()} if segment > 1 else {}
        self.schema = schema(columns).with_metadata({NAME: name.encode(), **place})
        self._file = path.open("xb")
        self._writer: pa.RecordBatchStreamWriter | None = None
        self.link = first_link(self.schema)
        self._sequence = self.synced = 0

    def flush(self) -> None:
        """Bring everything written so far into the file, for whoever reads it now."""
        self._file.flush()

    def sync(self) -> None:
        """Put everything written so far on the disk (``fdatasync``).

        Raises:
            OSError: the disk does not take it, or the file has no name any more: what is written to it is lost.
        """
        written = self._sequence  # before the flush: another thread may write meanwhile
        self.flush()
        datasync = getattr(os, "fdatasync", os.fsync)
        datasync(self._file.fileno())
        if os.fstat(self._file.fileno()).st_nlink == 0:
            raise FileNotFoundError(errno.ENOENT, "the file was removed while it was written", str(self.path))
        self.synced = written

    def end(self) -> None:
        """Write the end of the stream; nothing may be appended any more. May be called twice."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        self.flush()

    def close(self) -> None:
        """End the stream and sync; may be called twice."""
        if self._file.closed:
            return
        try:
            self.end()
            self.sync()
        finally:
            self._file.close()  # also after a full disk, which this tells again

    def append(self, batch: pa.RecordBatch, values: Sequence[tuple[bytes, Any]] | None = None) -> None:
        """Write a batch with the columns of this stream; nothing is on the disk for certain before :meth:`sync`.

        Args:
            batch: of at least one row; its own metadata do not count.
            values: as :func:`~rig.record.chain.batch_values` gives them, where somebody has them already.
        """
        import pyarrow as pa

        if self._writer is None:
            self._writer = pa.ipc.new_stream(self._file, self.schema)
        self.link = next_link(self.link, self._sequence, batch_values(batch) if values is None else values)
        self._writer.write_batch(batch, custom_metadata={SEQUENCE: str(self._sequence), CHAIN: self.link})
        self._sequence += 1

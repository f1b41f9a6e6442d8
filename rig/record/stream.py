"""One channel on disk while the run lasts: an Arrow IPC stream whose batches are chained by SHA-256.

Arrow has no checksum, and a damaged tail reads back silently wrong. Each batch therefore carries its number
and ``sha256(previous chain value, values)`` in its metadata; reading stops at the first batch that does not
fit, so that a torn or altered file gives a prefix of the truth or nothing.

    writer = StreamWriter(path, "balance", columns)
    writer.write(rows)          # [(t_s, ...), ...]
    writer.sync()               # on the disk now
    table, health = read_stream(path, "balance")
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rig.record.columns import ContentDigest, column_bytes, schema

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

    from drivers.interfaces import Column, Row

_SEQUENCE = b"doseproof.sequence"
_CHAIN = b"doseproof.chain"
_NAME = b"doseproof.stream"


@dataclass(frozen=True, slots=True)
class StreamHealth:
    """What was found in a stream file.

    Attributes:
        rows: rows that could be read and whose chain holds.
        batches: batches of which the same is true.
        digest: content digest over these rows.
        damage: why reading stopped before the end of the file; empty if it did not.
    """

    rows: int
    batches: int
    digest: str
    damage: str = ""


class StreamWriter:
    """Append rows of one channel to a chained Arrow stream.

    Args:
        path: file to create; it must not exist.
        name: name of the channel, part of the chain.
        columns: the channel's columns after the time.
    """

    def __init__(self, path: Path, name: str, columns: Sequence[Column]) -> None:
        self.path = path
        self.name = name
        self._schema = schema(columns).with_metadata({_NAME: name.encode()})
        self._file = path.open("xb")
        self._writer: pa.RecordBatchStreamWriter | None = None
        self._chain = _first_link(self._schema)
        self._sequence = 0

    def write(self, rows: Sequence[Row]) -> None:
        """Write one batch; nothing is on the disk for certain before :meth:`sync`."""
        import pyarrow as pa

        if not rows:
            return
        columns = zip(*rows, strict=True)
        batch = pa.record_batch(
            [pa.array(values, type=f.type) for values, f in zip(columns, self._schema, strict=True)],
            schema=self._schema,
        )
        if self._writer is None:
            self._writer = pa.ipc.new_stream(self._file, self._schema)
        self._chain = _link(self._chain, self._sequence, _values(batch))
        self._writer.write_batch(batch, custom_metadata={_SEQUENCE: str(self._sequence), _CHAIN: self._chain})
        self._sequence += 1

    def sync(self) -> None:
        """Put everything written so far on the disk (``fdatasync``)."""
        self._file.flush()
        datasync = getattr(os, "fdatasync", os.fsync)
        datasync(self._file.fileno())

    def close(self) -> None:
        """End the stream and sync; may be called twice."""
        if self._file.closed:
            return
        try:
            if self._writer is not None:
                self._writer.close()
            self.sync()
        finally:
            self._file.close()  # also after a full disk, which this tells again


def read_stream(path: Path, name: str) -> tuple[pa.Table | None, StreamHealth]:
    """The longest prefix of a stream whose chain holds.

    Args:
        path: an ``.arrows`` file, whole, torn or damaged.
        name: the channel that it must belong to.

    Returns:
        The rows (None if not even a schema could be read) and what was found.
    """
    import pyarrow as pa

    batches: list[pa.RecordBatch] = []
    digest: ContentDigest | None = None
    damage = ""
    found: pa.Schema | None = None
    with path.open("rb") as file:
        try:
            reader = pa.ipc.open_stream(file)
            found = reader.schema
            _check_name(found, name)
            digest = ContentDigest(found.names)
            chain = _first_link(found)
            while True:
                batch, metadata = reader.read_next_batch_with_custom_metadata()
                chain = _check(batch, metadata, chain, len(batches), digest)
                batches.append(batch)
        except StopIteration:
            pass
        except (pa.ArrowException, OSError, _Damage, UnicodeDecodeError, OverflowError, MemoryError) as error:
            if path.stat().st_size:  # a kill before the first batch leaves an empty file: no data, no damage
                damage = f"after batch {len(batches)}: {_first_line(error)}"
    table = pa.Table.from_batches(batches, schema=found) if found is not None and digest is not None else None
    rows = sum(batch.num_rows for batch in batches)
    return table, StreamHealth(rows, len(batches), digest.hexdigest() if digest else "", damage)


def table_digest(table: pa.Table) -> str:
    """Content digest of a whole table, equal to that of the stream it came from."""
    digest = ContentDigest(table.schema.names)
    for batch in table.to_batches():
        digest.update(_values(batch))
    return digest.hexdigest()


class _Damage(Exception):  # noqa: N818 - private, never leaves this module
    """A batch that does not fit the chain."""


def _check_name(found: pa.Schema, name: str) -> None:
    if (found.metadata or {}).get(_NAME) != name.encode():
        raise _Damage("the file belongs to another stream")


def _check(
    batch: pa.RecordBatch, metadata: dict[bytes, bytes] | None, chain: str, sequence: int, digest: ContentDigest
) -> str:
    batch.validate(full=True)  # before any value is touched: garbage offsets would read outside the buffers
    values = _values(batch)
    link = _link(chain, sequence, values)
    said = metadata or {}
    if said.get(_SEQUENCE) != str(sequence).encode() or said.get(_CHAIN) != link.encode():
        raise _Damage("the hash chain is broken")
    digest.update(values)
    return link


def _values(batch: pa.RecordBatch) -> list[tuple[bytes, bytes]]:
    return [column_bytes(column) for column in batch.columns]


def _first_link(found: pa.Schema) -> str:
    return hashlib.sha256(found.to_string(show_schema_metadata=True).encode()).hexdigest()


def _link(previous: str, sequence: int, values: list[tuple[bytes, bytes]]) -> str:
    hasher = hashlib.sha256(f"{previous} {sequence} {[(len(a), len(b)) for a, b in values]}".encode())
    for lengths, contents in values:
        hasher.update(lengths)
        hasher.update(contents)
    return hasher.hexdigest()


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def as_arrays(table: pa.Table) -> dict[str, Any]:
    """Columns as numpy arrays (text and bytes as object arrays)."""
    return {name: table.column(name).to_numpy() for name in table.schema.names}

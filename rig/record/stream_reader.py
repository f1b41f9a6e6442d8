"""Read a chained Arrow stream, whole, torn or damaged: the longest prefix whose chain holds, and what was found.

stream = StreamReader(path, "balance")
for batch in stream: ...            # batch after batch; a long stream need not fit into memory
stream.health                       # what was found, once the last batch has been given
table, health = read_stream(path, "balance")
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from rig.record.chain import CHAIN, NAME, SEQUENCE, batch_values, first_link, next_link
from rig.record.columns import ContentDigest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa


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


class StreamReader:
    """The good batches of one stream file, to be gone through once.

    Args:
        path: an ``.arrows`` file, whole, torn or damaged.
        name: the channel that it must belong to.

    Attributes:
        schema: of the stream, from the first step on; None if not even that could be read.
        good_to: where in the file the last good batch ends [bytes].
    """

    def __init__(self, path: Path, name: str) -> None:
        self.schema: pa.Schema | None = None
        self._path, self._name = path, name
        self._rows = self._batches = 0
        self._digest: ContentDigest | None = None
        self._damage = ""
        self.good_to = 0

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """Go through the good batches; never raises because of what is in the file."""
        import pyarrow as pa

        with self._path.open("rb") as file:
            try:
                yield from self._good(pa.ipc.open_stream(file), file)
                _refuse_more(file)
            except (pa.ArrowException, OSError, _Damage, UnicodeDecodeError, OverflowError, MemoryError) as error:
                if self._path.stat().st_size:  # a kill before the first batch leaves an empty file: no data, no damage
                    self._damage = f"after batch {self._batches}: {_first_line(error)}"

    @property
    def health(self) -> StreamHealth:
        """What was found so far."""
        digest = self._digest.hexdigest() if self._digest else ""
        return StreamHealth(self._rows, self._batches, digest, self._damage)

    def _good(self, reader: pa.RecordBatchStreamReader, file: BinaryIO) -> Iterator[pa.RecordBatch]:
        if (reader.schema.metadata or {}).get(NAME) != self._name.encode():
            raise _Damage("the file belongs to another stream")
        self.schema, self._digest = reader.schema, ContentDigest(reader.schema.names)
        chain = first_link(reader.schema)
        while True:
            try:
                batch, metadata = reader.read_next_batch_with_custom_metadata()
            except StopIteration:
                return
            batch.validate(full=True)  # before any value is touched: garbage offsets would read outside the buffers
            values = batch_values(batch)
            chain = _checked(metadata or {}, next_link(chain, self._batches, values), self._batches)
            self._digest.update(values)
            self._batches += 1
            self._rows += batch.num_rows
            self.good_to = file.tell()
            yield batch


def read_stream(path: Path, name: str) -> tuple[pa.Table | None, StreamHealth]:
    """The longest prefix of a stream whose chain holds, as one table.

    Args:
        path, name: as for :class:`StreamReader`.

    Returns:
        The rows (None if not even a schema could be read) and what was found.
    """
    import pyarrow as pa

    stream = StreamReader(path, name)
    batches = list(stream)
    table = None if stream.schema is None else pa.Table.from_batches(batches, schema=stream.schema)
    return table, stream.health


def stream_health(path: Path, name: str) -> StreamHealth:
    """What is in a stream, without keeping any of it."""
    stream = StreamReader(path, name)
    for _ in stream:
        pass
    return stream.health


def table_digest(table: pa.Table) -> str:
    """Content digest of a whole table, equal to that of the stream it came from."""
    digest = ContentDigest(table.schema.names)
    for batch in table.to_batches():
        digest.update(batch_values(batch))
    return digest.hexdigest()


def as_arrays(table: pa.Table) -> dict[str, Any]:
    """Columns as numpy arrays (text and bytes as object arrays)."""
    return {name: table.column(name).to_numpy() for name in table.schema.names}


class _Damage(Exception):  # noqa: N818 - private, never leaves this module
    """A batch that does not fit the chain, or something that is no batch."""


def _refuse_more(file: BinaryIO) -> None:
    if file.read(1):
        raise _Damage("the file goes on after the end of the stream")


def _checked(said: dict[bytes, bytes], link: str, sequence: int) -> str:
    """The link, if it is what the batch says of itself."""
    if said.get(SEQUENCE) != str(sequence).encode() or said.get(CHAIN) != link.encode():
        raise _Damage("the hash chain is broken")
    return link


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]

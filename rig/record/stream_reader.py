"""Read a chained Arrow stream, whole, torn or damaged: the longest prefix whose chain holds, and what was found.

stream = StreamReader(path, "balance")
for batch in stream: ...            # batch after batch; a long stream need not fit into memory
stream.health                       # what was found, once the last batch has been given
table, health = read_stream(path, "balance")

This is one file; the stream of a record, which may be several, is read with :mod:`rig.record.segment_reader`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from rig.record.chain import CHAIN, NAME, PREVIOUS, SEGMENT, SEQUENCE, batch_values, first_link, next_link
from rig.record.columns import ContentDigest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

    from rig.record.segment_reader import SegmentReader
    from rig.record.segments import SealedSegment


@dataclass(frozen=True, slots=True)
class StreamHealth:
    """What was found in a stream.

    Attributes:
        rows: rows that could be read and whose chain holds.
        batches: batches of which the same is true; of segments that were sealed as Parquet none are counted.
        digest: content digest over these rows.
        damage: why reading stopped before the end; empty if it did not.
        segments: of a sealed stream; empty where it is one file.
    """

    rows: int
    batches: int
    digest: str
    damage: str = ""
    segments: tuple[SealedSegment, ...] = ()


@dataclass(frozen=True, slots=True)
class Before:
    """What stands before a segment.

    Attributes:
        number: of the segment before; 0 for the first.
        link: its last link in the chain.
        digest: of the stream up to there; None for the first.
    """

    number: int = 0
    link: str = ""
    digest: ContentDigest | None = None


#: The first segment follows nothing.
FIRST: Final = Before()


class StreamReader:
    """The good batches of one stream file, to be gone through once.

    Args:
        path: an ``.arrows`` file, whole, torn or damaged.
        name: the channel that it must belong to.
        before: the segment that it must follow.

    Attributes:
        schema: of the stream, from the first step on; None if not even that could be read.
        link: of the last good batch.
        digest: of the stream up to there; None where there is no schema.
        good_to: where in the file the last good batch ends [bytes].
    """

    def __init__(self, path: Path, name: str, before: Before = FIRST) -> None:
        self.schema: pa.Schema | None = None
        self.link = ""
        self.digest: ContentDigest | None = None
        self._path, self._name, self._before = path, name, before
        self._rows = self._batches = 0
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
        digest = self.digest.hexdigest() if self.digest else ""
        return StreamHealth(self._rows, self._batches, digest, self._damage)

    def _good(self, reader: pa.RecordBatchStreamReader, file: BinaryIO) -> Iterator[pa.RecordBatch]:
        if (reader.schema.metadata or {}).get(NAME) != self._name.encode():
            raise _Damage("the file belongs to another stream")
        _check_place(reader.schema.metadata, self._before)
        self.schema = reader.schema.with_metadata({NAME: self._name.encode()})
        self.digest = self._before.digest.copy() if self._before.digest else ContentDigest(reader.schema.names)
        self.link = first_link(reader.schema)
        while True:
            try:
                batch, metadata = reader.read_next_batch_with_custom_metadata()
            except StopIteration:
                return
            batch.validate(full=True)  # before any value is touched: garbage offsets would read outside the buffers
            values = batch_values(batch)
            self.link = _checked(metadata or {}, next_link(self.link, self._batches, values), self._batches)
            self.digest.update(values)
            self._batches += 1
            self._rows += batch.num_rows
            self.good_to = file.tell()
            yield batch.replace_schema_metadata(self.schema.metadata) if self._before.number else batch


def read_stream(path: Path, name: str) -> tuple[pa.Table | None, StreamHealth]:
    """The longest prefix of a stream whose chain holds, as one table.

    Args:
        path, name: as for :class:`StreamReader`.

    Returns:
        The rows (None if not even a schema could be read) and what was found.
    """
    return read_all(StreamReader(path, name))


def read_all(stream: StreamReader | SegmentReader) -> tuple[pa.Table | None, StreamHealth]:
    """All good rows as one table (None if not even a schema could be read), and what was found."""
    import pyarrow as pa

    batches = list(stream)
    table = None if stream.schema is None else pa.Table.from_batches(batches, schema=stream.schema)
    return table, stream.health


def health_of(stream: StreamReader | SegmentReader) -> StreamHealth:
    """What is in a stream, without keeping any of it."""
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


def _check_place(said: dict[bytes, bytes], before: Before) -> None:
    """Whether a file is the segment that follows."""
    number = said.get(SEGMENT, b"1").decode(errors="replace")
    if number != str(before.number + 1):
        raise _Damage(f"expected segment {before.number + 1} of the stream, found segment {number}")
    if said.get(PREVIOUS, b"").decode(errors="replace") != before.link:
        raise _Damage(
            f"it does not follow the segment before it: rows of segment {before.number} are missing, or one of "
            "the two belongs to another run"
        )


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

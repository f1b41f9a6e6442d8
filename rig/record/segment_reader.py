"""Read the stream of a record that was not sealed, of one file or of many: the longest prefix whose chain holds.

    stream = SegmentReader(folder, "daq")
    for batch in stream: ...            # segment after segment, whether Arrow or sealed already
    stream.health                       # what was found; damage names the segment

A segment that is missing, that was swapped with another one or that is there twice does not follow the one before it,
and reading stops there. Where a segment is there as Arrow and as Parquet, a kill came between: then Arrow is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.errors import EvidenceError
from rig.record.parquet import parquet_batches, parquet_digest, parquet_said, parquet_schema
from rig.record.segments import growing_path, interrupted_streams, sealed_path
from rig.record.stream_reader import Before, StreamHealth, StreamReader, health_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa


class SegmentReader:
    """The good batches of one stream, to be gone through once.

    Args:
        folder: of the record.
        name: of the channel.

    Attributes:
        schema: from the first batch on; None if not even that could be read.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.schema: pa.Schema | None = None
        self._folder, self._name = folder, name
        self._before = Before()
        self._rows = self._batches = 0
        self._damage = ""

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """Go through the good batches; never raises because of what is in the files."""
        last = interrupted_streams(self._folder).get(self._name, 1)
        for number in range(1, last + 1):
            yield from self._segment(number)
            if not self._damage and number < last and self._before.number < number:
                self._damage = "it is empty, and others follow it"
            if self._damage:
                self._damage = self._damage if last == 1 else f"segment {number} of {last}: {self._damage}"
                return

    @property
    def health(self) -> StreamHealth:
        """What was found so far."""
        digest = self._before.digest.hexdigest() if self._before.digest else ""
        return StreamHealth(self._rows, self._batches, digest, self._damage)

    def _segment(self, number: int) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._growing(growing_path(self._folder, self._name, number))
        except FileNotFoundError:  # sealed meanwhile, or missing
            yield from self._sealed(sealed_path(self._folder, self._name, number))

    def _growing(self, path: Path) -> Iterator[pa.RecordBatch]:
        stream = StreamReader(path, self._name, self._before)
        for batch in stream:
            self.schema = stream.schema
            yield batch
        found = stream.health
        self._damage = found.damage
        self._rows, self._batches = self._rows + found.rows, self._batches + found.batches
        if stream.schema is not None:
            self.schema = self.schema or stream.schema
            self._before = Before(self._before.number + 1, stream.link, stream.digest)

    def _sealed(self, path: Path) -> Iterator[pa.RecordBatch]:
        """Held against its digest before any of it is given."""
        try:
            self._before, self.schema = after_sealed(path, self._before), self.schema or parquet_schema(path)
        except EvidenceError as error:
            self._damage = str(error)
            return
        for batch in parquet_batches(path):
            self._rows += batch.num_rows
            yield batch


def after_sealed(path: Path, before: Before) -> Before:
    """What the next segment must follow, once this one has been held against what it says of itself.

    Args:
        path: of a segment that was sealed while the run went on.
        before: what it must follow.

    Raises:
        EvidenceError: it is missing or damaged, or it is not the segment that follows.
    """
    if not path.is_file():
        raise EvidenceError("it is missing")
    said = parquet_said(path)
    if problem := place_problem(said, before):
        raise EvidenceError(problem)
    digest = parquet_digest(path, before.digest)
    if said.get("digest") != digest.hexdigest():
        raise EvidenceError("its values do not have the digest that was noted with them; it was changed or damaged")
    return Before(before.number + 1, said.get("link", ""), digest)


def place_problem(said: dict[str, str], before: Before) -> str:
    """Why a sealed segment is not the one that follows; empty where it is.

    Args:
        said: as :func:`~rig.record.parquet.parquet_said` gives it.
        before: number and link of the segment before.
    """
    if said.get("segment") != str(before.number + 1):
        return f"expected segment {before.number + 1} of the stream, found segment {said.get('segment', '1 of 1')}"
    if said.get("previous") != before.link:
        return f"it does not follow segment {before.number}: one of the two belongs to another run, or was changed"
    return ""


def interrupted_health(folder: Path) -> dict[str, StreamHealth]:
    """What is in each stream of a record that was not sealed."""
    return {name: health_of(SegmentReader(folder, name)) for name in interrupted_streams(folder)}

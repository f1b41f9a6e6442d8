"""A sealed stream, or a segment of it: Parquet with page checksums, written and read in row groups, however long.

Which segment it is stands in the metadata of the file, as ``doseproof.segment``, ``.previous``, ``.link``, ``.digest``;
a stream that is one file has none of them.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

from rig.errors import EvidenceError
from rig.record.chain import batch_values
from rig.record.columns import ContentDigest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

#: Rows of a row group, and of a portion of one when it is gone through.
_GROUP: Final = 500_000
_PORTION: Final = 65_536
#: So many batches are put together before they wait for their row group; each alone takes kilobytes.
_TOGETHER: Final = 1024
_OURS: Final = "doseproof."


class GrowingParquet:
    """A file that is written as rows come; nobody can read it before it is closed.

    Args:
        path: of the file.
        schema: of the stream.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        import pyarrow.parquet as pq

        self.path = path
        self._schema = schema
        self._writer = pq.ParquetWriter(path, schema, compression="zstd", write_page_checksum=True, store_schema=True)
        self._held: list[pa.RecordBatch] = []
        self._fresh: list[pa.RecordBatch] = []
        self._rows = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Take in a batch, and write a row group where there are enough of them."""
        self._fresh.append(batch)
        self._rows += batch.num_rows
        if self._rows >= _GROUP:
            self._write()
        elif len(self._fresh) == _TOGETHER:
            self._held += self._table(self._fresh).combine_chunks().to_batches()
            self._fresh = []

    def close(self, said: Mapping[str, str] | None = None) -> None:
        """Write the rest, and what is said of the file."""
        if self._rows:
            self._write()
        if said:
            self._writer.add_key_value_metadata(dict(said))
        self._writer.close()

    def _write(self) -> None:
        self._writer.write_table(self._table(self._held + self._fresh), row_group_size=_GROUP)
        self._held, self._fresh, self._rows = [], [], 0

    def _table(self, batches: list[pa.RecordBatch]) -> pa.Table:
        import pyarrow as pa

        return pa.Table.from_batches(batches, schema=self._schema)


def write_parquet(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
    """Write batches of a stream as they come."""
    file = GrowingParquet(path, schema)
    try:
        for batch in batches:
            file.add(batch)
    finally:
        file.close()


def parquet_digest(path: Path, after: ContentDigest | None = None) -> ContentDigest:
    """Content digest of a stream up to the end of this file, with every page's checksum verified.

    Args:
        path: of a sealed stream, or of a segment.
        after: digest of the segments before it.

    Raises:
        EvidenceError: a page is damaged.
    """
    digest = after.copy() if after else ContentDigest(parquet_schema(path).names)
    for batch in parquet_batches(path):
        digest.update(batch_values(batch))
    return digest


def parquet_rows(path: Path) -> int:
    """How many rows are in a file.

    Raises:
        EvidenceError: the file cannot be read.
    """
    import pyarrow.parquet as pq

    with _intact(path):
        return int(pq.read_metadata(path).num_rows)


def parquet_said(path: Path) -> dict[str, str]:
    """What is said of a segment in its file, without ``doseproof.``; nothing of a stream that is one file.

    Raises:
        EvidenceError: the file cannot be read.
    """
    import pyarrow.parquet as pq

    with _intact(path):
        metadata = pq.read_metadata(path).metadata or {}
    return {
        key.decode().removeprefix(_OURS): value.decode(errors="replace")
        for key, value in metadata.items()
        if key.startswith(_OURS.encode())
    }


def parquet_batches(path: Path) -> Iterator[pa.RecordBatch]:
    """A sealed stream in portions, so that a long one need not fit into memory; every page's checksum is verified.

    Raises:
        EvidenceError: a page is damaged.
    """
    import pyarrow.parquet as pq

    with _intact(path), pq.ParquetFile(path, page_checksum_verification=True) as file:
        yield from file.iter_batches(_PORTION)


def parquet_schema(path: Path) -> pa.Schema:
    """The columns of a sealed stream.

    Raises:
        EvidenceError: the file cannot be read.
    """
    import pyarrow.parquet as pq

    with _intact(path):
        return pq.read_schema(path)


def read_parquet(paths: Sequence[Path], columns: Sequence[str] = ()) -> pa.Table:
    """A sealed stream of one or more segments, or some columns of it, with every page's checksum verified.

    Raises:
        EvidenceError: a page is damaged.
    """
    import pyarrow as pa

    return pa.concat_tables([_read_file(path, columns) for path in paths])


def _read_file(path: Path, columns: Sequence[str]) -> pa.Table:
    import pyarrow.parquet as pq

    with _intact(path):
        return pq.read_table(path, columns=list(columns) or None, page_checksum_verification=True)


@contextlib.contextmanager
def _intact(path: Path) -> Iterator[None]:
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError) as error:
        raise EvidenceError(f"{path}: expected an intact sealed stream, found: {error}") from error

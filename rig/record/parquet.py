"""A sealed stream: Parquet with page checksums, written and read in row groups, whatever its length."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

from rig.errors import EvidenceError
from rig.record.chain import batch_values
from rig.record.columns import ContentDigest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import pyarrow as pa

#: Rows of a row group, and of a portion of one when it is gone through.
_GROUP: Final = 500_000
_PORTION: Final = 65_536


def write_parquet(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
    """Write batches of a stream as they come."""
    import pyarrow.parquet as pq

    with pq.ParquetWriter(path, schema, compression="zstd", write_page_checksum=True, store_schema=True) as writer:
        for group in _groups(schema, batches):
            writer.write_table(group, row_group_size=_GROUP)


def parquet_digest(path: Path) -> str:
    """Content digest of a sealed stream, with every page's checksum verified.

    Raises:
        EvidenceError: a page is damaged.
    """
    digest = ContentDigest(parquet_schema(path).names)
    for batch in parquet_batches(path):
        digest.update(batch_values(batch))
    return digest.hexdigest()


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


def read_parquet(path: Path, columns: Sequence[str] = ()) -> pa.Table:
    """A sealed stream, or some columns of it, with every page's checksum verified.

    Raises:
        EvidenceError: a page is damaged.
    """
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


def _groups(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Batches put together until they make a row group."""
    import pyarrow as pa

    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        held.append(batch)
        rows += batch.num_rows
        if rows >= _GROUP:
            yield pa.Table.from_batches(held, schema=schema)
            held, rows = [], 0
    if held:
        yield pa.Table.from_batches(held, schema=schema)

"""Parquet: one file a table, with the names and bits of the record.

Units and meanings are metadata of the fields (``unit``, ``meaning``), facts about the record are metadata of the schema
(``doseproof.record_sha256`` and so on).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.record.columns import arrow_fields
from rig.record.parquet import write_parquet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

    from rig.export.contents import Contents, Table


def write_parquet_files(folder: Path, contents: Contents) -> None:
    """Write each table of a record into a folder."""
    import pyarrow as pa

    for table in contents.tables:
        facts = {f"doseproof.{name}": value for name, value in {**contents.facts, **table.facts}.items()}
        schema = pa.schema(arrow_fields(table.columns, nullable=True), metadata=facts)
        write_parquet(folder / f"{table.name}.parquet", schema, _batches(table, schema))


def _batches(table: Table, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    for batch in table.batches():
        yield pa.record_batch(batch.columns, schema=schema)

"""What is handed over: facts about the record, its verdict and findings, and tables in portions.

for table in contents.tables:
    for batch in table.batches():
        for row in rows_of(batch): ...         # bytes as hexadecimal text, everything else as it is
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from drivers.interfaces import Column
from rig.record.columns import arrow_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import pyarrow as pa


@dataclass(frozen=True)
class Table:
    """A table whose rows come in portions.

    Attributes:
        name: of the stream, or ``findings``, ``delivery``, ``streams``.
        columns: with type and unit; none where a stream holds no data to tell them.
        rows: how many there are.
        batches: begins anew each time that it is called.
        facts: what a reader must know of this table, such as damage.
    """

    name: str
    columns: tuple[Column, ...]
    rows: int
    batches: Callable[[], Iterable[pa.RecordBatch]]
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Contents:
    """A record, ready to be written in any format.

    Attributes:
        name: of the record, for names of files.
        facts: about the record; in every file.
        result: findings and verdict, as a sealed result has them.
        tables: all of them, ``streams`` (what was found in each) first.
    """

    name: str
    facts: Mapping[str, str]
    result: Mapping[str, Any]
    tables: tuple[Table, ...]


def small_table(
    name: str, columns: Sequence[Column], values: Mapping[str, Any], facts: Mapping[str, str] | None = None
) -> Table:
    """A table that is in memory; None stands for what there is not.

    Args:
        name, columns, facts: as of :class:`Table`.
        values: lists or arrays by the name of the column, all of one length.
    """
    import pyarrow as pa

    schema = pa.schema(arrow_fields(columns, nullable=True))
    batch = pa.record_batch([pa.array(values[one.name], type=one.type) for one in schema], schema=schema)
    return Table(name, tuple(columns), batch.num_rows, lambda: [batch], facts or {})


def columns_of(schema: pa.Schema) -> tuple[Column, ...]:
    """The columns of a stream with unit and meaning, as the record keeps them."""
    return tuple(Column(one.name, _TYPES[str(one.type)], _said(one, b"unit"), _said(one, b"meaning")) for one in schema)


def rows_of(batch: pa.RecordBatch) -> Iterator[tuple[Any, ...]]:
    """Rows as plain values; bytes as hexadecimal text."""
    return zip(*map(values_of, batch.columns), strict=True)


def values_of(array: pa.Array) -> list[Any]:
    """One column of a portion as plain values; bytes as hexadecimal text."""
    values: list[Any] = array.to_pylist()
    return [None if one is None else one.hex() for one in values] if str(array.type) == "binary" else values


def _said(field_: pa.Field, key: bytes) -> str:
    return bytes((field_.metadata or {}).get(key, b"")).decode()


_TYPES: Mapping[str, Any] = {
    "double": "float64",
    "int64": "int64",
    "bool": "bool",
    "string": "text",
    "binary": "bytes",
}

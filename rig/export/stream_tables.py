"""The raw streams of a record as tables, and one table of what was found in each: nothing is left out in silence."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from drivers.interfaces import Column
from rig.export.contents import Table, columns_of, small_table

if TYPE_CHECKING:
    from rig.record import Record

_COLUMNS: Final = (
    Column("stream", "text", "", "name of the channel"),
    Column("rows", "int64", "", "good rows; all of them are here"),
    Column("damage", "text", "", "why reading stopped before the end of the stream; empty if it did not"),
)


def stream_tables(record: Record) -> list[Table]:
    """Every stream, also one without a row."""
    return [_stream(record, name) for name in record.channels()]


def found_table(record: Record) -> Table:
    """Name, rows and damage of each stream."""
    names = record.channels()
    found = [record.health[name] for name in names]
    values = {"stream": names, "rows": [one.rows for one in found], "damage": [one.damage for one in found]}
    return small_table("streams", _COLUMNS, values)


def _stream(record: Record, name: str) -> Table:
    health, schema = record.health[name], record.schema(name)
    facts = {"stream": name, "rows": str(health.rows), "damage": health.damage or "none"}
    return Table(name, () if schema is None else columns_of(schema), health.rows, partial(record.batches, name), facts)

"""TDMS: one file, a group a table, a channel a column with its unit in ``unit_string``.

Facts about the record are properties of the file; what was found in a stream, those of its group. Bytes are hexadecimal
text. An empty number (a limit that there is not) is NaN, an empty text ''.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rig.export.contents import values_of
from rig.export.headings import unit_of
from rig.export.tdms_bytes import Part, channel, group, root, segment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

    from rig.export.contents import Contents, Table


def write_tdms(folder: Path, contents: Contents) -> None:
    """Write all tables of a record into one file of a folder, portion by portion."""
    with (folder / f"{contents.name}.tdms").open("xb") as file:
        file.write(segment([root(contents.facts)]))
        for table in contents.tables:
            file.write(segment([group(table.name, table.facts), *_columns(table)]))
            for batch in table.batches():
                file.write(segment(list(_portion(table, batch))))


def _columns(table: Table) -> Iterator[Part]:
    """The channels before their first value, so that a table without a row has them too."""
    for column in table.columns:
        said = {"unit_string": unit_of(column), "description": column.meaning}
        yield channel(table.name, column.name, None, {name: value for name, value in said.items() if value})


def _portion(table: Table, batch: pa.RecordBatch) -> Iterator[Part]:
    for column, array in zip(table.columns, batch.columns, strict=True):
        yield channel(table.name, column.name, _values(column.type, array), {})


def _values(kind: str, array: pa.Array) -> Any:
    """Texts as a list, numbers as an array with NaN for what there is not."""
    if kind in {"text", "bytes"}:
        return ["" if one is None else one for one in values_of(array)]
    return array.to_numpy(zero_copy_only=False)

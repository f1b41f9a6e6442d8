"""From what drivers give to one Arrow batch: rows, or portions of arrays. The values are the same either way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from drivers.arrays import length_of
from rig.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from drivers.arrays import Arrays
    from drivers.interfaces import Row

#: Kinds of numpy types that hold a column of an Arrow type without a change; for numbers their size too.
_TYPES: Final = {"double": ("f8",), "int64": ("i8",), "bool": ("b1",), "string": ("U", "O"), "binary": ("O",)}


def batch_of_rows(rows: Sequence[Row], schema: pa.Schema) -> pa.RecordBatch:
    """One batch of at least one row."""
    import pyarrow as pa

    columns = zip(*rows, strict=True)
    arrays = [pa.array(values, type=field.type) for values, field in zip(columns, schema, strict=True)]
    return pa.record_batch(arrays, schema=schema)


def batch_of_arrays(portions: Sequence[Arrays], schema: pa.Schema) -> pa.RecordBatch:
    """One batch of at least one portion.

    Raises:
        EvidenceError: a portion does not have the columns of the stream.
    """
    import pyarrow as pa

    for portion in portions:
        _check(portion, schema)
    joined = [_joined([portion[field.name] for portion in portions]) for field in schema]
    return pa.record_batch(
        [pa.array(values, type=field.type) for values, field in zip(joined, schema, strict=True)], schema=schema
    )


def _joined(pieces: list[Any]) -> Any:
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)


def _check(portion: Arrays, schema: pa.Schema) -> None:
    """Refuse what Arrow would silently make fit."""
    if list(portion) != schema.names:
        raise EvidenceError(f"expected the arrays {', '.join(schema.names)}, found {', '.join(portion)}")
    for field in schema:
        values = portion[field.name]
        if values.shape != (length_of(portion),):
            raise EvidenceError(f"{field.name}: expected {length_of(portion)} values, found the shape {values.shape}")
        found = f"{values.dtype.kind}{values.dtype.itemsize}"
        if not found.startswith(_TYPES[str(field.type)]):
            raise EvidenceError(f"{field.name}: expected values of type {field.type}, found {values.dtype}")

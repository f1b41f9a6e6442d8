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


class Batches:
    """Makes the batches of one stream.

    Args:
        schema: of the stream; looked into once, because a fast channel brings many batches a second.
    """

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema
        self._columns = [(field.name, field.type, _TYPES[str(field.type)]) for field in schema]
        self._names = schema.names

    def of_rows(self, rows: Sequence[Row]) -> pa.RecordBatch:
        """One batch of at least one row."""
        import pyarrow as pa

        columns = zip(*rows, strict=True)
        arrays = [pa.array(values, type=kind) for values, (_, kind, _) in zip(columns, self._columns, strict=True)]
        return pa.record_batch(arrays, schema=self._schema)

    def of_arrays(self, portions: Sequence[Arrays]) -> pa.RecordBatch:
        """One batch of at least one portion.

        Raises:
            EvidenceError: a portion does not have the columns of the stream.
        """
        import pyarrow as pa

        for portion in portions:
            self._check(portion)
        arrays = [
            pa.array(_joined([portion[name] for portion in portions]), type=kind) for name, kind, _ in self._columns
        ]
        return pa.record_batch(arrays, schema=self._schema)

    def _check(self, portion: Arrays) -> None:
        """Refuse what Arrow would silently make fit."""
        if list(portion) != self._names:
            raise EvidenceError(f"expected the arrays {', '.join(self._names)}, found {', '.join(portion)}")
        count = length_of(portion)
        for name, kind, held in self._columns:
            values = portion[name]
            if values.shape != (count,):
                raise EvidenceError(f"{name}: expected {count} values, found the shape {values.shape}")
            if not f"{values.dtype.kind}{values.dtype.itemsize}".startswith(held):
                raise EvidenceError(f"{name}: expected values of type {kind}, found {values.dtype}")


def _joined(pieces: list[Any]) -> Any:
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)

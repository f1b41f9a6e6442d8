"""From columns of a channel to Arrow arrays, and from array values to a digest that ignores batching.

A digest must not depend on how rows were cut into batches, nor on Arrow's padding, so it is taken over the
*values*: fixed-width columns as little-endian bytes, text and bytes as their lengths and their contents,
each hashed on its own and combined at the end.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from drivers.interfaces import Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa

#: Every stream begins with the acquisition time on the bench's clock.
TIME = Column("t_s", "float64", "s", "acquisition time on the bench's clock")

#: Every byte on every wire.
WIRE = (
    Column("link", "text", "", "name of the link"),
    Column("direction", "text", "", "> sent by the rig, < received, ! failed, = end of a call"),
    Column("data", "bytes", "", "the bytes"),
)

#: What happened, in order.
EVENTS = (
    Column("kind", "text", "", "what happened"),
    Column("data", "text", "", "the facts, as JSON"),
)


def schema(columns: Sequence[Column]) -> pa.Schema:
    """Arrow schema of a stream: time first, unit and meaning as field metadata, no nulls."""
    import pyarrow as pa

    return pa.schema(arrow_fields((TIME, *columns)))


def arrow_fields(columns: Sequence[Column], *, nullable: bool = False) -> list[pa.Field]:
    """Arrow fields of some columns, with unit and meaning as metadata."""
    import pyarrow as pa

    types = {
        "float64": pa.float64(),
        "int64": pa.int64(),
        "bool": pa.bool_(),
        "text": pa.string(),
        "bytes": pa.binary(),
    }
    return [
        pa.field(c.name, types[c.type], nullable=nullable, metadata={"unit": c.unit, "meaning": c.meaning})
        for c in columns
    ]


def column_bytes(array: pa.Array) -> tuple[bytes, Any]:
    """Bytes that say every value of ``array``: lengths (empty if fixed-width) and contents.

    The contents of a column are its own memory as an array of bytes, not a copy of it.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_string(array.type) or pa.types.is_binary(array.type):
        lengths = pc.binary_length(array).to_numpy(zero_copy_only=False).astype("<i8").tobytes()
        return lengths, _joined(array)
    values = array.to_numpy(zero_copy_only=False)
    return b"", np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<")).view(np.uint8)


def _joined(array: pa.Array) -> Any:
    """All texts of a column one after another, as they lie in Arrow's memory; what is no value is nothing there."""
    _, offsets, data = array.buffers()
    if data is None:
        return b""
    ends = np.frombuffer(offsets, np.int32)[[array.offset, array.offset + len(array)]]
    return np.frombuffer(data, np.uint8)[ends[0] : ends[1]]


class ContentDigest:
    """SHA-256 over the values of a stream, the same however the rows were batched."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = list(names)
        self._hashers = [(hashlib.sha256(), hashlib.sha256()) for _ in names]

    def update(self, columns: Iterable[tuple[bytes, Any]]) -> None:
        """Take in one more batch, as :func:`column_bytes` gives it for each column."""
        for (lengths, contents), (length_bytes, content_bytes) in zip(self._hashers, columns, strict=True):
            lengths.update(length_bytes)
            contents.update(content_bytes)

    def copy(self) -> ContentDigest:
        """Another one that goes on from here."""
        other = ContentDigest(self._names)
        other._hashers = [(lengths.copy(), contents.copy()) for lengths, contents in self._hashers]
        return other

    def hexdigest(self) -> str:
        """The digest of all rows so far."""
        parts = [[name, a.hexdigest(), b.hexdigest()] for name, (a, b) in zip(self._names, self._hashers, strict=True)]
        return hashlib.sha256(canonical_json(parts)).hexdigest()


def canonical_json(value: Any) -> bytes:
    """JSON with sorted keys and no white space, for hashing (plain ASCII, finite numbers only)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")

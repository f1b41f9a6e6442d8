"""The hash chain of a stream: what a batch carries, so that a torn or altered file is noticed.

Link ``n`` is ``sha256(link n-1, n, lengths, values)``; link 0 follows the hash of the schema, which holds the name of
the channel. The chain is over values, as the content digest is, and not over the bytes of the file. A stream of several
segments (:mod:`rig.record.segments`) is one chain: the second one begins with the last link of the first.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from rig.record.columns import column_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

SEQUENCE: Final = b"doseproof.sequence"
CHAIN: Final = b"doseproof.chain"
NAME: Final = b"doseproof.stream"
#: In a segment after the first: its number, and the last link of the one before it.
SEGMENT: Final = b"doseproof.segment"
PREVIOUS: Final = b"doseproof.previous"


def batch_values(batch: pa.RecordBatch) -> list[tuple[bytes, Any]]:
    """Lengths and contents of each column, as :func:`~rig.record.columns.column_bytes` gives them."""
    return [column_bytes(column) for column in batch.columns]


def first_link(schema: pa.Schema) -> str:
    """What the first batch of a file is chained to."""
    said = dict(schema.metadata or {})
    # written out beside the schema, because Arrow shortens long metadata in its text
    place = b"".join(b" " + said.pop(key) for key in (SEGMENT, PREVIOUS) if key in said)
    text = schema.with_metadata(said).to_string(show_schema_metadata=True).encode()
    return hashlib.sha256(text + place).hexdigest()


def next_link(previous: str, sequence: int, values: Sequence[tuple[bytes, Any]]) -> str:
    """The link of batch ``sequence``, with the values of :func:`batch_values`."""
    hasher = hashlib.sha256(f"{previous} {sequence} {[(len(a), len(b)) for a, b in values]}".encode())
    for lengths, contents in values:
        hasher.update(lengths)
        hasher.update(contents)
    return hasher.hexdigest()

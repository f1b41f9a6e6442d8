"""Whether a stream that a kill left is torn at its end, or broken within.

    broken_streams(folder)       # [] where everything before the last flush is whole; else a line a stream

A kill or a power cut spoils the end of the last file of a stream and nothing before it. Where whole batches stand
behind the damage, no kill made it, and the rows before it are not all that there was: such a stream is not salvaged.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from rig.errors import EvidenceError
from rig.record.chain import CHAIN, SEQUENCE
from rig.record.last_segments import last_segments
from rig.record.parquet import parquet_rows
from rig.record.segments import growing_of, remakeable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

    from rig.record.last_segments import LastSegment

#: How a message of an Arrow stream begins.
_MESSAGE: Final = b"\xff\xff\xff\xff"


def broken_streams(folder: Path) -> list[str]:
    """Streams of a record that are broken within, a line each.

    Args:
        folder: of a record that was never sealed.
    """
    ends = last_segments(folder)
    return [f"streams/{one.path.name}: {problem}" for one in ends if (problem := one.broken or _broken(one))]


def _broken(end: LastSegment) -> str:
    stream, path = end.stream, end.path
    count = sum(1 for _ in stream)
    if fuller := _fuller(path, stream.health.rows):
        return fuller
    if not stream.health.damage:
        return ""
    rest = path.read_bytes()[stream.good_to :]
    if stream.schema is None:
        # a kill leaves one batch at most behind a beginning that was never on the disk
        return "its beginning is broken" if rest.count(CHAIN) > 1 else ""
    behind = next((number for number in _numbers(rest, stream.schema) if number > count), None)
    if behind is None:
        return ""
    return f"the hash chain is broken after batch {count}, and batch {behind} stands behind it"


def _fuller(path: Path, rows: int) -> str:
    """Parquet with rows that the Arrow file beside it lacks: it was made of another one, and a seal would drop them."""
    folder = path.parent.parent
    for made in remakeable(folder):
        if growing_of(folder, made) == path and (more := _rows(made)) > rows:
            return f"holds {rows} rows, and {made.name} beside it {more}; it is not the file that this was made of"
    return ""


def _rows(made: Path) -> int:
    """Rows of a Parquet; none where it was not written to its end."""
    try:
        return parquet_rows(made)
    except EvidenceError:
        return 0


def _numbers(data: bytes, schema: pa.Schema) -> Iterator[int]:
    """The numbers of the whole batches in bytes that follow damage."""
    import pyarrow as pa

    head, every = schema.serialize().to_pybytes(), pa.py_buffer(data)
    at = data.find(_MESSAGE)
    while at >= 0:
        number = _number(head, every.slice(at))
        if number is not None:
            yield number
        at = data.find(_MESSAGE, at + 1)


def _number(head: bytes, rest: pa.Buffer) -> int | None:
    """What a batch at the beginning of some bytes says of its place; None where no whole batch is there."""
    import pyarrow as pa

    try:
        message = pa.ipc.read_message(pa.BufferReader(rest)).serialize().to_pybytes()
        _, said = pa.ipc.open_stream(io.BytesIO(head + message)).read_next_batch_with_custom_metadata()
        return int((said or {})[SEQUENCE])
    except (pa.ArrowException, OSError, EOFError, StopIteration, KeyError, ValueError, OverflowError, MemoryError):
        return None

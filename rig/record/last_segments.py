"""The last file of each stream of a record that was not sealed: the only one that a kill may have torn.

    for one in last_segments(folder):
        one.broken        # "" or why the segments before it do not hold: no kill does that
        one.stream        # reads the last file, in its place behind the others

For whoever asks whether a kill explains what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rig.errors import EvidenceError
from rig.record.segment_reader import after_sealed
from rig.record.segments import growing_path, interrupted_streams, sealed_path
from rig.record.stream_reader import FIRST, Before, StreamReader, health_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True)
class LastSegment:
    """Where a stream ends.

    Attributes:
        name: of the channel.
        path: of its last file.
        stream: reads that file.
        broken: what is wrong with a segment before it; empty where nothing is.
    """

    name: str
    path: Path
    stream: StreamReader
    broken: str = ""


def last_segments(folder: Path) -> Iterator[LastSegment]:
    """The end of each stream, the segments before it held against the chain.

    Args:
        folder: of a record that was not sealed.
    """
    for name, begun in interrupted_streams(folder).items():
        last, before, broken = _last_written(folder, name, begun), FIRST, ""
        for number in range(1, last):
            try:
                before = _after(folder, name, before)
            except EvidenceError as error:
                broken = f"segment {number} of {last}: {error}"
                break
        path = growing_path(folder, name, last)
        broken = broken or ("" if path.is_file() else "missing; no kill takes a file away")
        yield LastSegment(name, path, StreamReader(path, name, before), broken)


def _last_written(folder: Path, name: str, last: int) -> int:
    """The last file with anything in it: the power may fail when the next one was begun and this one not yet synced."""
    while last > 1 and _empty(growing_path(folder, name, last)) and growing_path(folder, name, last - 1).is_file():
        last -= 1
    return last


def _empty(path: Path) -> bool:
    return path.is_file() and not path.stat().st_size


def _after(folder: Path, name: str, before: Before) -> Before:
    """What the next segment must follow.

    Raises:
        EvidenceError: this one is missing or damaged, or does not follow.
    """
    number = before.number + 1
    path = growing_path(folder, name, number)
    if not path.is_file():
        return after_sealed(sealed_path(folder, name, number), before)
    stream = StreamReader(path, name, before)
    if damage := health_of(stream).damage:
        raise EvidenceError(damage)
    if stream.schema is None:
        raise EvidenceError("it is empty, and others follow it")
    return Before(number, stream.link, stream.digest)

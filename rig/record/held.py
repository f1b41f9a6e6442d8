"""A record whose streams are held as arrays: one that was only planned, or the first rows of another one.

early = first_rows(record, {"balance": 3600, "events": 12})     # what it was when it had these rows
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rig.errors import EvidenceError
from rig.record.reader import Record
from rig.record.stream_reader import StreamHealth

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_EVENTS = "events"


@dataclass(frozen=True)
class HeldRecord(Record):
    """Streams in memory.

    Attributes:
        streams: by channel, arrays by column name.
    """

    streams: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path, start: dict[str, Any], streams: Mapping[str, dict[str, Any]]) -> HeldRecord:
        """A record with these streams and no seal; without any event where none are given."""
        health = {name: StreamHealth(len(rows["t_s"]), 0, "", "") for name, rows in streams.items()}
        health.setdefault(_EVENTS, StreamHealth(0, 0, "", ""))
        return cls(folder, sealed=False, start=start, manifest={}, health=health, streams=dict(streams))

    def stream(self, name: str, *columns: str) -> dict[str, Any]:
        """All rows of one channel, with these columns or with all.

        Raises:
            EvidenceError: there is no such channel, or it has no rows.
        """
        if name not in self.streams:
            raise EvidenceError(f"expected the stream {name!r}, found {', '.join(self.streams) or 'none'}")
        rows = self.streams[name]
        return {column: rows[column] for column in columns} if columns else rows

    @functools.cached_property
    def content_digest(self) -> str:
        """The same for every such record; it only seeds the noise floor of a trumpet."""
        return "0" * 64

    @functools.cached_property
    def _all_events(self) -> list[tuple[float, str, dict[str, Any]]]:
        rows = self.streams.get(_EVENTS, {"t_s": (), "kind": (), "data": ()})
        told = zip(rows["t_s"], rows["kind"], rows["data"], strict=True)
        return [(float(t), str(kind), json.loads(data)) for t, kind, data in told]


def first_rows(record: Record, rows: Mapping[str, int]) -> HeldRecord:
    """A record as it was when its channels had so many rows; channels that are not named are left out.

    Raises:
        EvidenceError: it has no such channel.
    """
    streams = {
        name: {column: values[:count] for column, values in record.stream(name).items()}
        for name, count in rows.items()
        if count
    }
    return HeldRecord.of(record.folder, record.start, streams)

"""Read a record, sealed or left behind by a kill, and never a wrong byte of it.

A sealed record is checked against its manifest when it is opened: a changed, missing or added file is an
error that names the file. A record without a manifest was interrupted; it is read to the last good batch of
each stream and says so.

    record = Record.open(folder)
    balance = record.stream("balance")     # {"t_s": array, "mass_g": array, ...}
    record.batches("daq")                  # the same in portions, for what is long
    record.events("phase")                 # [(t_s, {"name": "delivery"}), ...]
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rig.errors import EvidenceError
from rig.record.check import check_sealed
from rig.record.manifest import MANIFEST, content_digest
from rig.record.parquet import parquet_batches, parquet_schema, read_parquet
from rig.record.segment_reader import SegmentReader, interrupted_health
from rig.record.segments import sealed_paths, segments_of
from rig.record.stream_reader import StreamHealth, as_arrays, read_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

#: Every run has these streams from its first moment.
EVERY_RUN = frozenset({"events", "wire"})
#: Of ``start.json``, the newest that is understood here.
_SCHEMA = 1


@dataclass(frozen=True)
class Record:
    """A record on disk that was opened and checked.

    Attributes:
        folder: where it is.
        sealed: whether it has a manifest, and the manifest holds.
        start: what was known before the first reading.
        manifest: the manifest; empty if it is not sealed.
        health: what was found in each stream.
    """

    folder: Path
    sealed: bool
    start: dict[str, Any]
    manifest: dict[str, Any]
    health: dict[str, StreamHealth] = field(repr=False)

    @classmethod
    def open(cls, folder: Path | str) -> Record:
        """Open and check a record.

        Raises:
            EvidenceError: not a record, or a sealed one that was changed; every file concerned is named.
        """
        folder = Path(folder)
        start = cls.start_of(folder)
        if (folder / MANIFEST).is_file():
            manifest = _json(folder / MANIFEST)
            problems = check_sealed(folder, manifest)
            if problems:
                listed = "\n  ".join(problems)
                raise EvidenceError(f"{folder}: this record is not what was sealed:\n  {listed}")
            health = {
                name: StreamHealth(s["rows"], 0, s["digest"], s["damage"], segments_of(s))
                for name, s in manifest["streams"].items()
            }
            return cls(folder, sealed=True, start=start, manifest=manifest, health=health)
        health = interrupted_health(folder)
        if missing := EVERY_RUN - health.keys():
            raise EvidenceError(
                f"{folder}: expected {MANIFEST}, or the stream files of an interrupted run; found neither the one nor "
                f"{', '.join(f'streams/{name}.arrows' for name in sorted(missing))}; parts of this record are missing"
            )
        return cls(folder, sealed=False, start=start, manifest={}, health=health)

    @staticmethod
    def start_of(folder: Path) -> dict[str, Any]:
        """What was known before the first reading.

        Raises:
            EvidenceError: the folder is no record, or one of a newer version.
        """
        if not (folder / "start.json").is_file():
            raise EvidenceError(f"{folder}: expected a record (a folder with start.json), found none; check the path")
        start = _json(folder / "start.json")
        if isinstance(schema := start.get("schema", _SCHEMA), int) and schema > _SCHEMA:
            raise EvidenceError(
                f"{folder}/start.json: expected schema {_SCHEMA}, found {schema}: the record was made by a newer "
                "version; open it with that version"
            )
        return start

    def stream(self, name: str, *columns: str) -> dict[str, Any]:
        """All good rows of one channel as arrays by column name, ``t_s`` first.

        Args:
            name: of the channel.
            columns: only these, where the channel is long and few are wanted.

        Raises:
            EvidenceError: the record has no such channel.
        """
        return as_arrays(self._table(name, columns))

    def schema(self, name: str) -> pa.Schema | None:
        """Columns of one channel with unit and meaning; None where the stream holds no data to tell them.

        Raises:
            EvidenceError: the record has no such channel.
        """
        self._known(name)
        if sealed := self._sealed_files(name):
            return parquet_schema(sealed[0])
        if self.sealed:
            return None
        stream = SegmentReader(self.folder, name)
        next(iter(stream), None)
        return stream.schema

    def batches(self, name: str) -> Iterator[pa.RecordBatch]:
        """All good rows of one channel in portions, so that a long stream need not fit into memory.

        Raises:
            EvidenceError: the record has no such channel.
        """
        self._known(name)
        for sealed in self._sealed_files(name):
            yield from parquet_batches(sealed)
        if not self.sealed:
            yield from SegmentReader(self.folder, name)

    def channels(self) -> list[str]:
        """Names of the streams, sorted."""
        return sorted(self.health)

    def last_s(self) -> float:
        """When the last reading or event was, on the bench's clock; 0 where there is none [s]."""
        told = [name for name in self.channels() if name != "wire"]  # what was said on the way is no reading yet
        lasts = [batch.column("t_s")[-1].as_py() for name in told for batch in _last(self.batches(name))]
        return max(lasts, default=0.0)

    def events(self, kind: str | None = None) -> list[tuple[float, dict[str, Any]]]:
        """What happened, in order; only events of ``kind`` if one is given."""
        columns = self._all_events
        return [(t, data) for t, found, data in columns if kind is None or found == kind]

    def all_events(self) -> list[tuple[float, str, dict[str, Any]]]:
        """Time, kind and facts of everything that happened."""
        return list(self._all_events)

    def input_path(self, name: str) -> Path:
        """Path of a copied input file, e.g. ``protocol.toml``."""
        return self.folder / "inputs" / name

    @functools.cached_property
    def content_digest(self) -> str:
        """Digest of inputs and raw values; for a record that was not sealed, of its good rows."""
        return content_digest(self.folder, {name: health.digest for name, health in self.health.items()})

    @functools.cached_property
    def result(self) -> dict[str, Any] | None:
        """What was computed when the record was sealed; None if it was not."""
        path = self.folder / "result.json"
        return _json(path) if self.sealed and path.is_file() else None

    @functools.cached_property
    def _all_events(self) -> list[tuple[float, str, dict[str, Any]]]:
        if not self.health["events"].rows:  # killed before the first event was on the disk
            return []
        table = self._table("events")
        rows = zip(*(table.column(name).to_pylist() for name in ("t_s", "kind", "data")), strict=True)
        return [(t, kind, json.loads(data)) for t, kind, data in rows]

    def _table(self, name: str, columns: tuple[str, ...] = ()) -> Any:
        self._known(name)
        if sealed := self._sealed_files(name):
            return read_parquet(sealed, columns)
        # of a sealed record nothing else is read; a stream without a row has no file in it
        table = None if self.sealed else read_all(SegmentReader(self.folder, name))[0]
        if table is None:
            raise EvidenceError(f"the stream {name!r} holds no data: {self.health[name].damage or 'empty'}")
        return table.select(list(columns)) if columns else table

    def _known(self, name: str) -> None:
        if name not in self.health:
            raise EvidenceError(f"expected the stream {name!r}, found {', '.join(self.channels())}")

    def _sealed_files(self, name: str) -> list[Path]:
        """The segments of a sealed stream, in order; none where nothing was written to it, or nothing is sealed."""
        paths = sealed_paths(self.folder, name, self.health[name].segments) if self.sealed else []
        return [path for path in paths if path.is_file()]


def _last(batches: Iterator[pa.RecordBatch]) -> list[pa.RecordBatch]:
    """The last batch with a row, alone; none where there is none."""
    last: list[pa.RecordBatch] = []
    for batch in batches:
        last = [batch] if batch.num_rows else last
    return last


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise EvidenceError(f"{path}: expected JSON, found: {error}") from error
    if not isinstance(value, dict):
        raise EvidenceError(f"{path}: expected a JSON object, found {type(value).__name__}")
    return value

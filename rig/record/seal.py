"""Seal a record: streams to Parquet, the result beside them, then the manifest; read-only from then on.

The manifest is written last and names every other file, so a record is sealed exactly when it is there. Until
then the Arrow streams stay, and sealing can be done again after a crash.
"""

from __future__ import annotations

import contextlib
import itertools
import json
from typing import TYPE_CHECKING, Any

from rig.errors import EvidenceError
from rig.record.bench_chain import next_link, note
from rig.record.disk import sha256_file, write_whole, write_with
from rig.record.manifest import MANIFEST, SCHEMA, content_digest, manifest_bytes, record_hash
from rig.record.parquet import parquet_digest, write_parquet
from rig.record.stream_reader import StreamHealth, StreamReader

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def seal_streams(folder: Path) -> dict[str, StreamHealth]:
    """Turn each chained Arrow stream into Parquet with page checksums; the Arrow files stay for now.

    Returns:
        What was found in each stream. A damaged one is sealed to its last good batch, and its health says so.
    """
    return {path.stem: _seal_stream(path) for path in sorted((folder / "streams").glob("*.arrows"))}


def write_manifest(
    folder: Path, health: Mapping[str, StreamHealth], result: Mapping[str, Any], end: Mapping[str, Any]
) -> str:
    """Write the result and the manifest, drop the Arrow streams, and make everything read-only.

    Args:
        folder: a record whose streams are sealed.
        health: as :func:`seal_streams` gave it.
        result: findings and verdict.
        end: how and when the run ended, and the state of the time base.

    Returns:
        SHA-256 of the record: of the manifest's list of files and streams.
    """
    write_whole(folder / "result.json", (json.dumps(result, indent=2, sort_keys=True) + "\n").encode())
    files = {
        path.relative_to(folder).as_posix(): {"sha256": sha256_file(path), "bytes": path.stat().st_size}
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix not in {".arrows", ".part"} and path.name != MANIFEST
    }
    streams = {name: {"rows": h.rows, "digest": h.digest, "damage": h.damage} for name, h in health.items()}
    manifest: dict[str, Any] = {
        "schema": SCHEMA,
        "files": files,
        "streams": streams,
        "content_digest": content_digest(folder, {name: h.digest for name, h in health.items()}),
        "end": dict(end),
    }
    record_sha256 = _write_chained(folder, manifest)
    for path in (folder / "streams").glob("*.arrows"):
        path.unlink()
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o444)
    return record_sha256


def _write_chained(folder: Path, manifest: dict[str, Any]) -> str:
    """Write the manifest, with its place in the chain of the bench where the record names one."""
    bench = json.loads((folder / "start.json").read_bytes()).get("bench")
    with contextlib.ExitStack() as held:
        link = held.enter_context(next_link(folder, bench)) if isinstance(bench, str) else None
        if link is not None:
            manifest["chain"] = link.as_json()
        manifest["record_sha256"] = record_sha256 = record_hash(manifest)
        if link is not None:
            note(folder, link, record_sha256)
        write_whole(folder / MANIFEST, manifest_bytes(manifest))
    return record_sha256


def _seal_stream(path: Path) -> StreamHealth:
    """Through the stream once, piece by piece: a fast channel need not fit into memory."""
    stream = StreamReader(path, path.stem)
    batches = iter(stream)
    first = next(batches, None)
    if stream.schema is None:
        return stream.health
    schema, every = stream.schema, batches if first is None else itertools.chain([first], batches)
    sealed = path.with_suffix(".parquet")
    write_with(sealed, lambda beside: write_parquet(beside, schema, every))
    if parquet_digest(sealed) != stream.health.digest:
        raise EvidenceError(f"{sealed}: reads back differently from the stream that it was made of; check the disk")
    return stream.health

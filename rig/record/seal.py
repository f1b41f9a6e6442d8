"""Seal a record: streams to Parquet, the result beside them, then the manifest; read-only from then on.

The manifest is written last and names every other file, so a record is sealed exactly when it is there. Until
then the Arrow streams stay, and sealing can be done again after a crash. Long streams are sealed while they are written
(:mod:`rig.record.follower`), and what is left at the end is the last piece of each.
"""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

from rig.record.bench_chain import next_link, note
from rig.record.disk import sha256_file, write_whole
from rig.record.manifest import MANIFEST, content_digest, manifest_bytes, record_hash, schema_of
from rig.record.segments import GROWING, growing_path, interrupted_streams, sealed_path
from rig.record.stream_sealer import StreamSealer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rig.record.stream_reader import StreamHealth


def seal_streams(folder: Path, sealers: Mapping[str, StreamSealer] | None = None) -> dict[str, StreamHealth]:
    """Turn each chained Arrow stream into Parquet with page checksums; the Arrow files stay for now.

    Args:
        folder: of the record.
        sealers: of the streams that were sealed in part while they were written; used up.

    Returns:
        What was found in each stream. A damaged one is sealed to its last good batch, and its health says so.
    """
    begun = dict(sealers or {})
    return {name: _seal_stream(folder, name, begun.get(name)) for name in interrupted_streams(folder)}


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
    unread = _unread(folder, health)
    known = _known_files(folder, health)
    files = {
        path.relative_to(folder).as_posix(): known.get(path)
        or {"sha256": sha256_file(path), "bytes": path.stat().st_size}
        for path in sorted(folder.rglob("*"))
        if path.is_file() and (path.suffix not in {GROWING, ".part"} or path in unread) and path.name != MANIFEST
    }
    streams = {name: _stream_facts(h) for name, h in health.items()}
    manifest: dict[str, Any] = {
        "schema": schema_of(streams),
        "files": files,
        "streams": streams,
        "content_digest": content_digest(folder, {name: h.digest for name, h in health.items()}),
        "end": dict(end),
    }
    record_sha256 = _write_chained(folder, manifest)
    for path in (folder / "streams").glob(f"*{GROWING}"):
        if path not in unread:
            path.unlink()
    make_read_only(folder)
    return record_sha256


def make_read_only(folder: Path) -> None:
    """Take the right to write from every file of a record."""
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o444)


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


def _seal_stream(folder: Path, name: str, begun: StreamSealer | None) -> StreamHealth:
    """Go on where a sealer stands; what it finds damaged is looked at once more from the beginning."""
    found = begun.finish() if begun is not None else None
    return StreamSealer(folder, name).finish() if found is None or found.damage else found


def _stream_facts(health: StreamHealth) -> dict[str, Any]:
    """What the manifest says of a stream; its segments only where there are several."""
    facts: dict[str, Any] = {"rows": health.rows, "digest": health.digest, "damage": health.damage}
    return facts | ({"segments": [one.as_json() for one in health.segments]} if health.segments else {})


def _known_files(folder: Path, health: Mapping[str, StreamHealth]) -> dict[Path, dict[str, Any]]:
    """Hashes of segments, as they were written: a long record need not be read once more at its end."""
    return {
        sealed_path(folder, name, one.number): {"sha256": one.sha256, "bytes": one.size_bytes}
        for name, found in health.items()
        for one in found.segments
    }


def _unread(folder: Path, health: Mapping[str, StreamHealth]) -> set[Path]:
    """Segments behind a damaged one: nothing is computed from them, but they are not thrown away either."""
    last = interrupted_streams(folder)
    return {
        path
        for name, found in health.items()
        if found.damage
        for number in range(len(found.segments) + 1, last.get(name, 1) + 1)
        if number > 1 and (path := growing_path(folder, name, number)).is_file()
    }

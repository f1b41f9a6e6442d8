"""Streams and their segments against what a manifest says of them; each problem names the file.

    stream_problems(folder, "daq", manifest["streams"]["daq"])
    # ["streams/daq.0002.parquet: expected segment 2 of the stream, found segment 3"]

The hash of every file is looked at before (:mod:`rig.record.check`). Here it is whether they are one stream: where the
manifest was changed too, so that segments are missing, swapped or there twice, the chain that goes through them is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rig.errors import EvidenceError
from rig.record.parquet import parquet_digest, parquet_rows, parquet_said
from rig.record.segment_reader import interrupted_health, place_problem
from rig.record.segments import SealedSegment, growing_path, sealed_path, segments_of
from rig.record.stream_reader import Before, StreamReader, health_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def stream_problems(folder: Path, name: str, said: Mapping[str, Any]) -> list[str]:
    """What of a sealed stream does not have the digests of the manifest, or is not in its place."""
    segments = segments_of(said)
    if not segments:
        path = sealed_path(folder, name)
        wrong = path.is_file() and parquet_digest(path).hexdigest() != said["digest"]
        return [f"streams/{path.name}: its values do not have the digest of the manifest"] if wrong else []
    before = Before()
    for one in segments:
        path = sealed_path(folder, name, one.number)
        if problem := _segment_problem(path, one, before):
            return [f"streams/{path.name}: {problem}"]
        before = Before(one.number, one.link, parquet_digest(path, before.digest))
        if before.digest is None or before.digest.hexdigest() != one.digest:
            return [f"streams/{path.name}: its values do not have the digest of the manifest"]
    whole = (segments[-1].digest, sum(one.rows for one in segments))
    return [] if whole == (said["digest"], said["rows"]) else [f"{name}: its segments are not the whole stream"]


def _segment_problem(path: Path, one: SealedSegment, before: Before) -> str:
    if not path.is_file():
        return "missing"
    said = parquet_said(path)
    if problem := place_problem(said, before):
        return problem
    if (said.get("link"), said.get("digest"), parquet_rows(path)) != (one.link, one.digest, one.rows):
        return "is another segment than the one of the manifest"
    return ""


def left_growing(folder: Path, name: str, said: Mapping[str, Any]) -> list[str]:
    """Arrow files of a sealed stream that hold its rows and nothing else; behind damage anything could hide."""
    found = _growing(folder, name, said, torn=False)
    begun = growing_path(folder, name, len(segments_of(said)) + 1)  # the next one was begun, and has no row
    several = "segments" in said
    return [*found, f"streams/{begun.name}"] if several and _is_file(begun) and not begun.stat().st_size else found


def left_torn(folder: Path, name: str, said: Mapping[str, Any]) -> list[str]:
    """Arrow files of a stream that was sealed with damage, which hold its rows and then something that is no batch."""
    return _growing(folder, name, said, torn=True) if said["damage"] else []


def _growing(folder: Path, name: str, said: Mapping[str, Any], *, torn: bool) -> list[str]:
    if not (segments := segments_of(said)):
        path = growing_path(folder, name)
        return [f"streams/{path.name}"] if _is_file(path) and _holds(path, name, said["digest"], torn=torn) else []
    found, link = [], ""
    for one in segments:
        path = growing_path(folder, name, one.number)
        if _is_file(path) and _links(path, name, Before(one.number - 1, link), one.link, torn=torn):
            found.append(f"streams/{path.name}")
        link = one.link
    return found


def interrupted_problems(folder: Path) -> list[str]:
    """Damage in the streams of a record that was not sealed, a line each."""
    try:
        return [f"streams/{name}: {one.damage}" for name, one in interrupted_health(folder).items() if one.damage]
    except EvidenceError as error:
        return [str(error)]


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _holds(path: Path, name: str, digest: str, *, torn: bool) -> bool:
    health = health_of(StreamReader(path, name))
    return health.digest == digest and bool(health.damage) == torn


def _links(path: Path, name: str, before: Before, link: str, *, torn: bool) -> bool:
    stream = StreamReader(path, name, before)
    return bool(health_of(stream).damage) == torn and stream.link == link

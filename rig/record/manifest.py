"""The manifest of a sealed record: what belongs to it, with the hash of each part.

Schema 1 knows streams of one file. Schema 2 is for records in which a stream has several segments, and for those alone.

``record_sha256`` is the hash of the manifest's own content; ``content_digest`` is over input files and raw values
only, so that a deterministic run that is repeated gives the same one whatever the hour and the batching.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from rig.record.columns import canonical_json
from rig.record.disk import sha256_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: The newest that is understood here.
SCHEMA = 2
MANIFEST = "manifest.json"


def schema_of(streams: Mapping[str, Mapping[str, Any]]) -> int:
    """The oldest schema that can say what is to be said of these streams."""
    return SCHEMA if any("segments" in said for said in streams.values()) else 1


def manifest_bytes(manifest: Mapping[str, Any]) -> bytes:
    """The one way in which a manifest is written, so that not even a blank can be changed in it."""
    return json.dumps(manifest, indent=2, sort_keys=True).encode() + b"\n"


def record_hash(manifest: Mapping[str, Any]) -> str:
    """SHA-256 over everything in the manifest but this hash itself."""
    rest = {key: value for key, value in manifest.items() if key != "record_sha256"}
    return hashlib.sha256(canonical_json(rest)).hexdigest()


def content_digest(folder: Path, streams: Mapping[str, str]) -> str:
    """SHA-256 over the digests of the raw streams and of the input files."""
    inputs = folder / "inputs"
    files = {p.relative_to(inputs).as_posix(): sha256_file(p) for p in sorted(inputs.rglob("*")) if p.is_file()}
    return hashlib.sha256(canonical_json({"inputs": files, "streams": dict(streams)})).hexdigest()

"""All attempts at a test: runs of the same protocol on the same device whose records stand beside each other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rig.report.people import Attempt

if TYPE_CHECKING:
    from pathlib import Path

    from rig.record import Record

LOOKED_IN = "looked for in the folder of the record"


def attempts_beside(record: Record) -> tuple[Attempt, ...]:
    """The attempts in the folder of a record, in order of time; the record itself is one of them.

    Args:
        record: any of them.
    """
    found = [
        attempt for start in record.folder.resolve().parent.glob("*/start.json") if (attempt := _attempt(start, record))
    ]
    return tuple(sorted(found, key=lambda one: (one.started_utc, one.record)))


def _attempt(path: Path, record: Record) -> Attempt | None:
    start = _json(path)
    if _key(start) != _key(record.start):
        return None
    manifest, result = _json(path.with_name("manifest.json")), _json(path.with_name("result.json"))
    return Attempt(
        record=path.parent.name,
        started_utc=str(start.get("started_utc", "")),
        outcome=str(result.get("verdict", {}).get("outcome", "not sealed")) if manifest else "not sealed",
        cause=str(manifest.get("end", {}).get("cause", "")),
        record_sha256=str(manifest.get("record_sha256", "")),
    )


def _key(start: dict[str, Any]) -> tuple[Any, Any]:
    return start.get("protocol"), start.get("identities", {}).get("device", {}).get("serial_number")


def _json(path: Path) -> dict[str, Any]:
    """What a file says; nothing where it cannot be read, because this list is no check of other records."""
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}

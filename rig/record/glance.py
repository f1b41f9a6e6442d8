"""A glance at a run that may be broken: what its files say, without checking a seal and without failing.

    start = glance(folder / "start.json")
    device_text(start)                      # "MP-2 SN-0042"

For lists of many runs, where a broken one is listed all the same. Evidence is read with :class:`rig.record.Record`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


def glance(path: Path) -> dict[str, Any]:
    """What a JSON file of a run says; nothing where it cannot be read."""
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def device_text(start: dict[str, Any]) -> str:
    """Model and serial number of the device, by the start of a run; empty where it does not say them."""
    told = start.get("identities")
    said = told.get("device") if isinstance(told, dict) else None
    return f"{said.get('model', '')} {said.get('serial_number', '')}".strip() if isinstance(said, dict) else ""

"""Facts about a record that every exported file carries: which record, which evidence class, what it came to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rig.record.glance import device_text
from rig.software import version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rig.record import Record

NOT_SEALED = "not sealed: the host stopped or was killed"


def about(record: Record, result: Mapping[str, Any]) -> dict[str, str]:
    """Names and values, in the order in which they are written.

    Args:
        record: opened and checked.
        result: its findings and verdict.
    """
    start, verdict = record.start, result["verdict"]
    return {
        "record": record.folder.resolve().name,
        "record_sha256": record.manifest.get("record_sha256", NOT_SEALED),
        "content_digest": record.content_digest,
        "evidence_class": start["evidence_class"],
        "verdict": verdict["outcome"],
        "verdict_source": "as sealed" if record.sealed else "computed for this export from what was saved",
        "release_blocks": "; ".join(verdict["release_blocks"]) or "none",
        "damage": "; ".join(f"{name}: {h.damage}" for name, h in record.health.items() if h.damage) or "none",
        "protocol": start["protocol"],
        "bench": start["bench"],
        "device": device_text(start),
        "operator": start["operator"] or "not named",
        "started_utc": start["started_utc"],
        "started_s": repr(start["started_s"]),
        "recorded_with": f"doseproof {start['software']['doseproof']}",
        "exported_with": f"doseproof {version()}",
    }

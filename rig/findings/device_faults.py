"""What the device did that it should not, as the record's events tell it: silence, resets, stops, commands not done."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rig import events
from rig.findings.expected import Expected

if TYPE_CHECKING:
    from rig.delivery.from_record import Evidence
    from rig.record import Record


def _gone_s(record: Record) -> float:
    """When the device fell silent for good; what it was told afterwards it could not carry out [s]."""
    return min((t for t, data in record.events(events.FAULT) if data["kind"] == "device"), default=math.inf)


def device_faults(evidence: Evidence) -> list[str]:
    """What the device did that it should not, in words; what the protocol waits for, it should."""
    record, wanted = evidence.record, Expected.of(evidence.protocol)
    faults = [
        data["cause"] for _, data in record.events(events.FAULT) if data["kind"] == "device" and not wanted.silence
    ]
    for t, data in record.events(events.DEVICE):
        if data.get("reset"):
            if not wanted.reset:
                faults.append(f"it was reset at t = {t:.0f} s (boot {data['boots']})")
        elif data.get("state") in {"deadman", "alarm"} and not wanted.alarm(data["alarms"]):
            faults.append(f"it stopped itself at t = {t:.0f} s (state {data['state']}, alarms {data['alarms']})")
    until_s = _gone_s(record) if wanted.silence else math.inf
    told = [data["action"] for t, data in record.events(events.ACTION) if not data["done"] and t < until_s]
    return faults + [f"it did not carry out '{action}'" for action in told]

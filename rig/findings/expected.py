"""What a device is expected to do by itself, because the protocol puts a limit on how soon it does.

A pump that stops with an alarm when its line is closed does what it should; whether it did so in time, a finding says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rig.protocol import Protocol


@dataclass(frozen=True)
class Expected:
    """What counts as no fault of the device.

    Attributes:
        alarms: names of alarms that are waited for; an empty name stands for any.
        reset: a reset is waited for.
        silence: the device's silence is waited for.
    """

    alarms: frozenset[str]
    reset: bool
    silence: bool

    @classmethod
    def of(cls, protocol: Protocol) -> Expected:
        """What the findings of a protocol wait for."""
        asked = protocol.findings
        timed = [event for event in asked.events if event.limit is not None]
        alarms = {event.alarm for event in timed if event.detected_by == "alarm"}
        if asked.occlusion is not None and asked.occlusion.detection_limit is not None:
            alarms.add(asked.occlusion.alarm)
        by: set[str] = {event.detected_by for event in timed}
        if asked.reservoir is not None and asked.reservoir.low_limit is not None:
            alarms.add(asked.reservoir.low_alarm)
        if asked.battery is not None and asked.battery.indicator_limit is not None:
            alarms.add(asked.battery.indicator)
        if asked.battery is not None and asked.battery.notice_limit is not None:
            alarms.update({asked.battery.indicator, asked.battery.ended_alarm} - {""})
            by.add(asked.battery.ended_by)
        recovers = asked.recovery is not None and asked.recovery.decides
        return cls(frozenset(alarms), reset="reset" in by or recovers, silence="silence" in by)

    def alarm(self, standing: str) -> bool:
        """Whether one of the standing alarms is waited for."""
        return "" in self.alarms or bool(self.alarms.intersection(standing.split()))

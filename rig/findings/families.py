"""The tables of ``[findings]`` that stand by themselves, and what makes their findings of a run.

A family takes the run and its table and answers findings; what it raises says why there are none. Those that stand on
events of the record (an alarm, an instant that a person noted) cannot be predicted from a plan.
"""

from __future__ import annotations

import typing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rig.findings import (
    after_stop,
    back_pressure,
    battery,
    compliance,
    day_schedule,
    dose,
    leak,
    minimum_rate,
    noticed,
    occlusion,
    rate_windows,
    recovery,
    reprogramming,
    reservoir,
    screening,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from rig.finding import Finding
    from rig.findings.run import Run
    from rig.protocol import Protocol


class Make(typing.Protocol):
    """Findings of a run by a table of the protocol."""

    def __call__(self, run: Run, asked: Any, /) -> list[Finding]:
        """See the module of each."""


def _always(_protocol: Protocol) -> bool:
    return True


def _never(_protocol: Protocol) -> bool:
    return False


@dataclass(frozen=True)
class Family:
    """One table.

    Attributes:
        name: of the table.
        make: its findings.
        planned: whether a plan of a protocol, without events, can tell their U.
    """

    name: str
    make: Make
    planned: Callable[[Protocol], bool] = _always


FAMILIES: Final = (
    Family(rate_windows.NAME, rate_windows.rate_windows_findings),
    Family(day_schedule.NAME, day_schedule.day_schedule_findings),
    Family(reprogramming.NAME, reprogramming.reprogramming_findings),
    Family(after_stop.NAME, after_stop.stop_findings),
    Family(minimum_rate.NAME, minimum_rate.minimum_rate_findings),
    Family(dose.NAME, dose.dose_findings, dose.planned),
    Family(occlusion.NAME, occlusion.occlusion_findings, _never),
    Family(compliance.NAME, compliance.compliance_findings, _never),
    Family(leak.NAME, leak.leak_findings, leak.planned),
    Family(back_pressure.NAME, back_pressure.back_pressure_findings, back_pressure.planned),
    Family(noticed.EVENTS, noticed.event_findings, _never),
    Family(noticed.ALARMS, noticed.alarm_findings, _never),
    Family(recovery.NAME, recovery.recovery_findings, _never),
    Family(reservoir.NAME, reservoir.reservoir_findings, _never),
    Family(screening.NAME, screening.screening_findings, _never),
    Family(battery.NAME, battery.battery_findings, _never),
)

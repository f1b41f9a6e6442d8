"""The record that a perfect run of a plan would leave: streams on the plan's timeline, phases, no events."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rig.delivery.from_record import Evidence
from rig.execute.phases import COMPLETED, End
from rig.findings.span import analysis_span
from rig.plan import make_plan
from rig.predict.streams import PlannedStreams
from rig.record import Record
from rig.record.stream_reader import StreamHealth

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calibration.record import CalibrationRecord
    from rig.bench import Bench
    from rig.delivery.levels import Noise
    from rig.plan import Plan
    from rig.predict.streams import Allowance
    from rig.protocol import Protocol


@dataclass(frozen=True)
class PlannedRecord(Record):
    """Streams that were never recorded.

    Attributes:
        streams: by channel, arrays by column name.
    """

    streams: dict[str, dict[str, Any]] = field(default_factory=dict)

    def stream(self, name: str, *columns: str) -> dict[str, Any]:
        """All rows of one channel, with these columns or with all."""
        rows = self.streams[name]
        return {column: rows[column] for column in columns} if columns else rows

    @functools.cached_property
    def content_digest(self) -> str:
        """The same for every plan; it only seeds the noise floor of a trumpet."""
        return "0" * 64


def planned_evidence(
    protocol: Protocol,
    bench: Bench,
    calibrations: Mapping[str, CalibrationRecord],
    noise: Noise | None,
    allowance: Allowance,
    *,
    whole: bool,
) -> Evidence:
    """What :meth:`rig.delivery.from_record.Evidence.of` would read of such a record.

    Args:
        protocol, bench, calibrations: of the run.
        noise: of single readings at zero flow [g]; None takes it from the balance's calibration record.
        allowance: for what is not known yet.
        whole: every reading of the plan; else those of the legs and around the ends of the analysis: all that a mean
            flow error and a claim stand on, however long the run.

    Raises:
        EvidenceError: the analysis holds no whole cycle.
        CalibrationError: the balance at the tip has no vessel, or no calibration record of a balance.
    """
    plan = make_plan(protocol, bench)
    phases = _phases(plan)
    end = End(COMPLETED, "", plan.duration_s)
    empty = Evidence(_record({}), protocol, bench, dict(calibrations), phases, end)
    span = None if whole else analysis_span(empty)
    streams = PlannedStreams(protocol, bench, calibrations, plan, phases, span).all(noise, allowance)
    return replace(empty, record=_record(streams))


def _record(streams: dict[str, dict[str, Any]]) -> PlannedRecord:
    health = {name: StreamHealth(len(rows["t_s"]), 0, "", "") for name, rows in streams.items()}
    return PlannedRecord(Path("planned"), sealed=False, start={}, manifest={}, health=health, streams=streams)


def _phases(plan: Plan) -> dict[str, tuple[float, float]]:
    found, begin = {}, 0.0
    for phase in plan.phases:
        found[phase.name] = (begin, begin + phase.duration_s)
        begin += phase.duration_s
    return found

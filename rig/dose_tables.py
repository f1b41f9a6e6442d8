"""The ``[program]`` table of a protocol file: what the pump is told, segment after segment.

A rate is said as a dose (``dose_rate = "300 ug/day"``) or as a flow (``flow = "0.15 mL/day"``), never both.
What each segment does to the pump is in :mod:`rig.dose_pieces`; the reference for people is
``docs/files.md``. Delivery modes: the ITB pumps' own list (simple continuous, flex with up to 13 steps a day,
bolus, bridge, priming, minimum rate, stop) [K: manufacturers' manuals].

>>> table = ProgramTable.model_validate({
...     "drug": "baclofen", "concentration": "2000 ug/mL", "reservoir": "40 mL",
...     "segments": [{"kind": "continuous", "dose_rate": "300 ug/day", "duration": "24 h"}]})
>>> table.segments[0].kind
'continuous'
"""

from __future__ import annotations

from datetime import time
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from calibration.units import TIME, VOLUME
from rig.fields import (
    Concentration,
    DoseRate,
    DrugAmount,
    Duration,
    FileModel,
    Flow,
    PositiveDuration,
    PositiveVolume,
    TimeOfDay,
    Volume,
    default,
    refused,
)

#: Most steps of a flex day [K: the ITB pumps' own limit].
MOST_STEPS = 13


class Rate(FileModel):
    """A rate, as a dose or as a flow."""

    dose_rate: DoseRate | None = None
    flow: Flow | None = None

    @model_validator(mode="after")
    def _one_rate(self) -> Self:
        _exactly_one(self, "dose_rate", "flow")
        return self


class Change(Rate):
    """A re-programming in the middle of a continuous segment.

    ``at`` is when the programmer tells the pump, counted from the start of the segment; ``effective_after``
    is how much later the pump's documentation says that the new rate holds.
    """

    at: PositiveDuration
    effective_after: Duration = default(TIME, "0 s")


class Continuous(Rate):
    """One rate, re-programmed by ``changes`` if there are any. The last segment may leave its duration out."""

    kind: Literal["continuous"]
    duration: PositiveDuration | None = None
    changes: tuple[Change, ...] = ()


class Step(Rate):
    """One step of a day: its rate holds from ``start`` to the start of the next step."""

    start: TimeOfDay


class DaySchedule(FileModel):
    """Flex: up to 13 steps that repeat each 24 h; before the first step holds the last one."""

    kind: Literal["day_schedule"]
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=MOST_STEPS)]
    duration: PositiveDuration | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for before, after in pairwise(self.steps):
            if after.start <= before.start:
                raise refused(f"steps must be in the order of the day: {after.start} comes after {before.start}")
        return self


class SingleBolus(FileModel):
    """An amount or a volume, within a duration or at a flow; basal delivery is suspended meanwhile."""

    kind: Literal["single_bolus"]
    amount: DrugAmount | None = None
    volume: PositiveVolume | None = None
    duration: PositiveDuration | None = None
    flow: Flow | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        _exactly_one(self, "amount", "volume")
        _exactly_one(self, "duration", "flow")
        return self


class BridgeBolus(FileModel):
    """After a change of concentration: clears the old drug at the rate that keeps the dose."""

    kind: Literal["bridge_bolus"]
    old_concentration: Concentration
    volume: PositiveVolume
    dose_rate: DoseRate


class PrimingBolus(FileModel):
    """Fills tubing and catheter; what leaves the tip meanwhile is no drug."""

    kind: Literal["priming_bolus"]
    volume: PositiveVolume
    flow: Flow


class MinimumRate(FileModel):
    """The lowest rate of the pump."""

    kind: Literal["minimum_rate"]
    duration: PositiveDuration | None = None


class Stop(FileModel):
    """No delivery."""

    kind: Literal["stop"]
    duration: PositiveDuration | None = None


Segment = Annotated[
    Continuous | DaySchedule | SingleBolus | BridgeBolus | PrimingBolus | MinimumRate | Stop,
    Field(discriminator="kind"),
]


class ProgramTable(FileModel):
    """The whole program.

    Attributes:
        drug: name of the drug.
        concentration: of the drug in the reservoir.
        reservoir: volume filled in.
        residual: part of it that the pump cannot deliver.
        starts_at: time of day at which the program begins, for day schedules.
        segments: what the pump does, in order.
    """

    drug: Annotated[str, Field(min_length=1, examples=["baclofen"])]
    concentration: Concentration
    reservoir: PositiveVolume
    residual: Volume = default(VOLUME, "0 mL")
    starts_at: TimeOfDay = time(0, 0)
    segments: Annotated[tuple[Segment, ...], Field(min_length=1)]


def _exactly_one(table: FileModel, first: str, second: str) -> None:
    given = [name for name in (first, second) if getattr(table, name) is not None]
    if len(given) != 1:
        found = "both" if given else "neither"
        raise refused(f"expected either {first} or {second}, found {found}; give exactly one of them")

"""Tables about what happens in a run: an instant, a stretch, an event and its detection, alarms, an interruption.

An instant is a time since the program began, ``"3 h"``, or that of a remark, ``{ note = "line closed" }``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from calibration.units import TIME
from rig.fields import Duration, FileModel, PositiveDuration, default, refused
from rig.protocol_findings.ruled import Ruled
from rig.protocol_findings.sides import LongestTime, PercentSides, TimeSides, VolumeSides


class Instant(FileModel):
    """When something happened.

    Attributes:
        at: since the program began.
        note: part of a remark that a person put into the record at that moment; the first one counts.
        u: standard uncertainty of the instant.
    """

    at: Duration | None = None
    note: Annotated[str, Field(min_length=1)] | None = None
    u: Duration = default(TIME, "1 s")

    @model_validator(mode="before")
    @classmethod
    def _text(cls, data: Any) -> Any:
        return data if isinstance(data, dict | Instant) else {"at": data}

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.at is None) == (self.note is None):
            raise refused("expected an instant: either at, since the program began, or the note of a person")
        return self


class Stretch(FileModel):
    """A stretch of the program.

    Attributes:
        start, end: since the program began.
    """

    start: Duration
    end: Duration

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.start_s >= self.end_s:
            raise refused("expected a stretch that ends after it starts")
        return self

    @property
    def start_s(self) -> float:
        """Since the program began [s]."""
        return TIME.magnitude("start", self.start)

    @property
    def end_s(self) -> float:
        """Since the program began [s]."""
        return TIME.magnitude("end", self.end)

    def outside(self, program_s: float) -> str:
        """What is wrong with a stretch that a program of this length [s] does not hold; empty for one that it holds."""
        if self.start_s >= 0.0 and self.end_s <= program_s:
            return ""
        found = f"{self.start_s / 3600:g} h to {self.end_s / 3600:g} h"
        return f"expected a stretch from 0 h to {program_s / 3600:g} h, the length of the program, found {found}"


class EventTable(Ruled):
    """From a cause to its detection, and the dose meanwhile.

    Attributes:
        name: of the event; the findings' names end with it.
        cause: when it was injected or began.
        detected_by: a new alarm of the pump, a reset of it, its silence, or a remark of a person.
        alarm: which alarm; any where it is empty.
        note: which remark.
        silence: how long without a word counts.
        limit: from cause to detection.
        dose_limit: of what was delivered meanwhile, less the programmed volume.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", examples=["stall"])]
    cause: Instant
    detected_by: Literal["alarm", "reset", "silence", "note"] = "alarm"
    alarm: str = ""
    note: str = ""
    silence: PositiveDuration = default(TIME, "60 s")
    limit: LongestTime | None = None
    dose_limit: VolumeSides | None = None

    @model_validator(mode="after")
    def _its_own_keys(self) -> Self:
        if self.alarm and self.detected_by != "alarm":
            raise refused(f"an alarm is named, but detected_by is {self.detected_by!r}; leave one of the two out")
        if bool(self.note) != (self.detected_by == "note"):
            raise refused("detected_by = 'note' and note belong together; give both or neither")
        return self


class Alarms(Ruled):
    """How often the pump alarmed.

    Attributes:
        names: which alarms count; all where none is named.
        count_limit: so many and no more.
    """

    names: tuple[str, ...] = ()
    count_limit: Annotated[int, Field(ge=0)] | None = None


class Recovery(Ruled):
    """Whether the pump delivers again after a brown-out, a stall or a reset, since when, and at which rate.

    Attributes:
        cut, back: when it was interrupted, and when the cause was taken away.
        until: end of what is looked at; the end of the program where it is left out.
        guard: longer than the pump takes to resume, and than the line takes to drain.
        limit: of the flow error afterwards.
        resumed_limit: from ``back`` until it delivers again.
        missed_limit: of the volume that was missed.
    """

    cut: Instant
    back: Instant
    until: Instant | None = None
    guard: PositiveDuration = default(TIME, "20 min")
    limit: PercentSides | None = None
    resumed_limit: TimeSides | None = None
    missed_limit: VolumeSides | None = None

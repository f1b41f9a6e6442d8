"""Tables about catheter and pressure: an occlusion, a series of heads, the compliance of the line."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from calibration.units import LENGTH, PRESSURE, RATIO, TIME, Quantity
from rig.fields import Flow, KindField, PositiveDuration, Ratio, default, refused
from rig.protocol_findings.happened import Instant, Stretch
from rig.protocol_findings.pressure import PressureColumn
from rig.protocol_findings.ruled import Ruled
from rig.protocol_findings.sides import ComplianceSides, InfluenceSides, LongestTime, VolumeSides

_Pressure = Annotated[Quantity, KindField(PRESSURE)]
_Length = Annotated[Quantity, KindField(LENGTH)]


class Occlusion(Ruled):
    """A line that was closed and opened again.

    Attributes:
        closed, opened: when; ``opened`` may be left out where only detection is asked for.
        alarm: that the pump has for it.
        settle: how long the release lasts; five time constants of the line.
        detection_limit: from closing to the alarm. Without it the pump need not have one.
        missed_limit: of the volume that was missed while the line was closed.
        release_limit: of the volume beyond the program when it opened.
    """

    closed: Instant
    opened: Instant | None = None
    alarm: str = "occlusion"
    settle: PositiveDuration = default(TIME, "10 min")
    detection_limit: LongestTime | None = None
    missed_limit: VolumeSides | None = None
    release_limit: VolumeSides | None = None

    @model_validator(mode="after")
    def _opened_for_volumes(self) -> Self:
        if self.opened is None and (self.missed_limit or self.release_limit):
            raise refused("missed_limit and release_limit need to know when the line opened; add opened")
        return self


class HeadStep(Stretch):
    """A stretch at one head, of pressure or of a column of the fluid.

    Attributes:
        start: when the line has settled at its head.
        pressure: at the tip, gauge.
        height: of the tip above the pump, as a column of the fluid.
        below: the tip is below the pump instead.
    """

    pressure: _Pressure | None = None
    height: _Length | None = None
    below: bool = False

    @model_validator(mode="after")
    def _one_head(self) -> Self:
        if (self.pressure is None) == (self.height is None):
            raise refused("expected one head: either pressure or height")
        return self


class BackPressure(Ruled):
    """How the flow error follows back pressure or height.

    Attributes:
        steps: two or more, at two heads or more.
        head_u: standard uncertainty of one head.
        channel: of the record, whose ``pressure_kpa`` is the head; the declared ones count where it is left out.
        limit: of the influence, in percent of the flow for each kPa.
    """

    steps: Annotated[tuple[HeadStep, ...], Field(min_length=2)]
    head_u: Annotated[Quantity, KindField(PRESSURE, positive=True)] = default(PRESSURE, "0.1 kPa")
    channel: str | None = None
    limit: InfluenceSides | None = None


class Compliance(PressureColumn, Ruled):
    """What the line stores for each kPa, from the rise of pressure while the pump fills it against a closed end.

    Attributes:
        closed, until: the rise, well before anything slips or opens.
        flow: of the pump into the closed line; what is programmed where it is left out.
        flow_u: its relative standard uncertainty.
        gain_u: relative standard uncertainty of the slope of the pressure.
        limit: of the compliance.
    """

    closed: Instant
    until: Instant
    flow: Flow | None = None
    flow_u: Ratio = default(RATIO, "2 %")
    gain_u: Ratio = default(RATIO, "0.5 %")
    limit: ComplianceSides | None = None

"""Tables about reservoir and battery."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from calibration.units import CHARGE, CURRENT, RATIO, TIME, VOLTAGE, VOLUME, Quantity
from rig.fields import KindField, PositiveDuration, PositiveVolume, Ratio, Volume, default, refused
from rig.protocol_findings.ruled import Ruled
from rig.protocol_findings.sides import CurrentMost, PercentSides, TimeSides, VoltageSides, VolumeSides

_Charge = Annotated[Quantity, KindField(CHARGE, positive=True)]
_Current = Annotated[Quantity, KindField(CURRENT)]
_Volts = Annotated[Quantity, KindField(VOLTAGE, positive=True)]
_Word = Annotated[str, Field(min_length=1)]


class Reservoir(Ruled):
    """The pump's book against the scales, its low-reservoir alarm, and the refill.

    Attributes:
        fill: when the program began; the program's own where it is left out.
        fill_u: its standard uncertainty.
        book_limit: of what the pump says is left, less what is left.
        low_alarm, low_setting: name of the alarm, and the volume at which it should come.
        low_limit: of how much more than the setting was left then; above zero it came early.
        drawn, drawn_u: what was drawn out at the refill, with standard uncertainty.
        ask: both are answered after the run instead.
        unusable: part of the fill that can never be delivered.
        refill_limit: of the flow error by reconciliation.
    """

    fill: PositiveVolume | None = None
    fill_u: Volume = default(VOLUME, "0 uL")
    book_limit: VolumeSides | None = None
    low_alarm: _Word = "low-reservoir"
    low_setting: PositiveVolume | None = None
    low_limit: VolumeSides | None = None
    drawn: Volume | None = None
    drawn_u: Volume | None = None
    ask: bool = False
    unusable: Volume = default(VOLUME, "0 uL")
    refill_limit: PercentSides | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.drawn is None) != (self.drawn_u is None) or (self.ask and self.drawn is not None):
            raise refused("drawn and drawn_u belong together, or ask = true stands in their place")
        if self.low_limit is not None and self.low_setting is None:
            raise refused("low_limit needs the volume at which the alarm should come: add low_setting")
        if self.refill_limit is not None and self.drawn is None and not self.ask:
            raise refused("refill_limit needs what was drawn out: add drawn and drawn_u, or ask = true")
        if VOLUME.magnitude("fill_u", self.fill_u) < 0.0 or VOLUME.magnitude("unusable", self.unusable) < 0.0:
            raise refused("expected fill_u and unusable from zero up")
        return self


class Battery(Ruled):
    """What the pump takes from its supply, and when its indicators come.

    Attributes:
        channel: of the record that measures the supply.
        gain_u, offset_u: of its current: relative and absolute standard uncertainty.
        voltage_u: of one reading of its voltage.
        longest_gap: between two readings; nothing is bridged over a longer one.
        current_limit: of the mean current.
        capacity, capacity_u: of the battery, for the lifetime at that current.
        lifetime_limit: of that lifetime, such as ``">= 1500 days"``.
        indicator: name of the alarm that asks for a replacement.
        indicator_limit: of the voltage at which it comes.
        ended_by: how the end of service shows: the pump's silence, a reset, or an alarm of that name.
        declared_notice: the least time from the indicator to the end of service [K: about 90 days].
        notice_limit: of that time.
    """

    channel: _Word
    gain_u: Ratio = default(RATIO, "0.5 %")
    offset_u: _Current = default(CURRENT, "0 uA")
    voltage_u: _Volts = default(VOLTAGE, "5 mV")
    longest_gap: PositiveDuration = default(TIME, "60 s")
    current_limit: CurrentMost | None = None
    capacity: _Charge | None = None
    capacity_u: _Charge | None = None
    lifetime_limit: TimeSides | None = None
    indicator: str = ""
    indicator_limit: VoltageSides | None = None
    ended_by: Literal["silence", "reset", "alarm"] = "silence"
    ended_alarm: str = ""
    declared_notice: PositiveDuration = default(TIME, "90 days")
    notice_limit: TimeSides | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.capacity is None) != (self.capacity_u is None):
            raise refused("capacity and capacity_u belong together; give both or neither")
        if self.lifetime_limit is not None and self.capacity is None:
            raise refused("lifetime_limit needs the capacity of the battery: add capacity and capacity_u")
        if not self.indicator and (self.indicator_limit or self.notice_limit):
            raise refused("indicator_limit and notice_limit need the name of the alarm: add indicator")
        if bool(self.ended_alarm) != (self.ended_by == "alarm"):
            raise refused("ended_by = 'alarm' and ended_alarm belong together; give both or neither")
        return self

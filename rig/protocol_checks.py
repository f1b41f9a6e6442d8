"""The tables of a protocol file about the bench itself: the check weight, and evaporation where it is only bounded.

    [check_weight]
    serial = "SIM-W-50"            # a standard of the laboratory's book
    times = 3

    [evaporation_bound]
    rate = "0.1 mg/h"
    half_width = "0.3 mg/h"
    up_to = "30 min"
    basis = "house method 12: ten zero-flow records of 2026-01"

    [evaporation_between_legs]     # beside two legs, where no evaporation beaker watches what is between them
    half_width = "0.1 mg/h"
    basis = "house method 12: twelve runs with the evaporation beaker, 2026-01"

The reference for people is ``docs/files.md``; :mod:`rig.protocol` reads the file.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import Field, model_validator

from calibration.units import MASS, MASS_RATE, TIME, Quantity
from rig.fields import Duration, FileModel, KindField, PositiveDuration, Text, default, refused

#: A bound is for short programs; over more than this its share of the result is no longer small [s].
LONGEST_BOUND_S: Final = 4 * 3600.0

#: What a record without flow may not have: nothing is programmed and nothing decided.
NOT_WITHOUT_FLOW: Final = (
    "program",
    "findings",
    "acts",
    "check_weight",
    "evaporation_bound",
    "evaporation_between_legs",
)
_STANDS_STILL: Final = {
    "program": {
        "drug": "none", "concentration": "1 ug/mL", "reservoir": "1 mL", "segments": [{"kind": "stop"}],
    },
    "findings": {"mean_flow_error": {"limit": "100 %"}},
}  # fmt: skip

_Mass = Annotated[Quantity, KindField(MASS)]
_MassRate = Annotated[Quantity, KindField(MASS_RATE)]
_PositiveMassRate = Annotated[Quantity, KindField(MASS_RATE, positive=True)]


def without_flow(data: dict[str, Any]) -> dict[str, Any]:
    """The tables of a protocol of kind ``zero-flow``, completed with a program that stands still.

    Raises:
        PydanticCustomError: tables that it cannot have.
    """
    if found := [name for name in NOT_WITHOUT_FLOW if name in data]:
        raise refused(f"a record without flow has no [{found[0]}]; leave it out")
    timing = data.get("timing")
    legs = [key for key in ("evaporation_before", "evaporation_after", "stabilization") if key in (timing or {})]
    if legs:
        raise refused(f"a record without flow has no timing.{legs[0]}; leave it out")
    return data | _STANDS_STILL


class CheckWeight(FileModel):
    """A standard that is put beside the beaker and taken off again, before and after everything else.

    Attributes:
        serial: of the standard, as ``standards.toml`` of the book has it; as heavy as the load is best, because a
            change of sensitivity acts on all that stands on the pan.
        times: placements in a row.
        settle: after each touch, before readings count.
        average: over which readings are averaged.
        allowance: how far the balance may move between before and after without alarm, e.g. its temperature
            coefficient times what the room is allowed.
    """

    serial: Annotated[str, Field(min_length=1, examples=["SIM-W-50"])]
    times: Annotated[int, Field(ge=3, le=20)] = 3
    settle: Duration = default(TIME, "30 s")
    average: PositiveDuration = default(TIME, "30 s")
    allowance: _Mass = default(MASS, "0 mg")

    @model_validator(mode="after")
    def _no_negative_allowance(self) -> CheckWeight:
        if MASS.magnitude("allowance", self.allowance) < 0:
            raise refused("allowance must be zero or more")
        return self

    @property
    def settle_s(self) -> float:
        """How long nothing counts after a touch [s]."""
        return TIME.magnitude("settle", self.settle)

    @property
    def average_s(self) -> float:
        """How long readings are averaged [s]."""
        return TIME.magnitude("average", self.average)


class ChecklistTable(FileModel):
    """Which set-up checklist is answered.

    Attributes:
        use: ``standard``, or a file of the laboratory's own, relative to the protocol.
    """

    use: Annotated[str, Field(min_length=1, examples=["standard"])]


class EvaporationBound(FileModel):
    """Evaporation of a short program, known to lie within a half width: rectangular, and printed as a bound.

    Attributes:
        rate: middle of the bound; negative where the reading rises.
        half_width: either side of it.
        up_to: the longest delivery (stabilization and analysis) that it is declared for.
        basis: where it comes from, for the reviewer.
    """

    rate: _MassRate = default(MASS_RATE, "0 mg/h")
    half_width: _PositiveMassRate
    up_to: PositiveDuration
    basis: Text

    @model_validator(mode="after")
    def _for_short_programs(self) -> EvaporationBound:
        if TIME.magnitude("up_to", self.up_to) > LONGEST_BOUND_S:
            raise refused(
                f"up_to may be {LONGEST_BOUND_S / 3600:g} h at most; measure the evaporation of a longer program"
            )
        return self


class EvaporationBetweenLegs(FileModel):
    """How far evaporation may differ, while the pump delivers, from what either of the legs beside it showed.

    Nothing on the bench sees a draught or a lifted lid between the legs but an evaporation beaker. Rectangular.

    Attributes:
        half_width: either side of what the legs showed, or of the one leg that a look early in the run knows.
        basis: where it comes from, for the reviewer.
    """

    half_width: _PositiveMassRate
    basis: Text

    @property
    def half_width_mg_h(self) -> float:
        """As a number [mg/h]."""
        return MASS_RATE.magnitude("half_width", self.half_width)

"""The table of a leak: what leaves the pump against what reaches the tip.

[findings.leak]
limit = "5 %"                                    # of what left the pump
rate_limit = "0.5 uL/h"
window = { start = "2 h", end = "20 h" }         # the whole analysis where it is left out

[findings.leak.stored]                           # where the pressure is not the same at both ends
pressure = { channel = "line" }
compliance = "0.2 uL/kPa"
compliance_u = "0.02 uL/kPa"
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from calibration.units import COMPLIANCE, PRESSURE, Quantity
from rig.fields import FileModel, KindField, default, refused
from rig.protocol_findings.happened import Stretch
from rig.protocol_findings.pressure import PressureColumn
from rig.protocol_findings.ruled import Ruled
from rig.protocol_findings.sides import FlowMost, PercentMost, VolumeMost

_Compliance = Annotated[Quantity, KindField(COMPLIANCE, positive=True)]
_Pressure = Annotated[Quantity, KindField(PRESSURE, positive=True)]


class LineStore(FileModel):
    """What the line stores when its pressure rises.

    Attributes:
        pressure: where the record has it.
        rise_u: standard uncertainty of the rise between both ends of the window, beside the scatter of its readings.
        compliance, compliance_u: of the line with its standard uncertainty; that of ``[findings.compliance]`` of the
            same run where both are left out.
    """

    pressure: PressureColumn
    rise_u: _Pressure = default(PRESSURE, "0.1 kPa")
    compliance: _Compliance | None = None
    compliance_u: _Compliance | None = None

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.compliance is None) != (self.compliance_u is None):
            raise refused("compliance and compliance_u belong together; give both or neither")
        return self


class Leak(Ruled):
    """What is lost between a witness nearer to the pump and one nearer to the tip.

    Attributes:
        outlet: name of the first; the one at the pump outlet, else the one that weighs the reservoir, if left out.
        tip: name of the second; the balance at the tip if left out.
        window: in which; the whole analysis if left out.
        stored: for a window at whose ends the pressure is not the same.
        limit: of the part that is lost, of what left the pump.
        rate_limit: of the mean rate at which it is lost.
        volume_limit: of the volume that is lost in the window.
    """

    outlet: Annotated[str, Field(min_length=1)] | None = None
    tip: Annotated[str, Field(min_length=1)] | None = None
    window: Stretch | None = None
    stored: LineStore | None = None
    limit: PercentMost | None = None
    rate_limit: FlowMost | None = None
    volume_limit: VolumeMost | None = None

    @model_validator(mode="after")
    def _two(self) -> Self:
        if self.outlet is not None and self.outlet == self.tip:
            raise refused(f"expected two witnesses, found {self.outlet!r} as outlet and as tip")
        return self

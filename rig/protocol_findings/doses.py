"""Tables about drug: the assay of what is in the reservoir, the line that it goes through, and the dose verdict.

[assay]
concentration = "1985 ug/mL"
U = "24 ug/mL"                 # with k = 2
certificate = "HPLC report 17"
lot = "L42"

[line]
dead = "300 uL"

[findings.dose]
limit = "20 %"
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from calibration.units import CONCENTRATION_DIFFERENCE, TIME, VOLUME, Quantity
from rig.fields import Concentration, Duration, FileModel, KindField, PositiveVolume, Text, Volume, default, refused
from rig.protocol_findings.limits import SingleLimit
from rig.protocol_findings.ruled import Ruled

Expanded = Annotated[Quantity, KindField(CONCENTRATION_DIFFERENCE, positive=True)]


class OldAssay(FileModel):
    """The assayed concentration of the drug that a bridge bolus clears, with its expanded uncertainty."""

    concentration: Concentration
    U: Expanded


class AssayTable(FileModel):
    """An assayed concentration; the label of a drug is none.

    Attributes:
        concentration, U: of the drug in the reservoir, with its expanded uncertainty.
        k: coverage factor of U.
        certificate, lot: where it was assayed, and of which lot.
        old: of the drug that a bridge bolus clears, with the same k.
        ask: the assay is answered when the run starts, not written here.
    """

    concentration: Concentration | None = None
    U: Expanded | None = None
    k: Annotated[float, Field(ge=1.0, le=4.0)] = 2.0
    certificate: Text | None = None
    lot: Text | None = None
    old: OldAssay | None = None
    ask: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Self:
        said = {name: getattr(self, name) for name in ("concentration", "U", "certificate", "lot")}
        missing = [name for name, value in said.items() if value is None]
        if self.ask and len(missing) < len(said):
            raise refused("an assay is written here or asked for at the start; leave out ask, or the values")
        if not self.ask and missing:
            raise refused(f"an assay needs {', '.join(missing)} too; the label of the drug is no assay")
        return self


class LineTable(FileModel):
    """Pump tubing and catheter, for the composition during bridge and priming.

    Attributes:
        dead, dead_u: their volume, with its standard uncertainty.
        mixed, mixed_u: the well-mixed last part of it.
        tracer: the report of a fitted tracer; without one the composition is modelled, and findings say so.
    """

    dead: PositiveVolume
    dead_u: Volume = default(VOLUME, "0 uL")
    mixed: Volume = default(VOLUME, "0 uL")
    mixed_u: Volume = default(VOLUME, "0 uL")
    tracer: str = ""

    @model_validator(mode="after")
    def _within(self) -> Self:
        dead, *others = (VOLUME.magnitude("line", one) for one in (self.dead, self.mixed, self.dead_u, self.mixed_u))
        if min(others) < 0.0 or others[0] > dead:
            raise refused("expected a mixed part within the dead volume, and nothing below zero")
        return self


class DoseVerdict(Ruled):
    """Drug that left the tip, against the programmed one.

    Attributes:
        of: the analysis as a whole, the single boluses together, or the most and the least of any 24 h.
        settle, step: as for boluses and the any-24-h volume.
        limit: of each of these errors.
    """

    of: Annotated[tuple[Literal["analysis", "bolus", "any_24_h"], ...], Field(min_length=1)] = ("analysis",)
    limit: SingleLimit
    settle: Duration = default(TIME, "5 min")
    step: Duration = default(TIME, "15 min")

"""Where a record has the pressure of the line: a channel, a column, and what a volt of it means."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from calibration.units import PRESSURE, Quantity
from rig.fields import FileModel, KindField, refused


class PressureColumn(FileModel):
    """Where the record has the pressure of the line.

    Attributes:
        channel, column: of the record, in kPa or in volts.
        per_volt: pressure for each volt of a transducer; its offset does not matter in a rise.
    """

    channel: Annotated[str, Field(min_length=1)]
    column: Annotated[str, Field(pattern=r"_(kpa|v)$")] = "pressure_kpa"
    per_volt: Annotated[Quantity, KindField(PRESSURE, positive=True)] | None = None

    @model_validator(mode="after")
    def _scaled(self) -> Self:
        if self.column.endswith("_v") != (self.per_volt is not None):
            raise refused("a column in volts (..._v) needs per_volt, one in kPa has none")
        return self

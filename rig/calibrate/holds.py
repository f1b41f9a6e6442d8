"""``[holds]`` of a procedure file: where the record shall hold, and on what that stands.

    [holds]
    temperature = ["18 degC", "27 degC"]
    supply_voltage = ["3.2 V", "3.4 V"]
    basis = "data sheet of the sensor: 0.1 % of the reading for each kelvin"

A line left out says nothing, and the gate then says that. Without ``basis`` the limits stand on the method.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import model_validator

from calibration.record_conditions import CONDITION_KINDS
from calibration.units import VOLTAGE, Quantity
from rig.fields import AirPressure, FileModel, Humidity, KindField, Temperature, Text, refused

if TYPE_CHECKING:
    from collections.abc import Mapping

_Voltage = Annotated[Quantity, KindField(VOLTAGE, positive=True)]


class Holds(FileModel):
    """Where the record holds; a line left out says nothing of it.

    Attributes:
        temperature, pressure, humidity: of the air.
        supply_voltage: of what feeds the instrument.
        basis: a data sheet, a standard, a method: where the limits come from.
    """

    temperature: tuple[Temperature, Temperature] | None = None
    pressure: tuple[AirPressure, AirPressure] | None = None
    humidity: tuple[Humidity, Humidity] | None = None
    supply_voltage: tuple[_Voltage, _Voltage] | None = None
    basis: Text | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        for name in CONDITION_KINDS:
            pair = getattr(self, name)
            if pair is not None and not pair[0] < pair[1]:
                raise refused(f"{name}: expected the lowest first and then the highest, found {pair[0]}, {pair[1]}")
        return self

    def table(self, method: str) -> dict[str, Any] | None:
        """``[conditions]`` of a record; None where nothing is said.

        Args:
            method: of the calibration, on which the limits stand where no basis is given.
        """
        said: Mapping[str, Any] = {name: getattr(self, name) for name in CONDITION_KINDS}
        limits = {
            name: [CONDITION_KINDS[name].format(one) for one in pair] for name, pair in said.items() if pair is not None
        }
        return {**limits, "basis": self.basis or method} if limits else None

"""What a calibration record says, as types: the tables of the TOML file and what each field means.

>>> EnvironmentCalibration(u_temperature="0.1 K", u_pressure="0.2 hPa", u_humidity="2 %").u_pressure
<Quantity(0.2, 'hectopascal')>

:mod:`calibration.record` reads files into these and judges whether a record may be used.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, StringConstraints, model_validator

from calibration.fields import FromText
from calibration.units import (
    AIR_PRESSURE,
    AIR_PRESSURE_DIFFERENCE,
    DENSITY,
    HUMIDITY,
    MASS,
    RATIO,
    TEMPERATURE,
    TEMPERATURE_DIFFERENCE,
    Quantity,
)

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_Day = Annotated[date, Field(strict=True)]
_Mass = Annotated[Quantity, FromText(MASS, positive=True)]
_Temperature = Annotated[Quantity, FromText(TEMPERATURE)]
_Pressure = Annotated[Quantity, FromText(AIR_PRESSURE)]
_Humidity = Annotated[Quantity, FromText(HUMIDITY)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class CalibratedInstrument(_Strict):
    """Which unit was calibrated."""

    manufacturer: _Text
    model: _Text
    serial_number: _Text


class Conditions(_Strict):
    """Where the calibration holds: each a pair, lowest and highest; a line left out is no limit."""

    temperature: tuple[_Temperature, _Temperature] | None = None
    pressure: tuple[_Pressure, _Pressure] | None = None
    humidity: tuple[_Humidity, _Humidity] | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        for name in type(self).model_fields:
            pair = getattr(self, name)
            if pair is not None and not pair[0] < pair[1]:
                raise ValueError(f"{name}: expected the lowest first and then the highest, found {pair[0]}, {pair[1]}")
        return self


class BalanceCalibration(_Strict):
    """What a balance's readings are worth.

    Attributes:
        repeatability: standard deviation of one reading.
        resolution: readability, one digit.
        linearity: half width of the rectangular deviation over the full range.
        linearity_increment: the same for differences of less than a gram, where it was measured.
        sensitivity: relative standard uncertainty of the slope.
        adjusted_temperature, adjusted_pressure, adjusted_humidity: the air at the last adjustment (rho_a0).
        weights_density: of the weights that the adjustment stands on.
        capacity: largest load.
        minimum_weight: smallest net weight by the laboratory's rule, where it has one.
    """

    repeatability: _Mass
    resolution: _Mass
    linearity: Annotated[Quantity, FromText(MASS, not_negative=True)]
    linearity_increment: Annotated[Quantity, FromText(MASS, not_negative=True)] | None = None
    sensitivity: Annotated[Quantity, FromText(RATIO, not_negative=True)]
    adjusted_temperature: _Temperature
    adjusted_pressure: _Pressure
    adjusted_humidity: _Humidity
    weights_density: Annotated[Quantity, FromText(DENSITY)]
    capacity: _Mass
    minimum_weight: _Mass | None = None


class EnvironmentCalibration(_Strict):
    """Standard uncertainties of the air sensors."""

    u_temperature: Annotated[Quantity, FromText(TEMPERATURE_DIFFERENCE, positive=True)]
    u_pressure: Annotated[Quantity, FromText(AIR_PRESSURE_DIFFERENCE, positive=True)]
    u_humidity: Annotated[Quantity, FromText(HUMIDITY, positive=True)]


class CalibrationRecord(_Strict):
    """One instrument, one calibration. ``balance`` or ``environment`` is there, as ``kind`` says."""

    schema_version: Literal[1] = Field(alias="schema")
    kind: Literal["balance", "environment"]
    method: _Text
    performed_by: _Text
    performed_on: _Day
    valid_until: _Day
    certificate: _Text | None = None
    note: _Text | None = None
    instrument: CalibratedInstrument
    conditions: Conditions = Conditions()
    balance: BalanceCalibration | None = None
    environment: EnvironmentCalibration | None = None
    _sha256: str = PrivateAttr(default="")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.valid_until < self.performed_on:
            raise ValueError(
                f"valid_until: expected a day after performed_on {self.performed_on}, found {self.valid_until}"
            )
        for name in ("balance", "environment"):
            if (getattr(self, name) is not None) != (name == self.kind):
                raise ValueError(
                    f"kind: a record of kind {self.kind!r} has the table [{self.kind}] and no other of these"
                )
        return self

    @property
    def sha256(self) -> str:
        """SHA-256 of the file as it was read, in hexadecimal."""
        return self._sha256

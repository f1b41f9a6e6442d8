"""The procedure file of a balance: which weights, how often, and what is refused.

schema = 1
kind = "balance"
channel = "balance"
method = "house method 7, after EURAMET cg-18"
capacity = "220 g"
resolution = "0.01 mg"
loads = [["W-50"], ["W-100"], ["W-100", "W-50"]]     # beside the beaker; standards by serial number
increments = [["W-1"], ["W-2"]]                      # small steps near the load of a run
repeatability = { weight = "W-50", times = 10 }
eccentricity = { weight = "W-100" }
drift = "10 min"
adjusted_temperature = "22 degC"                     # the air at the last adjustment, from its log
adjusted_pressure = "1013.25 hPa"
adjusted_humidity = "45 %"
[holds]
temperature = ["18 degC", "27 degC"]
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from calibration.record_checks import too_coarse
from calibration.units import DENSITY, MASS, MASS_RATE, RATIO, TIME, Quantity
from rig.calibrate.around import AroundFile
from rig.fields import (
    AirPressure,
    Density,
    FileModel,
    Humidity,
    KindField,
    PositiveDuration,
    Ratio,
    Temperature,
    default,
    refused,
)

_Serial = Annotated[str, Field(min_length=1)]
_Load = Annotated[tuple[_Serial, ...], Field(min_length=1)]
_Mass = Annotated[Quantity, KindField(MASS, positive=True)]
_MassRate = Annotated[Quantity, KindField(MASS_RATE, positive=True)]


class Repeatability(FileModel):
    """One weight, put on and taken off again and again."""

    weight: _Serial
    times: Annotated[int, Field(ge=5, le=100)] = 10


class Eccentricity(FileModel):
    """One weight in the middle and at four places half way to the edge."""

    weight: _Serial


class Refusals(FileModel):
    """What the result may be at most; beyond it nothing is filed.

    Attributes:
        noise: standard deviation of one reading.
        slope: relative error of the slope.
        eccentricity: largest difference between the middle and a corner.
        drift: of the reading under a constant load.
    """

    noise: _Mass = default(MASS, "0.1 mg")
    slope: Ratio = default(RATIO, "0.01 %")
    eccentricity: _Mass = default(MASS, "0.5 mg")
    drift: _MassRate = default(MASS_RATE, "1 mg/h")


class BalanceFile(AroundFile):
    """Settings of the calibration of a balance; see the module."""

    kind: Literal["balance"]
    state: Literal["as found", "as left"] = "as left"
    capacity: _Mass
    resolution: _Mass
    loads: Annotated[tuple[_Load, ...], Field(min_length=3)]
    increments: Annotated[tuple[_Load, ...], Field(min_length=1)]
    repeatability: Repeatability
    eccentricity: Eccentricity
    drift: PositiveDuration = default(TIME, "10 min")
    adjusted_temperature: Temperature
    adjusted_pressure: AirPressure
    adjusted_humidity: Humidity
    weights_density: Density = default(DENSITY, "8000 kg/m3")
    minimum_weight_accuracy: Ratio = default(RATIO, "0.1 %")
    refuse: Refusals = Field(default_factory=Refusals)

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        for name in ("loads", "increments"):
            loads = [tuple(sorted(load)) for load in getattr(self, name)]
            if len(set(loads)) != len(loads):
                raise refused(f"{name}: the same load stands there twice; say each once")
        if wrong := too_coarse(self.capacity, {"resolution": self.resolution}):
            raise refused("; ".join(wrong))
        return self

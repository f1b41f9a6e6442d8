"""Where a calibration holds, and what was there while it was made.

>>> held = Conditions(temperature=["18 degC", "27 degC"], basis="data sheet of the sensor, 0.1 %/K")
>>> air = Surroundings(temperature="29.5 degC", pressure="1013.25 hPa", humidity="45 %")
>>> contradicted_conditions(held, air, None)
['conditions: expected a temperature that the calibration was made at, 29.5 degC, found 18 to 27 degC']

``[conditions]`` are the laboratory's word, with the source that they stand on (``basis``); the gate holds room and
supply of a run against them. ``[surroundings]`` and ``supply_voltage`` were measured. From schema 3 on a record says
what was there, and does not claim to hold elsewhere only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

from pydantic import model_validator

from calibration.record_parts import Humidity, Pressure, Strict, Surroundings, Temperature, Text, Voltage
from calibration.units import AIR_PRESSURE, HUMIDITY, TEMPERATURE, VOLTAGE, Kind

if TYPE_CHECKING:
    from calibration.units import Quantity

#: Kind of each condition.
CONDITION_KINDS: Final[dict[str, Kind]] = {
    "temperature": TEMPERATURE,
    "pressure": AIR_PRESSURE,
    "humidity": HUMIDITY,
    "supply_voltage": VOLTAGE,
}
#: Kinds of record that say from schema 3 on in which surroundings they were made.
MADE_SOMEWHERE: Final = frozenset(
    {"balance", "environment", "load-cell", "flow-sensor", "pump", "pressure", "thermometer", "voltage"}
)


class Conditions(Strict):
    """Where the calibration holds: each a pair, lowest and highest; a line left out says nothing.

    Attributes:
        temperature, pressure, humidity: of the air.
        supply_voltage: of what feeds the instrument.
        basis: where these limits come from: a data sheet, a standard, a method of the laboratory.
    """

    temperature: tuple[Temperature, Temperature] | None = None
    pressure: tuple[Pressure, Pressure] | None = None
    humidity: tuple[Humidity, Humidity] | None = None
    supply_voltage: tuple[Voltage, Voltage] | None = None
    basis: Text | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        for name in CONDITION_KINDS:
            pair = getattr(self, name)
            if pair is not None and not pair[0] < pair[1]:
                raise ValueError(f"{name}: expected the lowest first and then the highest, found {pair[0]}, {pair[1]}")
        return self

    def limits(self, name: str) -> tuple[float, float] | None:
        """Lowest and highest of one condition in the unit of its kind; None where nothing is said of it."""
        pair, kind = getattr(self, name), CONDITION_KINDS[name]
        return None if pair is None else (kind.magnitude(name, pair[0]), kind.magnitude(name, pair[1]))


def contradicted_conditions(
    conditions: Conditions, surroundings: Surroundings | None, supply_voltage: Quantity | None
) -> list[str]:
    """A record that would not hold where it was made, a sentence for each condition; empty where it would."""
    there = {name: getattr(surroundings, name, None) for name in ("temperature", "pressure", "humidity")}
    found = []
    for name, value in {**there, "supply_voltage": supply_voltage}.items():
        limits, kind = conditions.limits(name), CONDITION_KINDS[name]
        if limits is None or value is None or limits[0] <= (at := kind.magnitude(name, value)) <= limits[1]:
            continue
        unit, what = kind.format(value).partition(" ")[2], name.replace("_", " ")
        found.append(
            f"conditions: expected a {what} that the calibration was made at, {at:.6g} {unit}, found {limits[0]:g} to "
            f"{limits[1]:g} {unit}"
        )
    return found

"""What is around an instrument while it is calibrated: the air, and what feeds the pump. Most kinds share it.

    class LoadCell(Around):
        def steps(self):
            return [*self.first_around(supply=True), ..., self.air("after")]

        def conclude(self, results):
            return {**self.around_tables(results), ...}

The air is read by the sensors of the bench; where it has none, a person types what stands beside it. The supply is the
first one of the bench, as the gate asks it, where its output is on; where there is none and ``[holds]`` says a supply
voltage, a person types what a voltmeter shows.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

from pydantic import Field, model_validator

from calibration.errors import CalibrationError
from calibration.units import AIR_PRESSURE, HUMIDITY, TEMPERATURE, VOLTAGE, Kind
from drivers.interfaces import Supply
from rig.calibrate.errors import AnswerError
from rig.calibrate.holds import Holds
from rig.calibrate.procedure import Procedure, ProcedureFile
from rig.calibrate.steps import Act, Ask, Step, Take
from rig.calibrate.tables import air_step
from rig.fields import refused

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from rig.calibrate.bench import Station

#: Quantities of the air: name, column of the sensors, kind.
AIR: Final[tuple[tuple[str, str, Kind], ...]] = (
    ("temperature", "temperature_c", TEMPERATURE),
    ("pressure", "pressure_hpa", AIR_PRESSURE),
    ("humidity", "humidity_percent", HUMIDITY),
)
#: A line through fewer says nothing of how straight the instrument is.
FEWEST_POINTS: Final = 3
_SUPPLY: Final = "supply"
_OFF: Final = (
    "[holds] supply_voltage: expected the supply of the bench to feed the pump, found its output off; switch it on, "
    "take it out of the bench file so that the voltage is asked for, or leave supply_voltage out"
)


class AroundFile(ProcedureFile):
    """What the file of such a procedure says.

    Attributes:
        environment: channel of the air.
        holds: where the record shall hold.
    """

    environment: str = "environment"
    holds: Holds = Field(default_factory=Holds)
    #: Which list of the file is set one after the other: the points of the curve.
    POINTS: ClassVar[str] = ""
    #: Unit that the column must have; a file with ``reading_unit`` says it itself.
    SHOWN_IN: ClassVar[str] = ""

    @model_validator(mode="after")
    def _enough_points(self) -> Self:
        """Values may come again, as repeats; they make no line by that."""
        values = getattr(self, self.POINTS, ())
        count = sum(all(one != other for other in values[:at]) for at, one in enumerate(values))
        if self.POINTS and count < FEWEST_POINTS:
            raise refused(f"{self.POINTS}: expected {FEWEST_POINTS} different values or more, found {count}")
        return self


class Around(Procedure):
    """A procedure whose record says what was around."""

    FILE: ClassVar[type[ProcedureFile]] = AroundFile
    file: AroundFile

    def air(self, when: str) -> Step:
        """The air, ``before`` or ``after``: read, or typed by a person where the bench has no sensors."""
        channel, key = self.file.environment, f"air-{when}"
        return AskAir(key) if self.station.opened.environment is None else air_step(channel, key)

    def first_around(self, *, supply: bool = False) -> list[Step]:
        """The air before, and what feeds the pump."""
        return [self.air("before"), *(self._supply() if supply else [])]

    def around_tables(self, results: Mapping[str, Any]) -> dict[str, Any]:
        """``[conditions]`` as the file says them; ``[surroundings]`` and ``supply_voltage`` as they were."""
        air = [results[key] for key in ("air-before", "air-after") if key in results]
        volts = results.get(_SUPPLY, {}).get("v", results.get(_SUPPLY, {}).get("answer"))
        if isinstance(volts, float):
            volts = VOLTAGE.format(VOLTAGE.quantity(volts))
        return {**air_tables(self.file, air), "supply_voltage": volts}

    def _supply(self) -> list[Step]:
        if self.station.supply() is not None:
            return [Take(_SUPPLY, "The supply of the pump is read.", self._read_supply)]
        held = self.file.holds.supply_voltage
        if held is None:
            return []
        middle = VOLTAGE.format((held[0] + held[1]) / 2.0)
        return [Ask(_SUPPLY, "What does a voltmeter show at the terminals of the pump?", VOLTAGE, middle)]

    def _read_supply(self, station: Station) -> Generator[float, None, Any]:
        """What the supply of the bench gives; where its output is off the pump runs on something else."""
        yield 1.0
        supply = station.supply()
        if supply is not None:
            supply.prepare()
            volts, on = _at_output(supply)
            if on:
                return {"v": volts}
        if self.file.holds.supply_voltage is not None:
            raise CalibrationError(_OFF)
        return {}


def air_tables(file: Any, air: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    """``[conditions]`` as a procedure file says them in ``holds``, and ``[surroundings]`` as they were measured.

    Args:
        file: with ``holds`` and ``method``.
        air: measured, once or more often; the mean counts.
    """
    return {
        "conditions": file.holds.table(file.method),
        "surroundings": {
            name: kind.format(kind.quantity(statistics.fmean(one[column] for one in air)), digits=8)
            for name, column, kind in AIR
        },
    }


@dataclass(frozen=True)
class AskAir:
    """A person types temperature, pressure and humidity of the air; a simulated bench reads its references."""

    key: str
    text: str = "What is the air beside the instrument: temperature, pressure, humidity?"
    asks: str = "such as 22.4 degC, 1013 hPa, 45 %"
    group: str = ""
    again: bool = False

    def advance(self, station: Station, answer: str) -> Generator[float, None, Any]:
        """Read the three values; a wrong one is asked for again."""
        yield 1.0
        said = [one.strip() for one in answer.split(",")] if answer else _shown(station)
        if len(said) != len(AIR):
            raise AnswerError(f"{self.key}: expected three values with a comma between them, {self.asks}")
        try:
            return {
                column: kind.magnitude(name, kind.parse(name, text))
                for (name, column, kind), text in zip(AIR, said, strict=True)
            }
        except ValueError as error:
            raise AnswerError(str(error)) from error


def _shown(station: Station) -> list[str]:
    read = [station.hands(Act("read-reference", {"quantity": name})) for name, _, _ in AIR]
    return [one for one in read if one]


def _at_output(supply: Supply) -> tuple[float, bool]:
    row = supply.drain()[-1]
    return float(row[1]), bool(row[3])

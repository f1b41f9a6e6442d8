"""Calibration of the sensors of the air: thermometer, barometer and hygrometer, beside references in the same air.

    schema = 1
    kind = "environment"
    channel = "environment"
    method = "house method 13: side by side in the balance's draught shield"
    rounds = 5

    [temperature]
    reference = "T-4"                # standard; its certificate gives the uncertainty
    resolution = "0.1 K"             # of what is calibrated
    elsewhere = "0.1 K"              # half width: how far the error may be another one elsewhere in the range, later
    most = "0.5 K"                   # a larger error is not filed; adjust or repair

    [pressure]
    reference = "B-2"
    resolution = "0.1 hPa"
    elsewhere = "0.1 hPa"
    most = "3 hPa"

    [humidity]
    reference = "H-9"
    resolution = "0.1 %"
    elsewhere = "1.5 %"
    most = "10 %"

In each round the sensors are read, a person types what the three references show, corrected by their certificates,
and the sensors are read once more. The mean error is corrected in every assessment; its uncertainty is that of the
certificate, of the rounds, of a digit, and of ``elsewhere``, which is the laboratory's word: one room says nothing of
another. Refused: air that changes too much during a round, an error beyond ``most``.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import Field

from calibration.errors import CalibrationError
from calibration.standards import certified
from calibration.type_a import widened
from calibration.units import (
    AIR_PRESSURE,
    AIR_PRESSURE_DIFFERENCE,
    HUMIDITY,
    RATIO,
    TEMPERATURE,
    TEMPERATURE_DIFFERENCE,
    Kind,
    Quantity,
)
from rig.calibrate.around import air_tables
from rig.calibrate.holds import Holds
from rig.calibrate.procedure import Procedure, ProcedureFile
from rig.calibrate.steps import Act, Ask, Step, Take, grouped
from rig.calibrate.tables import plain_standard
from rig.fields import FileModel, KindField

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from datetime import date

    from calibration.standards import Standards
    from rig.calibrate.bench import Station

#: The air may change during a round by so many digits of the sensor.
_STILL: Final = 5.0


class _Sensor(FileModel):
    """One of the three."""

    reference: Annotated[str, Field(min_length=1)]


class _Temperature(_Sensor):
    resolution: Annotated[Quantity, KindField(TEMPERATURE_DIFFERENCE, positive=True)]
    elsewhere: Annotated[Quantity, KindField(TEMPERATURE_DIFFERENCE)]
    most: Annotated[Quantity, KindField(TEMPERATURE_DIFFERENCE, positive=True)]


class _Pressure(_Sensor):
    resolution: Annotated[Quantity, KindField(AIR_PRESSURE_DIFFERENCE, positive=True)]
    elsewhere: Annotated[Quantity, KindField(AIR_PRESSURE_DIFFERENCE)]
    most: Annotated[Quantity, KindField(AIR_PRESSURE_DIFFERENCE, positive=True)]


class _Humidity(_Sensor):
    resolution: Annotated[Quantity, KindField(RATIO, positive=True)]
    elsewhere: Annotated[Quantity, KindField(RATIO)]
    most: Annotated[Quantity, KindField(RATIO, positive=True)]


class EnvironmentFile(ProcedureFile):
    """Settings; see the module."""

    kind: Literal["environment"]
    rounds: Annotated[int, Field(ge=4, le=50)] = 5
    temperature: _Temperature
    pressure: _Pressure
    humidity: _Humidity
    holds: Holds = Field(default_factory=Holds)


@dataclass(frozen=True)
class _Told:
    """One of the three quantities.

    Attributes:
        name, column: in files, and of the channel.
        kind, error: of the value, and of a difference.
        unit: of both in a file.
    """

    name: Literal["temperature", "pressure", "humidity"]
    column: str
    kind: Kind
    error: Kind
    unit: tuple[str, str]


_QUANTITIES: Final = (
    _Told("temperature", "temperature_c", TEMPERATURE, TEMPERATURE_DIFFERENCE, ("degC", "K")),
    _Told("pressure", "pressure_hpa", AIR_PRESSURE, AIR_PRESSURE_DIFFERENCE, ("hPa", "hPa")),
    _Told("humidity", "humidity_percent", HUMIDITY, RATIO, ("%", "%")),
)


class Environment(Procedure):
    """The procedure of :class:`EnvironmentFile`."""

    FILE = EnvironmentFile
    file: EnvironmentFile

    def __init__(self, file: EnvironmentFile, standards: Standards, today: date) -> None:
        super().__init__(file, standards, today)
        self.references = {
            one.name: standards.find(self._sensor(one).reference, today, one.kind) for one in _QUANTITIES
        }

    def _sensor(self, one: _Told) -> Any:
        return getattr(self.file, one.name)

    def steps(self) -> Sequence[Step]:
        """Sensors, references, sensors; in each round."""
        steps: list[Step] = []
        for number in range(1, self.file.rounds + 1):
            once: list[Ask | Take] = [self._read(f"before-{number}")]
            for one in _QUANTITIES:
                text = f"What does {self._sensor(one).reference} show of the {one.name}, corrected?"
                act = Act("read-reference", {"quantity": one.name})
                once.append(Ask(f"{one.name}-{number}", text, one.kind, act=act))
            once.append(self._read(f"after-{number}"))
            steps += grouped(f"round-{number}", once)
        return steps

    def _read(self, key: str) -> Take:
        def take(station: Station) -> Generator[float, None, Any]:
            found = {}
            for one in _QUANTITIES:
                found[one.name] = (yield from station.mean(self.file.channel, one.column, self.average_s)).mean
            return found

        return Take(key, "The sensors are read; breathe elsewhere.", take)

    def conclude(self, results: Mapping[str, Any]) -> dict[str, Any]:
        """The errors, with their uncertainties."""
        environment, properties, reasons = dict[str, str](), dict[str, str](), list[str]()
        for one in _QUANTITIES:
            errors = [self._error(one, number, results, reasons) for number in range(1, self.file.rounds + 1)]
            mean, unit = statistics.fmean(errors), one.unit[1]
            if abs(mean) > (most := one.error.magnitude("most", self._sensor(one).most)):
                reasons.append(f"{one.name}: expected an error of at most {most:g} {unit}, found {mean:+.4g} {unit}")
            environment[f"u_{one.name}"] = f"{self._u(one, errors):.9g} {unit}"
            environment[f"{one.name}_error"] = f"{mean:.9g} {unit}"
            properties[f"{one.name}_errors"] = ", ".join(f"{error:.6g}" for error in errors) + f" {unit}"
        if reasons:
            raise CalibrationError("; ".join(reasons))
        shown = [results[f"before-{number}"] for number in range(1, self.file.rounds + 1)]
        errors_of = {one.column: float(environment[f"{one.name}_error"].split()[0]) for one in _QUANTITIES}
        air = [{one.column: row[one.name] - errors_of[one.column] for one in _QUANTITIES} for row in shown]
        return {
            "standards": [plain_standard(one) for one in self.references.values()],
            **air_tables(self.file, air),
            "environment": environment,
            "properties": properties,
        }

    def _error(self, one: _Told, number: int, results: Mapping[str, Any], reasons: list[str]) -> float:
        """Shown less reference in one round; the mean of before and after takes out what the air changed evenly."""
        before, after = (results[f"{when}-{number}"][one.name] for when in ("before", "after"))
        digit = one.error.magnitude("resolution", self._sensor(one).resolution)
        if abs(after - before) > _STILL * digit:
            reasons.append(
                f"round {number}: expected the {one.name} to change by {_STILL * digit:g} {one.unit[1]} at most, found "
                f"{after - before:+.3g} {one.unit[1]}; wait until the room is at rest"
            )
        reference = one.kind.magnitude(
            "reference", one.kind.parse("reference", results[f"{one.name}-{number}"]["answer"])
        )
        return float((before + after) / 2.0 - reference)

    def _u(self, one: _Told, errors: Sequence[float]) -> float:
        """Standard uncertainty; few rounds know their own scatter badly, which Student's variance makes up for."""
        rounds = widened(statistics.stdev(errors) / math.sqrt(len(errors)), len(errors) - 1)
        digit = one.error.magnitude("resolution", self._sensor(one).resolution)
        elsewhere = one.error.magnitude("elsewhere", self._sensor(one).elsewhere)
        _, certificate = certified(self.references[one.name], one.kind)
        u = one.error.magnitude("expanded", certificate)
        return math.hypot(u, rounds, digit / math.sqrt(12.0), elsewhere / math.sqrt(3.0))

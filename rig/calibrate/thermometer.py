"""Calibration of a thermometer in a bath, against a reference thermometer with a certificate.

    schema = 1
    kind = "thermometer"
    channel = "environment"
    column = "temperature_c"
    method = "house method 12: stirred bath"
    resolution = "0.1 K"
    reference = "T-4"                                  # standard; its certificate gives the uncertainty
    temperatures = ["15 degC", "20 degC", "25 degC", "30 degC"]

The reference is read by a person at each temperature and typed in, corrected by its certificate. Refused: a bath that
drifts while it is read, a curve that is not monotonic or noisier than allowed.

A bath at rest gives the same digits however long it is read, and baths whole digits apart are all rounded alike: how
far the roundings hang together is in the uncertainty (:mod:`calibration.rounding`). Temperatures that are not whole
digits apart make it smaller.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from calibration.errors import CalibrationError
from calibration.rounding import rounding_covariance
from calibration.standards import certified
from calibration.units import TEMPERATURE, TEMPERATURE_DIFFERENCE
from rig.calibrate.around import Around, AroundFile
from rig.calibrate.curve_tables import Columns, curve_through
from rig.calibrate.steps import Act, Ask, Step, Take, Tell, grouped
from rig.calibrate.tables import plain_standard
from rig.fields import FileModel, Temperature, TemperatureDifference, default

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from datetime import date

    from calibration.standards import Standards
    from rig.calibrate.bench import Station


class Refusals(FileModel):
    """Beyond this nothing is filed: standard deviation of the residuals, and of one reading in a bath at rest."""

    residual: TemperatureDifference = default(TEMPERATURE_DIFFERENCE, "0.1 K")
    noise: TemperatureDifference = default(TEMPERATURE_DIFFERENCE, "0.1 K")


class ThermometerFile(AroundFile):
    """Settings; see the module."""

    POINTS: ClassVar[str] = "temperatures"
    SHOWN_IN: ClassVar[str] = "degC"

    kind: Literal["thermometer"]
    column: str = "temperature_c"
    reference: Annotated[str, Field(min_length=1)]
    resolution: TemperatureDifference = default(TEMPERATURE_DIFFERENCE, "0.1 K")
    temperatures: Annotated[tuple[Temperature, ...], Field(min_length=3)]
    state: Literal["as found", "as left"] = "as left"
    refuse: Refusals = Field(default_factory=Refusals)


class Thermometer(Around):
    """The procedure of :class:`ThermometerFile`."""

    FILE = ThermometerFile
    file: ThermometerFile

    def __init__(self, file: ThermometerFile, standards: Standards, today: date) -> None:
        super().__init__(file, standards, today)
        self.reference = standards.find(file.reference, today, TEMPERATURE)

    def steps(self) -> Sequence[Step]:
        """The air; then a bath, the reference, the thermometer, at each temperature."""
        steps = self.first_around()  # and not after: the thermometer may be that of the air, and comes out of the bath
        for number, temperature in enumerate(self.file.temperatures, start=1):
            text = TEMPERATURE.format(temperature)
            bath = (
                f"Dip thermometer and reference {self.file.reference} into the bath, set it to {text}, wait for rest."
            )
            at_rest: list[Tell | Ask | Take] = [
                Tell(f"bath-{number}", bath, Act("set-bath", {"temperature": text}), self.settle_s),
                Ask(f"reference-{number}", f"What does {self.file.reference} show, corrected?", TEMPERATURE, text),
                self._read(f"read-{number}"),
            ]
            steps += grouped(f"bath-{number}", at_rest)
        return [*steps, Tell("out", "Take both out of the bath and dry them.", Act("remove-bath"))]

    def _read(self, key: str) -> Take:
        def take(station: Station) -> Generator[float, None, Any]:
            return (yield from station.mean(self.file.channel, self.file.column, self.average_s)).as_json()

        return Take(key, "The thermometer is read; leave the bath alone.", take)

    def conclude(self, results: Mapping[str, Any]) -> dict[str, Any]:
        """Points and curve."""
        _, u = certified(self.reference, TEMPERATURE)
        u_k = TEMPERATURE_DIFFERENCE.magnitude("expanded", u)
        columns, scatter, noisy = Columns("degC", "degC"), list[float](), list[str]()
        most = TEMPERATURE_DIFFERENCE.magnitude("noise", self.file.refuse.noise)
        for number in range(1, len(self.file.temperatures) + 1):
            read = results[f"read-{number}"]
            if read["sd"] > most:
                found = f"found {read['sd']:.3g} K"
                noisy.append(f"bath {number}: expected a standard deviation of {most:g} K or less, {found}")
            said = TEMPERATURE.parse("reference", results[f"reference-{number}"]["answer"])
            reference = TEMPERATURE.magnitude("reference", said)
            scatter.append(read["sd"] / math.sqrt(read["n"]))
            columns.add((read["mean"], math.hypot(scatter[-1], self._digit_k / math.sqrt(12.0))), (reference, u_k))
        if noisy:
            raise CalibrationError("; ".join([*noisy, "wait until the bath is at rest, and begin anew"]))
        residual = TEMPERATURE_DIFFERENCE.magnitude("residual", self.file.refuse.residual)
        curve = curve_through(
            columns,
            common=[[u_k] * len(columns.reading)],
            spread_reading=rounding_covariance(columns.reading, columns.reference, self._digit_k, scatter),
            max_residual=residual,
        )
        return {
            "standards": [plain_standard(self.reference)],
            **self.around_tables(results),
            **columns.tables(curve, self.file.state),
        }

    @property
    def _digit_k(self) -> float:
        """What the thermometer shows is rounded to this; a bath at rest does not average it out."""
        return TEMPERATURE_DIFFERENCE.magnitude("resolution", self.file.resolution)

"""Calibration of what measures a voltage (a supply, a meter, an analogue input) against a voltmeter with a certificate.

    schema = 1
    kind = "voltage"
    channel = "supply"                     # what is calibrated
    column = "voltage_v"
    resolution = "0.1 mV"
    method = "house method 18: side by side with the reference voltmeter"
    reference = "V-3"                      # standard; its value is the correction to what it shows
    meter = "dmm"                          # channel that is the reference; without it a person types what it shows
    supply = "supply"                      # channel that sets the voltages; else a person does
    voltages = ["2.4 V", "2.7 V", "3.0 V", "3.3 V"]

The record gives the true voltage from the reading. Battery findings and the known voltage of a qualification are
corrected by it, so that a correction of the reference reaches them (``rig calibration impact``). The certificate is
common to all points; the noise of the means and the digit of the reading are each point's own (GUM, 4.2 and 4.3.7).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from calibration.standards import certified
from calibration.units import VOLTAGE, Quantity
from rig.calibrate.around import Around, AroundFile
from rig.calibrate.curve_tables import Columns, curve_through
from rig.calibrate.held_at import held_at, supply_of
from rig.calibrate.reference_noise import reference_noise
from rig.calibrate.steps import Ask, Step, Take, Tell, grouped
from rig.calibrate.tables import plain_standard
from rig.fields import FileModel, KindField, default, refused

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from datetime import date

    from calibration.standards import Standards
    from rig.calibrate.bench import Station

_Volts = Annotated[Quantity, KindField(VOLTAGE, positive=True)]
#: What is exact has no weight of its own; this keeps the arithmetic in order.
_LEAST_V = 1e-9
#: A meter with six digits needs half a second for a reading.
_FEWEST = 3


class Refusals(FileModel):
    """Beyond this nothing is filed: standard deviation of the residuals."""

    residual: _Volts = default(VOLTAGE, "5 mV")


class VoltageFile(AroundFile):
    """Settings; see the module."""

    POINTS: ClassVar[str] = "voltages"
    SHOWN_IN: ClassVar[str] = "V"

    kind: Literal["voltage"]
    column: str = "voltage_v"
    resolution: _Volts = default(VOLTAGE, "0.1 mV")
    reference: Annotated[str, Field(min_length=1)]
    meter: str | None = None
    supply: str | None = None
    voltages: Annotated[tuple[_Volts, ...], Field(min_length=3)]
    state: Literal["as found", "as left"] = "as left"
    refuse: Refusals = Field(default_factory=Refusals)

    @model_validator(mode="after")
    def _read_while_set(self) -> Self:
        if self.supply is not None and self.meter is None:
            raise refused("supply sets and resets the voltage by itself, so the reference must be read by the bench: "
                          "add meter, or leave supply out and set each voltage by hand")  # fmt: skip
        return self


class Voltage(Around):
    """The procedure of :class:`VoltageFile`."""

    FILE = VoltageFile
    file: VoltageFile

    def __init__(self, file: VoltageFile, standards: Standards, today: date) -> None:
        super().__init__(file, standards, today)
        self.reference = standards.find(file.reference, today, VOLTAGE)

    def read_references(self) -> dict[str, str]:
        """The meter, which is the standard."""
        return {} if self.file.meter is None else {self.file.meter: self.file.reference}

    def steps(self) -> Sequence[Step]:
        """The air, connected, each voltage, the air."""
        text = f"Connect {self.file.reference} to the terminals at which {self.file.channel} measures."
        steps: list[Step] = [*self.first_around(), Tell("connect", text)]
        for number, voltage in enumerate(self.file.voltages, start=1):
            steps += self._point(f"point-{number}", voltage)
        return [*steps, self.air("after")]

    def _point(self, key: str, voltage: Quantity) -> list[Step]:
        text = VOLTAGE.format(voltage)
        if self.file.supply is not None:
            return [Take(key, f"The supply is set to {text}; {self._readers} are read.", self._set_and_read(voltage))]
        steps: list[Tell | Ask | Take] = [Tell(f"{key}-set", f"Set {text} at the terminals.", None, self.settle_s)]
        if self.file.meter is None:
            steps.append(Ask(f"{key}-reference", f"What does {self.file.reference} show, corrected?", VOLTAGE, text))
        return grouped(key, [*steps, Take(key, f"{self._readers} are read; leave the voltage alone.", self._read)])

    @property
    def _readers(self) -> str:
        return " and ".join(filter(None, [self.file.channel, self.file.meter]))

    def _set_and_read(self, voltage: Quantity) -> Any:
        def take(station: Station) -> Generator[float, None, Any]:
            with held_at(supply_of(station, self.file.supply or ""), voltage):
                yield from station.wait(self.settle_s)
                return (yield from self._read(station))

        return take

    def _read(self, station: Station) -> Generator[float, None, Any]:
        columns = [(self.file.channel, self.file.column)]
        columns += [] if self.file.meter is None else [(self.file.meter, "voltage_v")]
        read, *shown = yield from station.means(columns, self.average_s, fewest=_FEWEST)
        found = read.as_json()
        for one in shown:
            found |= {"reference_v": one.mean, "reference_sd": one.sd, "reference_n": one.n}
        return found

    def conclude(self, results: Mapping[str, Any]) -> dict[str, Any]:
        """Points and curve."""
        correction, u = certified(self.reference, VOLTAGE)
        u_v, noise_v = VOLTAGE.magnitude("expanded", u), max(reference_noise(results), _LEAST_V)
        columns = Columns("V", "V")
        digit_v = VOLTAGE.magnitude("resolution", self.file.resolution) / math.sqrt(12.0)
        for number in range(1, len(self.file.voltages) + 1):
            read = results[f"point-{number}"]
            true_v = self._reference_v(results, number, VOLTAGE.magnitude("value", correction))
            u_read = math.hypot(read["sd"] / math.sqrt(read["n"]), digit_v)
            columns.add((read["mean"], u_read), (true_v, math.hypot(u_v, noise_v)))
        count = len(columns.reading)
        curve = curve_through(
            columns,
            common=[[u_v] * count],
            cov_reference=np.eye(count) * noise_v**2,
            highest=1,
            max_residual=VOLTAGE.magnitude("residual", self.file.refuse.residual),
        )
        return {
            "standards": [plain_standard(self.reference)],
            **self.around_tables(results),
            **columns.tables(curve, self.file.state),
        }

    def _reference_v(self, results: Mapping[str, Any], number: int, correction_v: float) -> float:
        """What the reference showed, with its correction; a person types it corrected."""
        if self.file.meter is not None:
            return float(results[f"point-{number}"]["reference_v"]) + correction_v
        said = results[f"point-{number}-reference"]["answer"]
        return VOLTAGE.magnitude("reference", VOLTAGE.parse("reference", said))

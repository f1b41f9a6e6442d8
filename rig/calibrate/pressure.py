"""Calibration of a pressure transducer against a pressure controller or gauge with a certificate.

    schema = 1
    kind = "pressure"
    channel = "daq"                        # what is calibrated
    column = "line_v"
    reading_unit = "V"
    record_channel = "ai0"
    method = "house method 14: controller, up and down"
    reference = "PACE-1"                   # standard; its certificate gives correction and uncertainty
    controller = "back-pressure"           # channel of the bench that sets and measures the pressure
    pressures = ["0 kPa", "20 kPa", "40 kPa", "60 kPa"]

The controller is read as often as the transducer, and the noise of its mean counts beside its certificate, which all
points share (GUM, 4.2 and 5.1.2). Without ``controller`` a person sets each pressure with a hand pump and types what
the reference gauge shows.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from calibration.errors import CalibrationError
from calibration.standards import certified
from calibration.units import PRESSURE, Quantity
from drivers.interfaces import PressureController
from rig.calibrate.around import Around, AroundFile
from rig.calibrate.curve_tables import Columns, curve_through
from rig.calibrate.errors import ProcedureError
from rig.calibrate.reference_noise import reference_noise
from rig.calibrate.steps import Act, Ask, Step, Take, Tell, grouped
from rig.calibrate.tables import plain_standard
from rig.fields import FileModel, KindField, default

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from datetime import date

    from calibration.standards import Standards
    from rig.calibrate.bench import Station

_Pressure = Annotated[Quantity, KindField(PRESSURE)]
#: What is exact has no weight of its own; this keeps the arithmetic in order.
_LEAST_KPA = 1e-9
_Positive = Annotated[Quantity, KindField(PRESSURE, positive=True)]


class Refusals(FileModel):
    """Beyond this nothing is filed: standard deviation of the residuals; difference between up and down."""

    residual: _Positive = default(PRESSURE, "0.5 kPa")
    hysteresis: _Positive = default(PRESSURE, "0.5 kPa")


class PressureFile(AroundFile):
    """Settings; see the module."""

    POINTS: ClassVar[str] = "pressures"

    kind: Literal["pressure"]
    column: str
    reading_unit: Literal["V", "mV", "kPa", "Pa", "hPa", "mbar"] = "V"
    reference: Annotated[str, Field(min_length=1)]
    controller: str | None = None
    pressures: Annotated[tuple[_Pressure, ...], Field(min_length=3)]
    state: Literal["as found", "as left"] = "as left"
    refuse: Refusals = Field(default_factory=Refusals)


class Pressure(Around):
    """The procedure of :class:`PressureFile`."""

    FILE = PressureFile
    file: PressureFile

    def __init__(self, file: PressureFile, standards: Standards, today: date) -> None:
        super().__init__(file, standards, today)
        self.reference = standards.find(file.reference, today, PRESSURE)

    def read_references(self) -> dict[str, str]:
        """The controller, which is the standard."""
        return {} if self.file.controller is None else {self.file.controller: self.file.reference}

    def steps(self) -> Sequence[Step]:
        """The air, connected, up, down, vented, the air."""
        rising = list(enumerate(self.file.pressures, start=1))
        connect = Tell("connect", "Connect the transducer to the reference, tight, at the same height.")
        steps: list[Step] = [*self.first_around(supply=True), connect]
        for way, order in (("up", rising), ("down", rising[-2::-1])):
            for number, pressure in order:
                steps += self._point(f"{way}-{number}", PRESSURE.format(pressure))
        return [*steps, self._vent(), self.air("after")]

    def _point(self, key: str, text: str) -> list[Step]:
        if self.file.controller is not None:
            return [self._controlled(key, text)]
        pump = Act("apply-pressure", {"pressure": text})
        question = f"What does {self.file.reference} show, corrected?"
        steps: list[Tell | Ask | Take] = [
            Tell(f"{key}-set", f"Set {text} with the hand pump.", pump, self.settle_s),
            Ask(f"{key}-reference", question, PRESSURE, text),
            self._read(key),
        ]
        return grouped(key, steps)

    def _controlled(self, key: str, text: str) -> Step:
        """The controller sets, both are read over the same time."""
        channel = self.file.controller or ""

        def take(station: Station) -> Generator[float, None, Any]:
            controller = station.instrument(channel)
            if not isinstance(controller, PressureController):
                raise ProcedureError(f"{channel}: expected a pressure controller, found a {controller.CAPABILITY}")
            controller.set_pressure(PRESSURE.parse("pressure", text))
            yield from station.wait(self.settle_s)
            both = [(self.file.channel, self.file.column), (channel, "pressure_kpa")]
            read, shown = yield from station.means(both, self.average_s)
            return {**read.as_json(), "reference_kpa": shown.mean, "reference_sd": shown.sd, "reference_n": shown.n}

        return Take(key, f"The controller sets {text}; transducer and controller are read.", take)

    def _read(self, key: str) -> Take:
        def take(station: Station) -> Generator[float, None, Any]:
            return (yield from station.mean(self.file.channel, self.file.column, self.average_s)).as_json()

        return Take(key, "The transducer is read; leave the pressure alone.", take)

    def _vent(self) -> Step:
        channel = self.file.controller
        if channel is None:
            return Tell("vent", "Let the pressure out.", Act("apply-pressure", {"pressure": "0 kPa"}))

        def take(station: Station) -> Generator[float, None, Any]:
            controller = station.instrument(channel)
            if isinstance(controller, PressureController):
                controller.vent()
            yield 1.0
            return {"vented": True}

        return Take("vent", "The controller lets the pressure out.", take)

    def conclude(self, results: Mapping[str, Any]) -> dict[str, Any]:
        """Points up and down, and curve."""
        correction, u = certified(self.reference, PRESSURE)
        u_kpa = PRESSURE.magnitude("expanded", u)
        columns = Columns(self.file.reading_unit, "kPa")
        noise_kpa = reference_noise(results)
        last = len(self.file.pressures)
        apart = [abs(results[f"up-{n}"]["mean"] - results[f"down-{n}"]["mean"]) for n in range(1, last)]
        for way, numbers in (("up", range(1, last + 1)), ("down", range(last - 1, 0, -1))):
            for number in numbers:
                read = results[f"{way}-{number}"]
                u_read = math.hypot(read["sd"] / math.sqrt(read["n"]), max(apart) / 2.0 / math.sqrt(3.0))
                columns.add(
                    (read["mean"], max(u_read, 1e-9)),
                    (self._reference_kpa(results, f"{way}-{number}", correction), math.hypot(u_kpa, noise_kpa)),
                    "up" if way == "up" else "down",
                )
        residual = PRESSURE.magnitude("residual", self.file.refuse.residual)
        count = len(columns.reading)
        curve = curve_through(
            columns,
            common=[[u_kpa] * count],
            cov_reference=np.eye(count) * max(noise_kpa, _LEAST_KPA) ** 2,
            max_residual=residual,
        )
        hysteresis = max(apart) * abs(curve.coefficients[1])
        if hysteresis > (most := PRESSURE.magnitude("hysteresis", self.file.refuse.hysteresis)):
            raise CalibrationError(
                f"hysteresis: expected at most {most:g} kPa between up and down, found {hysteresis:.3g} kPa; look for "
                "a leak and for air in the line, and begin anew"
            )
        return {
            "standards": [plain_standard(self.reference)],
            **self.around_tables(results),
            **columns.tables(curve, self.file.state),
            "properties": {"hysteresis": f"{hysteresis:.3g} kPa"},
        }

    def _reference_kpa(self, results: Mapping[str, Any], key: str, correction: Quantity) -> float:
        """What the controller showed, with the correction of its certificate; a person types it corrected."""
        if self.file.controller is not None:
            return float(results[key]["reference_kpa"]) + PRESSURE.magnitude("value", correction)
        return PRESSURE.magnitude("reference", PRESSURE.parse("reference", results[f"{key}-reference"]["answer"]))

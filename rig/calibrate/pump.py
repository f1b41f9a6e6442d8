"""Calibration of the mock pump: what one microstep moves, by gravimetry, at several rates and back pressures.

    schema = 1
    kind = "pump"
    channel = "device"
    method = "house method 17: gravimetric, water"
    rates = ["250 uL/h", "500 uL/h", "1000 uL/h"]
    back_pressures = ["10 kPa", "20 kPa"]        # at the last rate; none to leave them out
    controller = "back-pressure"                 # channel that sets them; without it a person does
    cycles = 12                                  # whole roller cycles in each run
    cycle_volume = "6.25 uL"
    write = true                                 # into the pump's EEPROM, read back, and checked by one more run
    [tubing]
    lot = "T-9"
    revolutions = 0
    revolutions_at_most = 5000

The factor is what was weighed over the steps that the pump counted. It is written as the curve says for the mean of the
rates; the run after it must deliver what is programmed, within the uncertainty.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from calibration.errors import CalibrationError
from calibration.units import FLOW, PRESSURE, RATIO, TIME, VOLUME, Quantity
from drivers.errors import DriverError
from drivers.interfaces import PressureController, StoredCalibration
from rig.calibrate.curve_tables import Columns, curve_through
from rig.calibrate.errors import ProcedureError
from rig.calibrate.flowing import Flowing, FlowingFile
from rig.calibrate.steps import Act, Step, Take, Tell, grouped
from rig.calibrate.tables import balance_as_standard, fluid_table
from rig.fields import FileModel, Flow, KindField, PositiveVolume, Ratio, default, refused

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from rig.calibrate.bench import Station
    from rig.calibrate.collect import Tip
    from rig.calibrate.collected import Collected

_Pressure = Annotated[Quantity, KindField(PRESSURE, positive=True)]
_NL = 1e3  # nL in a uL
_FL_NL = 1e6  # fL in a nL


class TubingTable(FileModel):
    """The tube that the factor belongs to."""

    lot: Annotated[str, Field(min_length=1)]
    revolutions: Annotated[float, Field(ge=0.0)] = 0.0
    revolutions_at_most: Annotated[float, Field(gt=0.0)]

    @model_validator(mode="after")
    def _not_worn(self) -> Self:
        if self.revolutions >= self.revolutions_at_most:
            raise refused(
                f"revolutions: expected fewer than revolutions_at_most, {self.revolutions_at_most:g}, found "
                f"{self.revolutions:g}; change the tube, and enter its lot with revolutions = 0"
            )
        return self


class Refusals(FileModel):
    """Beyond this nothing is filed: scatter about the curve; the error left after the factor was written."""

    residual: Ratio = default(RATIO, "1 %")
    left: Ratio = default(RATIO, "1 %")


class PumpFile(FlowingFile):
    """Settings; see the module."""

    POINTS: ClassVar[str] = "rates"

    kind: Literal["pump"]
    rates: Annotated[tuple[Flow, ...], Field(min_length=3)]
    back_pressures: tuple[_Pressure, ...] = ()
    controller: str | None = None
    cycles: Annotated[int, Field(ge=1, le=1000)] = 12
    cycle_volume: PositiveVolume
    write: bool = True
    tubing: TubingTable
    refuse: Refusals = Field(default_factory=Refusals)


class Pump(Flowing):
    """The procedure of :class:`PumpFile`."""

    FILE = PumpFile
    file: PumpFile

    def steps(self) -> Sequence[Step]:
        """Set-up, factor in force, a run at each rate and back pressure, the factor written, one more run."""
        steps = [*self.first_steps(), Take("factor", "The pump is asked for the factor in force.", self._ask)]
        for number, rate in enumerate(self.file.rates, start=1):
            steps.append(self._run_at(f"rate-{number}", rate))
        for number, pressure in enumerate(self.file.back_pressures, start=1):
            run = self._run_at(f"pressure-{number}", self.file.rates[-1])
            steps += grouped(f"pressure-{number}", [self._press(f"press-{number}", pressure), run])
        if self.file.back_pressures:
            steps.append(self._press("press-off", PRESSURE.quantity(0.0)))
        if self.file.write:
            write = Take("write", "The factor is written and read back.", self._write)
            steps += grouped("left", [write, self._run_at("left", self.file.rates[len(self.file.rates) // 2])])
        return [*steps, self.air("after")]

    def _run_at(self, key: str, rate: Quantity) -> Take:
        cycle_s = 3600.0 * VOLUME.magnitude("cycle", self.file.cycle_volume) / FLOW.magnitude("rate", rate)
        text = f"The pump runs {self.file.cycles} cycles at {FLOW.format(rate)} onto the balance."
        return self.run_step(key, text, FLOW.format(rate, digits=12), self.file.cycles * cycle_s)

    def _press(self, key: str, pressure: Quantity) -> Tell | Take:
        text, channel = PRESSURE.format(pressure), self.file.controller
        if channel is None:
            act = Act("apply-pressure", {"pressure": text})
            relax_s = TIME.magnitude("relax", self.file.relax)
            return Tell(key, f"Set the back pressure at the tip to {text}.", act, relax_s)

        def take(station: Station) -> Generator[float, None, Any]:
            controller = station.instrument(channel)
            if not isinstance(controller, PressureController):
                raise ProcedureError(f"{channel}: expected a pressure controller, found a {controller.CAPABILITY}")
            controller.set_pressure(pressure)
            yield from station.wait(TIME.magnitude("relax", self.file.relax))
            return {"kpa": PRESSURE.magnitude("pressure", controller.read())}

        return Take(key, f"The controller sets {text}.", take)

    def _ask(self, station: Station) -> Generator[float, None, Any]:
        yield 1.0
        found = _stored(station).calibration()
        return {"nl": found.volume_per_step.m_as("nL"), "slot": found.slot, "sequence": found.sequence}

    def _write(self, station: Station) -> Generator[float, None, Any]:
        factor = self.factor_nl(station.results)
        yield 0.5
        written = _stored(station).write_calibration(VOLUME.quantity(factor / _NL))
        back = written.volume_per_step.m_as("nL")
        if abs(back - factor) > 1.0 / _FL_NL:
            raise CalibrationError(f"expected {factor:.6f} nL read back, found {back:.6f} nL; write it again")
        return {"nl": back, "slot": written.slot, "sequence": written.sequence}

    def points(self, results: Mapping[str, Any]) -> Columns:
        """Volume of a microstep [nL] against rate [uL/h]."""
        tip, columns = self.tip(), Columns("uL/h", "nL", certified=False)
        for number, rate in enumerate(self.file.rates, start=1):
            volume, nl = self._weighed(results, f"rate-{number}", tip)
            columns.add((FLOW.magnitude("rate", rate), 1e-6), (volume.volume_ul * nl, volume.u_own_ul * nl))
        return columns

    def factor_nl(self, results: Mapping[str, Any]) -> float:
        """The factor for the mean of the rates [nL]."""
        columns = self.points(results)
        curve = self._curve(results, columns)
        mean = sum(columns.reading) / len(columns.reading)
        return round(float(curve.predict(mean)[0]) * _FL_NL) / _FL_NL

    def conclude(self, results: Mapping[str, Any]) -> dict[str, Any]:
        """Points, curve, tubing; what back pressure does, and what error was left."""
        columns = self.points(results)
        curve = self._curve(results, columns)
        properties = {"factor_as_found": f"{results['factor']['nl']:.6f} nL", **self._pressed(results, columns)}
        if self.file.write:
            properties |= {"factor_as_left": f"{results['write']['nl']:.6f} nL", "error_left": self._left(results)}
        return {
            "standards": [balance_as_standard(self.tip().record)],
            **self.around_tables(results),
            "fluid": fluid_table(results["air-before"]),
            "tubing": self.file.tubing.model_dump(),
            **columns.tables(curve, self.file.state),
            "properties": properties,
        }

    def take_back(self, results: Mapping[str, Any]) -> str:
        """The factor that it had before: a pump must not run on what no record says."""
        if "write" not in results:
            return ""
        before = results["factor"]["nl"]
        try:
            _stored(self.station).write_calibration(VOLUME.quantity(before / _NL))
        except DriverError as error:
            return f"its factor of before, {before:.6f} nL, could NOT be written back: {error}; write it before any run"
        return f"its factor of before, {before:.6f} nL, was written back"

    def _weighed(self, results: Mapping[str, Any], key: str, tip: Tip) -> tuple[Collected, float]:
        """What was weighed, and what each uL of it makes of the volume of a microstep [nL]: one over the count."""
        volume = self.collected(results, key, tip)
        factor = results["write" if key == "left" else "factor"]["nl"]
        steps = results[key]["claimed_ul"] * _NL / factor
        if steps <= 0.0 or volume.volume_ul <= 0.0:
            raise CalibrationError(
                f"{key}: expected steps of the pump and volume on the balance, found {steps:.0f} steps and "
                f"{volume.volume_ul:.3g} uL; look at the direction of the tube, the clamp, and the prime"
            )
        return volume, _NL / steps

    def _curve(self, results: Mapping[str, Any], columns: Columns) -> Any:
        tip, rates = self.tip(), range(1, len(self.file.rates) + 1)
        mean = sum(columns.reference) / len(columns.reference)
        most = RATIO.magnitude("residual", self.file.refuse.residual) / 100.0 * mean
        volumes, units = zip(*(self._weighed(results, f"rate-{number}", tip) for number in rates), strict=True)
        gone = [volume.u_evaporation_ul * unit for volume, unit in zip(volumes, units, strict=True)]
        return curve_through(
            columns,
            common=[[tip.u_relative * one for one in columns.reference], gone],
            cov_reference=self.own_covariance(results, volumes, units),
            highest=1,
            max_residual=most,
            rising=False,
        )

    def _pressed(self, results: Mapping[str, Any], columns: Columns) -> dict[str, str]:
        """Relative change of the step for each kPa of back pressure, by the greatest one."""
        if not self.file.back_pressures:
            return {}
        number = len(self.file.back_pressures)
        kpa = results[f"press-{number}"].get("kpa", PRESSURE.magnitude("p", self.file.back_pressures[-1]))
        volume, nl = self._weighed(results, f"pressure-{number}", self.tip())
        change = volume.volume_ul * nl / columns.reference[-1] - 1.0
        return {"change_per_kpa": f"{100.0 * change / kpa:.4g} %"}

    def _left(self, results: Mapping[str, Any]) -> str:
        """Error of the run after the factor was written, refused beyond the limit by more than its uncertainty."""
        volume, nl = self._weighed(results, "left", self.tip())
        error = volume.volume_ul * nl / results["write"]["nl"] - 1.0
        u = math.hypot(volume.u_own_ul, volume.u_evaporation_ul) / volume.volume_ul
        most = RATIO.magnitude("left", self.file.refuse.left) / 100.0
        if abs(error) - 2.0 * math.hypot(u, self.tip().u_relative) > most:
            raise CalibrationError(
                f"error left: expected at most {100.0 * most:g} % with the new factor, found {100.0 * error:.3g} %; "
                "look for bubbles, a leak, a tube that has not settled"
            )
        return f"{100.0 * error:.3g} %"


def _stored(station: Station) -> StoredCalibration:
    pump = station.opened.device
    if not isinstance(pump, StoredCalibration):
        found = station.identity("device").model
        raise ProcedureError(f"device: expected a pump that keeps a calibration, found {found}")
    return pump

"""Calibration of a flow sensor against gravimetry: the bench's pump runs at several rates onto the balance.

    schema = 1
    kind = "flow-sensor"
    channel = "flow"
    column = "flow_ul_h"
    method = "house method 16: gravimetric, water"
    rates = ["250 uL/h", "500 uL/h", "750 uL/h", "1000 uL/h"]
    run = "10 min"                             # at each rate
    cycle_volume = "6.25 uL"                   # each run is made of whole cycles of the pump

The mean of the sensor over the second half of each run is held against volume over time. The pump's own claim of a
volume plays no part, only the number of its shots. The balance must be calibrated before.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from calibration.errors import CalibrationError
from calibration.type_a import widened
from calibration.units import FLOW, RATIO, TIME, VOLUME
from rig.calibrate.curve_tables import Columns, curve_through
from rig.calibrate.cycles import FEWEST_CYCLES
from rig.calibrate.flowing import Flowing, FlowingFile, Watched
from rig.calibrate.tables import balance_as_standard, fluid_table
from rig.delivery.setup import CLOCK_HALF_WIDTH
from rig.fields import FileModel, Flow, PositiveDuration, PositiveVolume, Ratio, default

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rig.calibrate.steps import Step


#: Standard uncertainty of the clock against the second, relative.
_U_CLOCK = CLOCK_HALF_WIDTH / math.sqrt(3.0)


class Refusals(FileModel):
    """Beyond this nothing is filed: standard deviation of the residuals, relative to the greatest rate."""

    residual: Ratio = default(RATIO, "2 %")


class FlowSensorFile(FlowingFile):
    """Settings; see the module."""

    POINTS: ClassVar[str] = "rates"
    SHOWN_IN: ClassVar[str] = "uL/h"

    kind: Literal["flow-sensor"]
    column: str = "flow_ul_h"
    rates: Annotated[tuple[Flow, ...], Field(min_length=3)]
    run: PositiveDuration = default(TIME, "10 min")
    cycle_volume: PositiveVolume
    refuse: Refusals = Field(default_factory=Refusals)


class FlowSensor(Flowing):
    """The procedure of :class:`FlowSensorFile`."""

    FILE = FlowSensorFile
    file: FlowSensorFile

    def steps(self) -> Sequence[Step]:
        """Set-up, evaporation, a run at each rate."""
        runs = [
            self.run_step(
                f"run-{number}",
                f"The pump runs at {FLOW.format(rate)}; sensor and balance are read.",
                FLOW.format(rate, digits=12),
                self.seconds(rate),
                Watched(self.file.channel, self.file.column, self.cycle_s(rate)),
            )
            for number, rate in enumerate(self.file.rates, start=1)
        ]
        return [*self.first_steps(), *runs, self.air("after")]

    def seconds(self, rate: Any) -> float:
        """Length of a run: twice a whole number of cycles, so that the second half holds whole cycles too [s]."""
        asked = TIME.magnitude("run", self.file.run)
        cycle_s = self.cycle_s(rate)
        return 2.0 * cycle_s * max(FEWEST_CYCLES, math.ceil(asked / 2.0 / cycle_s))

    def cycle_s(self, rate: Any) -> float:
        """Length of a cycle of the pump [s]."""
        return 3600.0 * VOLUME.magnitude("cycle_volume", self.file.cycle_volume) / FLOW.magnitude("rate", rate)

    def conclude(self, results: Mapping[str, Any]) -> dict[str, Any]:
        """Points and curve: true flow against what the sensor showed."""
        tip = self.tip()
        columns = Columns("uL/h", "uL/h", certified=False)
        runs = [results[f"run-{number}"]["watched"] for number in range(1, len(self.file.rates) + 1)]
        volumes = [self.collected(results, f"run-{number}", tip) for number in range(1, len(runs) + 1)]
        per_hour = [3600.0 / self.flowed_s(results, f"run-{number}") for number in range(1, len(runs) + 1)]
        for read, u_shown, volume, unit in zip(runs, _pooled(runs), volumes, per_hour, strict=True):
            columns.add((read["mean"], u_shown), (volume.volume_ul * unit, volume.u_own_ul * unit))
        gone = [volume.u_evaporation_ul * unit for volume, unit in zip(volumes, per_hour, strict=True)]
        rows = [gone, *([u * flow for flow in columns.reference] for u in (tip.u_relative, _U_CLOCK))]
        most = RATIO.magnitude("residual", self.file.refuse.residual) / 100.0 * max(columns.reference)
        if min(columns.reference) <= 0.0:
            raise CalibrationError(
                "expected flow at every rate, found none on the balance; look at pump, line and clamp"
            )
        own = self.own_covariance(results, volumes, per_hour)
        curve = curve_through(columns, common=rows, cov_reference=own, max_residual=most)
        return {
            "standards": [balance_as_standard(tip.record)],
            **self.around_tables(results),
            "fluid": fluid_table(results["air-before"]),
            **columns.tables(curve, self.file.state),
        }


def _pooled(runs: Sequence[Mapping[str, Any]]) -> list[float]:
    """Standard uncertainty of each mean: few cycles each, so the scatter of all, shared out by number of readings."""
    freedom = sum(read["cycles"] - 1 for read in runs)
    reading = math.sqrt(sum(read["u"] ** 2 * read["n"] * (read["cycles"] - 1) for read in runs) / freedom)
    return [widened(reading / math.sqrt(read["n"]), freedom) for read in runs]

"""Gravimetry for procedures: volume that a pump delivers onto the balance in a while, and evaporation at zero flow.

    gone = yield from evaporation(station, "balance", 600.0)
    volume = yield from collect(station, tip, 300.0)

The balance's own calibration record, its vessel and the air make volume of mass, by the same balance equation as in an
assessment; buoyancy of the load is constant over the minutes that this takes.

A balance wanders, and neither the scatter of a level nor that about a straight line shows it. What two levels differ by
while nothing flows, as far apart as those of a run, is counted from the same readings as the evaporation.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calibration.air_density import air_density_kg_m3
from calibration.fluid import U_WATER_KG_M3
from calibration.gravimetry import collected_volume_ul, needle_ratio
from calibration.units import LENGTH, MASS, RATIO
from calibration.water_density import water_density_kg_m3
from rig.calibrate.errors import ProcedureError
from rig.calibrate.still import LEVEL_S, still_tables
from rig.calibrate.weighing import adjusted_kg_m3
from rig.delivery.setup import DIAMETER_HALF_WIDTH

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from calibration.record import CalibrationRecord
    from rig.bench_tables import Vessel, WitnessTable
    from rig.calibrate.bench import Station

#: Standard uncertainty of the water's temperature, taken from the air beside it: within 0.5 K, rectangular [K].
U_WATER_K = 0.5 / math.sqrt(3.0)
#: Thermal expansion of water at 22 degC (Tanaka 2001) [1/K].
_EXPANSION_1_K = 2.2e-4


@dataclass(frozen=True)
class Tip:
    """The balance at the tip, and what makes volume of its mass.

    Attributes:
        witness: its table in the bench file, with the vessel.
        record: its calibration record.
    """

    witness: WitnessTable
    record: CalibrationRecord

    def ul_per_g(self, air: Mapping[str, float]) -> float:
        """Volume for each gram of reading, needle included, in this air; water at the temperature of the air."""
        balance, vessel = self.record.balance, self.witness.vessel
        if balance is None or vessel is None:
            raise ProcedureError(f"{self.witness.name}: expected a balance with a vessel and the record of a balance")
        rho = float(air_density_kg_m3(air["temperature_c"], air["pressure_hpa"], air["humidity_percent"]))
        volume = collected_volume_ul(
            0.0,
            1.0 / balance.slope,
            air_0_kg_m3=adjusted_kg_m3(balance),
            air_1_kg_m3=rho,
            air_2_kg_m3=rho,
            fluid_kg_m3=float(water_density_kg_m3(air["temperature_c"])),
            load_volume_ml=0.0,
        )
        needle = LENGTH.magnitude("needle", vessel.needle_outer_diameter)
        return float(volume * needle_ratio(needle, _inner_mm(vessel)))

    @property
    def u_relative(self) -> float:
        """Relative standard uncertainty that every volume shares: slope of the balance, density, needle.

        The water is taken to have the temperature of the air, and does so within :data:`U_WATER_K`.
        """
        balance, vessel = self.record.balance, self.witness.vessel
        slope = 0.0 if balance is None else RATIO.magnitude("sensitivity", balance.sensitivity) / 100.0
        if vessel is None:
            return slope
        part = (LENGTH.magnitude("needle", vessel.needle_outer_diameter) / _inner_mm(vessel)) ** 2
        needle = 2.0 * part * DIAMETER_HALF_WIDTH * math.sqrt(2.0 / 3.0)
        return math.sqrt(slope**2 + needle**2 + (U_WATER_KG_M3 / 1e3) ** 2 + (_EXPANSION_1_K * U_WATER_K) ** 2)

    @property
    def linearity_g(self) -> float:
        """Half width of the deviation of a small difference [g]."""
        balance = self.record.balance
        if balance is None:
            return 0.0
        return MASS.magnitude("linearity", balance.linearity_increment or balance.linearity)


def _inner_mm(vessel: Vessel) -> float:
    return LENGTH.magnitude("vessel", vessel.inner_diameter)


def evaporation(station: Station, channel: str, seconds: float) -> Generator[float, None, dict[str, Any]]:
    """Mass lost in an hour with nothing flowing; plain JSON with rate and standard uncertainty [mg/h], and wander."""
    times, masses, left_out = yield from station.readings(channel, "mass_g", seconds)
    return {**still_tables(times, masses), "left_out": left_out}


def levels(times: list[float], values: list[float], begin_s: float, end_s: float) -> tuple[float, float, float]:
    """Difference of levels at two instants, its standard uncertainty from scatter, and the time between.

    A level is the mean over :data:`LEVEL_S` right before ``begin_s`` and right after ``end_s``, where nothing flows.
    """
    before = [v for t, v in zip(times, values, strict=True) if begin_s - LEVEL_S <= t <= begin_s]
    after = [v for t, v in zip(times, values, strict=True) if end_s <= t <= end_s + LEVEL_S]
    if min(len(before), len(after)) < 3:
        raise ProcedureError(
            f"expected readings in the {LEVEL_S:g} s on either side, found {len(before)} and "
            f"{len(after)}; is the balance busy?"
        )
    means = [sum(side) / len(side) for side in (before, after)]
    scatter = sum(statistics.variance(side) / len(side) for side in (before, after))
    return means[1] - means[0], math.sqrt(scatter), end_s - begin_s + LEVEL_S

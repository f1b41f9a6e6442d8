"""What must be known of balance, vessel, fluid and air before readings become volume; each with its uncertainty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calibration.air_density import air_density_kg_m3
from calibration.fluid import U_WATER_KG_M3
from calibration.units import (
    AIR_PRESSURE,
    DENSITY,
    DENSITY_DIFFERENCE,
    HUMIDITY,
    LENGTH,
    MASS,
    RATIO,
    TEMPERATURE,
    VOLUME,
)
from calibration.water_density import water_density_kg_m3

if TYPE_CHECKING:
    from calibration.record import BalanceCalibration
    from rig.bench_tables import Vessel
    from rig.protocol import Protocol

#: Standard uncertainty of the air density at a balance's adjustment [K] [kg/m3].
U_AIR_AT_ADJUSTMENT_KG_M3 = 0.002
#: Half width of the density of the weights of an adjustment (OIML R 111-1, stainless steel) [K] [kg/m3].
WEIGHTS_HALF_WIDTH_KG_M3 = 60.0
#: Half width of the diameters of vessel and needle, relative: calipers on glass [K].
DIAMETER_HALF_WIDTH = 0.02
#: Half width of the clock against the second, relative: a free-running quartz [K].
CLOCK_HALF_WIDTH = 50e-6


@dataclass(frozen=True)
class Setup:
    """Plain numbers of one balance with its vessel, in the unit of each name; ``u_`` is a standard uncertainty.

    Attributes:
        air_0_kg_m3: air density at the balance's last adjustment.
        weights_kg_m3: density of the weights of that adjustment.
        fluid_kg_m3: density of the fluid at the temperature for which volume is stated.
        load_volume_ml: air displaced by vessel and contents at the first reading.
        vessel_mm, needle_mm: inner diameter of the vessel, outer diameter of the submerged needle.
        u_sensitivity: relative, of the balance's slope.
        slope: what readings are multiplied by, from the error of the slope in the calibration record.
        linearity_g: half width of the deviation of a net increment.
        resolution_g: one digit.
    """

    air_0_kg_m3: float
    weights_kg_m3: float
    fluid_kg_m3: float
    u_fluid_kg_m3: float
    load_volume_ml: float
    u_load_volume_ml: float
    vessel_mm: float
    needle_mm: float
    u_sensitivity: float
    slope: float
    linearity_g: float
    resolution_g: float

    @classmethod
    def of(cls, calibration: BalanceCalibration, vessel: Vessel, protocol: Protocol) -> Setup:
        """Collect the numbers from a calibration record, a bench file and a protocol."""
        fluid, u_fluid = fluid_density(protocol)
        linearity = calibration.linearity_increment or calibration.linearity
        load_ml = VOLUME.magnitude("load_volume", vessel.load_volume) / 1000.0
        return cls(
            air_0_kg_m3=float(
                air_density_kg_m3(
                    TEMPERATURE.magnitude("adjusted_temperature", calibration.adjusted_temperature),
                    AIR_PRESSURE.magnitude("adjusted_pressure", calibration.adjusted_pressure),
                    HUMIDITY.magnitude("adjusted_humidity", calibration.adjusted_humidity),
                )
            ),
            weights_kg_m3=DENSITY.magnitude("weights_density", calibration.weights_density),
            fluid_kg_m3=fluid,
            u_fluid_kg_m3=u_fluid,
            load_volume_ml=load_ml,
            u_load_volume_ml=load_ml * RATIO.magnitude("load_volume_u", vessel.load_volume_u) / 100.0,
            vessel_mm=LENGTH.magnitude("inner_diameter", vessel.inner_diameter),
            needle_mm=LENGTH.magnitude("needle_outer_diameter", vessel.needle_outer_diameter),
            u_sensitivity=RATIO.magnitude("sensitivity", calibration.sensitivity) / 100.0,
            slope=1.0 / calibration.slope,
            linearity_g=MASS.magnitude("linearity", linearity),
            resolution_g=MASS.magnitude("resolution", calibration.resolution),
        )


def fluid_density(protocol: Protocol) -> tuple[float, float]:
    """Density of the fluid at the stated temperature and its standard uncertainty [kg/m3]; water by Tanaka."""
    fluid = protocol.conditions.fluid
    if fluid.density is None or fluid.density_u is None:
        stated = TEMPERATURE.magnitude("stated_temperature", protocol.conditions.stated_temperature)
        return float(water_density_kg_m3(stated)), U_WATER_KG_M3
    return DENSITY.magnitude("density", fluid.density), DENSITY_DIFFERENCE.magnitude("density_u", fluid.density_u)

"""The fluid in the reservoir: water by formula, anything else by a density that somebody measured.

>>> from calibration.units import DENSITY, TEMPERATURE, TEMPERATURE_DIFFERENCE
>>> saline = MeasuredFluid(
...     name="saline", measured=DENSITY.parse("d", "1004.6 kg/m3"), u=DENSITY_DIFFERENCE.parse("u", "0.05 kg/m3"),
...     at=TEMPERATURE.parse("at", "20 degC"), within=TEMPERATURE_DIFFERENCE.parse("within", "5 K"))
>>> print(f"{saline.density(TEMPERATURE.parse('t', '22 degC')).m:.2f}")
1004.16

The volume of a dose is stated at one temperature, and the density belongs to that temperature.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calibration.errors import CalibrationError
from calibration.units import DENSITY, DENSITY_DIFFERENCE, TEMPERATURE, TEMPERATURE_DIFFERENCE
from calibration.water_density import tanaka_kg_m3, water_density

if TYPE_CHECKING:
    from calibration.units import Quantity

#: Standard uncertainty of the density of water on a bench: purity, isotopes and dissolved air, kg/m3 [K].
U_WATER_KG_M3 = 0.005


@dataclass(frozen=True)
class Water:
    """Pure water (Tanaka 2001)."""

    name: str = "water"

    @property
    def u(self) -> Quantity:
        """Standard uncertainty of the density, without that of the temperature."""
        return DENSITY_DIFFERENCE.quantity(U_WATER_KG_M3)

    def density(self, temperature: Quantity) -> Quantity:
        """Density at a temperature, 0 °C to 40 °C (:func:`calibration.water_density.water_density`)."""
        return water_density(temperature)


@dataclass(frozen=True)
class MeasuredFluid:
    """A fluid of measured density, which near the temperature of the measurement expands as water does.

    Attributes:
        name: for the report.
        measured: density.
        u: its standard uncertainty.
        at: temperature of the measurement.
        within: how far from ``at`` the density may be used; a dilute aqueous solution follows water for a few kelvin.
    """

    name: str
    measured: Quantity
    u: Quantity
    at: Quantity
    within: Quantity

    def density(self, temperature: Quantity) -> Quantity:
        """Density at a temperature.

        Raises:
            CalibrationError: further from ``at`` than ``within``: measure the density again, there.
            UnitError: not a temperature, or one where water's expansion is not known (0 °C to 40 °C).
        """
        asked, at = TEMPERATURE.magnitude("temperature", temperature), TEMPERATURE.magnitude("at", self.at)
        within = TEMPERATURE_DIFFERENCE.magnitude("within", self.within)
        if abs(asked - at) > within:
            raise CalibrationError(
                f"{self.name}: expected a temperature within {within:g} K of {at:g} degC, where the density was "
                f"measured, found {asked:g} degC; measure the density at the temperature for which volume is stated"
            )
        expansion = water_density(temperature).m_as("kg/m**3") / float(tanaka_kg_m3(at))
        return DENSITY.quantity(DENSITY.magnitude("measured", self.measured) * expansion)

"""From what a balance says to the volume that was delivered.

The balance shows ``R``; at its last adjustment the air had the density ``rho_a0``, and its weights ``rho_b``. A load of
mass ``m`` and volume ``V`` in air of density ``rho_a`` reads ``R (1 - rho_a0 / rho_b) = m - rho_a V``. Two readings of
a vessel that held the volume ``V_load`` at the first one therefore give::

    V = [(R2 - R1)(1 - rho_a0 / rho_b) + (rho_a2 - rho_a1) V_load] / (rho_w - rho_a2)

The second term is the buoyancy of the load: 53 mL of vessel and water under a front of 20 hPa are 1.3 mg, which is
0.8 % of a day at 0.15 mL/day. Source: the balance equation (OIML R 111-1 annex E), written for two readings.

>>> from calibration.units import DENSITY, MASS, VOLUME
>>> air, water = DENSITY.quantity(1.2), DENSITY.quantity(998.2)
>>> delivered = collected_volume(
...     MASS.quantity(53.0), MASS.quantity(53.15), fluid_density=water, air_at_adjustment=air,
...     air_first=air, air_last=air, load_volume=VOLUME.parse("load", "53 mL"))
>>> print(f"{delivered.m:.3f} {delivered.u}")
150.429 µl

The formulae (``..._ul``, ``..._g``) take any kind of number: floats, float64 arrays, Monte Carlo draws, GTC's uncertain
numbers. The public doors take quantities. Evaporation is in :mod:`calibration.evaporation`, the densities in
:mod:`calibration.water_density`, :mod:`calibration.air_density` and :mod:`calibration.fluid`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.errors import ImplausibleError
from calibration.units import DENSITY, EXPANSION, LENGTH, MASS, RATIO, SPECIFIC_VOLUME, TEMPERATURE, VOLUME

if TYPE_CHECKING:
    from calibration.units import Quantity

#: Conventional density of the weights that balances are adjusted with (OIML D 28), kg/m3.
CONVENTIONAL_WEIGHTS_KG_M3 = 8000.0
#: Air is no denser: 1150 hPa at -20 degC are 1.58 kg/m3.
_DENSEST_AIR_KG_M3 = 1.6


def collected_volume_ul(
    reading_1_g: Any,
    reading_2_g: Any,
    *,
    air_0_kg_m3: Any,
    air_1_kg_m3: Any,
    air_2_kg_m3: Any,
    fluid_kg_m3: Any,
    load_volume_ml: Any,
    weights_kg_m3: Any = CONVENTIONAL_WEIGHTS_KG_M3,
) -> Any:
    """The balance equation for two readings, in uL, for any kind of number; inputs broadcast.

    Args:
        reading_1_g, reading_2_g: what the balance showed, g; evaporated mass, if any, added to the second.
        air_0_kg_m3: air density at the balance's last adjustment.
        air_1_kg_m3, air_2_kg_m3: air density at the two readings.
        fluid_kg_m3: density of the fluid at the temperature for which the volume is stated.
        load_volume_ml: volume of vessel and contents at the first reading.
        weights_kg_m3: density of the weights of the adjustment.
    """
    mass_g = (reading_2_g - reading_1_g) * (1.0 - air_0_kg_m3 / weights_kg_m3)
    load_g = (air_2_kg_m3 - air_1_kg_m3) * load_volume_ml * 1e-3
    return (mass_g + load_g) / (fluid_kg_m3 - air_2_kg_m3) * 1e6


def z_factor_ul_mg(fluid_kg_m3: Any, air_kg_m3: Any, weights_kg_m3: Any = CONVENTIONAL_WEIGHTS_KG_M3) -> Any:
    """Z of ISO 8655-6, uL/mg: volume per reading, where the air has not changed; for any kind of number."""
    return 1e3 / (fluid_kg_m3 - air_kg_m3) * (1.0 - air_kg_m3 / weights_kg_m3)


def mass_buoyancy_ratio(sample_kg_m3: Any, air_kg_m3: Any, weights_kg_m3: Any = CONVENTIONAL_WEIGHTS_KG_M3) -> Any:
    """Mass over reading, (1 - rho_a/rho_b) / (1 - rho_a/rho_s), for any kind of number (NIST SOP 2)."""
    return (1.0 - air_kg_m3 / weights_kg_m3) / (1.0 - air_kg_m3 / sample_kg_m3)


def needle_ratio(needle_diameter_mm: Any, vessel_diameter_mm: Any) -> Any:
    """Volume over apparent volume with a submerged needle, 1 - A_needle/A_vessel, for any kind of number.

    Delivering ``V`` raises the level by ``V / (A_vessel - A_needle)``; the fixed needle then displaces that much more,
    and the balance carries it: the reading rises by ``rho V A_vessel / (A_vessel - A_needle)``. This
    inverts it exactly. An evaporation rate measured with the needle in place is enlarged in the same way: correct
    their sum, once.
    """
    return 1.0 - (needle_diameter_mm / vessel_diameter_mm) ** 2


def collected_volume(
    first_reading: Quantity,
    last_reading: Quantity,
    *,
    fluid_density: Quantity,
    air_at_adjustment: Quantity,
    air_first: Quantity,
    air_last: Quantity,
    load_volume: Quantity,
    weights_density: Quantity | None = None,
) -> Quantity:
    """Volume collected between two readings, corrected for the buoyancy of the liquid and of the load.

    Args:
        first_reading, last_reading: what the balance showed; arrays broadcast.
        fluid_density: at the temperature for which the volume is stated.
        air_at_adjustment: air density when the balance was last adjusted.
        air_first, air_last: air density at the two readings.
        load_volume: of vessel and contents at the first reading.
        weights_density: of the weights of the adjustment; 8000 kg/m3 when left out.

    Returns:
        Volume in uL, at the temperature of ``fluid_density``.

    Raises:
        UnitError: a value of the wrong kind, a density that air does not have, a fluid no denser than air, a load
            below zero.
    """
    fluid, air_2 = DENSITY.array("fluid_density", fluid_density), _air("air_last", air_last)
    _denser(fluid, air_2)
    volume = collected_volume_ul(
        MASS.array("first_reading", first_reading),
        MASS.array("last_reading", last_reading),
        air_0_kg_m3=_air("air_at_adjustment", air_at_adjustment),
        air_1_kg_m3=_air("air_first", air_first),
        air_2_kg_m3=air_2,
        fluid_kg_m3=fluid,
        load_volume_ml=_load(load_volume) * 1e-3,
        weights_kg_m3=_weights(weights_density),
    )
    return VOLUME.quantity(np.asarray(volume)[()])


def z_factor(fluid_density: Quantity, air_density: Quantity, *, weights_density: Quantity | None = None) -> Quantity:
    """Z factor of ISO 8655-6: volume per balance reading, in uL/mg.

    Args:
        fluid_density: at the temperature of the liquid.
        air_density: at the balance, the same for adjustment and weighing.
        weights_density: 8000 kg/m3 when left out.

    Raises:
        UnitError: not densities, one that air does not have, or a fluid no denser than it.
    """
    fluid, air = DENSITY.array("fluid_density", fluid_density), _air("air_density", air_density)
    _denser(fluid, air)
    return SPECIFIC_VOLUME.quantity(np.asarray(z_factor_ul_mg(fluid, air, _weights(weights_density)))[()])


def mass_buoyancy_factor(
    sample_density: Quantity, air_density: Quantity, *, weights_density: Quantity | None = None
) -> Quantity:
    """Mass air-buoyancy correction factor (MABC): multiply a reading by it to have the mass.

    Args:
        sample_density: of what was weighed.
        air_density: at the balance.
        weights_density: 8000 kg/m3 when left out.

    Returns:
        A dimensionless quantity.

    Raises:
        UnitError: not densities, one that air does not have, or a sample no denser than it.
    """
    sample, air = DENSITY.array("sample_density", sample_density), _air("air_density", air_density)
    _denser(sample, air)
    factor = np.asarray(mass_buoyancy_ratio(sample, air, _weights(weights_density)))[()]
    return RATIO.quantity(factor * 100.0).to("")


def needle_corrected_volume(apparent: Quantity, *, needle_diameter: Quantity, vessel_diameter: Quantity) -> Quantity:
    """Volume delivered through a fixed, submerged needle, from the apparent volume.

    Args:
        apparent: volume from the balance without this correction.
        needle_diameter: outer diameter of the needle where it crosses the surface.
        vessel_diameter: inner diameter of the vessel there.

    Returns:
        Volume in uL; smaller than ``apparent`` in magnitude.

    Raises:
        UnitError: a value of the wrong kind, or a needle as wide as its vessel.
    """
    needle = LENGTH.magnitude("needle_diameter", needle_diameter)
    vessel = LENGTH.magnitude("vessel_diameter", vessel_diameter)
    if needle >= vessel:
        raise ImplausibleError(
            f"needle_diameter: expected less than the vessel's {vessel:g} mm, found {needle:g} mm; "
            "the needle takes its outer diameter, the vessel its inner one"
        )
    return VOLUME.quantity((VOLUME.array("apparent", apparent) * needle_ratio(needle, vessel))[()])


def restated_volume(volume: Quantity, *, density_then: Quantity, density_stated: Quantity) -> Quantity:
    """The same mass of fluid as a volume at another temperature: V rho(then) / rho(stated).

    Args:
        volume: at the temperature of ``density_then``.
        density_then, density_stated: of the fluid at the two temperatures.

    Returns:
        Volume in uL. A pump at 37 °C and a beaker at 22 °C differ by 0.45 %.

    Raises:
        UnitError: a value of the wrong kind.
    """
    then, stated = DENSITY.array("density_then", density_then), DENSITY.array("density_stated", density_stated)
    return VOLUME.quantity(np.asarray(VOLUME.array("volume", volume) * then / stated)[()])


def volume_at_reference(
    volume: Quantity, *, temperature: Quantity, reference: Quantity, expansion: Quantity
) -> Quantity:
    """What the *instrument* would have delivered at its reference temperature: V [1 - gamma (t - t_ref)] (ISO 8655-6).

    It is about the expansion of a pipette or a burette, not of the liquid; a pump's volume is stated at the temperature
    of the test (gamma = 0), or restated with :func:`restated_volume`.

    Args:
        volume: at ``temperature``.
        temperature, reference: of the test, and the one to refer to.
        expansion: cubic expansion coefficient gamma of the instrument, 1/K.

    Raises:
        UnitError: a value of the wrong kind.
    """
    gamma = EXPANSION.magnitude("expansion", expansion)
    rise = TEMPERATURE.magnitude("temperature", temperature) - TEMPERATURE.magnitude("reference", reference)
    return VOLUME.quantity((VOLUME.array("volume", volume) * (1.0 - gamma * rise))[()])


def _weights(density: Quantity | None) -> float:
    if density is None:
        return CONVENTIONAL_WEIGHTS_KG_M3
    weights = DENSITY.magnitude("weights_density", density)
    if not math.isfinite(weights) or weights < 1000.0:
        raise ImplausibleError(
            f"weights_density: expected the density of metal weights, 1000 kg/m3 or more, found {weights:g} kg/m3"
        )
    return weights


def _air(argument: str, density: Quantity) -> Any:
    found = DENSITY.array(argument, density)
    if not np.all(found <= _DENSEST_AIR_KG_M3):
        raise ImplausibleError(
            f"{argument}: expected the density of air, {DENSITY.low:g} to {_DENSEST_AIR_KG_M3:g} kg/m3, found "
            f"{np.max(found):g} kg/m3; check the unit and the order of the arguments"
        )
    return found


def _load(volume: Quantity) -> Any:
    found = VOLUME.array("load_volume", volume)
    if not np.all(found >= 0.0):
        raise ImplausibleError(
            f"load_volume: expected the volume of vessel and contents from zero up, found {np.min(found):g} uL"
        )
    return found


def _denser(fluid: Any, air: Any) -> None:
    if not np.all(fluid > air):
        raise ImplausibleError(
            f"fluid_density: expected more than the air's {np.max(air):g} kg/m3, found {np.min(fluid):g} kg/m3; "
            "check the unit and the order of the arguments"
        )

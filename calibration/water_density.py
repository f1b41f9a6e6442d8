"""Density of pure, air-free water at 101 325 Pa: Tanaka et al. 2001, as recommended by the CIPM.

>>> from calibration.units import TEMPERATURE
>>> print(f"{water_density(TEMPERATURE.parse('beaker', '20 degC')).m:.4f}")
998.2067

Source: M. Tanaka et al., Recommended table for the density of water between 0 °C and 40 °C based on recent
experimental reports, Metrologia 38 (2001) 301. It agrees with IAPWS-95 within 0.001 kg/m3 from 4 °C to 37 °C.
Outside 0 °C to 40 °C the formula was never fitted, and asking is an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.errors import ImplausibleError
from calibration.units import DENSITY, TEMPERATURE

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from calibration.units import Quantity

#: Range of the formula, degrees Celsius.
LOWEST_C, HIGHEST_C = 0.0, 40.0

_A1, _A2, _A3, _A4, _A5 = -3.983035, 301.797, 522528.9, 69.34881, 999.974950


def tanaka_kg_m3(temperature_c: Any) -> Any:
    """The formula alone, kg/m3, for any kind of number in degrees Celsius; no check of the range."""
    t = temperature_c
    return _A5 * (1 - (t + _A1) ** 2 * (t + _A2) / (_A3 * (t + _A4)))


def dissolved_air_kg_m3(temperature_c: Any) -> Any:
    """What saturation with air adds to the density, kg/m3 (-0.0025 at 20 °C); for any kind of number.

    Source: Tanaka et al. 2001, for 0 °C to 25 °C. Water on a bench is somewhere between air-free and saturated.
    """
    return (-4.612 + 0.106 * temperature_c) * 1e-3


def water_density_kg_m3(temperature_c: ArrayLike) -> NDArray[np.float64]:
    """Array kernel: density of air-free water, kg/m3.

    Args:
        temperature_c: water temperature in degrees Celsius, any shape.

    Raises:
        ImplausibleError: a temperature outside 0 °C to 40 °C, or NaN.
    """
    t = np.asarray(temperature_c, dtype=np.float64)
    _check_range(t)
    return np.asarray(tanaka_kg_m3(t), dtype=np.float64)


def water_density(temperature: Quantity, *, air_saturated: bool = False) -> Quantity:
    """Density of pure water.

    Args:
        temperature: of the water, scalar or array, 0 °C to 40 °C.
        air_saturated: add the (small, negative) effect of dissolved air.

    Returns:
        Density in kg/m3, with the shape of ``temperature``.

    Raises:
        UnitError: not a temperature, or outside the range of the formula.
    """
    t = TEMPERATURE.array("temperature", temperature)
    density = water_density_kg_m3(t) + (dissolved_air_kg_m3(t) if air_saturated else 0.0)
    return DENSITY.quantity(density[()])


def _check_range(t: NDArray[np.float64]) -> None:
    good = (t >= LOWEST_C) & (t <= HIGHEST_C)
    if not good.all():
        first = float(t[~good].ravel()[0])
        raise ImplausibleError(
            f"water density: expected a water temperature between {LOWEST_C:g} and {HIGHEST_C:g} degC, where Tanaka "
            f"2001 holds, found {first:g} degC; check the sensor and the unit, or use a measured density"
        )

"""Density of moist air, by CIPM-2007 or one of two simpler formulae.

>>> from calibration.units import AIR_PRESSURE, HUMIDITY, TEMPERATURE
>>> room = TEMPERATURE.parse("t", "20 degC"), AIR_PRESSURE.parse("p", "1013.25 hPa"), HUMIDITY.parse("h", "50 %")
>>> print(f"{air_density(*room).m:.6f} {air_density(*room, form='OIML R111').m:.6f}")
1.199314 1.199294

Sources: A. Picard et al., Revised formula for the density of moist air (CIPM-2007), Metrologia 45 (2008) 149;
OIML R 111-1:2004 equation (E.3-1); Spieweck and Bettin, as in ISO 8655-6 and ISO/TR 20461 [K]. CIPM-2007 is recommended
for 600 hPa to 1100 hPa and 15 °C to 27 °C, where its own relative standard uncertainty is 22e-6; a little outside it is
still far better than a volume needs (0.1 % of air density is 1.2e-6 of a volume of water).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from calibration.any_number import exp
from calibration.errors import UnitError
from calibration.units import AIR_PRESSURE, DENSITY, HUMIDITY, RATIO, TEMPERATURE

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from calibration.units import Quantity

AirForm = Literal["CIPM-2007", "OIML R111", "Spieweck"]

#: Mole fraction of carbon dioxide where nobody measured it (Picard et al. 2008).
USUAL_X_CO2 = 0.0004

#: Relative standard uncertainty of the formula itself, inside its recommended range (Picard et al. 2008).
CIPM_2007_RELATIVE_U = 22e-6


def cipm_2007_kg_m3(temperature_c: Any, pressure_hpa: Any, humidity_percent: Any, x_co2: Any = USUAL_X_CO2) -> Any:
    """CIPM-2007 alone, kg/m3, for any kind of number (the constants are those of Picard et al. 2008, table 1)."""
    t, kelvin, pascal = temperature_c, temperature_c + 273.15, pressure_hpa * 100.0
    saturation = saturation_pressure_pa(t)
    enhancement = 1.00062 + 3.14e-8 * pascal + 5.6e-7 * t**2
    x_v = humidity_percent / 100.0 * enhancement * saturation / pascal
    over_t = pascal / kelvin
    z = 1 - over_t * _virial(t, x_v) + over_t**2 * (1.83e-11 - 0.765e-8 * x_v**2)
    molar_over_r = (3.483740 + 1.4446 * (x_co2 - 0.0004)) * 1e-3
    return molar_over_r * over_t / z * (1 - 0.3780 * x_v)


def saturation_pressure_pa(temperature_c: Any) -> Any:
    """Vapour pressure over water, Pa, for any kind of number (Picard et al. 2008, A1.1)."""
    kelvin = temperature_c + 273.15
    return exp(1.2378847e-5 * kelvin**2 - 1.9121316e-2 * kelvin + 33.93711047 - 6.3431645e3 / kelvin)


def _virial(t: Any, x_v: Any) -> Any:
    dry = 1.58123e-6 - 2.9331e-8 * t + 1.1043e-10 * t**2
    return dry + (5.707e-6 - 2.051e-8 * t) * x_v + (1.9898e-4 - 2.376e-6 * t) * x_v**2


def oiml_r111_kg_m3(temperature_c: Any, pressure_hpa: Any, humidity_percent: Any) -> Any:
    """OIML R 111-1 (E.3-1), kg/m3, for any kind of number; within 2e-4 of CIPM-2007 in an ordinary laboratory."""
    vapour = 0.009 * humidity_percent * exp(0.061 * temperature_c)
    return (0.34848 * pressure_hpa - vapour) / (273.15 + temperature_c)


def spieweck_kg_m3(temperature_c: Any, pressure_hpa: Any, humidity_percent: Any) -> Any:
    """Spieweck and Bettin, kg/m3, for any kind of number: the form that ISO 8655-6 and ISO/TR 20461 use [K]."""
    vapour = humidity_percent * (-0.00252 * temperature_c + 0.020582)
    return (0.34844 * pressure_hpa + vapour) / (273.15 + temperature_c)


def air_density_kg_m3(
    temperature_c: ArrayLike, pressure_hpa: ArrayLike, humidity_percent: ArrayLike, x_co2: ArrayLike = USUAL_X_CO2
) -> NDArray[np.float64]:
    """Array kernel: CIPM-2007, kg/m3; the inputs broadcast, and nothing is checked but their type.

    Args:
        temperature_c: air temperature, degrees Celsius.
        pressure_hpa: absolute air pressure at the balance (not reduced to sea level), hPa.
        humidity_percent: relative humidity, 0 to 100.
        x_co2: mole fraction of carbon dioxide.
    """
    t, p, h, x = (np.asarray(v, np.float64) for v in (temperature_c, pressure_hpa, humidity_percent, x_co2))
    return np.asarray(cipm_2007_kg_m3(t, p, h, x), dtype=np.float64)


def air_density(
    temperature: Quantity,
    pressure: Quantity,
    humidity: Quantity,
    *,
    x_co2: Quantity | None = None,
    form: AirForm = "CIPM-2007",
) -> Quantity:
    """Density of moist air.

    Args:
        temperature: of the air at the balance.
        pressure: absolute, at the balance; scalar or array, all three broadcast.
        humidity: relative.
        x_co2: mole fraction of carbon dioxide (``400 ppm`` when left out); CIPM-2007 only.
        form: ``CIPM-2007``, ``OIML R111`` or ``Spieweck``.

    Returns:
        Density in kg/m3.

    Raises:
        UnitError: a value of the wrong kind or out of its plausible range, or a form that does not exist.
    """
    t = TEMPERATURE.array("temperature", temperature)
    p = AIR_PRESSURE.array("pressure", pressure)
    h = HUMIDITY.array("humidity", humidity)
    x = USUAL_X_CO2 if x_co2 is None else RATIO.array("x_co2", x_co2) / 100.0
    return DENSITY.quantity(np.asarray(_formula(form, t, p, h, x))[()])


def _formula(form: str, t: Any, p: Any, h: Any, x: Any) -> Any:
    match form:
        case "CIPM-2007":
            return cipm_2007_kg_m3(t, p, h, x)
        case "OIML R111":
            return oiml_r111_kg_m3(t, p, h)
        case "Spieweck":
            return spieweck_kg_m3(t, p, h)
    raise UnitError(f"form: expected 'CIPM-2007', 'OIML R111' or 'Spieweck', found {form!r}")

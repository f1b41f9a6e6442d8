"""What sensors of the air show, corrected by their calibration record: shown less the error that was found.

>>> from calibration.record_models import EnvironmentCalibration
>>> record = EnvironmentCalibration(u_temperature="0.1 K", u_pressure="0.2 hPa", u_humidity="2 %",
...                                 temperature_error="0.3 K", pressure_error="-1.5 hPa")
>>> [round(float(one), 6) for one in corrected_air(record, 22.3, 1011.5, 45.0)]
[22.0, 1013.0, 45.0]

A record that states no errors (one that was typed from a certificate, say) corrects nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.units import AIR_PRESSURE_DIFFERENCE, RATIO, TEMPERATURE_DIFFERENCE

if TYPE_CHECKING:
    from calibration.record_models import EnvironmentCalibration


def air_errors(record: EnvironmentCalibration) -> tuple[float, float, float]:
    """Shown less true, of temperature [K], pressure [hPa] and humidity [%]; zero where the record states none."""
    told = (
        (TEMPERATURE_DIFFERENCE, record.temperature_error),
        (AIR_PRESSURE_DIFFERENCE, record.pressure_error),
        (RATIO, record.humidity_error),
    )
    t, p, h = (0.0 if error is None else kind.magnitude("error", error) for kind, error in told)
    return t, p, h


def corrected_air(
    record: EnvironmentCalibration | None, temperature_c: Any, pressure_hpa: Any, humidity_percent: Any
) -> tuple[Any, Any, Any]:
    """Temperature [degC], pressure [hPa] and relative humidity [%] of the air, numbers or arrays.

    Args:
        record: of the sensors; None corrects nothing.
        temperature_c, pressure_hpa, humidity_percent: as shown.

    Returns:
        The three; a humidity stays from 0 to 100 %.
    """
    if record is None:
        return temperature_c, pressure_hpa, humidity_percent
    t, p, h = air_errors(record)
    return temperature_c - t, pressure_hpa - p, np.clip(humidity_percent - h, 0.0, 100.0)

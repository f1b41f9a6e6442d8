"""The room and the supply, against the conditions in which each calibration record holds.

Air that nobody records is judged over its whole declared width. A record that holds for a supply voltage is judged
where a supply stands on the bench.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from calibration.air_correction import corrected_air
from calibration.record import check_conditions
from calibration.units import AIR_PRESSURE, HUMIDITY, RATIO, TEMPERATURE, TEMPERATURE_DIFFERENCE
from drivers.errors import DriverError
from drivers.interfaces import Supply
from rig.bench_tables import DeclaredEnvironment
from rig.gate.reason import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from calibration.record import CalibrationRecord
    from rig.bench import OpenBench

_AIR: Final = {"temperature": TEMPERATURE, "pressure": AIR_PRESSURE, "humidity": HUMIDITY}
_FIX = "bring it within these conditions, or calibrate for those that there are"


def condition_reasons(
    opened: OpenBench, calibrations: Mapping[str, CalibrationRecord], silent: AbstractSet[str]
) -> list[Reason]:
    """Read air and supply, and say which record does not hold there.

    Args:
        opened: the bench, prepared.
        calibrations: by channel.
        silent: channels that are not ready; they are not asked.
    """
    found: list[Reason] = []
    here = _air(opened, found, silent, calibrations.get("environment")) | _supply(opened, found, silent)
    for channel, record in calibrations.items():
        found += [Reason(channel, why, _FIX) for why in check_conditions(record, **here)]
    return found


def _air(
    opened: OpenBench, found: list[Reason], silent: AbstractSet[str], record: CalibrationRecord | None
) -> dict[str, Any]:
    declared = opened.file.environment
    if isinstance(declared, DeclaredEnvironment):
        return _declared(declared)
    if opened.environment is None or "environment" in silent:
        return {}
    try:
        shown = opened.environment.read()
    except DriverError as error:
        found.append(Reason.of_driver(opened.file, "environment", error))
        return {}
    numbers = [kind.magnitude("air", one) for kind, one in zip(_AIR.values(), shown, strict=True)]
    true = corrected_air(None if record is None else record.environment, *numbers)
    return {name: kind.quantity(one) for (name, kind), one in zip(_AIR.items(), true, strict=True)}


def _declared(air: DeclaredEnvironment) -> dict[str, Any]:
    ends = np.array([-1.0, 1.0])
    width_k = TEMPERATURE_DIFFERENCE.magnitude("temperature_half_width", air.temperature_half_width)
    width_percent = RATIO.magnitude("humidity_half_width", air.humidity_half_width)
    width_hpa = float(air.pressure_half_width.m_as("hPa"))
    return {
        "temperature": TEMPERATURE.quantity(TEMPERATURE.magnitude("temperature", air.temperature) + ends * width_k),
        "pressure": AIR_PRESSURE.quantity(AIR_PRESSURE.magnitude("pressure", air.pressure) + ends * width_hpa),
        "humidity": HUMIDITY.quantity(
            np.clip(HUMIDITY.magnitude("humidity", air.humidity) + ends * width_percent, 0.0, 100.0)
        ),
    }


def _supply(opened: OpenBench, found: list[Reason], silent: AbstractSet[str]) -> dict[str, Any]:
    """The voltage of the first supply on the bench: the stand-in for the pump's battery."""
    for name, instrument in opened.laboratory().items():
        if isinstance(instrument, Supply) and name not in silent:
            try:
                return {"supply_voltage": instrument.read()[0]}
            except DriverError as error:
                found.append(Reason.of_driver(opened.file, name, error))
                return {}
    return {}

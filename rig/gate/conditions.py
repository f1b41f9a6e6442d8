"""The room and the supply, against the conditions in which each calibration record holds.

Air that nobody records is judged over its whole declared width. A record that holds for a supply voltage is judged by
the supply of the bench, or by ``supply_voltage`` of ``[device]`` where there is none, or its output is off: the pump
then runs on something else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from calibration.air_correction import corrected_air
from calibration.record import check_conditions
from calibration.units import AIR_PRESSURE, HUMIDITY, RATIO, TEMPERATURE, TEMPERATURE_DIFFERENCE, VOLTAGE
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
#: An output that is switched off shows its noise [V].
OFF_V: Final = 0.1
_FIX = "bring it within these conditions, or calibrate for those that there are"


@dataclass(frozen=True)
class Room:
    """What is around the instruments now.

    Attributes:
        here: temperature, pressure, humidity, supply voltage, as far as they are known.
        reasons: instruments that could not be asked.
    """

    here: dict[str, Any]
    reasons: tuple[Reason, ...] = ()

    @property
    def fed_v(self) -> float | None:
        """What feeds the pump [V]; None where nothing says it."""
        volts = self.here.get("supply_voltage")
        return None if volts is None else VOLTAGE.magnitude("supply_voltage", volts)


def room_of(opened: OpenBench, calibrations: Mapping[str, CalibrationRecord], silent: AbstractSet[str]) -> Room:
    """Read air and supply, once.

    Args:
        opened: the bench, prepared.
        calibrations: by channel; that of the sensors of the air corrects them.
        silent: channels that are not ready; they are not asked.
    """
    found: list[Reason] = []
    here = _air(opened, found, silent, calibrations.get("environment")) | _supply(opened, found, silent)
    return Room(here, tuple(found))


def condition_reasons(
    opened: OpenBench, calibrations: Mapping[str, CalibrationRecord], silent: AbstractSet[str], room: Room | None = None
) -> list[Reason]:
    """Which record does not hold in this room, with the instruments that could not be asked for it.

    Args:
        opened, calibrations, silent: as for :func:`room_of`.
        room: what is around, where that was read already.
    """
    there = room or room_of(opened, calibrations, silent)
    return list(there.reasons) + [
        Reason(channel, why, _FIX)
        for channel, record in calibrations.items()
        for why in check_conditions(record, **there.here)
    ]


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
    """What feeds the pump: the first supply of the bench where its output is on, else what the file declares."""
    supplies = [(name, one) for name, one in opened.laboratory().items() if isinstance(one, Supply)]
    for name, supply in supplies[:1]:
        if name in silent:
            return {}
        try:
            volts = supply.read()[0]
        except DriverError as error:
            found.append(Reason.of_driver(opened.file, name, error))
            return {}
        if VOLTAGE.magnitude("supply_voltage", volts) > OFF_V:
            return {"supply_voltage": volts}
    declared = opened.file.device.supply_voltage
    return {} if declared is None else {"supply_voltage": declared}

"""Tables that records of several kinds share, as plain values: standards, air."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

from calibration.units import AIR_PRESSURE, HUMIDITY, TEMPERATURE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from calibration.record_parts import Standard
    from rig.calibrate.balance_file import Holds


def plain_standard(standard: Standard) -> dict[str, Any]:
    """A copy of a standard as the record keeps it."""
    return standard.model_dump(exclude_none=True)


def air_tables(holds: Holds, air: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    """``[conditions]`` as the file says them, and ``[surroundings]`` as they were measured.

    Args:
        holds: where the record shall hold.
        air: measured before and after.
    """
    kinds = {"temperature": TEMPERATURE, "pressure": AIR_PRESSURE, "humidity": HUMIDITY}
    columns = {"temperature": "temperature_c", "pressure": "pressure_hpa", "humidity": "humidity_percent"}
    conditions = {
        name: [kind.format(one) for one in pair]
        for name, kind in kinds.items()
        if (pair := getattr(holds, name)) is not None
    }
    mean = {name: statistics.fmean(one[column] for one in air) for name, column in columns.items()}
    return {
        "conditions": conditions or None,
        "surroundings": {name: kind.format(kind.quantity(mean[name]), digits=8) for name, kind in kinds.items()},
    }

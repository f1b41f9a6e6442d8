"""The readings of a record: those that a balance called good, those of the legs, and those of the air."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from calibration.units import TIME
from rig.delivery.legs import FEWEST_READINGS, leg_of
from rig.errors import EvidenceError
from rig.execute.phases import EVAPORATION_AFTER, EVAPORATION_BEFORE

if TYPE_CHECKING:
    from calibration.evaporation import Leg
    from calibration.noise_model import NoiseModel
    from rig.delivery.from_record import Evidence
    from rig.delivery.levels import Floats, Noise
    from rig.record import Record


def usable(record: Record, name: str) -> tuple[Floats, Floats, tuple[tuple[str, int], ...]]:
    """Readings that the balance called good; the others stay in the record and are counted.

    Returns:
        Times [s], readings [g], and how many were left out for each status.

    Raises:
        EvidenceError: not one was good.
    """
    rows = record.stream(name, "t_s", "mass_g", "status")
    status = rows["status"]
    good = (status == "ok") & np.isfinite(rows["mass_g"])
    if not good.any():
        raise EvidenceError(f"{name}: no usable reading")
    left_out = tuple((str(s), int((status == s).sum())) for s in sorted(set(status[~good])))
    return rows["t_s"][good], rows["mass_g"][good], left_out


def air_readings(record: Record) -> tuple[Floats, tuple[Floats, Floats, Floats]]:
    """Readings of the air in which nothing is missing, as shown.

    Returns:
        Times [s]; temperatures [degC], pressures [hPa] and humidities [%]. All empty where none is whole.

    Raises:
        EvidenceError: the record has no such channel.
    """
    rows = record.stream("environment")
    columns = np.stack([rows[name] for name in ("t_s", "temperature_c", "pressure_hpa", "humidity_percent")])
    at_s, t, p, h = columns[:, np.isfinite(columns).all(axis=0)]
    return at_s, (t, p, h)


def legs_in(
    evidence: Evidence, time_s: Floats, mass_mg: Floats, model: NoiseModel | None = None
) -> list[tuple[str, Leg, Noise | None]]:
    """The evaporation legs that hold enough readings, each after its settling time."""
    legs = []
    for name, (begin, end) in leg_times_s(evidence).items():
        inside = (time_s >= begin) & (time_s <= end)
        if inside.sum() >= FEWEST_READINGS:  # a leg that was cut short may hold none after its settling time
            legs.append((name, *leg_of(time_s[inside], mass_mg[inside], name, model)))
    return legs


def leg_times_s(evidence: Evidence) -> dict[str, tuple[float, float]]:
    """When the legs of the run began, after settling, and ended [s]."""
    settle = TIME.magnitude("settle", evidence.protocol.timing.settle)
    phases = {
        name: evidence.phases[name] for name in (EVAPORATION_BEFORE, EVAPORATION_AFTER) if name in evidence.phases
    }
    return {name: (begin + settle, end) for name, (begin, end) in phases.items()}

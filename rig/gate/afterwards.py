"""The records of a run judged again, from what was recorded: air and supply of the whole run, not one look at them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from calibration.air_correction import corrected_air
from calibration.record import check_conditions
from calibration.units import AIR_PRESSURE, HUMIDITY, TEMPERATURE, VOLTAGE
from rig.delivery.readings import air_readings
from rig.gate.channels import record_problems

if TYPE_CHECKING:
    from rig.delivery.from_record import Evidence
    from rig.record import Record


def calibration_problems(evidence: Evidence) -> list[str]:
    """Calibration records that do not vouch for the instruments that answered, on the day, in that room."""
    start = evidence.record.start
    on = datetime.fromisoformat(start["started_utc"]).date()
    serials = {channel: identity["serial_number"] for channel, identity in start["identities"].items()}
    problems = [f"{channel}: {why}" for channel, why in record_problems(evidence.calibrations, serials, on)]
    if "environment" in evidence.record.health and evidence.record.health["environment"].rows:
        _, shown = air_readings(evidence.record)
        sensors = evidence.calibrations.get("environment")
        t, p, h = corrected_air(None if sensors is None else sensors.environment, *shown)
        for calibration in evidence.calibrations.values():
            problems += check_conditions(
                calibration,
                temperature=TEMPERATURE.quantity(t),
                pressure=AIR_PRESSURE.quantity(p),
                humidity=HUMIDITY.quantity(h),
            )
    return problems + _supply_problems(evidence)


def _supply_problems(evidence: Evidence) -> list[str]:
    """The first supply of the bench, while its output was on, against records that hold for a supply voltage."""
    asked = [one for one in evidence.calibrations.values() if one.conditions.supply_voltage is not None]
    for table in evidence.bench.instrument if asked else ():
        rows = evidence.record.stream(table.name) if table.name in evidence.record.health else {}
        if {"voltage_v", "output_on"} <= rows.keys():
            on = rows["output_on"].astype(bool) & np.isfinite(rows["voltage_v"])
            fed = VOLTAGE.quantity(rows["voltage_v"][on])
            return [problem for one in asked for problem in check_conditions(one, supply_voltage=fed)]
    return []


def overridden(record: Record) -> list[str]:
    """What the gate found against a run that was started all the same."""
    gate = record.start.get("gate", {})
    return [f"the gate was overridden: {reason}" for reason in gate.get("reasons", [])]

"""What procedures of several kinds share: the air that is read, and tables of the record as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calibration.air_correction import corrected_air
from calibration.fluid import U_WATER_KG_M3
from calibration.record import load_calibration_record
from calibration.units import MASS, TEMPERATURE
from calibration.water_density import water_density_kg_m3
from rig.bench import calibration_path
from rig.calibrate.errors import ProcedureError
from rig.calibrate.steps import Step, Take

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from calibration.record import CalibrationRecord
    from calibration.record_parts import Standard
    from rig.calibrate.bench import Station

_AIR = ("temperature_c", "pressure_hpa", "humidity_percent")


def air_step(channel: str, key: str) -> Step:
    """Read temperature, pressure and humidity of the air, corrected by the record of the sensors where one is named.

    Args:
        channel: of the sensors.
        key: of the step.
    """

    def take(station: Station) -> Generator[float, None, Any]:
        found: dict[str, float] = {}
        for column in _AIR:
            found[column] = (yield from station.mean(channel, column, 5.0, fewest=2)).mean
        if channel in station.opened.file.calibrations():
            record = record_of(station, channel).environment
            return dict(zip(_AIR, map(float, corrected_air(record, *found.values())), strict=True))
        return found

    return Take(key, "Temperature, pressure and humidity of the air are read.", take)


def record_of(station: Station, channel: str) -> CalibrationRecord:
    """The calibration record that the bench file names for a channel.

    Raises:
        ProcedureError: it names none; calibrate that instrument first.
    """
    bench = station.opened.file
    if channel not in bench.calibrations():
        raise ProcedureError(
            f"{channel}: expected a calibration record in the bench file, found none; calibrate it first, and "
            "name its record"
        )
    return load_calibration_record(calibration_path(bench, channel))


def plain_standard(standard: Standard) -> dict[str, Any]:
    """A copy of a standard as the record keeps it."""
    return standard.model_dump(exclude_none=True)


def balance_as_standard(record: CalibrationRecord) -> dict[str, Any]:
    """The bench's balance as the standard of a calibration with flow: its record takes the place of a certificate."""
    balance = record.balance
    return {
        "name": f"balance {record.instrument.model}",
        "serial_number": record.instrument.serial_number,
        "certificate": f"calibration record {record.sha256}",
        "laboratory": "own laboratory",
        "calibrated_on": record.performed_on,
        "valid_until": record.valid_until,
        "value": "1 mg" if balance is None else MASS.format(balance.resolution),
        "expanded": "0 mg" if balance is None else f"{2.0 * MASS.magnitude('r', balance.repeatability) * 1e3:.4g} mg",
        "k": 2.0,
        "entered_by": record.performed_by,
        "checked_by": record.checked_by or "its seal",
    }


def fluid_table(air: Mapping[str, float]) -> dict[str, Any]:
    """Degassed water at the temperature of the air."""
    celsius = air["temperature_c"]
    return {
        "name": "water",
        "density": f"{float(water_density_kg_m3(celsius)):.4f} kg/m3",
        "density_u": f"{U_WATER_KG_M3:g} kg/m3",
        "at": TEMPERATURE.format(TEMPERATURE.quantity(celsius)),
    }

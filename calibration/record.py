"""The calibration record of one instrument: a TOML file that says what its readings are worth, and until when.

A record is ours; an accredited laboratory's paper is a certificate, and the record names it. Example::

    schema = 1
    kind = "balance"
    method = "house method 7, after EURAMET cg-18"
    performed_by = "A. Weber"
    performed_on = 2026-03-02
    valid_until = 2027-03-01
    certificate = "K-12345"

    [instrument]
    manufacturer = "Mettler-Toledo"
    model = "XPR205"
    serial_number = "B123456789"

    [balance]
    repeatability = "0.02 mg"
    ...

Use it::

    record = load_calibration_record(Path("B123456789.toml"))
    reasons = check_valid(record, serial_number="B123456789", on=date(2026, 11, 23))

An unknown key, a missing unit or a wrong kind is an error, and all errors of a file are told at once.
"""

from __future__ import annotations

import hashlib
import tomllib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from calibration.errors import CalibrationError
from calibration.record_conditions import CONDITION_KINDS, Conditions
from calibration.record_models import (
    BalanceCalibration,
    CalibratedInstrument,
    CalibrationRecord,
    EnvironmentCalibration,
)
from calibration.record_seal import seal_problem

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from calibration.units import Quantity

__all__ = [
    "BalanceCalibration",
    "CalibratedInstrument",
    "CalibrationRecord",
    "Conditions",
    "EnvironmentCalibration",
    "check_conditions",
    "check_valid",
    "load_calibration_record",
    "read_calibration_record",
    "revolutions_problem",
]


def load_calibration_record(path: Path | str) -> CalibrationRecord:
    """Read one record.

    Args:
        path: the TOML file.

    Returns:
        The record, with the SHA-256 of the bytes that were read.

    Raises:
        CalibrationError: no such file, not TOML, an unknown key, a missing or wrong value, a seal that does not hold;
            every fault of the file in one message, each with its key.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise CalibrationError(f"{path}: expected a calibration record, found {error.strerror or error}") from error
    return read_calibration_record(content, str(path))


def read_calibration_record(content: bytes, name: str) -> CalibrationRecord:
    """Read one record from the bytes of its file, for instance out of a sealed run record.

    Args:
        content: the file as it was.
        name: what to call it in messages.

    Raises:
        CalibrationError: as for :func:`load_calibration_record`.
    """
    try:
        table: dict[str, Any] = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CalibrationError(f"{name}: expected a TOML file in UTF-8, found: {error}") from error
    try:
        record = CalibrationRecord.model_validate(table)
    except ValidationError as error:
        lines = "\n".join(f"  {fault_text(one)}" for one in error.errors())
        raise CalibrationError(f"{name}: not a usable calibration record; correct:\n{lines}") from error
    if record.schema_version > 1 and (broken := seal_problem(content)):
        raise CalibrationError(f"{name}: {broken}")
    record._sha256 = hashlib.sha256(content).hexdigest()  # noqa: SLF001 - the reader is the one that knows the bytes
    return record


def check_valid(record: CalibrationRecord, serial_number: str, on: date) -> list[str]:
    """Why a record cannot vouch for an instrument on a day.

    Args:
        record: the record.
        serial_number: what the instrument itself answered.
        on: the day of use, in UTC.

    Returns:
        Reasons, each a sentence with what was expected and found; empty when there is none.
    """
    found, reasons = record.instrument.serial_number, []
    if found != serial_number:
        reasons.append(f"the calibration record is of serial number {found}, the instrument answers {serial_number}")
    if on < record.performed_on:
        reasons.append(f"the calibration of {found} is not yet valid: performed on {record.performed_on}, used on {on}")
    if on > record.valid_until:
        reasons.append(f"the calibration of {found} is out of date: valid until {record.valid_until}, used on {on}")
    return reasons


def revolutions_problem(record: CalibrationRecord, revolutions: float) -> str:
    """Why a record does not hold for a tube that has turned so often; empty where it does.

    Args:
        record: the record, of a pump.
        revolutions: of the pump head on the tube by now.
    """
    tubing = record.tubing
    if tubing is None or tubing.revolutions <= revolutions <= tubing.revolutions_at_most:
        return ""
    return (
        f"the calibration of {record.instrument.serial_number} holds for tube {tubing.lot} from {tubing.revolutions:g} "
        f"to {tubing.revolutions_at_most:g} revolutions, found {revolutions:g}; change the tube and calibrate again"
    )


def check_conditions(
    record: CalibrationRecord,
    *,
    temperature: Quantity | None = None,
    pressure: Quantity | None = None,
    humidity: Quantity | None = None,
    supply_voltage: Quantity | None = None,
) -> list[str]:
    """Why a record does not hold in this room.

    Args:
        record: the record.
        temperature, pressure, humidity, supply_voltage: what was measured, scalars or arrays; what is left out is not
            checked.

    Returns:
        Reasons, each a sentence; empty when the room is within the conditions of the record.

    Raises:
        UnitError: a value of the wrong kind.
    """
    there = {"temperature": temperature, "pressure": pressure, "humidity": humidity, "supply_voltage": supply_voltage}
    checks = [_outside(record, name, value) for name, value in there.items() if value is not None]
    return [f"the calibration of {record.instrument.serial_number} {reason}" for reason in checks if reason]


def _outside(record: CalibrationRecord, name: str, value: Quantity) -> str:
    kind, limits = CONDITION_KINDS[name], record.conditions.limits(name)
    numbers = kind.array(name, value)
    if limits is None or not numbers.size or (limits[0] <= numbers.min() and numbers.max() <= limits[1]):
        return ""
    low, high = limits
    what = f"holds for {name.replace('_', ' ')} {low:g} to {high:g} {kind.unit}"
    found = f"found {numbers.min():g} to {numbers.max():g} {kind.unit}"
    return f"{what}{_basis(record)}, {found}"


def _basis(record: CalibrationRecord) -> str:
    return "" if record.conditions.basis is None else f" ({record.conditions.basis})"


def fault_text(error: ErrorDetails) -> str:
    """One fault of a file, with its key, in plain words."""
    key = ".".join(str(part) for part in error["loc"]) or "the whole file"
    match error["type"]:
        case "extra_forbidden":
            return f"{key}: unknown key; remove it or correct its spelling"
        case "missing":
            return f"{key}: missing; every record must say it"
        case "value_error":  # our own words, which say what was found
            return f"{key}: {error['msg'].removeprefix('Value error, ')}"
        case "string_too_short":
            return f"{key}: expected a text, found {error['input']!r}; say it in words"
    return f"{key}: {error['msg']}, found {error['input']!r}"

"""A calibration record as a person reads it in the terminal, filed or on trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calibration.record_conditions import CONDITION_KINDS, MADE_SOMEWHERE
from calibration.units import VOLTAGE
from rig.cli.show import plain_table
from rig.words import with_uncertainty

if TYPE_CHECKING:
    from calibration.record import CalibrationRecord
    from calibration.record_parts import CurveTable
    from rig.cli.console import Console


def show_record(console: Console, record: CalibrationRecord, what: str = "Record") -> None:
    """A record as a person reads it: who, until when, its curve and what an assessment will use of it."""
    table = plain_table(f"{what} {record.number} of {record.instrument.serial_number}, {record.chain}", "what", "value")
    table.add_row("calibrated", f"{record.performed_on} by {record.performed_by}, {record.method}")
    table.add_row("checked by", record.checked_by or "nobody")
    table.add_row("valid until", str(record.valid_until))
    for name, value in _values(record):
        table.add_row(name, value)
    used = [f"{one.name}, {one.serial_number}, {one.certificate}" for one in record.standards]
    table.add_row("standards", "\n".join(used) or "-")
    for name, value in _around(record):
        table.add_row(name, value)
    console.print(table)


def _values(record: CalibrationRecord) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if record.balance is not None:
        names = ("slope_error", "sensitivity", "repeatability", "linearity", "eccentricity", "drift", "minimum_weight")
        values = ((name, getattr(record.balance, name)) for name in names)
        found += [(name.replace("_", " "), f"{value:.4g~}") for name, value in values if value is not None]
    if record.environment is not None:
        errors = [(name, f"{name}_error", f"u_{name}") for name in ("temperature", "pressure", "humidity")]
        for name, error, u in errors:
            if (value := getattr(record.environment, error)) is not None:
                found.append((f"{name} error", _plain(f"{value:.4g~}, u = {getattr(record.environment, u):.3g~}")))
    if record.curve is not None and record.points is not None:
        fit = record.curve.fit
        found.append(("curve", f"degree {fit['degree']} through {len(record.points.reading)} points, {fit['dof']} dof"))
        found.append(("values", _at_ends(record.curve)))
        found.append(("range", f"{fit['lowest']:.6g} to {fit['highest']:.6g} {record.curve.x_unit}"))
    found += [(name.replace("_", " "), value) for name, value in record.properties.items()]
    return found


def _around(record: CalibrationRecord) -> list[tuple[str, str]]:
    """What was there while it was made, and where it holds, with what that stands on."""
    air, said = record.surroundings, record.conditions
    there = [] if air is None else [
        CONDITION_KINDS[name].format(getattr(air, name), digits=5) for name in ("temperature", "pressure", "humidity")
    ]  # fmt: skip
    there += [] if record.supply_voltage is None else [f"supply {VOLTAGE.format(record.supply_voltage, digits=4)}"]
    held = [
        f"{name.replace('_', ' ')} {limits[0]:g} to {limits[1]:g} {_unit(name)}"
        for name in CONDITION_KINDS
        if (limits := said.limits(name)) is not None
    ]
    if record.kind not in MADE_SOMEWHERE:
        return []
    basis = [] if said.basis is None else [f"by: {said.basis}"]
    return [("made at", ", ".join(there) or "not said"), ("holds for", "\n".join([*held, *basis]) or "not said")]


def _unit(name: str) -> str:
    kind = CONDITION_KINDS[name]
    return kind.format(kind.quantity(kind.high)).partition(" ")[2]


def _at_ends(table: CurveTable) -> str:
    """What the lowest, middle and highest reading mean, each with its expanded uncertainty."""
    curve = table.curve()
    lines = []
    for x in (curve.lowest, (curve.lowest + curve.highest) / 2.0, curve.highest):
        value, expanded = with_uncertainty(float(curve.predict(x)[0]), float(curve.expanded(x)))
        lines.append(f"{x:.6g} {table.x_unit} means {_unsigned(value)} ± {expanded} {table.y_unit}")
    return "\n".join(lines)


def _unsigned(value: str) -> str:
    """Without the sign of a deviation, which a value is not; nothing is -0."""
    return value.removeprefix("+") if float(value) else value.lstrip("+-")


def _plain(text: str) -> str:
    """A difference of temperatures as files say it."""
    return text.replace("Δ°C", "K")

"""The bench: who answered at each channel, what vouches for it and until when, and which standards stand behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rig.report.document import Column, Paragraph, Section, Table
from rig.report.numbers import at, quantity

if TYPE_CHECKING:
    from calibration.record import CalibrationRecord
    from rig.report.content.case import Case
    from rig.report.document import Block

#: Properties of a calibration record that say what a reading is worth.
_WORTH = (
    "repeatability",
    "resolution",
    "linearity",
    "linearity_increment",
    "sensitivity",
    "slope_error",
    "u_temperature",
    "u_pressure",
    "u_humidity",
)


def bench(case: Case) -> Section:
    """Instruments, their calibration records, the standards behind them."""
    blocks: list[Block] = [_instruments(case), _calibrations(case), _worth(case)]
    standards = _standards(case)
    none = "The calibration records of this run name no reference standard: traceability is not shown."
    blocks.append(standards if standards.rows else Paragraph(none, "warning"))
    return Section(f"Bench: {case.start['bench']}", tuple(blocks))


def _instruments(case: Case) -> Table:
    rows = []
    for channel, found in case.start["identities"].items():
        model = f"{found['manufacturer']} {found['model']}".strip()
        node = case.bench.device.node if channel == "device" else _node(case, channel)
        rows.append((channel, node, model, found["serial_number"], found["firmware"]))
    columns = (
        Column("channel"),
        Column("stands at"),
        Column("instrument", share=1.0),
        Column("serial number"),
        Column("firmware"),
    )
    return Table("Instruments, as they answered when the run began", columns, tuple(rows))


def _node(case: Case, channel: str) -> str:
    return next((witness.node for witness in case.bench.witness if witness.name == channel), "laboratory")


def _calibrations(case: Case) -> Table:
    used = at(case.start["started_utc"]).date()
    rows, marked = list[tuple[str, ...]](), set[int]()
    for channel in case.start["identities"]:
        record = case.evidence.calibrations.get(channel)
        if record is None:
            if channel != "device":
                rows.append((channel, "none: decides nothing", "", "", "", ""))
            continue
        left = (record.valid_until - used).days
        if left < 0:
            marked.add(len(rows))
        rows.append(_calibration_row(channel, record, left))
    columns = (
        Column("channel"),
        Column("calibration", share=1.0),
        Column("performed"),
        Column("due"),
        Column("days left", "right"),
        Column("by"),
    )
    notes = tuple(
        f"{channel}: SHA-256 {record.sha256}" for channel, record in sorted(case.evidence.calibrations.items())
    )
    return Table(
        "Calibration records, copied into the record of the run", columns, tuple(rows), frozenset(marked), notes
    )


def _calibration_row(channel: str, record: CalibrationRecord, left: int) -> tuple[str, ...]:
    number = f" {record.number}" if record.number is not None else ""
    paper = f"; certificate {record.certificate}" if record.certificate else ""
    what = f"{record.chain}{number} of {record.instrument.serial_number}: {record.method}{paper}"
    by = record.performed_by + (f", checked by {record.checked_by}" if record.checked_by else "")
    return channel, what, str(record.performed_on), str(record.valid_until), str(left), by


def _worth(case: Case) -> Table:
    rows = []
    for channel, record in sorted(case.evidence.calibrations.items()):
        part: Any = record.balance or record.environment
        for name in _WORTH if part is not None else ():
            value = getattr(part, name, None)
            if value is not None:
                rows.append(
                    (channel, name.replace("_", " ").replace("u ", "standard uncertainty, "), f"{quantity(value)}")
                )
    columns = (Column("channel"), Column("property"), Column("value", share=1.0))
    return Table("What a reading is worth, from the calibration records", columns, tuple(rows))


def _standards(case: Case) -> Table:
    rows = [
        (channel, one.name, one.serial_number, one.certificate, one.laboratory, f"{one.expanded} (k = {one.k:g})", end)
        for channel, record in sorted(case.evidence.calibrations.items())
        for one in record.standards
        for end in [str(one.valid_until)]
    ]
    columns = (
        Column("channel"),
        Column("standard", share=1.0),
        Column("serial number"),
        Column("certificate"),
        Column("laboratory"),
        Column("U"),
        Column("due"),
    )
    return Table("Reference standards: how the results are traceable", columns, tuple(rows))

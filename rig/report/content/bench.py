"""The bench: who answered at each channel, what vouches for it and until when, and which standards stand behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rig.report.document import Column, Paragraph, Section, Table
from rig.report.numbers import at, quantity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calibration.record import CalibrationRecord
    from rig.report.content.case import Case
    from rig.report.document import Block

#: The column that counts from the run to the end of the validity.
DAYS_LEFT = "days left"
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
    tables = (instruments(case), calibrations(case), worth(case), standards(case))
    return Section(f"Bench: {case.start['bench']}", traceable(tables))


def traceable(tables: Sequence[Table]) -> tuple[Block, ...]:
    """The tables; instead of the last, that of the standards, a warning where there are none."""
    none = "The calibration records name no reference standard: traceability is not shown."
    return (*tables[:-1], tables[-1] if tables[-1].rows else Paragraph(none, "warning"))


def instruments(case: Case) -> Table:
    """Who answered at each channel."""
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


def calibrations(case: Case) -> Table:
    """What vouches for each of them, and until when."""
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
        Column(DAYS_LEFT, "right"),
        Column("by"),
    )
    notes = tuple(
        f"{channel}, {_record_name(record)}: SHA-256 {record.sha256}"
        for channel, record in sorted(case.evidence.calibrations.items())
    )
    return Table(
        "Calibration records, copied into the record of the run", columns, tuple(rows), frozenset(marked), notes
    )


def _calibration_row(channel: str, record: CalibrationRecord, left: int) -> tuple[str, ...]:
    paper = f"; certificate {record.certificate}" if record.certificate else ""
    what = f"{_record_name(record)} of {record.instrument.serial_number}: {record.method}{paper}"
    by = record.performed_by + (f", checked by {record.checked_by}" if record.checked_by else "")
    return channel, what, str(record.performed_on), str(record.valid_until), str(left), by


def _record_name(record: CalibrationRecord) -> str:
    return record.chain if record.number is None else f"{record.chain} {record.number}"


def worth(case: Case) -> Table:
    """Properties of the calibration records."""
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


def standards(case: Case) -> Table:
    """Reference standards behind them."""
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

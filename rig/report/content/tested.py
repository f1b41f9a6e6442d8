"""What was tested: device, fluid, and the program that the pump was told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.report.content.case import evidence_text
from rig.report.document import Column, Facts, Paragraph, Section, Table
from rig.report.numbers import quantity, significant

if TYPE_CHECKING:
    from rig.bench import Bench
    from rig.protocol import Protocol
    from rig.report.content.case import Case


def tested(case: Case) -> Section:
    """Device, as it answered and as the laboratory describes it."""
    device, item, table = case.device, case.details.item, case.bench.device
    declared = {
        "cycle": table.cycle_volume,
        "shot": table.shot_volume,
        "reservoir": table.reservoir,
        "lowest flow": table.min_rate,
        "highest flow": table.max_rate,
    }
    says = "; ".join(f"{name} {quantity(value)}" for name, value in declared.items() if value is not None)
    rows = [
        ("Model", f"{device['manufacturer']} {device['model']}".strip()),
        ("Serial number", device["serial_number"]),
        ("Firmware", device["firmware"] or "not answered"),
        ("Declared by the maker", says),
        ("Node", table.node),
        ("Catheter or set, lot", item.catheter),
        ("Accessories", item.accessories),
        ("Condition", item.condition),
        ("Evidence class", evidence_text(case.assessment.verdict.evidence_class)),
        *(("Not checked by its driver", note) for note in case.start.get("notes", {}).get("device", ())),
    ]
    return Section("Device under test", (Facts(tuple(rows)),))


def program(protocol: Protocol, bench: Bench | None = None) -> Section:
    """The dose program: what was told, and the flow that it means."""
    table, fluid = protocol.program, protocol.conditions.fluid
    density = "by Tanaka"
    if fluid.density is not None and fluid.density_u is not None:
        density = f"{quantity(fluid.density)}, u = {quantity(fluid.density_u)}"
    rows = [
        ("Drug of the program", f"{table.drug}, {quantity(table.concentration)}"),
        ("Reservoir filled with", f"{quantity(table.reservoir)}"),
        ("Fluid on the bench", f"{fluid.name}, density {density}"),
        ("Volumes are stated for", f"{quantity(protocol.conditions.stated_temperature)}"),
    ]
    if bench is not None:
        rows.append(("Limits of the pump", f"{quantity(bench.device.min_rate)} to {quantity(bench.device.max_rate)}"))
    note = Paragraph("Amounts of drug are those of the program; what was measured is a volume.", "note")
    return Section("Program", (Facts(tuple(rows)), _pieces(protocol), note))


def _pieces(protocol: Protocol) -> Table:
    rows, begin = [], 0.0
    for piece in protocol.dose.pieces:
        dose = piece.rate_ul_h * 24e-3 * piece.concentration_ug_ml
        rows.append(
            (
                piece.kind,
                f"{begin / 3600:.4g}",
                f"{piece.duration_s / 3600:.4g}",
                f"{piece.rate_ul_h:.5g}",
                f"{piece.volume_ul:.5g}",
                significant(dose, 4),
            )
        )
        begin += piece.duration_s
    columns = (
        Column("part"),
        *(
            Column(text, "decimal")
            for text in ("begins [h]", "lasts [h]", "flow [µL/h]", "volume [µL]", "drug [µg/day]")
        ),
    )
    return Table("Parts of the program, from the start of delivery", columns, tuple(rows))

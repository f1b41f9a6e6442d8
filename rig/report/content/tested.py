"""What was tested: device, fluid, and the program that the pump was told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.report.content.case import evidence_text
from rig.report.content.joined import merged
from rig.report.document import Column, Facts, Paragraph, Section, Table
from rig.report.numbers import quantity, significant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.bench import Bench
    from rig.protocol import Protocol
    from rig.report.content.case import Case


def tested(case: Case) -> Section:
    """Device, as it answered and as the laboratory describes it."""
    device, item, table = case.device, case.details.item, case.bench.device
    rows = [
        ("Model", f"{device['manufacturer']} {device['model']}".strip()),
        ("Serial number", device["serial_number"]),
        ("Firmware", device["firmware"] or "not answered"),
        ("Declared by the maker", _declared(case)),
        ("Node", table.node),
        ("Catheter or set, lot", item.catheter),
        ("Accessories", item.accessories),
        ("Condition", item.condition),
        ("Evidence class", evidence_text(case.assessment.verdict.evidence_class)),
        *(("Not checked by its driver", note) for note in case.start.get("notes", {}).get("device", ())),
    ]
    return Section("Device under test", (Facts(tuple(rows)),))


def tested_of_each(cases: Sequence[Case]) -> Section:
    """Every device of a campaign with its runs, and what the laboratory says of all of them."""
    columns = (Column("model"), Column("serial number"), Column("firmware"), Column("node", share=1.0))
    tables = [(i, Table("Devices, as they answered", columns, (_answered(case),))) for i, case in enumerate(cases, 1)]
    item = cases[0].details.item
    rows = (
        ("Catheters or sets, lots", item.catheter),
        ("Accessories", item.accessories),
        ("Condition", item.condition),
        ("Evidence class", evidence_text(cases[0].assessment.verdict.evidence_class)),
    )
    declared = dict.fromkeys(("Declared by the maker", _declared(case)) for case in cases)
    unchecked = dict.fromkeys(
        ("Not checked by its driver", note) for case in cases for note in case.start.get("notes", {}).get("device", ())
    )
    return Section("Devices under test", (merged(tables[0][1].caption, tables), Facts((*declared, *rows, *unchecked))))


def _answered(case: Case) -> tuple[str, ...]:
    device = case.device
    model = f"{device['manufacturer']} {device['model']}".strip()
    firmware = device["firmware"] or "not answered"
    return model, device["serial_number"], firmware, case.bench.device.node


def _declared(case: Case) -> str:
    table = case.bench.device
    declared = {
        "cycle": table.cycle_volume,
        "shot": table.shot_volume,
        "reservoir": table.reservoir,
        "lowest flow": table.min_rate,
        "highest flow": table.max_rate,
    }
    return "; ".join(f"{name} {quantity(value)}" for name, value in declared.items() if value is not None)


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

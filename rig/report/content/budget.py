"""The uncertainty budget of the main finding, the corrections that were made, and what they stand on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from rig.delivery.facts import delivery_facts
from rig.report.content.corrections import corrections
from rig.report.content.page_one import budget_shares, line_name
from rig.report.document import Column, Facts, Section, Table
from rig.report.numbers import measured, minus, nu_text, significant
from rig.words import with_uncertainty

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rig.finding import Finding
    from rig.report.content.case import Case
    from rig.report.document import Block


def budget(case: Case) -> Section | None:
    """The uncertainty budget of the main finding, and the corrections; None where there is none."""
    main = case.main
    if main is None or not main.facts.get("budget"):
        return None
    blocks: list[Block] = [_budget_table(main)]
    if case.assessment.delivery is not None:
        blocks.append(_corrections_table(case, main))
    blocks.append(_evaporation(case))
    return Section("Uncertainty budget", tuple(blocks))


def _budget_table(main: Finding) -> Table:
    shares = budget_shares(main)
    rows = [
        (
            line_name(row["name"]),
            (row["unit"] or "1").replace("m3", "m³"),
            significant(row["estimate"], 5),
            significant(row["u"], 2),
            "" if row["sensitivity"] is None else significant(row["sensitivity"], 3),
            f"{abs(row['contribution_percent']):.4f}",
            f"{100 * shares[row['name']]:.1f}",
            nu_text(math.inf if row["nu"] is None else row["nu"]),
        )
        for row in main.facts["budget"]
    ]
    u_shot = main.facts["u_programmed_ul"]
    percent = f"{100.0 * u_shot / main.facts['programmed_ul']:.4f}"
    share = f"{100 * shares['shot']:.1f}"
    rows.append((line_name("shot"), "µL", "0", significant(u_shot, 2), "", percent, share, nu_text(math.inf)))
    combined = "" if main.u is None else f"{main.u:.4f}"
    rows.append(("combined, by the GUM", "%", "", "", "", combined, f"{100:.1f}", nu_text(main.nu)))
    columns = (
        Column("input", share=1.0),
        Column("unit"),
        Column("estimate", "right"),
        Column("u", "right"),
        Column("sensitivity [µL/unit]", "right"),
        Column("contribution [%]", "decimal"),
        Column("of variance [%]", "decimal"),
        Column("ν", "right"),
    )
    note = "Contributions in percent of the programmed volume. The inputs are taken as independent of each other."
    return Table("Budget of the mean flow error", columns, tuple(rows), notes=(note,))


def _corrections_table(case: Case, main: Finding) -> Table:
    delivery = case.assessment.delivery
    made = [] if delivery is None else corrections(delivery, main)
    rows = [(one.name, minus(f"{one.volume_ul:+.3f}"), minus(f"{one.percent:+.3f}")) for one in made]
    columns = (
        Column("correction", share=1.0),
        Column("volume [µL]", "decimal"),
        Column("of programmed [%]", "decimal"),
    )
    note = (
        f"Programmed {main.facts['programmed_ul']:.6g} µL, delivered {main.facts['delivered_ul']:.6g} µL with "
        f"u = {main.facts['u_delivered_ul']:.2g} µL, in {_cycles(main)}."
    )
    return Table("Corrections that were made, in this order", columns, tuple(rows), notes=(note,))


def _cycles(main: Finding) -> str:
    cycles = main.facts.get("cycles")
    return "the whole analysis (no cycle declared)" if cycles is None else f"{cycles} whole cycles of the pump"


def _room(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    strayed = facts.get("room_strayed_percent")
    if strayed is None:
        return []
    said = minus(f"{strayed:+.1f} % against the legs, on average over the delivery; the budget has a line for it")
    return [("Drying power of the room's air", said)]


def _evaporation(case: Case) -> Facts:
    delivery = case.assessment.delivery
    if delivery is None:
        return Facts(())
    gone = delivery.evaporation
    value, expanded = with_uncertainty(gone.rate_mg_h, 2.0 * gone.u_mg_h)
    legs = "; ".join(f"{name} {measured(rate, 2.0 * u, 'mg/h')}" for name, rate, u in gone.legs)
    known, part = "measured" if gone.measured else gone.bound or "not measured", delivery.setup
    rows = (
        ("Evaporation", minus(f"{value} ± {expanded} mg/h (k = 2), {known}")),
        ("Legs (statistical U, k = 2)", legs or "none"),
        *_room(delivery_facts(delivery)),
        ("Noise of one reading", f"{1e3 * delivery.noise.sd:.3g} mg, from {delivery.noise.source}"),
        ("Window of a level", f"{delivery.window_s:g} s"),
        ("Density of the fluid", f"{part.fluid_kg_m3:.4f} kg/m³, u = {part.u_fluid_kg_m3:.2g} kg/m³"),
        ("Density of the air", f"{delivery.air.source}, u = {delivery.air.u_kg_m3:.2g} kg/m³"),
    )
    return Facts(rows)

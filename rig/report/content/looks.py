"""The looks of a run that may be decided early: as they were planned, and what each of them found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rig.findings.decided_early import PLANNED
from rig.report.document import Column, Paragraph, Section, Table
from rig.report.numbers import minus, significant
from rig.verify.looks import Plan

if TYPE_CHECKING:
    from rig.report.content.case import Case
    from rig.report.document import Block
    from rig.verify.looks import Look

_NOTE = (
    "The risk that each look may spend is fixed before the run; the boundary for it follows from the uncertainty that "
    "was achieved. The last row is the full length, by all data."
)
_BIAS = (
    "The value of a run that was ended early is a little biased towards what ended it; the risk of the decision is not."
)


def planned_looks(plan: Plan | None) -> Table | None:
    """When the run may be decided early; None where it may not."""
    return None if plan is None else _planned(plan)


def looks(case: Case) -> Section | None:
    """What was planned, and what came of each look; None for a run of fixed length."""
    told = None if case.main is None else case.main.facts.get(PLANNED)
    if not told:
        return None
    plan = Plan.of_json(told["plan"])
    blocks: list[Block] = [_planned(plan)]
    blocks.append(_made(told["looks"]) if told["looks"] else Paragraph("No look was made.", "warning"))
    if not told["as_recorded"]:
        blocks.append(Paragraph("Made again, the looks decide otherwise than the run wrote down.", "warning"))
    return Section("Looks", tuple(blocks))


def _planned(plan: Plan) -> Table:
    columns = (
        Column("no.", "right"),
        *(Column(text, "decimal") for text in ("after [h]", "risk allowed [%]", "risk spent [%]", "factor", "u [%]")),
        *(Column(text, "decimal") for text in ("passes up to [%]", "fails beyond [%]")),
    )
    rows = tuple((str(number), *_row(one)) for number, one in enumerate(plan.looks, 1))
    title = f"Looks as planned before the run, {plan.spending} spending of {100 * plan.risk:.3g} %"
    return Table(title, columns, rows, notes=(_NOTE,))


def _row(one: Look) -> tuple[str, ...]:
    risks = (f"{100 * one.allowed:.4f}", f"{100 * one.spent:.4f}")
    known = (f"{one.factor:.3f}", significant(one.u_percent, 2))
    passes = f"{one.accept_percent:.3f}" if one.accept_percent > 0 else "nothing"
    return (f"{one.time_s / 3600.0:.4g}", *risks, *known, passes, f"{one.reject_percent:.3f}")


def _made(told: list[dict[str, Any]]) -> Table:
    columns = (
        Column("no.", "right"),
        *(
            Column(text, "decimal")
            for text in ("after [h]", "error [%]", "u [%]", "passes up to [%]", "risk spent [%]")
        ),
        Column("decision"),
        Column("why not", share=1.0),
    )
    rows = [(str(one["number"] + 1), f"{one['at_s'] / 3600.0:.4g}", *_found(one)) for one in told]
    return Table("Looks as they were made, one evaporation leg known", columns, tuple(rows), notes=(_BIAS,))


def _found(one: dict[str, Any]) -> tuple[str, ...]:
    look = one["look"]
    if look is None:
        return ("", "", "", "", one["decision"], one["why"])
    passes = f"{look['accept_percent']:.3f}" if look["accept_percent"] > 0 else "nothing"
    value, u = minus(f"{one['value']:+.3f}"), significant(look["u_percent"], 2)
    return (value, u, passes, f"{100 * look['spent']:.4f}", one["decision"], "")

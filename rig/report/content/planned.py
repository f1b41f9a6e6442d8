"""What the plan of a run says, for the procedure: predicted uncertainty, lengths, and the rationale of each finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.planning.rationale import definition, finding_text, run_text, silent_text
from rig.report.content.looks import planned_looks
from rig.report.content.page_one import line_name
from rig.report.document import Column, Paragraph, Section, Table
from rig.report.numbers import significant
from rig.words import quantity_text

if TYPE_CHECKING:
    from rig.planning.case import Case
    from rig.planning.outcomes import RunPlan


def planned(case: Case, plan: RunPlan | None) -> Section:
    """The section.

    Args:
        case: protocol and bench.
        plan: None where nothing can be predicted.
    """
    title = "Predicted uncertainty and length of the run"
    if plan is None or not plan.findings:
        return Section(title, (Paragraph("It cannot be predicted for this protocol.", "warning"),))
    texts = [definition(plan.wanted), *(finding_text(case, one, plan.wanted) for one in plan.findings)]
    texts += [silent_text(name, why) for name, why in plan.prediction.silent.items()]
    texts += [*plan.problems, run_text(case, plan)]
    looks = planned_looks(plan.prediction.looks)
    tables = (_table(plan),) if looks is None else (_table(plan), looks)
    return Section(title, (*tables, *(Paragraph(text) for text in texts)))


def _table(plan: RunPlan) -> Table:
    rows = tuple(
        (
            quantity_text(one.name, {}),
            "" if one.expanded is None else significant(one.expanded, 2),
            one.unit if one.expanded is not None else "",
            "" if one.k is None else f"{one.k:.3g}",
            "" if one.limit is None else f"±{one.limit:g}",
            line_name(one.dominating) if one.dominating else one.statement,
        )
        for one in plan.prediction.findings
    )
    columns = (
        Column("quantity", share=1.0),
        Column("predicted U", "decimal"),
        Column("unit"),
        Column("k", "decimal"),
        Column("limit", "right"),
        Column("dominated by"),
    )
    return Table("What the run will be able to decide", columns, rows)

"""The uncertainty of many runs: the lines that count in one table, and the whole budget of each run where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.report.content.page_one import budget_shares, line_name
from rig.report.document import Column, Paragraph, Section, Table
from rig.report.numbers import nu_text
from rig.words import quantity_text, with_uncertainty

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.finding import Finding
    from rig.report.content.case import Case

#: A line counts from this part of the variance on, in any run; and so many have room beside each other.
COUNTS, ROOM = 0.05, 5


def budgets(cases: Sequence[Case]) -> Section:
    """One row a run: u, and which part of the variance each line has that counts."""
    known = [(i, case, main) for i, case in enumerate(cases, 1) if (main := _with_budget(case)) is not None]
    if not known:
        return Section("Uncertainty", (Paragraph("No run has an uncertainty budget.", "warning"),))
    lines = _that_count([main for _, _, main in known])
    rows = tuple((str(i), case.device["serial_number"], *_row(main, lines)) for i, case, main in known)
    columns = (
        Column("run", "right"),
        Column("device", share=1.0),
        *(Column(text, "decimal") for text in ("u [%]", "U [%]")),
        Column("ν eff", "right"),
        *(Column(line_name(name), "decimal") for name in lines),
        Column("all others", "decimal"),
    )
    note = (
        f"Lines with {100 * COUNTS:.0f} % of the variance or more in any run. The whole budget of each run, its "
        "corrections and what they stand on: sections Run 1 and following."
    )
    what = quantity_text(known[0][2].name, known[0][2].facts)
    caption = f"Uncertainty of the {what}: u, U, and what each input has of the variance u² [%]"
    return Section("Uncertainty", (Table(caption, columns, rows, notes=(note,)),))


def _with_budget(case: Case) -> Finding | None:
    return case.main if case.main is not None and case.main.facts.get("budget") else None


def _that_count(findings: Sequence[Finding]) -> list[str]:
    """Names of the lines, the one that counts most first."""
    largest: dict[str, float] = {}
    for finding in findings:
        for name, share in budget_shares(finding).items():
            largest[name] = max(share, largest.get(name, 0.0))
    ranked = sorted(largest, key=lambda name: (-largest[name], name))
    return [name for name in ranked if largest[name] >= COUNTS][:ROOM]


def _row(main: Finding, lines: Sequence[str]) -> tuple[str, ...]:
    shares = budget_shares(main)
    told = [shares.get(name, 0.0) for name in lines]
    u = "" if main.u is None else f"{main.u:.4f}"
    expanded = "" if main.expanded is None else with_uncertainty(0.0, main.expanded)[1]
    return u, expanded, nu_text(main.nu), *(f"{100 * one:.1f}" for one in (*told, 1.0 - sum(told)))

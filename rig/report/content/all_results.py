"""The results of many runs: every run in a list, and each quantity that decides in a table of its own.

A run keeps its number, in order of time, through the whole report.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rig.report.content.joined import joined
from rig.report.content.results import RISK, finding_row, informative_table
from rig.report.document import Column, Facts, Paragraph, Section, Table
from rig.report.numbers import minus, moment
from rig.words import quantity_text, with_uncertainty

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.finding import Finding
    from rig.report.content.case import Case
    from rig.report.document import Block

_EVERY = "Every run is listed, whatever came of it, and keeps its number through the whole report."


def all_results(cases: Sequence[Case]) -> Section:
    """All runs, the findings of each quantity, and in words what is no pass."""
    blocks: list[Block] = [_runs(cases)]
    names = dict.fromkeys(finding.name for case in cases for finding in case.decided)
    blocks += [_quantity(name, cases) for name in names]
    if not names:
        blocks.append(Paragraph("Nothing was decided.", "warning"))
    said = tuple(_not_passed(cases))
    return Section("Results", (*blocks, *((Facts(said),) if said else ())))


def informative(cases: Sequence[Case]) -> Section:
    """What decides nothing, quantity by quantity, so that runs can be compared; a table of its own, for it is long."""
    shown = [
        (i, informative_table([one for one in case.assessment.findings if one.verdict == "informative"]))
        for i, case in enumerate(cases, 1)
    ]
    table = joined(shown[0][1].caption, shown)
    names = list(dict.fromkeys(row[1] for row in table.rows))
    rows = sorted(table.rows, key=lambda row: names.index(row[1]))
    none = Paragraph("Every finding decides something.")
    return Section("Shown, and decides nothing", (replace(table, rows=tuple(rows)) if rows else none,))


def _runs(cases: Sequence[Case]) -> Table:
    columns = (
        Column("run", "right"),
        Column("device"),
        Column("started"),
        Column("operator"),
        Column("bench", share=1.0),
        Column("error [%]", "decimal"),
        Column("U [%]", "decimal"),
        Column("verdict"),
        Column("record", code=True),
    )
    rows = tuple(_run(i, case) for i, case in enumerate(cases, 1))
    marked = frozenset(i for i, case in enumerate(cases) if case.assessment.verdict.outcome != "pass")
    return Table("All runs, in order of time (UTC)", columns, rows, marked, (_EVERY,))


def _run(number: int, case: Case) -> tuple[str, ...]:
    return (
        str(number),
        case.device["serial_number"],
        moment(case.start["started_utc"]).removesuffix(" UTC"),
        case.start["operator"] or "nobody named",
        case.start["bench"],
        *_error(case.main),
        case.assessment.verdict.outcome,
        case.record.folder.name,
    )


def _error(main: Finding | None) -> tuple[str, str]:
    if main is None or main.value is None or main.expanded is None:
        return "not determined", ""
    value, expanded = with_uncertainty(main.value, main.expanded)
    return minus(value), expanded


def _quantity(name: str, cases: Sequence[Case]) -> Table:
    found = [(i, case, one) for i, case in enumerate(cases, 1) if (one := case.finding(name)) is not None]
    rows = tuple(_decided(i, case, one) for i, case, one in found)
    columns = (
        Column("run", "right"),
        Column("device", share=1.0),
        *(Column(text, "decimal") for text in ("value", "U", "k")),
        Column("ν eff", "right"),
        Column("accepted", "right"),
        Column("decision"),
        Column("risk", "right"),
        Column("SHA-256 of the record", code=True),
    )
    marked = frozenset(i for i, (_, _, one) in enumerate(found) if one.verdict != "pass")
    return Table(_caption([one for _, _, one in found]), columns, rows, marked, (RISK,))


def _decided(number: int, case: Case, finding: Finding) -> tuple[str, ...]:
    _, value, expanded, k, nu, _, _, accepted, _, decision, risk = finding_row(finding)
    sha256 = case.record_sha256[:12]
    return str(number), case.device["serial_number"], value, expanded, k, nu, accepted, decision, risk, sha256


def _caption(findings: Sequence[Finding]) -> str:
    """What all rows have in common; the protocol gives it, and it is the same in all of them."""
    rows = [finding_row(one) for one in findings]
    limits, rules = (" or ".join(dict.fromkeys(row[i] for row in rows if row[i])) for i in (6, 8))
    unit = f" [{findings[0].unit}]" if findings[0].unit else ""
    said = [f"limits {limits}"] if limits else []
    said += [f"rule {rules}"] if rules else []
    what = f"{quantity_text(findings[0].name, findings[0].facts)}{unit}"
    return f"Findings that decide: {', '.join([what, *said])}"


def _not_passed(cases: Sequence[Case]) -> list[tuple[str, str]]:
    """Why a run is no pass, in the words of its verdict."""
    return [
        (f"Run {i}: {case.assessment.verdict.outcome}", "\n".join(case.assessment.verdict.reasons) or "no reason given")
        for i, case in enumerate(cases, 1)
        if case.assessment.verdict.outcome != "pass"
    ]

"""Results: every finding with U, k, degrees of freedom, rule and risk, and the budget behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.report.document import Column, Facts, Paragraph, Section, Table
from rig.report.numbers import accepted_text, limits_text, minus, nu_text, risk_text, significant
from rig.words import extremes_text, quantity_text, with_uncertainty

if TYPE_CHECKING:
    from rig.finding import Finding
    from rig.report.content.case import Case
    from rig.report.document import Block

_PHASE = "* no whole multiple of the pump's cycle: shows the phase of its strokes, not an error, and decides nothing"


RISK = (
    "U = k u, expanded uncertainty, two digits. Risk: that the decision is wrong; if inconclusive, that the limits are "
    "not met. Specific risk by JCGM 106 from this measurement alone, without prior knowledge of pumps."
)


def results(case: Case) -> Section:
    """Decided findings, informative ones, and each in a sentence."""
    blocks: list[Block] = []
    verdict = case.assessment.verdict
    blocks.append(Paragraph(f"Verdict: {verdict.outcome}.", "lead"))
    decided = case.decided
    informative = [finding for finding in case.assessment.findings if finding.verdict == "informative"]
    if decided:
        blocks += [_decided(decided), *_statements(decided)]
    else:
        blocks.append(Paragraph("Nothing was decided.", "warning"))
    if informative:
        blocks.append(informative_table(informative))
    return Section("Results", tuple(blocks))


def _decided(findings: list[Finding]) -> Table:
    columns = (
        Column("quantity", share=1.0),
        *(Column(text, "decimal") for text in ("value", "U", "k")),
        Column("ν eff", "right"),
        Column("unit"),
        *(Column(text, "right") for text in ("limits", "accepted")),
        Column("rule"),
        Column("decision"),
        Column("risk", "right"),
    )
    marked = frozenset(i for i, finding in enumerate(findings) if finding.verdict != "pass")
    rows = tuple(finding_row(finding) for finding in findings)
    return Table("Findings that decide", columns, rows, marked, (RISK,))


def finding_row(finding: Finding) -> tuple[str, ...]:
    """Quantity, value, U, k, degrees of freedom, unit, limits, accepted, rule, decision, risk."""
    name = quantity_text(finding.name, finding.facts)
    if finding.value is None or finding.expanded is None or finding.k is None:
        return (name, "not determined", "", "", "", finding.unit, "", "", finding.rule, finding.verdict, "")
    value, expanded = with_uncertainty(finding.value, finding.expanded)
    key = "risk_of_false_fail" if finding.verdict == "fail" else "risk_of_false_pass"
    risk = finding.facts.get(key)
    return (
        name,
        minus(value),
        expanded,
        f"{finding.k:.3g}",
        nu_text(finding.nu),
        finding.unit,
        limits_text(*finding.limits, ""),
        accepted_text(finding.facts.get("accept", (None, None)), ""),
        finding.rule,
        finding.verdict,
        "" if risk is None else risk_text(risk),
    )


def _statements(findings: list[Finding]) -> list[Block]:
    return [Facts(tuple((quantity_text(one.name, one.facts), one.statement) for one in findings))]


def informative_table(findings: list[Finding]) -> Table:
    """What decides nothing: value, and a sentence."""
    rows, phase = [], False
    for finding in findings:
        name = quantity_text(finding.name, finding.facts)
        if finding.facts.get("commensurate") is False:
            name, phase = f"{name} *", True
        rows.append((name, _informed(finding), finding.statement))
    columns = (Column("quantity"), Column("value", "right"), Column("in words", share=1.0))
    return Table("What is shown and decides nothing", columns, tuple(rows), notes=(_PHASE,) if phase else ())


def _informed(finding: Finding) -> str:
    facts = finding.facts
    if "ep_min_percent" in facts:
        return minus(f"{extremes_text(facts['ep_min_percent'], facts['ep_max_percent'])} %")
    if finding.value is None:
        return "not determined"
    if finding.expanded is None:
        return f"{significant(finding.value)} {finding.unit}"
    return minus(f"{' ± '.join(with_uncertainty(finding.value, finding.expanded))} {finding.unit}")

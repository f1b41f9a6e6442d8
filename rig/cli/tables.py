"""Findings and verdict on the terminal, as a QA engineer reads them.

Decided findings come first and bright; informative ones are dim and decide nothing. Every row says value,
expanded uncertainty, limit, verdict, and the risk that this verdict is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from rig.words import extremes_text, percent_text, quantity_text, with_uncertainty

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from rig.finding import Finding
    from rig.verdict import Verdict

STYLES = {"pass": "green", "fail": "red", "inconclusive": "yellow", "invalid": "magenta", "informative": "dim"}
#: What the four words mean, for those who do not read this every day.
_MEANING = {
    "pass": "the pump did what the protocol asks of it, within the limits and the uncertainty",
    "fail": "the pump did not do what the protocol asks of it",
    "inconclusive": "the data do not allow a decision; this is no pass",
    "invalid": "the bench was at fault, not the pump; nothing was decided about the pump",
}
#: From this width on the rule has a column of its own [characters].
_WIDE = 100
_NOTHING = "-"


def findings_table(findings: Sequence[Finding], width: int) -> RenderableType:
    """The table of findings for a terminal of ``width`` characters, with the notes that belong to it."""
    wide = width >= _WIDE
    table = _empty_table(wide=wide)
    decided = [finding for finding in findings if finding.verdict != "informative"]
    informative = [finding for finding in findings if finding.verdict == "informative"]
    notes: list[str] = []
    for finding in decided:
        table.add_row(*_cells(finding, notes, wide=wide))
    table.add_section()
    for finding in informative:
        table.add_row(*_cells(finding, notes, wide=wide), style="dim")
    return Group(table, *(Text(note, style="dim") for note in [*_legend(decided, wide=wide), *notes]), Text())


def _empty_table(*, wide: bool) -> Table:
    table = Table(title="Findings", title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("quantity")
    for heading in ("value", "U", "k", "limit", "rule") if wide else ("value ± U", "limit"):
        table.add_column(heading, justify="left" if heading == "rule" else "right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    table.add_column("risk", justify="right", no_wrap=True)
    return table


def verdict_panel(verdict: Verdict, *remarks: str, meaning: str = "") -> RenderableType:
    """The verdict with its meaning (the usual one unless given), remarks, reasons, and what keeps it from release."""
    style = STYLES[verdict.outcome]
    body = Text("\n".join([meaning or _MEANING[verdict.outcome], *remarks]) + "\n", style="italic")
    for reason in verdict.reasons:
        body.append(f"\n- {reason}", style="not italic")
    if verdict.release_blocks:
        body.append("\n\nNot to be released:", style="not italic bold")
        for block in verdict.release_blocks:
            body.append(f"\n- {block}", style="not italic")
    title = Text(f" {verdict.outcome.upper()} ", style=f"bold reverse {style}")
    return Panel(body, title=title, title_align="left", subtitle=evidence_text(verdict), border_style=style)


def evidence_text(verdict: Verdict) -> str:
    """The evidence class in words."""
    return "device evidence" if verdict.evidence_class == "device" else f"{verdict.evidence_class}, not device evidence"


def _cells(finding: Finding, notes: list[str], *, wide: bool) -> list[RenderableType]:
    value, expanded = _numbers(finding)
    k = "" if finding.k is None else f"{finding.k:.3g}"
    limit, unit = limit_text(finding), finding.unit
    if value == _NOTHING:
        unit = ""
    if wide:
        middle = [f"{value} {unit}", f"{expanded} {unit}" if expanded else "", k, limit, finding.rule]
    else:
        middle = [f"{value} ± {expanded} {unit}" if expanded else f"{value} {unit}", limit]
    name = f"{quantity_text(finding.name, finding.facts)}{_note(finding, notes)}"
    return [name, *middle, Text(finding.verdict, style=STYLES[finding.verdict]), risk_text(finding)]


def _numbers(finding: Finding) -> tuple[str, str]:
    """Value and U without their unit; a window's extremes together where they decide nothing."""
    facts = finding.facts
    if finding.verdict == "informative" and "ep_min_percent" in facts:
        return extremes_text(facts["ep_min_percent"], facts["ep_max_percent"]), ""
    if finding.value is None:
        return _NOTHING, ""
    if finding.expanded is None:
        return f"{finding.value:.3g}" if finding.unit == "h" else f"{finding.value:+.3g}", ""
    return with_uncertainty(finding.value, finding.expanded)


def limit_text(finding: Finding) -> str:
    """The limits: ``±14.5 %`` where they are symmetric."""
    lower, upper = finding.limits
    if lower is None and upper is None:
        return ""
    if upper is None:
        return f">= {lower:g} {finding.unit}"
    if lower is None:
        return f"<= {upper:.4g} {finding.unit}"
    return f"±{upper:.4g} {finding.unit}" if lower == -upper else f"{lower:g} to {upper:g} {finding.unit}"


def risk_text(finding: Finding) -> str:
    """How likely a pass or a fail is wrong; where nothing was decided, how likely the limits are not met."""
    key = "risk_of_false_fail" if finding.verdict == "fail" else "risk_of_false_pass"
    risk = finding.facts.get(key)
    return "" if risk is None else percent_text(risk)


def _note(finding: Finding, notes: list[str]) -> str:
    """A footnote for what was not determined and for windows that only show the pump's phase."""
    if finding.facts.get("commensurate") is False:
        text = "* no whole multiple of the pump's cycle: shows the phase of its strokes, not an error"
        if text not in notes:
            notes.append(text)
        return " *"
    if finding.value is None:
        notes.append(f"{quantity_text(finding.name, finding.facts)}: {finding.statement}")
    return ""


def _legend(decided: Sequence[Finding], *, wide: bool) -> list[str]:
    if all(finding.expanded is None for finding in decided):
        return []
    lines = ["U: expanded uncertainty. Risk: that the verdict is wrong; if inconclusive, that the limits are not met."]
    rules = sorted({f"{finding.rule}, k = {finding.k:.3g}" for finding in decided if finding.rule and finding.k})
    if rules and not wide:
        lines.append(f"Decision rule: {'; '.join(rules)}.")
    return lines

"""A plan on the terminal: what is decidable, how long it takes, how many pumps, and the reasons in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from rig.cli.show import plain_table
from rig.planning.rationale import definition, finding_text, help_text, line_text, run_text, silent_text, zero_flow_text
from rig.unseen import release_needs
from rig.words import quantity_text, span_text, window_text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from rig.planning import MadePlan
    from rig.planning.outcomes import PlannedFinding
    from rig.planning.population import SampleSize
    from rig.planning.shortest import Shortest

_WORDS = {"decidable": "yes", "longer": "not as planned", "never": "at no length"}
STYLES = {"decidable": "green", "longer": "yellow", "never": "red"}
#: Of sentences: what is as it should be needs no colour.
_STRESSED = {**STYLES, "decidable": ""}
_SUMMARY = {
    "decidable": "The run decides every finding as it is planned.",
    "longer": "As planned the run would leave something undecided; the lengths below would decide it.",
    "never": "Something cannot be decided on this bench at any length that was looked at.",
}


def show_plan(console: Console, made: MadePlan) -> None:
    """All of it."""
    protocol = made.case.protocol
    console.print(Text(f"{protocol.id}  {protocol.title}", style="bold"), Text(f"on bench {made.case.bench.name}"))
    console.print(_findings(made))
    console.print(_time(made))
    if made.samples is not None:
        console.print(_samples(made.samples))
    for style, line in _lines(made):
        console.print(Text(line, style=style), soft_wrap=False)
        console.print()
    console.print(Text(_SUMMARY[made.run.outcome], style=f"bold {STYLES[made.run.outcome]}"))


def _findings(made: MadePlan) -> Table:
    headings = ("finding", "limit : U", "U", "passes up to", "most of it from", "helps most", "decided", "at the least")
    table = plain_table(f"What the run decides, at least {made.run.wanted.ratio:g}:1", *headings)
    for one in made.run.findings:
        found = one.predicted
        state = Text(_WORDS[one.outcome], style=STYLES[one.outcome])
        if found.expanded is None or found.ratio is None:
            table.add_row(quantity_text(found.name, {}), "", "", "", "", help_text(one), state, _least(one))
            continue
        table.add_row(
            quantity_text(found.name, {}),
            f"{found.ratio:.3g}",
            f"{found.expanded:.2g} {found.unit}",
            f"{one.judged.passes_up_to:.3g} {found.unit}",
            line_text(one.dominating),
            help_text(one),
            state,
            _least(one),
        )
    return table


def _least(one: PlannedFinding) -> str:
    if one.window_s is not None:
        return f"a window of {window_text(one.window_s)}"
    return "-" if one.shortest is None else _lengths(one.shortest)


def _lengths(least: Shortest) -> str:
    legs = "" if least.leg_s is None else f"legs {window_text(least.leg_s)}"
    analysis = "" if least.analysis_s is None else f"analysis {window_text(least.analysis_s)}"
    return ", ".join(text for text in (analysis, legs) if text)


def _time(made: MadePlan) -> Table:
    table = plain_table("Bench time, without the time that people take", "part", "planned", "shortest that decides all")
    names = [*made.parts_s, *(name for name in made.shortest_s if name not in made.parts_s)]
    for name in names:
        table.add_row(name, *(_length(parts, name) for parts in (made.parts_s, made.shortest_s)))
    totals = [span_text(sum(parts.values())) if parts else "none" for parts in (made.parts_s, made.shortest_s)]
    table.add_section()
    table.add_row(Text("the run", style="bold"), *totals)
    if made.zero_flow.problems:
        table.add_row("zero-flow record, once", span_text(made.zero_flow.length_s), "")
    return table


def _length(parts: dict[str, float], name: str) -> str:
    return span_text(parts[name]) if name in parts else "-"


def _samples(found: SampleSize) -> Table:
    table = plain_table("How many pumps the claim needs", "method", "pumps", "the claim is shown where")
    for one in found.methods:
        name = Text(one.method, style="bold" if one.method == found.method else "")
        table.add_row(name, "none" if one.n is None else str(one.n), one.shown_by)
    table.add_section()
    scatter = ", ".join(f"{n} pumps {sd:.3g} %" for n, sd in found.largest_sd)
    table.add_row("largest s that passes", "", scatter)
    return table


def _lines(made: MadePlan) -> list[tuple[str, str]]:
    """The plan in sentences, each with its style."""
    case, run = made.case, made.run
    lines = [("", definition(run.wanted))]
    lines += [(_STRESSED[one.outcome], finding_text(case, one, run.wanted)) for one in run.findings]
    lines += [("yellow", silent_text(name, why)) for name, why in run.prediction.silent.items()]
    lines += [("red", problem) for problem in run.problems]
    needs = release_needs(case.protocol, case.bench)
    lines += [("red", f"For release the gate would refuse it: {need}.") for need in needs]
    lines += [("", run_text(case, run)), ("yellow" if made.zero_flow.problems else "", zero_flow_text(made.zero_flow))]
    if made.unplanned:
        lines.append(("", f"Not planned, because they stand on events of the run: {', '.join(made.unplanned)}."))
    lines += [("", one.text) for one in made.series]
    if made.samples is not None:
        lines.append(("", made.samples.rationale))
    return lines

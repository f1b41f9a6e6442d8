"""What stands on the bench, and what came out: the parts of the terminal output that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from rig.attribution import NOT_SHOWN
from rig.cli.tables import findings_table, verdict_panel
from rig.execute.phases import DELIVERY
from rig.planning.longer import longer_texts
from rig.words import span_text, window_text

if TYPE_CHECKING:
    from rich.console import Console

    from rig.assessment import Assessment
    from rig.bench import Bench
    from rig.delivery.from_record import Evidence
    from rig.protocol import Protocol


def show_bench(console: Console, bench: Bench, protocol: Protocol) -> None:
    """The protocol in two lines, and the instruments that the bench file names."""
    timing = protocol.timing
    console.print(Text(f"{protocol.id}  {protocol.title}", style="bold"))
    console.print(
        f"stabilization {window_text(timing.stabilization_s)}, analysis {window_text(timing.analysis_s)}, "
        f"evaporation {_evaporation_text(protocol)}{_weight_text(protocol)}"
    )
    world = f" (simulated world {bench.world!r})" if bench.world else ""
    table = plain_table(f"Bench {bench.name}{world}", "channel", "instrument", "serial number", "address")
    for name, instrument in bench.instruments().items():
        table.add_row(name, instrument.model, instrument.serial_number, instrument.address)
    console.print(table)


def _evaporation_text(protocol: Protocol) -> str:
    if protocol.evaporation_bound is not None:
        return f"NOT measured, within a declared bound ({protocol.evaporation_bound.basis})"
    if protocol.kind == "zero-flow":
        return "is what is recorded"
    legs = (protocol.timing.evaporation_before, protocol.timing.evaporation_after)
    between = protocol.evaporation_between_legs
    if between is not None:
        return f"measured, and declared between the legs ({between.basis})"
    return "measured" if None not in legs else "NOT measured before and after"


def _weight_text(protocol: Protocol) -> str:
    weight = protocol.check_weight
    return "" if weight is None else f", check weight {weight.serial} {weight.times} x before and after"


def show_result(console: Console, assessment: Assessment) -> None:
    """Table of findings, then the verdict; where that is open for want of length, how long would have been enough."""
    if assessment.findings:
        console.print(findings_table(assessment.findings, console.width))
    remarks = [*cut_short(assessment.evidence), *longer_texts(assessment)]
    meaning = NOT_SHOWN if assessment.nobodys else ""
    console.print(verdict_panel(assessment.verdict, *remarks, meaning=meaning))


def cut_short(evidence: Evidence) -> list[str]:
    """What a run that ended early did not reach, in one plain sentence; empty where it went to its end."""
    end, timing = evidence.end, evidence.protocol.timing
    if not end.cause:
        return []
    if DELIVERY not in evidence.phases:
        return ["the run ended before the analysis did: delivery never began"]
    done_s = end.t_s - evidence.phases[DELIVERY][0] - timing.stabilization_s
    if done_s <= 0:
        return ["the run ended before the analysis began"]
    wanted_s = evidence.analysed_s - timing.stabilization_s
    if done_s < wanted_s:
        seen = f"{span_text(done_s)} of {span_text(wanted_s)} were seen"
        return [f"the run ended before the analysis did: {seen}"]
    return ["the run ended after the analysis, before the rest of the protocol was done"]


def plain_table(title: str, *headings: str) -> Table:
    """An empty table in the house's style."""
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table

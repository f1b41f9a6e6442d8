"""What stands on the bench, and what came out: the parts of the terminal output that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from rig.cli.tables import findings_table, verdict_panel
from rig.report.style import window_text

if TYPE_CHECKING:
    from rich.console import Console

    from rig.assessment import Assessment
    from rig.bench import Bench
    from rig.protocol import Protocol


def show_bench(console: Console, bench: Bench, protocol: Protocol) -> None:
    """The protocol in two lines, and the instruments that the bench file names."""
    timing = protocol.timing
    console.print(Text(f"{protocol.id}  {protocol.title}", style="bold"))
    console.print(
        f"stabilization {window_text(timing.stabilization_s)}, analysis {window_text(timing.analysis_s)}, "
        f"evaporation {'measured' if not protocol.release_problems() else 'NOT measured before and after'}"
    )
    world = f" (simulated world {bench.world!r})" if bench.world else ""
    table = plain_table(f"Bench {bench.name}{world}", "channel", "instrument", "serial number", "address")
    for name, instrument in bench.instruments().items():
        table.add_row(name, instrument.model, instrument.serial_number, instrument.address)
    console.print(table)


def show_result(console: Console, assessment: Assessment) -> None:
    """Table of findings, then the verdict."""
    if assessment.findings:
        console.print(findings_table(assessment.findings, console.width))
    console.print(verdict_panel(assessment.verdict))


def plain_table(title: str, *headings: str) -> Table:
    """An empty table in the house's style."""
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table

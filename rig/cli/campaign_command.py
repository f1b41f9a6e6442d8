"""``rig campaign``: faults of known size, and what each verdict made of them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.clock import WallClock
from rig.campaign.assemble import make_campaign
from rig.campaign.conduct import conduct
from rig.campaign.judge import WRONG
from rig.campaign.pages import write_pages
from rig.campaign.report import VERDICTS, campaign_report
from rig.campaign.tables import cells_of, summary
from rig.cli.console import Console
from rig.cli.exits import REFUSED
from rig.cli.run_command import packaged_benches
from rig.cli.show import plain_table
from rig.locks import lock
from rig.scaffold.project import acceptance_suite

if TYPE_CHECKING:
    from rig.campaign.one_run import Shown
    from rig.campaign.report import CampaignReport

UNDECIDED = 3
_BENCH = "simulated_supply.toml"


@dataclass(frozen=True)
class Asked:
    """What the command line asked for; None where it says nothing."""

    faults: Path | None = None
    protocols: tuple[Path, ...] = ()
    bench: Path | None = None
    out: Path = Path("campaign")
    runs: int | None = None
    workers: int | None = None
    seed: int = 1
    short: bool = False
    only: tuple[str, ...] = ()


def campaign_command(asked: Asked) -> int:
    """Run a campaign, or what is left of it; 0, 3 where something stays undecided, 4 where a verdict is wrong.

    Raises:
        FileError: a file cannot be used.
        EvidenceError: the folder holds another campaign.
    """
    faults = asked.faults or acceptance_suite() / "campaign" / "faults"
    benches = packaged_benches()
    protocols = asked.protocols or (faults.resolve().parents[1] / "protocols", benches / "protocols")
    campaign = make_campaign(
        faults,
        protocols,
        asked.bench or benches / _BENCH,
        asked.out,
        number=asked.runs,
        seed=asked.seed,
        short=asked.short,
        only=asked.only,
    )
    err = Console(stderr=True, highlight=False)
    err.print(f"{len(campaign.faults)} faults, {len(campaign.runs)} runs into {campaign.place.out}", markup=False)
    with lock(f"campaign:{os.fspath(campaign.place.out)}"):
        workers = asked.workers or os.cpu_count() or 1
        journal = conduct(campaign, WallClock(), workers=workers, tell=lambda *told: _tell(err, *told))
        report = campaign_report(campaign, journal)
        page = write_pages(report, campaign.place.out)
    show(Console(highlight=False), report)
    Console(highlight=False).print(f"Page: {page} (and .html, campaign.json)", soft_wrap=True, markup=False)
    return {"wrong": REFUSED, "undecided": UNDECIDED}.get(report.outcome, 0)


def _tell(err: Console, done: int, of: int, shown: Shown) -> None:
    what = f"{shown.fault or 'sound'} {shown.magnitude:g} {shown.protocol}"
    style = "bold red" if shown.judgement in WRONG else "yellow" if shown.judgement == "undecided" else None
    err.print(
        f"{done}/{of} {what}: {shown.verdict}, {shown.judgement} ({shown.took_s:.1f} s)", style=style, markup=False
    )


def show(console: Console, report: CampaignReport) -> None:
    """Who was blamed, what was detected, and what is wrong."""
    blamed = plain_table("Who was blamed", "fault of", *VERDICTS)
    for who, counts in report.confusion.items():
        blamed.add_row(who, *(str(counts[verdict]) for verdict in VERDICTS))
    detected = plain_table("What is detected", "fault", "protocol", "found of runs", "95 % confidence", "after", "dose")
    for row in report.rows:
        texts = cells_of(row)
        detected.add_row(row.fault.id, texts[2], *texts[4:])
    console.print(detected)
    console.print(blamed)
    for one in report.wrong:
        what = f"run {one['index']}, {one['fault'] or 'sound'} {one['magnitude']:g}, {one['protocol']}"
        told = f"{one['judgement']}: {what}: {one['verdict']}; {one['reason']}"
        console.print(told, style="red" if one["judgement"] in WRONG else "yellow", markup=False)
    for line in summary(report):
        console.print(line, markup=False)

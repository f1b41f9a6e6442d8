"""``rig zero-flow``: a record without flow, and the noise of the balance filed in the book."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from calibration.book import Book
from calibration.record import load_calibration_record
from rig.bench import load_bench
from rig.cli.console import Console
from rig.cli.exits import UsageError
from rig.cli.folders import new_folder
from rig.cli.interrupt import aborts
from rig.cli.run_command import DEFAULT_OUT, UNATTENDED, Asked, watched
from rig.cli.settings import find_settings
from rig.cli.show import show_bench
from rig.cli.tables import verdict_panel
from rig.cli.watch import Watch
from rig.control import Control
from rig.execute.phases import COMPLETED
from rig.protocol import parse_protocol
from rig.zero_flow import noise_record, zero_flow_text

if TYPE_CHECKING:
    from pathlib import Path

    from rig.runner import Outcome


@dataclass(frozen=True)
class Still:
    """What the command line asked for.

    Attributes:
        length: of the record, e.g. ``"24 h"``.
        valid_for: how long the noise record holds.
        out, book, operator: from flag or environment; None where neither says anything.
        unattended: nobody is at the bench; the line was clamped before.
    """

    length: str
    valid_for: str = "365 days"
    out: Path | None = None
    book: Path | None = None
    operator: str | None = None
    unattended: bool = False


def zero_flow_command(bench_file: Path, wanted: Still) -> int:
    """Record, fit and file; the answer is the exit code: 0 where the noise record was filed.

    Raises:
        DoseproofError: refused before the start, or a record that says too little.
    """
    settings = find_settings(wanted.out, wanted.operator, default_out=DEFAULT_OUT, book=wanted.book)
    if not settings.operator:
        raise UsageError("expected to know who records, found nobody; give --operator, or set it in doseproof.toml")
    bench = load_bench(bench_file)
    if bench.world is None and not wanted.unattended and not sys.stdin.isatty():
        raise UsageError("somebody must clamp the line, and there is no terminal to answer at; clamp it and give --yes")
    protocol = parse_protocol(zero_flow_text(wanted.length), "zero-flow.toml", bench.limits)
    console, err = Console(highlight=False), Console(stderr=True, highlight=False)
    watch = Watch(err, unattended=wanted.unattended)
    show_bench(console, bench, protocol)
    control = Control(unattended=UNATTENDED if wanted.unattended else None)
    asked = Asked(settings.out, settings.operator, unattended=wanted.unattended)
    with aborts(control) as ended:
        folder = new_folder(settings.out, protocol.id)
        outcome = watched(protocol, bench, folder, asked, settings, control, (ended, watch))
        for finding in outcome.assessment.findings:
            console.print(f"{finding.name}: {finding.statement}", markup=False, soft_wrap=True)
        console.print(f"Record:   {outcome.folder}", soft_wrap=True)
    return _filed(outcome, Book(settings.book), settings.operator, wanted.valid_for, console)


def _filed(outcome: Outcome, book: Book, operator: str, valid_for: str, console: Console) -> int:
    verdict = outcome.assessment.verdict
    if outcome.end.kind != COMPLETED or verdict.outcome == "invalid":
        console.print(verdict_panel(verdict))
        console.print("Nothing was filed: the record did not come to its end, or the bench was at fault.")
        return verdict.exit_code
    evidence = outcome.assessment.evidence
    started = datetime.fromisoformat(evidence.record.start["started_utc"])
    path = book.append(noise_record(evidence, operator, valid_for), today=started.date())
    record = load_calibration_record(path)
    console.print(f"Filed:    {path}, valid until {record.valid_until}", soft_wrap=True)
    chain = f"{path.parent.parent.name}/{path.parent.name}/{record.chain}"
    console.print(f'Name it in the bench file: noise = "{chain}" under [[witness]]', markup=False, soft_wrap=True)
    return 0

"""Before the first item: is the bench the one of its file, ready and calibrated, and has it qualified itself?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.bench import load_bench
from rig.errors import EvidenceError
from rig.qualify.record import history

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from rig.nightly.plan import NightPlan
    from rig.nightly.programs import Programs

_LAST_LINES = 12


def bench_problems(plan: NightPlan, folder: Path, programs: Programs, today: date) -> list[str]:
    """Why nothing may be run on the bench tonight; empty where it may. Nothing is moved.

    Args:
        plan: names the bench.
        folder: gets the log.
        programs: how ``rig bench check`` is started.
        today: in UTC.
    """
    folder.mkdir(exist_ok=True)
    log = folder / "log.txt"
    code = programs.run(programs.rig("bench", "check", plan.bench), log, None, plan.folder)
    refused = [] if code == 0 else [f"rig bench check ended with {code}:\n{_end_of(log)}"]
    return [*refused, *(_qualification(plan, programs.book, today) if plan.qualified else [])]


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LAST_LINES:])


def _qualification(plan: NightPlan, book: Path, today: date) -> list[str]:
    wanted = "the plan asks for a qualification of the bench in force"
    try:
        filed = history(book, load_bench(plan.bench).name)
    except EvidenceError as error:
        return [f"{wanted}: {error}"]
    if not filed:
        return [f"{wanted}, found none in {book}; run rig qualify"]
    newest = filed[-1].record
    if newest.verdict != "qualified":
        return [f"{wanted}, found number {newest.number}: not qualified ({'; '.join(newest.reasons)}); run rig qualify"]
    if today > newest.valid_until:
        return [f"{wanted}, found number {newest.number}, which ended on {newest.valid_until}; run rig qualify"]
    return []

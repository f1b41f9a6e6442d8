"""One item of a night: its folder, its command, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rig.nightly.junit import suite_outcome
from rig.nightly.programs import PYTEST, TOO_LONG
from rig.nightly.result import Shown, run_outcome
from rig.record.finish import left_by_seal
from rig.record.manifest import MANIFEST

if TYPE_CHECKING:
    from pathlib import Path

    from rig.nightly.plan import NightPlan, PlannedItem
    from rig.nightly.programs import Programs

LOG, SUITE_XML, START = "log.txt", "junit.xml", "start.json"
#: Why an item has no end of its own; also the reason with which its record is sealed later.
CUT_SHORT: Final = "the night was cut short in it"
KILLED: Final = "it took longer than at_most, and had to be killed"
#: Who seals then, where nobody answers for the night.
BY_ITSELF: Final = "rig nightly, unattended"


def folder_name(index: int, item: PlannedItem) -> str:
    """``01-maintenance``: the place in the plan, from 1, and the file's name."""
    stem = item.what.rstrip("/").rpartition("/")[2].removesuffix(".toml").removesuffix(".py")
    return f"{index + 1:02d}-{stem}"


def run_item(plan: NightPlan, index: int, folder: Path, programs: Programs) -> Shown:
    """Run an item in its folder, and say what it has shown.

    Args:
        plan: the night's.
        index: of the item.
        folder: new, for log and record.
        programs: how things are started.
    """
    item = plan.items[index]
    folder.mkdir()
    code = programs.run(_command(plan, item, folder, programs), folder / LOG, item.at_most_s, plan.folder)
    unsealed = _seal_all(plan, folder, programs, KILLED if code == TOO_LONG else f"its process ended with {code}")
    if item.suite is not None:
        verdict, reasons = suite_outcome(folder / SUITE_XML, code)
        return Shown(index, item.what, verdict, (*reasons, *unsealed), folder.name)
    outcome = run_outcome(record_in(folder), code)
    outcome["reasons"] = (*outcome["reasons"], *unsealed)
    return _shown(item, index, folder, outcome)


def cut_short(plan: NightPlan, index: int, folder: Path, programs: Programs) -> Shown:
    """What an item has shown that the end of the machine cut short; its record is sealed with what was saved of it."""
    item, record = plan.items[index], record_in(folder)
    unsealed = _seal_all(plan, folder, programs, CUT_SHORT)
    if item.suite is not None or record is None:
        told = (CUT_SHORT, *unsealed, "nothing was decided")
        return Shown(index, item.what, "inconclusive", told, folder.name, interrupted=True)
    code = programs.run(programs.rig("verify", record), folder / LOG, None, plan.folder)
    outcome = run_outcome(record, code)
    outcome["reasons"] = (CUT_SHORT, *unsealed, *outcome["reasons"])
    return _shown(item, index, folder, outcome, interrupted=True)


def record_in(folder: Path) -> Path | None:
    """The record of an item; None where none was begun."""
    return next((path.parent for path in sorted(folder.glob(f"*/{START}"))), None)


def _seal_all(plan: NightPlan, folder: Path, programs: Programs, reason: str) -> list[str]:
    """Seal what an item left unsealed; names each record that could not be, or that the store did not take."""
    who, problems = programs.operator or BY_ITSELF, []
    for record in _not_sealed(folder):
        command = programs.rig("record", "seal", record, "--reason", reason, "--operator", who)
        code = programs.run(command, folder / LOG, None, plan.folder)
        said = "was sealed, but is not in the store" if _is_sealed(record) else "could not be sealed"
        problems += [f"{record.name} {said} ({code}); the log beside it says why"] if code else []
    return problems


def _not_sealed(folder: Path) -> list[Path]:
    """Records without a seal, and those whose seal was cut off."""
    return [path.parent for path in sorted(folder.rglob(START)) if not _is_sealed(path.parent)]


def _is_sealed(record: Path) -> bool:
    return (record / MANIFEST).exists() and not left_by_seal(record)


def _shown(item: PlannedItem, index: int, folder: Path, outcome: dict[str, Any], *, interrupted: bool = False) -> Shown:
    return Shown(index, item.what, folder=folder.name, interrupted=interrupted, **outcome)


def _command(plan: NightPlan, item: PlannedItem, folder: Path, programs: Programs) -> list[str]:
    who = ["--operator", programs.operator] if programs.operator else []
    if item.suite is not None:
        where = [str(plan.path(item.suite)), "--bench", str(plan.bench), "--records", str(folder)]
        return [*PYTEST, *where, *who, f"--junitxml={folder / SUITE_XML}", "-p", "no:cacheprovider"]
    more = ["--answers", str(plan.path(item.answers))] if item.answers else []
    more += ["--not-for-release"] if item.not_for_release else []
    protocol = plan.path(item.protocol or "")
    run = ("run", protocol, "--bench", plan.bench, "--out", folder, "--book", programs.book, "--yes")
    return [*programs.rig(*run), *who, *more]

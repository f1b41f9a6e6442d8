"""``rig verify``: the same verdict and every digit again, from the record alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typer

from rig.cli.console import Console
from rig.cli.folders import find_record
from rig.cli.show import show_result
from rig.errors import EvidenceError
from rig.monte_carlo import simulated_error
from rig.record import Record
from rig.verify_record import Recomputation, recomputed

if TYPE_CHECKING:
    from pathlib import Path

_SHOWN = 20


def verify_command(folder: Path, *, as_json: bool, draws: int = 0) -> int:
    """Recompute a record; the answer is the exit code of its verdict.

    Args:
        folder: of the record.
        as_json: the result as JSON.
        draws: of the mean flow error by Monte Carlo; none for zero.

    Raises:
        EvidenceError: no record, a changed one, or one whose result does not come out again.
    """
    record = Record.open(find_record(folder))
    found = recomputed(record)
    simulated = simulated_error(found.assessment, draws) if draws else None
    if as_json:
        more = {} if simulated is None else {"monte_carlo": simulated.as_json()}
        typer.echo(json.dumps(found.as_json() | more, indent=2, sort_keys=True))
    else:
        _show(record, found)
        if simulated is not None:
            Console(highlight=False).print(f"Drawn:    {simulated.statement}", soft_wrap=True)
    if found.differences:
        raise EvidenceError(_differences_text(record, found))
    return found.assessment.verdict.exit_code


def _show(record: Record, found: Recomputation) -> None:
    console = Console(highlight=False)
    show_result(console, found.assessment)
    console.print(f"Record:   {record.folder}", soft_wrap=True)
    console.print(f"Digest:   {record.content_digest}", soft_wrap=True)
    if not found.compared:
        console.print("Computed from what was saved. The record was never sealed: there is no result to compare with.")
    elif not found.differences:
        console.print("Verified: the same verdict, and every reported digit again.", style="green")


def _differences_text(record: Record, found: Recomputation) -> str:
    shown = [f"  {line}" for line in found.differences[:_SHOWN]]
    more = len(found.differences) - len(shown)
    if more:
        shown.append(f"  and {more} more")
    head = (
        f"{record.folder}: expected the sealed result again, found another one. The files are those that were sealed, "
        "so the software or a library computes differently:"
    )
    return "\n".join([head, *shown, *(f"  {line}" for line in found.versions)])

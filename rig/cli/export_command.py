"""``rig export``: a record for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.cli.console import Console
from rig.cli.folders import find_record
from rig.export import export
from rig.record import Record
from rig.words import count_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def export_command(folder: Path, formats: Sequence[str], out: Path, *, with_delivery: bool) -> int:
    """Write the files and say what they hold; 0 where they were written.

    Raises:
        EvidenceError: no record, one that is not what was sealed, or a folder that exists; nothing was written then.
    """
    made = export(Record.open(find_record(folder)), formats, out, with_delivery=with_delivery)
    console = Console(highlight=False)
    for table in made.contents.tables:
        damage = table.facts.get("damage", "none")
        console.print(f"  {table.name:<16}{table.rows:>12,} rows", style="" if damage == "none" else "bold red")
        if damage != "none":
            console.print(f"    damaged: {damage}", style="bold red", markup=False, soft_wrap=True)
    facts = made.contents.facts
    console.print(
        f"{facts['evidence_class']} evidence, verdict {facts['verdict']}, record {facts['record_sha256']}",
        soft_wrap=True,
    )
    console.print(f"{count_text(len(made.files), 'file')} in {made.folder}", markup=False, soft_wrap=True)
    return 0

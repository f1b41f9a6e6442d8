"""``rig record seal``: a record that a kill left behind, with what was saved of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.clock import WallClock
from rig.cli.console import Console
from rig.cli.folders import find_record
from rig.cli.settings import find_settings
from rig.cli.show import show_result
from rig.cli.take_in import take_in
from rig.late_seal import seal_later
from rig.record import Record
from rig.record.check import later_text

if TYPE_CHECKING:
    from pathlib import Path


def seal_command(folder: Path, reason: str, operator: str | None, store: str | None) -> int:
    """Seal it; the answer is 0, because the verdict is that of the run and not of the command.

    Raises:
        EvidenceError: it may not be sealed, or cannot be; nothing was changed then.
    """
    settings = find_settings(None, operator, store=store)
    outcome = seal_later(find_record(folder), settings.operator, reason, WallClock())
    console = Console(highlight=False)
    show_result(console, outcome.assessment)
    console.print(f"Sealed:   {later_text(Record.open(outcome.folder).manifest)}", markup=False, soft_wrap=True)
    console.print(f"Record:   {outcome.folder}", markup=False, soft_wrap=True)
    if name := take_in(outcome.folder, settings):
        console.print(f"Store:    {name}", soft_wrap=True)
    return 0

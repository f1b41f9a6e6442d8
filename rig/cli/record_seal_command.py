"""``rig record seal``: a record that a kill left behind, with what was saved of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.clock import WallClock
from rig.cli.console import Console
from rig.cli.exits import UNUSABLE
from rig.cli.folders import find_record
from rig.cli.settings import find_settings
from rig.cli.show import show_result
from rig.cli.take_in import take_in
from rig.late_seal import finish_later, seal_later
from rig.record import Record
from rig.record.check import later_text

if TYPE_CHECKING:
    from pathlib import Path


def seal_command(folder: Path, reason: str, operator: str | None, store: str | None) -> int:
    """Seal it, or finish a seal that was cut off.

    Returns:
        0, because the verdict is that of the run and not of the command; 2 where the store did not take the record.

    Raises:
        EvidenceError: it may not be sealed, or cannot be; nothing was changed then.
    """
    settings, record = find_settings(None, operator, store=store), find_record(folder).resolve()
    console = Console(highlight=False)
    if left := finish_later(record):
        said = f"before; that was cut off, and what it left was taken away: {', '.join(left)}"
    else:
        show_result(console, seal_later(record, settings.operator, reason, WallClock()).assessment)
        said = later_text(Record.open(record).manifest)
    console.print(f"Sealed:   {said}", markup=False, soft_wrap=True)
    console.print(f"Record:   {record}", markup=False, soft_wrap=True)
    return 0 if take_in(record, settings) else UNUSABLE

"""``rig record replay``: do today's drivers read the same out of the recorded bytes?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from rig.cli.console import Console
from rig.cli.exits import UNUSABLE
from rig.cli.folders import find_record
from rig.cli.show import plain_table
from rig.record import Record
from rig.replay import replay_record

if TYPE_CHECKING:
    from pathlib import Path

    from rig.replay import ReplayedChannel


def replay_command(folder: Path) -> int:
    """Replay every channel; 0 if every one that could be replayed gave the same readings, else 2.

    Raises:
        EvidenceError: no record, one that is not what was sealed, or one without a wire log.
    """
    record = Record.open(find_record(folder))
    channels = replay_record(record)
    console = Console(highlight=False)
    table = plain_table("Replay of the wire log", "channel", "calls", "rows", "outcome")
    for channel in channels:
        table.add_row(channel.name, f"{channel.calls:,}", f"{channel.rows:,}", _outcome(channel))
    console.print(table)
    for channel in channels:
        for text in [*channel.differences, *([channel.note] if channel.note else [])]:
            console.print(f"{channel.name}: {text}", markup=False, soft_wrap=True)
    if not any(channel.calls for channel in channels):
        console.print("Nothing was replayed.")
        return UNUSABLE
    return UNUSABLE if any(channel.differences for channel in channels) else 0


def _outcome(channel: ReplayedChannel) -> Text:
    if channel.not_replayed:
        return Text(f"not replayed: {channel.not_replayed}", style="yellow")
    if channel.differences:
        return Text("DIFFERENT", style="red")
    later = f", up to {1e3 * channel.later_s:.3f} ms after their last byte" if channel.later_s else ""
    return Text(f"identical{later}", style="green")

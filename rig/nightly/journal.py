"""What happened in a night so far: one JSON line an event, on the disk before the night goes on.

    journal = Journal.create(folder, {"plan": "pumps", "sha256": "..."})
    journal.write("started", item=0)
    Journal.open(folder).events

A line that a power cut left half-written is the last one, and is left out; anything else that is no JSON is an error.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from rig.errors import EvidenceError
from rig.record.disk import sync_folder

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

JOURNAL: Final = "journal.jsonl"


@dataclass
class Journal:
    """The journal of one night.

    Attributes:
        folder: of the night.
        events: in order; each has ``event``.
    """

    folder: Path
    events: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def create(cls, folder: Path) -> Journal:
        """Begin a night in a new folder."""
        folder.mkdir(parents=True)
        sync_folder(folder.parent)
        return cls(folder)

    @classmethod
    def open(cls, folder: Path) -> Journal:
        """Read what a night has written, and cut off what a power cut left half-written.

        Raises:
            EvidenceError: it cannot be read, or was changed.
        """
        path = folder / JOURNAL
        try:
            lines = path.read_bytes().split(b"\n")
        except OSError as error:
            raise EvidenceError(f"{path}: could not be read: {error.strerror or error}") from error
        whole, torn = lines[:-1], lines[-1]
        try:
            events = [json.loads(line) for line in whole]
        except ValueError as error:
            raise EvidenceError(
                f"{path}: expected a JSON object in each line, found something else: {error}"
            ) from error
        if torn:
            os.truncate(path, path.stat().st_size - len(torn))
        return cls(folder, events)

    def write(self, event: str, at: datetime, **facts: Any) -> None:
        """Append an event, and wait until it is on the disk."""
        entry = {"event": event, "utc": at.isoformat(timespec="seconds"), **facts}
        with (self.folder / JOURNAL).open("ab") as file:
            file.write(json.dumps(entry, sort_keys=True).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self.events.append(entry)

    def of(self, event: str) -> list[dict[str, Any]]:
        """All events of one kind."""
        return [one for one in self.events if one["event"] == event]

    @property
    def ended(self) -> bool:
        """Whether the night is over."""
        return bool(self.of("ended"))

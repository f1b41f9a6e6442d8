"""What the store adds to a report of a record: attempts, its part of the audit trail, and a checkpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rig.people.attempts import attempts_of, open_investigation
from rig.record import Record
from rig.store.checkpoint import make_checkpoint
from rig.store.from_record import run_id, test_of
from rig.store.history import audit_entries

if TYPE_CHECKING:
    from pathlib import Path

    from rig.people.attempts import Attempt
    from rig.store.store import Store

#: So many entries of one record; there are a handful.
_ENTRIES = 1000


@dataclass(frozen=True)
class Extract:
    """For a report; what is signed stands beside the record.

    Attributes:
        attempts: every attempt at the same test on the same device, this one among them.
        investigation_open: whether an investigation of the test is open.
        audit: what the trail says of the record and its run.
        checkpoint: the head of the trail, signed; it is the last thing that is made.
    """

    attempts: list[Attempt]
    investigation_open: bool
    audit: list[dict[str, Any]]
    checkpoint: dict[str, Any]


def report_extract(store: Store, folder: Path) -> Extract:
    """Everything that a report of a record takes from the store.

    Args:
        store: an open one, in which the record is.
        folder: of the record.

    Raises:
        EvidenceError: the record was changed.
        StoreError: the store cannot be read, or its key not be used.
    """
    record = Record.open(folder)
    test = test_of(record.start)
    about = (run_id(folder, record.start), str(record.manifest.get("record_sha256", "")))
    return Extract(
        attempts_of(store, *test),
        open_investigation(store, *test),
        audit_entries(store, about, _ENTRIES),
        make_checkpoint(store),
    )

"""Gather what people added to a record: from the files beside it alone, or with the store of the laboratory.

    annex = annex_beside(record)                  # signatures and corrections; attempts in the same folder
    annex = annex_of_store(record, store, who)    # and every attempt, the audit trail, a signed checkpoint

``annexes_beside`` and ``annexes_of_store`` do the same for the records of a campaign.

A checkpoint that left the machine is what shows a trail that was rewritten as a whole, so a report with the store's
part takes one along: ``rig store check REPORT.pdf`` holds the trail against it, years later.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from rig.people.statements import statements_of
from rig.report.attempts import LOOKED_IN, attempts_beside
from rig.report.people import Annex, Attempt, AuditEntry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.people.attempts import Attempt as StoredAttempt
    from rig.record import Record
    from rig.store.store import Store

IN_STORE: Final = "as the store of the laboratory has them"
_NEVER_SEALED: Final = "not sealed"
#: Stands in the trail, and means nothing away from its machine.
_UNTOLD: Final = {"folder"}
_HASH: Final = re.compile("[0-9a-f]{64}")


def annex_beside(record: Record) -> Annex:
    """What the files beside a record say.

    Args:
        record: sealed or not; only a sealed one has statements.

    Raises:
        EvidenceError: a statement was changed or is missing.
    """
    return Annex(_statements(record), attempts=attempts_beside(record), looked_in=LOOKED_IN)


def annex_of_store(record: Record, store: Store, who: str) -> Annex:
    """The same, with the attempts, the audit trail and a checkpoint of the store.

    Args:
        record: it is taken into the store, if it is not there yet.
        store: an open one.
        who: for the audit trail.

    Raises:
        EvidenceError: the record or a statement was changed, or one that the store has is not beside the record.
        StoreError: the store cannot be read, or its key not be used.
    """
    from rig.store.extract import report_extract
    from rig.store.index import index_record

    index_record(store, record.folder, who)
    found = report_extract(store, record.folder)
    return Annex(
        _statements(record),
        tuple(_entry(one) for one in found.audit),
        tuple(_attempt(one, record) for one in found.attempts),
        IN_STORE,
        found.investigation_open,
        found.checkpoint,
    )


def annexes_beside(records: Sequence[Record]) -> dict[str, Annex]:
    """What the files beside each record say, by the name of the record.

    Raises:
        EvidenceError: a statement was changed or is missing.
    """
    return {record.folder.name: annex_beside(record) for record in records}


def annexes_of_store(records: Sequence[Record], store: Store, who: str) -> dict[str, Annex]:
    """The same with the store's part; the last sealed one alone has a checkpoint, which was made after all of them.

    Args:
        records: each is taken into the store, if it is sealed and not there yet.
        store: an open one.
        who: for the audit trail.

    Raises:
        EvidenceError, StoreError: as for one record.
    """
    found = {one.folder.name: annex_of_store(one, store, who) if one.sealed else annex_beside(one) for one in records}
    last = [name for name, annex in found.items() if annex.checkpoint is not None][-1:]
    return {name: annex if name in last else replace(annex, checkpoint=None) for name, annex in found.items()}


def _statements(record: Record) -> tuple[dict[str, Any], ...]:
    return tuple(one.body for one in statements_of(record.folder)) if record.sealed else ()


def _entry(row: dict[str, Any]) -> AuditEntry:
    told = (row["seq"], row["at_utc"], row["who"], row["action"], row["why"] or "")
    return AuditEntry(*told, _change(*(json.loads(row[name] or "null") for name in ("old", "new"))), row["hash"])


def _change(was: Any, now: Any) -> str:
    """From what to what, in words; of a correction what it corrects, and of a remark itself."""
    if isinstance(now, dict) and set(now) == {"what", "old", "new", "why"}:
        return f"{now['what']}: {now['old'] or 'nothing'} to {now['new'] or 'nothing'}"
    if isinstance(now, dict) and set(now) == {"what", "new", "why"}:
        return f"{now['what']}: {now['new']}"
    old, new = _words(was), _words(now)
    return f"{old} to {new}" if old and new else old or new


def _words(value: Any) -> str:
    """A value of the trail for a table; the whole of it is in the store, and ``sha256`` holds it."""
    if isinstance(value, dict):
        told = {name: _words(one) for name, one in value.items() if name not in _UNTOLD}
        return "; ".join(f"{name} {words}" for name, words in told.items() if words)
    text = "" if value is None else str(value)
    return f"{text[:16]}..." if _HASH.fullmatch(text) else text


def _attempt(one: StoredAttempt, record: Record) -> Attempt:
    here = record.manifest.get("record_sha256")
    name = record.folder.name if one.record_sha256 and one.record_sha256 == here else f"run {one.run[:12]}"
    outcome = one.outcome if one.record_sha256 else _NEVER_SEALED
    return Attempt(name, one.started_utc, outcome, one.cause, one.record_sha256, one.standing)

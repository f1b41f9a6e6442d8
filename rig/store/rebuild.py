"""A store that was lost, again: from the records and the statements that lie beside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rig.store.audit import Entry, head
from rig.store.chains import chain_differences
from rig.store.checkpoint import store_key
from rig.store.errors import StoreError
from rig.store.index import IndexReport, index_records
from rig.store.keys import key_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rig.store.store import Store


def rebuild(store: Store, folders: Iterable[Path], who: str) -> IndexReport:
    """Make the store anew from records and the statements that lie beside them.

    Users, refused attempts and the old audit trail are in no record: they do not come back, and the new trail says so.
    Whose key signed the statements cannot be known any more: each key is taken over by name, in the trail. Holes and
    forks in the chains of the folders are problems, because what is not there does not come back.

    Args:
        store: an empty one.
        folders: to look through.
        who: for the audit trail.

    Raises:
        StoreError: it holds something already.
    """
    with store.writing() as writer:
        if head(writer.connection)[0]:
            raise StoreError(f"{store.name}: expected an empty store, found entries; move it away, or name a new one")
        why = "rebuilt from records; users and the trail before this entry are not in records"
        writer.record(Entry(who, "store.rebuilt", "store", "", why))
    if (store.key or key_path(store.where)).exists():
        store_key(store)  # the store was lost and its key was not: what it signed is its own
    report = index_records(store, [Path(folder) for folder in folders], who, foreign=True)
    report.problems += chain_differences(store).problems
    return report

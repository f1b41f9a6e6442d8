"""Checkpoints: the head of the audit trail, signed, for everything that leaves the machine (a report, a mail, a safe).

    checkpoint = make_checkpoint(store)                # {"seq": 812, "hash": "9f0c...", "at_utc": ..., ...}
    checkpoint_problems(store, checkpoint)             # [] while the trail up to entry 812 is what it was

Who owns the machine can rewrite the whole trail, hash it again and sign it again. The trail then no longer has the hash
of a checkpoint that somebody else holds, and that is how it is found. A checkpoint says nothing about what came after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from rig.store.audit import Entry, head
from rig.store.keys import PUBLIC, key_path, load_key, public_text, signature_holds, signed
from rig.store.store import utc_text
from rig.store.tables import AUDIT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from sqlalchemy import Connection

    from rig.store.store import Store

KEY_MADE = "key.made"
#: A key of a store that was lost, under whose statements its records came back.
KEY_TAKEN_OVER = "key.taken over"


def store_key(store: Store) -> Ed25519PrivateKey:
    """The key of a store; a new one is noted in the audit trail.

    Raises:
        StoreError: its file cannot be used.
    """
    key = load_key(store.key or key_path(store.where))
    public = public_text(key)
    with store.reading() as connection:
        known = public in trail_keys(connection)
    if not known:
        with store.writing() as writer:
            writer.record(Entry("store", KEY_MADE, "key", public, new=public))
    return key


def make_checkpoint(store: Store) -> dict[str, Any]:
    """The head of the audit trail, signed; plain JSON, for a report to carry away.

    Raises:
        StoreError: the key of the store cannot be used.
    """
    key = store_key(store)
    with store.reading() as connection:
        seq, sha256 = head(connection)
    said = {"schema": 1, "kind": "audit checkpoint", "seq": seq, "hash": sha256, "at_utc": utc_text(store.clock)}
    return signed(key, said)


def checkpoint_problems(store: Store, checkpoint: Mapping[str, Any]) -> list[str]:
    """What does not fit between a checkpoint and a store, a line each.

    Args:
        store: whose trail is to be checked; its own hashes are checked by :meth:`Store.problems`.
        checkpoint: from a report or a file.
    """
    if not signature_holds(checkpoint):
        return ["the checkpoint was changed: its signature does not hold"]
    seq, sha256 = checkpoint.get("seq"), checkpoint.get("hash")
    if not isinstance(seq, int):
        return [f"the checkpoint: expected the number of an entry, found {seq!r}"]
    with store.reading() as connection:
        found = connection.execute(select(AUDIT.c.hash).where(AUDIT.c.seq == seq)).scalar()
        keys, last = trail_keys(connection), head(connection)[0]
    problems = []
    if checkpoint[PUBLIC] not in keys:
        problems.append(f"the key {str(checkpoint[PUBLIC])[:16]}... of the checkpoint is none of this store's")
    if found is None:
        problems.append(f"the trail ends with entry {last}; the checkpoint has seen entry {seq}: entries were removed")
    elif found != sha256:
        problems.append(f"entry {seq} is not the one that the checkpoint has seen: the trail was rewritten before it")
    return problems


def trail_keys(connection: Connection) -> set[str]:
    """Public halves of the keys that this store has had, as its trail says."""
    return _keys(connection, KEY_MADE)


def taken_over_keys(connection: Connection) -> set[str]:
    """Public halves of the keys that a rebuild took over from the store before, whose statements came back."""
    return _keys(connection, KEY_TAKEN_OVER)


def _keys(connection: Connection, action: str) -> set[str]:
    where = (AUDIT.c.entity == "key") & (AUDIT.c.action == action)
    return set(connection.execute(select(AUDIT.c.entity_id).where(where)).scalars())

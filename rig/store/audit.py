"""The audit trail: who did what, when and why, with the old and the new value, each entry chained to the one before.

An entry's hash is over everything in it, over a hash of the rows that it brought into each table, and over the hash of
the entry before: a change, a gap or a row that nobody brought is found by :func:`audit_problems`. Who re-hashes the
whole chain after a change is found only by a checkpoint that left the machine (:mod:`rig.store.checkpoint`).
"""

from __future__ import annotations

import hashlib
import itertools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from rig.record.columns import canonical_json
from rig.store.rows import ENTRY, plain_row, rows_hash
from rig.store.tables import AUDIT, METADATA
from rig.store.triggers import GENESIS, missing_triggers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Table

_HASHED = ("seq", "at_utc", "who", "action", "entity", "entity_id", "why", "old", "new", "rows", "previous")


@dataclass(frozen=True)
class Entry:
    """What is to be written down.

    Attributes:
        who: login name of a person, or the operator who ran a command.
        action: what was done, e.g. ``run.indexed`` or ``password.wrong``.
        entity, entity_id: to what.
        why: the reason, where one was given.
        old, new: values before and after, plain JSON.
    """

    who: str
    action: str
    entity: str
    entity_id: str
    why: str = ""
    old: Any = None
    new: Any = None


def append(
    connection: Connection, entry: Entry, at_utc: str, rows: Mapping[Table, Sequence[Mapping[str, Any]]]
) -> dict[str, Any]:
    """Write an entry and the rows that belong to it; the caller holds the lock for writing.

    Args:
        connection: in a transaction.
        entry: what was done.
        at_utc: when.
        rows: what it brings, by table.

    Returns:
        The entry as it was stored.
    """
    seq, previous = head(connection)
    brought = {table: [plain_row(table, row) for row in some] for table, some in rows.items() if some}
    said: dict[str, Any] = {
        "seq": seq + 1,
        "at_utc": at_utc,
        "who": entry.who,
        "action": entry.action,
        "entity": entry.entity,
        "entity_id": entry.entity_id,
        "why": entry.why,
        "old": canonical_json(entry.old).decode(),
        "new": canonical_json(entry.new).decode(),
        "rows": canonical_json({table.name: rows_hash(some) for table, some in brought.items()}).decode(),
        "previous": previous,
    }
    said["hash"] = entry_hash(said)
    connection.execute(insert(AUDIT), said)
    for table, some in brought.items():
        connection.execute(insert(table), [{**row, ENTRY: seq + 1} for row in some])
    return said


def head(connection: Connection) -> tuple[int, str]:
    """Number and hash of the last entry."""
    found = connection.execute(select(AUDIT.c.seq, AUDIT.c.hash).order_by(AUDIT.c.seq.desc()).limit(1)).first()
    return (0, GENESIS) if found is None else (found.seq, found.hash)


def entry_hash(entry: Mapping[str, Any]) -> str:
    """SHA-256 over everything in an entry but this hash."""
    return hashlib.sha256(canonical_json({name: entry[name] for name in _HASHED})).hexdigest()


def audit_problems(connection: Connection) -> list[str]:
    """Everything that does not hold in the chain, in the rows that it vouches for and in the triggers, a line each."""
    problems, promised = _chain_problems(connection)
    problems += [
        f"trigger {name}: removed or switched off; the database no longer refuses what it refused"
        for name in missing_triggers(connection, METADATA.sorted_tables)
    ]
    for table in METADATA.sorted_tables:
        if table is not AUDIT:
            problems += _row_problems(connection, table, promised.pop(table.name, {}))
    problems += [f"audit: rows of an unknown table {name!r} are promised" for name in promised]
    return problems


def _chain_problems(connection: Connection) -> tuple[list[str], dict[str, dict[int, str]]]:
    problems: list[str] = []
    promised: dict[str, dict[int, str]] = {}
    expected, previous = 1, GENESIS
    for row in connection.execute(select(AUDIT).order_by(AUDIT.c.seq)).mappings().yield_per(10_000):
        seq = row["seq"]
        if seq != expected:
            problems.append(f"audit {expected}: expected this entry, found {seq}; entries were removed or added")
        if row["previous"] != previous:
            problems.append(f"audit {seq}: does not follow the entry before it")
        if entry_hash({name: row[name] for name in _HASHED}) != row["hash"]:
            problems.append(f"audit {seq}: changed ({row['action']} of {row['entity']} {row['entity_id']})")
        for table, sha256 in _rows_of(row["rows"]).items():
            promised.setdefault(table, {})[seq] = sha256
        expected, previous = seq + 1, row["hash"]
    return problems, promised


def _rows_of(text: str) -> dict[str, str]:
    """Hashes by table; nothing where the text was changed, which the entry's own hash shows."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _row_problems(connection: Connection, table: Table, promised: dict[int, str]) -> list[str]:
    problems = []
    for seq, rows in _by_entry(connection, table):
        said = promised.pop(seq, None)
        if said is None:
            problems.append(f"{table.name}: a row that audit {seq} did not bring")
        elif rows_hash(plain_row(table, row) for row in rows) != said:
            problems.append(f"{table.name}: the rows of audit {seq} were changed")
    return problems + [f"{table.name}: the rows of audit {seq} are missing" for seq in promised]


def _by_entry(connection: Connection, table: Table) -> Iterator[tuple[int, list[Mapping[str, Any]]]]:
    rows = connection.execute(select(table).order_by(table.c[ENTRY])).mappings().yield_per(10_000)
    for seq, group in itertools.groupby(rows, key=lambda row: row[ENTRY]):
        yield seq, list(group)  # type: ignore[arg-type]

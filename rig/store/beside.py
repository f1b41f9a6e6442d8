"""The statements beside the records against those that the store has: which are gone, changed, or not taken in.

    statement_differences(store)            # [] while each folder has what the store has

The files of a record show a hole between two of its statements, and not that the last one, or all, were taken away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.errors import EvidenceError
from rig.people.statements import statements_of
from rig.record.glance import glance
from rig.record.manifest import MANIFEST, record_hash
from rig.store.chains import stored_runs_of
from rig.store.statements import foreign_statements, lacking_statements, missing_statements

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from rig.people.statements import Statement
    from rig.store.store import Store


def statement_differences(store: Store) -> list[str]:
    """What does not fit, a line each, of every record that is here as the store saw it.

    Args:
        store: an open one. A record that is gone, or sealed anew, is :func:`rig.store.chains.chain_differences`'s.
    """
    found: list[str] = []
    runs = sorted(stored_runs_of(store).values(), key=lambda one: one.folder)
    with store.reading() as connection:
        for one in runs:
            manifest = glance(one.folder / MANIFEST)
            sha256 = record_hash(manifest) if manifest else ""
            if sha256 in one.numbers:
                found += [f"{one.folder}: {line}" for line in _of_record(connection, one.folder, sha256)]
    return found


def _of_record(connection: Connection, folder: Path, sha256: str) -> Iterator[str]:
    try:
        statements = statements_of(folder)
    except EvidenceError as error:
        yield str(error)
        return
    yield from lacking_statements(connection, sha256, statements)
    unknown = [one for one in statements if missing_statements(connection, [one])]
    yield from foreign_statements(connection, unknown) or (_untaken(one, folder) for one in unknown)


def _untaken(statement: Statement, folder: Path) -> str:
    return f"{statement.file_name} ({statement.what}) is not in the store; take it in: rig store index {folder}"

"""Statements of people as rows: in which table each kind stands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from rig.people.statements import ATTEMPT, CORRECTION, SIGNATURE, Statement
from rig.record.columns import canonical_json
from rig.store.checkpoint import taken_over_keys, trail_keys
from rig.store.keys import PUBLIC, signature_holds
from rig.store.tables import ATTEMPTS, CORRECTIONS, SIGNATURES

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from sqlalchemy import Connection, Table

TABLES = {SIGNATURE: SIGNATURES, CORRECTION: CORRECTIONS, ATTEMPT: ATTEMPTS}


def statement_rows(statement: Statement) -> dict[Table, list[dict[str, Any]]]:
    """The row of a statement, with its table."""
    table, body = TABLES[statement.kind], statement.body
    row = {column.name: body.get(column.name, "") for column in table.columns}
    return {table: [row | {"statement_sha256": statement.sha256, "body": canonical_json(body).decode()}]}


def missing_statements(connection: Connection, statements: Iterable[Statement]) -> dict[Table, list[dict[str, Any]]]:
    """Rows of the statements that the store does not have."""
    rows: dict[Table, list[dict[str, Any]]] = {}
    for statement in statements:
        table = TABLES[statement.kind]
        known = select(1).select_from(table).where(table.c.statement_sha256 == statement.sha256)
        if connection.execute(known).first() is None:
            rows.setdefault(table, []).extend(statement_rows(statement)[table])
    return rows


def lacking_statements(connection: Connection, record_sha256: str, statements: Iterable[Statement]) -> list[str]:
    """Statements about a record that the store has and its folder lacks, a line each.

    The chain of the files shows a hole between two of them, and not that the last one was taken away.

    Args:
        connection: to the store.
        record_sha256: hash of the record.
        statements: beside the record.
    """
    there, keys = {one.sha256 for one in statements}, known_keys(connection)
    found = [row for table in TABLES.values() for row in _stored(connection, table, record_sha256)]
    return [_lacking(body) for sha256, body in found if sha256 not in there and holds(body, keys)]


def known_keys(connection: Connection) -> set[str]:
    """Keys whose statements count: those of this store, and those that a rebuild took over."""
    return trail_keys(connection) | taken_over_keys(connection)


def holds(body: Mapping[str, Any], keys: Container[str]) -> bool:
    """Whether a statement is what one of some keys signed.

    Args:
        body: of the statement.
        keys: of a store.
    """
    return body.get(PUBLIC) in keys and signature_holds(body)


def foreign_statements(connection: Connection, statements: Iterable[Statement]) -> list[str]:
    """Statements that none of the store's keys signed, a line each.

    Anybody can make a key, and a statement that its own key signed. That the store has one proves nothing: earlier
    versions took it in.

    Args:
        connection: to the store.
        statements: beside a record, or in a report.
    """
    keys = known_keys(connection)
    return [_foreign(one.body) for one in statements if not holds(one.body, keys)]


def foreign_stored(connection: Connection) -> list[str]:
    """Statements in the store that none of its keys signed, a line each; they count for nothing."""
    keys = known_keys(connection)
    bodies = [
        (table.name, row.record_sha256, json.loads(row.body))
        for table in TABLES.values()
        for row in connection.execute(select(table.c.record_sha256, table.c.body))
    ]
    return [f"{name}: record {sha[:12]}: {_foreign(body)}" for name, sha, body in bodies if not holds(body, keys)]


def foreign_steps(connection: Connection, protocol: str, serial_number: str) -> list[str]:
    """Steps of the attempts at a test that the store has and none of its keys signed, a line each.

    Args:
        connection: to the store.
        protocol: id of the protocol.
        serial_number: of the device.
    """
    keys = known_keys(connection)
    test = (ATTEMPTS.c.protocol == protocol) & (ATTEMPTS.c.serial_number == serial_number)
    bodies = [json.loads(text) for text in connection.execute(select(ATTEMPTS.c.body).where(test)).scalars()]
    return [f"of an attempt at this test: {_foreign(body)}" for body in bodies if not holds(body, keys)]


def _foreign(body: Mapping[str, Any]) -> str:
    return (
        f"{_named(body)}: signed by an unknown key ({str(body.get(PUBLIC))[:16]}...), none of this store's; it "
        "counts for nothing. Take the file away, or rebuild the store if its key was lost"
    )


def _stored(connection: Connection, table: Table, record_sha256: str) -> list[tuple[str, dict[str, Any]]]:
    rows = select(table.c.statement_sha256, table.c.body).where(table.c.record_sha256 == record_sha256)
    return [(row.statement_sha256, json.loads(row.body)) for row in connection.execute(rows)]


def _lacking(body: Mapping[str, Any]) -> str:
    return (
        f"{_named(body)}: the store has this statement, and it is not beside the record; put the file back from a "
        "backup"
    )


def _named(body: Mapping[str, Any]) -> str:
    """A statement for a message: its file, what it states, who and when."""
    said = Statement(dict(body))
    return f"{said.file_name} ({said.what}, {body.get('printed_name')}, {body.get('at_utc')})"

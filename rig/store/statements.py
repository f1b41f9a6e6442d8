"""Statements of people as rows: in which table each kind stands."""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from rig.people.statements import ATTEMPT, CORRECTION, SIGNATURE, Statement
from rig.record.columns import canonical_json
from rig.store.checkpoint import trail_keys
from rig.store.keys import PUBLIC
from rig.store.tables import ATTEMPTS, CORRECTIONS, SIGNATURES

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    there = {one.sha256 for one in statements}
    found = [row for table in TABLES.values() for row in _stored(connection, table, record_sha256)]
    return [_lacking(body) for sha256, body in found if sha256 not in there]


def foreign_statements(connection: Connection, statements: Iterable[Statement]) -> list[str]:
    """Statements that neither are in the store nor were signed by a key of it, a line each.

    Anybody can make a key, and a statement that its own key signed. What ``rig store rebuild`` brought back is in the
    store, whichever key signed it.

    Args:
        connection: to the store.
        statements: beside a record.
    """
    keys = trail_keys(connection)
    unknown = [one for one in statements if one.body[PUBLIC] not in keys]
    missing = {row["statement_sha256"] for row in chain(*missing_statements(connection, unknown).values())}
    return [_foreign(one.body) for one in unknown if one.sha256 in missing]


def _foreign(body: dict[str, Any]) -> str:
    return (
        f"{body['number']:04d}-{body['kind']}.json ({body['printed_name']}): signed by an unknown key "
        f"({body[PUBLIC][:16]}...), none of this store's; take the file away, or rebuild the store if its key was lost"
    )


def _stored(connection: Connection, table: Table, record_sha256: str) -> list[tuple[str, dict[str, Any]]]:
    rows = select(table.c.statement_sha256, table.c.body).where(table.c.record_sha256 == record_sha256)
    return [(row.statement_sha256, json.loads(row.body)) for row in connection.execute(rows)]


def _lacking(body: dict[str, Any]) -> str:
    what = body.get("meaning") or body.get("step") or body["kind"]
    return (
        f"{body['number']:04d}-{body['kind']}.json ({what}, {body['printed_name']}, {body['at_utc']}): the store has "
        "this statement, and it is not beside the record; put the file back from a backup"
    )

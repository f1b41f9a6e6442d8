"""Statements of people as rows: in which table each kind stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from rig.people.statements import ATTEMPT, CORRECTION, SIGNATURE, Statement
from rig.record.columns import canonical_json
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

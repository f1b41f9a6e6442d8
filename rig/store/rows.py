"""Rows as they are hashed: plain values in the order of the columns, the same before they were stored and after."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Float, Integer

from rig.record.columns import canonical_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Table

ENTRY = "audit_seq"


def plain_row(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with every column of its table in the type that the database gives back.

    Args:
        table: to which it belongs.
        row: values by column; what is missing is empty.
    """
    return {column.name: _plain(column.type, row.get(column.name)) for column in table.columns if column.name != ENTRY}


def rows_hash(rows: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 over rows of one table, whatever their order."""
    hasher = hashlib.sha256()
    for line in sorted(canonical_json(row) for row in rows):
        hasher.update(line + b"\n")
    return hasher.hexdigest()


def _plain(kind: object, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Float):
        return float(value) + 0.0  # SQLite gives -0.0 back as 0.0
    if isinstance(kind, Boolean):
        return bool(value)
    return int(value) if isinstance(kind, Integer) else str(value)

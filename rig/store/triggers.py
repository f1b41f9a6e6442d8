"""Triggers that hold what the program promises, whoever writes: rows are only added, and the audit trail has no gap.

SQLite knows a back door: ``INSERT OR REPLACE`` deletes a row without asking the delete triggers (unless
``recursive_triggers`` is on), so a third trigger refuses an insert whose key is there already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection, Table

#: What the first entry of the audit trail follows.
GENESIS = "0" * 64

_POSTGRESQL_FUNCTIONS = (
    """CREATE FUNCTION doseproof_insert_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'insert only: rows of % are never changed or removed', TG_TABLE_NAME; END $$""",
    f"""CREATE FUNCTION doseproof_audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM audit)
       OR NEW.previous <> coalesce((SELECT hash FROM audit ORDER BY seq DESC LIMIT 1), '{GENESIS}')
    THEN RAISE EXCEPTION 'audit: an entry must follow the last one'; END IF;
    RETURN NEW;
END $$""",  # noqa: S608
)
#: Names of the triggers that are in force.
_IN_FORCE = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')",
}


def insert_only(dialect: str, table: str, key: Sequence[str]) -> list[str]:
    """Statements that make a table insert-only.

    Args:
        dialect: ``sqlite`` or ``postgresql``.
        table: its name.
        key: columns of its primary key.
    """
    if dialect == "postgresql":
        refused = {"insert_only": ("UPDATE OR DELETE", "ROW"), "no_truncate": ("TRUNCATE", "STATEMENT")}
        return [
            f"CREATE TRIGGER {table}_{name} BEFORE {what} ON {table} FOR EACH {each} "
            "EXECUTE FUNCTION doseproof_insert_only()"
            for name, (what, each) in refused.items()
        ]
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    there = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - names of our own tables
    refused = {"no_update": ("UPDATE", "1"), "no_delete": ("DELETE", "1"), "no_replace": ("INSERT", there)}
    return [
        f"CREATE TRIGGER {table}_{name} BEFORE {what} ON {table} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, 'insert only: rows of {table} are never changed or removed'); END"
        for name, (what, when) in refused.items()
    ]


def audit_chain(dialect: str) -> str:
    """A statement that refuses an entry of the audit trail that does not follow the last one."""
    if dialect == "postgresql":
        call = "FOR EACH ROW EXECUTE FUNCTION doseproof_audit_chain()"
        return f"CREATE TRIGGER audit_chain BEFORE INSERT ON audit {call}"
    number = "(SELECT coalesce(max(seq), 0) + 1 FROM audit)"
    last = f"coalesce((SELECT hash FROM audit ORDER BY seq DESC LIMIT 1), '{GENESIS}')"  # noqa: S608 - a constant
    refuse = "BEGIN SELECT RAISE(ABORT, 'audit: an entry must follow the last one'); END"
    wrong = f"NEW.seq IS NOT {number} OR NEW.previous IS NOT {last}"
    return f"CREATE TRIGGER audit_chain BEFORE INSERT ON audit WHEN {wrong} {refuse}"


def missing_triggers(connection: Connection, tables: Iterable[Table]) -> list[str]:
    """Names of the triggers that were removed or switched off since the tables were made, in the order of the alphabet.

    Args:
        connection: to the database.
        tables: that it should have, the audit trail among them.
    """
    dialect = connection.dialect.name
    keys = {table.name: [column.name for column in table.primary_key] for table in tables}
    made = [audit_chain(dialect), *(one for table, key in keys.items() for one in insert_only(dialect, table, key))]
    there = set(connection.execute(text(_IN_FORCE[dialect])).scalars())
    return sorted({statement.split()[2] for statement in made} - there)


def functions(dialect: str) -> tuple[str, ...]:
    """What the triggers of a database call, where it wants that declared first."""
    return _POSTGRESQL_FUNCTIONS if dialect == "postgresql" else ()

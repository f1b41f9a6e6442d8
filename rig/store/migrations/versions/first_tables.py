"""The first version: records, people, statements, and the audit trail that all of them belong to."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from rig.store.errors import StoreError
from rig.store.triggers import audit_chain, functions, insert_only

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_STATEMENT = "record_sha256 who printed_name at_utc body"
#: Name, text columns of the key, other text columns that are always filled.
_TABLES = (
    ("devices", "serial_number model", "manufacturer"),
    ("benches", "name", ""),
    (
        "runs",
        "run",
        "protocol title bench serial_number model firmware operator started_utc evidence_class doseproof revision",
    ),
    ("run_requirements", "requirement run", "kind started_utc"),
    ("calibrations", "sha256", "kind serial_number performed_on valid_until certificate"),
    ("run_calibrations", "run channel", "sha256"),
    ("verdicts", "record_sha256", "run outcome reasons release_blocks end_kind ended_utc content_digest previous"),
    ("findings", "record_sha256", "name verdict statement unit rule"),
    ("places", "run folder seen_utc", ""),
    ("users", "name", "printed_name roles password_hash at_utc"),
    ("signatures", "statement_sha256", f"{_STATEMENT} version meaning reason"),
    ("corrections", "statement_sha256", f"{_STATEMENT} what old new why"),
    ("attempts", "statement_sha256", f"{_STATEMENT} protocol serial_number step text"),
)
#: Whole numbers that are part of a key.
_NUMBERED = {"findings": "number", "users": "version"}
_INDEXES = (
    ("runs_device", "runs", "serial_number started_utc"),
    ("runs_bench", "runs", "bench started_utc"),
    ("run_requirements_newest", "run_requirements", "requirement started_utc"),
    ("run_calibrations_sha256", "run_calibrations", "sha256"),
    ("verdicts_run", "verdicts", "run"),
    ("signatures_record", "signatures", "record_sha256"),
    ("corrections_record", "corrections", "record_sha256"),
    ("attempts_test", "attempts", "protocol serial_number"),
    ("audit_entity", "audit", "entity_id entity action"),
)


def upgrade() -> None:
    """From an empty database."""
    dialect = op.get_bind().dialect.name
    audit = "at_utc who action entity entity_id why old new rows previous hash"
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in audit.split()),
    )
    for name, key, texts in _TABLES:
        op.create_table(name, *_columns(name, key.split(), texts.split()))
    for index, table, columns in _INDEXES:
        op.create_index(index, table, columns.split())
    for statement in functions(dialect):
        op.execute(statement)
    for name, key, _ in (("audit", "seq", ""), *_TABLES):
        every = [*key.split(), *([_NUMBERED[name]] if name in _NUMBERED else [])]
        for statement in insert_only(dialect, name, every):
            op.execute(statement)
    op.execute(audit_chain(dialect))


def _columns(table: str, key: list[str], texts: list[str]) -> list[sa.Column[Any]]:
    found: list[sa.Column[Any]] = [sa.Column(name, sa.Text, primary_key=True) for name in key]
    if table in _NUMBERED:
        found.append(sa.Column(_NUMBERED[table], sa.Integer, primary_key=True, autoincrement=False))
    found += [sa.Column(name, sa.Text, nullable=False) for name in texts]
    more: dict[str, list[sa.Column[Any]]] = {
        "runs": [sa.Column("modified", sa.Boolean), sa.Column("not_for_release", sa.Boolean, nullable=False)],
        "verdicts": [sa.Column("bench_number", sa.Integer)],
        "findings": [sa.Column(name, sa.Float) for name in ("value", "u", "expanded", "k", "nu", "lower", "upper")],
        "users": [sa.Column("active", sa.Boolean, nullable=False)],
    }
    return [
        *found,
        *more.get(table, []),
        sa.Column("audit_seq", sa.BigInteger, sa.ForeignKey("audit.seq"), nullable=False),
    ]


def downgrade() -> None:
    """There is nothing before the first version; evidence is not thrown away by a migration."""
    raise StoreError("expected a version to go back to, found the first one; move the store away to begin a new one")

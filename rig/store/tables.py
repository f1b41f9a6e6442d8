"""The tables, as the newest migration leaves them. Every row names the entry of the audit trail that brought it.

Times are text in UTC, ISO 8601 with microseconds, which sorts as it should on every database.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, MetaData, Table, Text

METADATA = MetaData()

AUDIT = Table(
    "audit",
    METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    *(
        Column(name, Text, nullable=False)
        for name in ("at_utc", "who", "action", "entity", "entity_id", "why", "old", "new", "rows", "previous", "hash")
    ),
    Index("audit_entity", "entity_id", "entity", "action"),
)


def _table(name: str, *columns: Column[str] | Column[int] | Column[float] | Column[bool] | Index) -> Table:
    entry = Column("audit_seq", BigInteger, ForeignKey("audit.seq"), nullable=False)
    return Table(name, METADATA, *columns, entry)


def _key(*names: str) -> list[Column[str]]:
    return [Column(name, Text, primary_key=True) for name in names]


def _text(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names]


def _number(*names: str) -> list[Column[float]]:
    return [Column(name, Float) for name in names]


DEVICES = _table("devices", *_key("serial_number", "model"), *_text("manufacturer"))
BENCHES = _table("benches", *_key("name"))
RUNS = _table(
    "runs",
    *_key("run"),
    *_text("protocol", "title", "bench", "serial_number", "model", "firmware", "operator", "started_utc"),
    *_text("evidence_class", "doseproof", "revision"),
    Column("modified", Boolean),
    Column("not_for_release", Boolean, nullable=False),
    Index("runs_device", "serial_number", "started_utc"),
    Index("runs_bench", "bench", "started_utc"),
)
#: With the start of the run, so that the newest runs of a requirement that every run has are found at once.
RUN_REQUIREMENTS = _table(
    "run_requirements",
    *_key("requirement", "run"),
    *_text("kind", "started_utc"),
    Index("run_requirements_newest", "requirement", "started_utc"),
)
CALIBRATIONS = _table(
    "calibrations", *_key("sha256"), *_text("kind", "serial_number", "performed_on", "valid_until", "certificate")
)
RUN_CALIBRATIONS = _table(
    "run_calibrations", *_key("run", "channel"), *_text("sha256"), Index("run_calibrations_sha256", "sha256")
)
VERDICTS = _table(
    "verdicts",
    *_key("record_sha256"),
    *_text("run", "outcome", "reasons", "release_blocks", "end_kind", "ended_utc", "content_digest", "previous"),
    Column("bench_number", Integer),
    Index("verdicts_run", "run"),
)
FINDINGS = _table(
    "findings",
    *_key("record_sha256"),
    Column("number", Integer, primary_key=True, autoincrement=False),
    *_text("name", "verdict", "statement", "unit", "rule"),
    *_number("value", "u", "expanded", "k", "nu", "lower", "upper"),
)
PLACES = _table("places", *_key("run", "folder", "seen_utc"))
USERS = _table(
    "users",
    *_key("name"),
    Column("version", Integer, primary_key=True, autoincrement=False),
    *_text("printed_name", "roles", "password_hash", "at_utc"),
    Column("active", Boolean, nullable=False),
)
_STATEMENT = ("record_sha256", "who", "printed_name", "at_utc", "body")
SIGNATURES = _table(
    "signatures",
    *_key("statement_sha256"),
    *_text(*_STATEMENT, "version", "meaning", "reason"),
    Index("signatures_record", "record_sha256"),
)
CORRECTIONS = _table(
    "corrections",
    *_key("statement_sha256"),
    *_text(*_STATEMENT, "what", "old", "new", "why"),
    Index("corrections_record", "record_sha256"),
)
ATTEMPTS = _table(
    "attempts",
    *_key("statement_sha256"),
    *_text(*_STATEMENT, "protocol", "serial_number", "step", "text"),
    Index("attempts_test", "protocol", "serial_number"),
)

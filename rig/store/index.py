"""Take records into the store: each once, checked byte by byte before, and nothing of one that was changed.

report = index_records(store, [Path("records")], who="A. Weber")
report.new, report.known, report.problems
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from calibration.errors import DoseproofError
from rig.errors import EvidenceError
from rig.impact.stored import stored_runs
from rig.people.statements import statements_of
from rig.record import Record
from rig.store.audit import Entry
from rig.store.begun import BEGUN, begun_facts, changed_since_begun
from rig.store.from_record import (
    calibration_rows,
    device_of,
    finding_rows,
    requirement_rows,
    run_id,
    run_row,
    verdict_row,
)
from rig.store.key_takeover import take_over_keys
from rig.store.statements import foreign_statements, lacking_statements, missing_statements
from rig.store.tables import (
    BENCHES,
    CALIBRATIONS,
    DEVICES,
    FINDINGS,
    PLACES,
    RUN_CALIBRATIONS,
    RUN_REQUIREMENTS,
    RUNS,
    VERDICTS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Table

    from rig.store.store import Store, Writer

    Rows = dict[Table, list[dict[str, Any]]]


@dataclass
class IndexReport:
    """What became of the records that were found.

    Attributes:
        new: taken in, or completed: an interrupted one that is sealed now, one with new statements, one that moved.
        known: were there already.
        interrupted: taken in without a verdict, because they were never sealed.
        problems: could not be taken in, with the reason.
    """

    new: int = 0
    known: int = 0
    interrupted: int = 0
    problems: list[str] = field(default_factory=list)


def index_records(store: Store, folders: Iterable[Path], who: str, *, foreign: bool = False) -> IndexReport:
    """Take in every record below some folders.

    Args:
        store: an open one.
        folders: to look through.
        who: for the audit trail.
        foreign: whether keys of another store are taken over with the statements that they signed.

    Raises:
        EvidenceError: a folder does not exist.
        StoreError: the store cannot be written.
    """
    report = IndexReport()
    for run in stored_runs(folders):
        try:
            _take(store, run.folder, who, report, foreign=foreign)
        except (DoseproofError, ValueError, TypeError, KeyError, AttributeError) as error:
            report.problems.append(f"{run.folder}: {error}")
    return report


def index_record(store: Store, folder: Path, who: str) -> str:
    """Take in one record.

    Returns:
        The id of its run.

    Raises:
        EvidenceError: no record, one that was changed, or one beside which a statement is missing or foreign.
    """
    _take(store, folder, who, IndexReport())
    return run_id(folder, Record.start_of(folder))


def index_begun(store: Store, folder: Path, who: str) -> None:
    """Take in a run that has just begun, so that it is an attempt whatever becomes of it.

    With it the trail keeps the hash of its start and of its inputs: neither is protected before the seal.

    Raises:
        EvidenceError: no record.
        StoreError: the store cannot be written.
    """
    folder = folder.resolve()
    record = Record.open(folder)
    run = run_id(folder, record.start)
    with store.writing() as writer:
        new = {"folder": str(folder), **begun_facts(folder)}
        writer.record(Entry(who, BEGUN, "run", run, new=new), _missing(writer, run, record))


def _take(store: Store, folder: Path, who: str, report: IndexReport, *, foreign: bool = False) -> None:
    folder = folder.resolve()
    record = Record.open(folder)
    run = run_id(folder, record.start)
    statements = statements_of(folder) if record.sealed else []
    with store.writing() as writer:
        problems = changed_since_begun(writer.connection, run, folder)
        problems += lacking_statements(writer.connection, record.manifest.get("record_sha256", ""), statements)
        if foreign:
            take_over_keys(writer, statements, who)
        problems += foreign_statements(writer.connection, statements)
        if problems:
            raise EvidenceError("; ".join(problems))
        rows = _missing(writer, run, record) | missing_statements(writer.connection, statements)
        if not record.sealed:
            report.interrupted += 1
        if not any(rows.values()):
            report.known += 1
            return
        new = {"folder": str(folder), "record_sha256": record.manifest.get("record_sha256", "")}
        writer.record(Entry(who, "run.indexed", "run", run, new=new), rows)
    report.new += 1


def _missing(writer: Writer, run: str, record: Record) -> Rows:
    """The rows of a record that the store does not have yet."""
    connection, start = writer.connection, record.start
    records, uses = calibration_rows(run, record)
    place = {"run": run, "folder": str(record.folder), "seen_utc": writer.now_utc()}
    rows: Rows = {
        DEVICES: _new(connection, DEVICES, [device_of(start)]),
        BENCHES: _new(connection, BENCHES, [{"name": start.get("bench", "")}]),
        RUNS: _new(connection, RUNS, [run_row(run, record)]),
        CALIBRATIONS: _new(connection, CALIBRATIONS, records),
        PLACES: [] if _last_place(connection, run) == str(record.folder) else [place],
    }
    if rows[RUNS]:
        rows |= {RUN_REQUIREMENTS: requirement_rows(run, record), RUN_CALIBRATIONS: uses}
    if record.sealed and (verdict := _new(connection, VERDICTS, [verdict_row(run, record)])):
        rows |= {VERDICTS: verdict, FINDINGS: finding_rows(record)}
    return rows


def _new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows whose key is not there yet."""
    found = []
    for row in rows:
        key = [column == row[column.name] for column in table.primary_key.columns]
        if connection.execute(select(1).select_from(table).where(*key)).first() is None:
            found.append(dict(row))
    return found


def _last_place(connection: Connection, run: str) -> str | None:
    latest = select(PLACES.c.folder).where(PLACES.c.run == run).order_by(PLACES.c.audit_seq.desc()).limit(1)
    found: str | None = connection.execute(latest).scalar()
    return found

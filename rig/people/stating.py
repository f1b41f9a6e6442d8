"""How a statement comes about: the record is checked, the person logs in, the rules are asked, then all is written.

A refusal is written too, in the audit trail, with who and why.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from rig.errors import EvidenceError
from rig.people.errors import RefusedError
from rig.people.login import Credentials, log_in
from rig.people.statements import SCHEMA, Statement, statements_of, version_of, write_statement
from rig.record import Record
from rig.store.audit import Entry, head
from rig.store.checkpoint import store_key
from rig.store.from_record import run_id, test_of
from rig.store.index import index_record
from rig.store.keys import signed
from rig.store.statements import foreign_statements, lacking_statements, missing_statements, statement_rows
from rig.store.tables import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from rig.people.users import User
    from rig.store.store import Store, Writer


@dataclass(frozen=True)
class Case:
    """What a person wants to state something about.

    Attributes:
        user: who.
        record: sealed, and unchanged.
        statements: about it, so far.
        connection: in the transaction that will keep the statement.
    """

    user: User
    record: Record
    statements: tuple[Statement, ...]
    connection: Connection

    @property
    def sha256(self) -> str:
        """Hash of the record."""
        return str(self.record.manifest["record_sha256"])

    @property
    def version(self) -> str:
        """The version of the evidence as it is now."""
        return version_of(self.sha256, self.statements)

    @property
    def test(self) -> tuple[str, str]:
        """Which test this is an attempt at: id of the protocol, serial number of the device."""
        return test_of(self.record.start)


def state(
    store: Store,
    folder: Path,
    by: Credentials,
    what: tuple[str, str],
    rules: Callable[[Case], list[str]],
    content: Callable[[Case], list[dict[str, Any]]],
) -> list[Statement]:
    """Let a person state something about a sealed record.

    Args:
        store: an open one.
        folder: of the record.
        by: who, with the password.
        what: kind of the statement, and the action's name for the audit trail and messages.
        rules: every reason against it.
        content: one or more statements, plain JSON.

    Returns:
        What was stated.

    Raises:
        LoginError: name and password do not belong together.
        RefusedError: with every reason, also that the record was never sealed or was changed, or that a statement that
            the store has is not beside it any more, or one beside it was signed by a key that is none of the store's.
    """
    kind, action = what
    user = log_in(store, by)
    key = store_key(store)
    try:
        record = _sealed(store, folder, user.name)
    except EvidenceError as error:
        _refused(store, user, action, str(folder), [str(error)])
    with _taken_back_on_failure() as files, store.writing() as writer:
        case = Case(user, record, tuple(statements_of(record.folder)), writer.connection)
        lacking = lacking_statements(case.connection, case.sha256, case.statements)
        unknown = foreign_statements(case.connection, case.statements)
        reasons = [*lacking, *unknown, *_foreign(case), *rules(case)]
        made = [] if reasons else _write(writer, case, kind, action, content(case), lambda said: signed(key, said))
        for one in made:
            files.append(write_statement(record.folder, one))
    if reasons:
        _refused(store, user, action, case.sha256, reasons)
    return made


@contextlib.contextmanager
def _taken_back_on_failure() -> Iterator[list[Path]]:
    """Files that are written within; none stays if it ends with an error, be it the last word of the store."""
    written: list[Path] = []
    try:
        yield written
    except BaseException:
        for path in written:
            path.unlink()
        raise


def _sealed(store: Store, folder: Path, who: str) -> Record:
    """The record, checked byte by byte and known to the store."""
    record = Record.open(folder.resolve())
    if not record.sealed:
        raise EvidenceError(
            f"{folder}: the record was never sealed; only a sealed one can be signed (left by a kill: rig record seal)"
        )
    index_record(store, record.folder, who)
    return record


def _foreign(case: Case) -> list[str]:
    """A run is sealed once: a second seal with another hash means that the record was made anew."""
    run = run_id(case.record.folder, case.record.start)
    others = select(VERDICTS.c.record_sha256).where(VERDICTS.c.run == run, VERDICTS.c.record_sha256 != case.sha256)
    known = [*case.connection.execute(others).scalars()]
    return [f"this run was sealed before with another content (record SHA-256 {one})" for one in known]


def _write(
    writer: Writer,
    case: Case,
    kind: str,
    action: str,
    contents: list[dict[str, Any]],
    seal: Callable[[dict[str, Any]], dict[str, Any]],
) -> list[Statement]:
    made: list[Statement] = []
    for content in contents:
        before = [*case.statements, *made]
        seq, sha256 = head(writer.connection)
        said = {
            "schema": SCHEMA,
            "kind": kind,
            "record_sha256": case.sha256,
            "number": len(before) + 1,
            "previous": before[-1].sha256 if before else "",
            "who": case.user.name,
            "printed_name": case.user.printed_name,
            "roles": sorted(case.user.roles),
            "at_utc": writer.now_utc(),
            "trail": {"seq": seq, "hash": sha256},
            **content,
        }
        made.append(Statement(seal(said)))
        why = str(content.get("reason") or content.get("why") or content.get("text") or "")
        entry = Entry(case.user.name, action, "record", case.sha256, why, content.get("old"), content)
        writer.record(entry, missing_statements(writer.connection, before) | statement_rows(made[-1]))
    return made


def _refused(store: Store, user: User, action: str, about: str, reasons: list[str]) -> None:
    with store.writing() as writer:
        writer.record(Entry(user.name, f"{action}.refused", "record", about, "; ".join(reasons)))
    raise RefusedError(action.replace(".", " "), reasons)

"""Statements beside a record: one JSON file each, chained, signed with the key of the store that made it.

    RECORD-statements/0001-signature.json      {"kind": "signature", "meaning": "performed", "record_sha256": ..., ...}

Reading them needs no store, so a record takes its signatures along to any machine::

    for statement in statements_of(folder):
        statement.body["printed_name"], statement.body["at_utc"], statement.body.get("meaning")
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rig.errors import EvidenceError
from rig.record.columns import canonical_json
from rig.record.disk import write_whole
from rig.record.manifest import MANIFEST
from rig.store.keys import signature_holds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SIGNATURE: Final = "signature"
CORRECTION: Final = "correction"
ATTEMPT: Final = "attempt"
SCHEMA: Final = 1


@dataclass(frozen=True)
class Statement:
    """What a person stated about a record.

    Attributes:
        body: plain JSON, with the signature of the store's key.
    """

    body: dict[str, Any]

    @property
    def kind(self) -> str:
        """Signature, correction or attempt."""
        return str(self.body["kind"])

    @property
    def what(self) -> str:
        """In a word or two: the meaning of a signature, the step of an attempt, else its kind."""
        return str(self.body.get("meaning") or self.body.get("step") or self.body.get("kind"))

    @property
    def number(self) -> int:
        """Its place among the statements about the record, from 1."""
        return int(self.body.get("number", 0))

    @property
    def file_name(self) -> str:
        """How its file is called."""
        return f"{self.number:04d}-{self.body.get('kind')}.json"

    @property
    def sha256(self) -> str:
        """Hash of the statement, by which the next one names it."""
        return hashlib.sha256(canonical_json(self.body)).hexdigest()


def statements_folder(record: Path) -> Path:
    """Beside the record, because nothing may be added to a sealed one."""
    return record.with_name(f"{record.name}-statements")


def statements_of(record: Path) -> list[Statement]:
    """The statements about a sealed record, in their order.

    Args:
        record: its folder.

    Raises:
        EvidenceError: one was changed, is missing, or is about another record; the file is named.
    """
    paths = sorted(statements_folder(record).glob("*.json"))
    if not paths:
        return []
    sha256 = json.loads((record / MANIFEST).read_bytes())["record_sha256"]
    return chained([(str(path), _read(path)) for path in paths], sha256)


def chained(bodies: Sequence[tuple[str, dict[str, Any]]], record_sha256: str) -> list[Statement]:
    """Statements, each signed by a store, bound to one record and to the statement before.

    Args:
        bodies: where each was found, and what it says, in their order.
        record_sha256: hash of the record.

    Raises:
        EvidenceError: one was changed, is missing, or is about another record.
    """
    found: list[Statement] = []
    for where, body in bodies:
        if not signature_holds(body):
            raise EvidenceError(f"{where}: changed; it is not what was stated")
        expected = {
            "number": len(found) + 1,
            "previous": found[-1].sha256 if found else "",
            "record_sha256": record_sha256,
        }
        for name, value in expected.items():
            if body.get(name) != value:
                raise EvidenceError(
                    f"{where}: expected {name} {value!r}, found {body.get(name)!r}; a statement was changed, "
                    "taken away or put beside another record"
                )
        found.append(Statement(body))
    return found


def version_of(record_sha256: str, statements: Sequence[Statement]) -> str:
    """The version of the evidence that a signature is given to: the record with its corrections so far.

    Args:
        record_sha256: of the record.
        statements: about it, in their order; corrections among them make a new version.
    """
    corrections = [one.sha256 for one in statements if one.kind == CORRECTION]
    if not corrections:
        return record_sha256
    return hashlib.sha256(canonical_json([record_sha256, *corrections])).hexdigest()


def write_statement(record: Path, statement: Statement) -> Path:
    """Write a statement beside its record, whole or not at all.

    Raises:
        EvidenceError: the disk does not take it.
    """
    path = statements_folder(record) / statement.file_name
    try:
        path.parent.mkdir(exist_ok=True)
        write_whole(path, statement_bytes(statement.body))
        path.chmod(0o444)
    except OSError as error:
        raise EvidenceError(f"{path}: could not be written: {error}; nothing was signed") from error
    return path


def statement_bytes(body: dict[str, Any]) -> bytes:
    """The one way in which a statement is written."""
    return json.dumps(body, indent=2, sort_keys=True).encode() + b"\n"


def _read(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
        body = json.loads(data)
    except (OSError, ValueError) as error:
        raise EvidenceError(f"{path}: expected a statement, found: {error}") from error
    if isinstance(body, dict) and isinstance(body.get("schema"), int) and body["schema"] > SCHEMA:
        raise EvidenceError(f"{path}: expected schema {SCHEMA}, found {body['schema']}; it is of a newer version")
    if not isinstance(body, dict) or statement_bytes(body) != data:
        raise EvidenceError(f"{path}: changed; it is not what was stated")
    return body

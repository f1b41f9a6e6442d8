"""What people add to a record, as a report prints it: signatures, the audit trail, other attempts.

Plain data. Who keeps it, and who may sign, is not the report's business: without any of it a report says *not signed*.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Signature:
    """A signature as 21 CFR 11.50 wants it printed.

    Attributes:
        name: of the signer, in full.
        role: in which he or she signed.
        meaning: performed, reviewed, approved or rejected.
        when_utc: ISO 8601.
        record_sha256: of the record that was signed; a signature on another one does not count.
        reason: of a rejection.
    """

    name: str
    role: str
    meaning: str
    when_utc: str
    record_sha256: str
    reason: str = ""


@dataclass(frozen=True)
class AuditEntry:
    """One line of the audit trail.

    Attributes:
        sequence: its number.
        when_utc: ISO 8601.
        who, what, why: in words.
        change: old and new value, in words.
        sha256: of the chain up to here.
    """

    sequence: int
    when_utc: str
    who: str
    what: str
    why: str = ""
    change: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class Attempt:
    """One run of the same protocol on the same device.

    Attributes:
        record: name of its folder.
        started_utc: ISO 8601.
        outcome: its verdict; ``not sealed`` where there is none.
        cause: why it ended early, or was replaced.
        record_sha256: empty where it was never sealed.
    """

    record: str
    started_utc: str
    outcome: str
    cause: str = ""
    record_sha256: str = ""


@dataclass(frozen=True)
class Annex:
    """All of it for one report.

    Attributes:
        signatures, audit, attempts: in order of time.
        looked_in: where attempts were looked for, in words.
    """

    signatures: tuple[Signature, ...] = ()
    audit: tuple[AuditEntry, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    looked_in: str = "attempts were not looked for"

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Annex:
        """Of :meth:`as_json`.

        Raises:
            TypeError, KeyError: not such values.
        """
        return cls(
            tuple(Signature(**one) for one in data["signatures"]),
            tuple(AuditEntry(**one) for one in data["audit"]),
            tuple(Attempt(**one) for one in data["attempts"]),
            data["looked_in"],
        )

"""What people add to a record, as a report prints it: signatures, corrections, the audit trail, other attempts.

Plain data, which ``report.json`` takes along. Who keeps it, and who may sign, is not the report's business: without any
of it a report says *not signed*. Signatures and corrections are kept as the statements that they are
(:mod:`rig.people.statements`), so that a reader of the report can check them again.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from rig.people.signatures import Amendment, Signature, amendments_in, signatures_in
from rig.people.statements import Statement

if TYPE_CHECKING:
    from collections.abc import Mapping


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
        record: name of its folder; the id of the run where only the store knows it.
        started_utc: ISO 8601.
        outcome: its verdict; ``not sealed`` where there is none.
        cause: why it ended early, or was replaced.
        record_sha256: empty where it was never sealed.
        standing: whether it counts or was replaced; empty where nobody keeps attempts.
    """

    record: str
    started_utc: str
    outcome: str
    cause: str = ""
    record_sha256: str = ""
    standing: str = ""


@dataclass(frozen=True)
class Annex:
    """All of it for one report.

    Attributes:
        statements: about the record, as they were written, in their order.
        audit, attempts: in order of time.
        looked_in: where attempts were looked for, in words.
        investigation: whether an investigation of the test is open.
        checkpoint: the signed head of the audit trail; None where no store was asked.
    """

    statements: tuple[dict[str, Any], ...] = ()
    audit: tuple[AuditEntry, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    looked_in: str = "attempts were not looked for"
    investigation: bool = False
    checkpoint: dict[str, Any] | None = None

    @property
    def signatures(self) -> tuple[Signature, ...]:
        """All of them, also those that no longer stand."""
        return signatures_in([Statement(body) for body in self.statements])

    @property
    def amendments(self) -> tuple[Amendment, ...]:
        """The corrections of the record."""
        return amendments_in([Statement(body) for body in self.statements])

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
            tuple(data["statements"]),
            tuple(AuditEntry(**one) for one in data["audit"]),
            tuple(Attempt(**one) for one in data["attempts"]),
            data["looked_in"],
            data["investigation"],
            data["checkpoint"],
        )


def annexes_in(made_from: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The annexes that a report was made with, plain, by the name of the record; none of a procedure.

    Args:
        made_from: of ``report.json``.
    """
    if "annexes" in made_from:
        return dict(made_from["annexes"])
    return {name: made_from["annex"] for name in made_from.get("records", {}) if made_from.get("annex")}


def checkpoint_in(made_from: Mapping[str, Any]) -> dict[str, Any] | None:
    """The checkpoint that a report took along; None where it was made without a store."""
    found = (annex.get("checkpoint") for annex in annexes_in(made_from).values())
    return next((one for one in found if one is not None), None)

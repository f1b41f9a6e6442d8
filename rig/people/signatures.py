"""Signatures and corrections as they are shown: by whom, when, with which meaning, and whether they still stand.

for one in signatures_of(folder):                      # no store is needed
    one.name, one.meaning, one.when_utc, one.stands
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rig.people.rejections import REJECTED, WITHDRAWN, standing_rejections
from rig.people.statements import CORRECTION, SIGNATURE, statements_of, version_of
from rig.record import Record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rig.people.statements import Statement


@dataclass(frozen=True)
class Signature:
    """A signature as 21 CFR 11.50 wants it printed.

    Attributes:
        name: of the signer, in full.
        roles: that he or she had; empty where an older statement does not say.
        meaning: performed, reviewed, approved, rejected or withdrawn.
        when_utc: ISO 8601.
        reason: of a rejection.
        version: hash of the record, with its corrections of then, that was signed.
        stands: whether that is the record as it is now, with the corrections that it has now.
        answered: of a rejection, whether it was withdrawn, or the record approved all the same.
    """

    name: str
    roles: str
    meaning: str
    when_utc: str
    reason: str
    version: str
    stands: bool
    answered: bool = False

    @property
    def rejects(self) -> bool:
        """Whether it holds something against the result, be it of an earlier version: a correction answers nothing."""
        return self.meaning == REJECTED and not self.answered

    @property
    def said(self) -> str:
        """The meaning in words, with what became of a rejection."""
        if self.meaning == WITHDRAWN:
            return "rejection withdrawn"
        return f"{self.meaning} (answered since)" if self.answered else self.meaning


@dataclass(frozen=True)
class Amendment:
    """A correction that was appended to the record.

    Attributes:
        what: is corrected; ``remark`` where no value is.
        old: as it stood; None of a remark.
        new, why: in words.
        who: name in full.
        when_utc: ISO 8601.
    """

    what: str
    old: str | None
    new: str
    why: str
    who: str
    when_utc: str


def signatures_in(statements: Sequence[Statement]) -> tuple[Signature, ...]:
    """The signatures among the statements about one record, also those that no longer stand.

    Args:
        statements: all of them, in their order.
    """
    if not statements:
        return ()
    version = version_of(statements[0].body["record_sha256"], statements)
    standing = standing_rejections(statements)
    return tuple(_signature(one.body, version, rejects=one in standing) for one in statements if one.kind == SIGNATURE)


def amendments_in(statements: Sequence[Statement]) -> tuple[Amendment, ...]:
    """The corrections among the statements about one record."""
    return tuple(_amendment(one.body) for one in statements if one.kind == CORRECTION)


def _amendment(body: dict[str, Any]) -> Amendment:
    said = (body["what"], body.get("old"), body["new"], body["why"])
    return Amendment(*said, body["printed_name"], body["at_utc"])


def signatures_of(folder: Path) -> tuple[Signature, ...]:
    """The signatures of a record.

    Args:
        folder: of the record.

    Raises:
        EvidenceError: the record or a statement was changed.
    """
    return signatures_in(statements_of(folder)) if Record.open(folder).sealed else ()


def _signature(body: dict[str, Any], version: str, *, rejects: bool) -> Signature:
    return Signature(
        name=body["printed_name"],
        roles=", ".join(body.get("roles", ())),
        meaning=body["meaning"],
        when_utc=body["at_utc"],
        reason=body["reason"],
        version=str(body["version"]),
        stands=body["version"] == version,
        answered=body["meaning"] == REJECTED and not rejects,
    )

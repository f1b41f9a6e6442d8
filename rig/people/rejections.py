"""Rejections: each stands, whatever is corrected, until it is answered (:mod:`rig.people.answering`).

A withdrawal answers it for good; an approval answers it on the version that is approved, and no longer once that one
is corrected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rig.people.statements import SIGNATURE, version_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.people.statements import Statement

REJECTED: Final = "rejected"
WITHDRAWN: Final = "withdrawn"
APPROVED: Final = "approved"
#: In the body of a statement: numbers of the rejections that it answers.
ANSWERS: Final = "answers"


def standing_rejections(statements: Sequence[Statement]) -> list[Statement]:
    """The rejections of a record that nobody answered, also those of an earlier version of it.

    Args:
        statements: about one record, all of them, in their order.
    """
    if not statements:
        return []
    version = version_of(statements[0].body["record_sha256"], statements)
    signatures = [one for one in statements if one.kind == SIGNATURE]
    answered = {number for one in signatures if _lasts(one, version) for number in one.body.get(ANSWERS, ())}
    rejections = [one for one in signatures if one.body["meaning"] == REJECTED]
    return [one for one in rejections if one.number not in answered]


def _lasts(signature: Statement, version: str) -> bool:
    return signature.body["meaning"] == WITHDRAWN or bool(signature.body["version"] == version)

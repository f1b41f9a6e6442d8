"""Signatures: who, when, with which meaning, on exactly this version of a record.

==========  ==================  ==================================================================================
meaning     by                  and
==========  ==================  ==================================================================================
performed   an operator         once a person and version
reviewed    reviewer, approver  somebody performed it, and somebody else reviews
approved    an approver         the same; nothing keeps the result from being released; earlier attempts are explained
rejected    reviewer, approver  with a reason; stands, whatever is corrected, until it is answered
withdrawn   reviewer, approver  with a reason that names the rejection (:mod:`rig.people.answering`)
==========  ==================  ==================================================================================

*Approved* releases the result as it stands (a *fail* can be approved too: as a fail). So it is refused for simulated
and surrogate evidence, for an *invalid* run, and for whatever else the sealed verdict names. And the result is computed
again from the raw data first: it must come out as it was sealed. An open investigation of the test keeps every attempt
at it from approval; an earlier attempt that ended *fail*, was stopped by hand, or was *invalid* and not replaced, must
be explained by the reason of the signature. An earlier one that was killed keeps it from approval whatever the reason,
until a second person approved its cause; and so does one that lies beside the record and that the store does not know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from calibration.errors import DoseproofError
from rig.people.answering import against_answer, answered_by
from rig.people.attempts import SHORTEST, investigated
from rig.people.kept_back import earlier_attempts, kept_back
from rig.people.rejections import ANSWERS, APPROVED, REJECTED, WITHDRAWN, standing_rejections
from rig.people.statements import SIGNATURE, Statement
from rig.people.stating import Case, state

if TYPE_CHECKING:
    from pathlib import Path

    from rig.people.login import Credentials
    from rig.record import Record
    from rig.store.store import Store

PERFORMED, REVIEWED = "performed", "reviewed"
#: So many differences of a result that was computed again are listed.
_SHOWN: Final = 5
#: Who may sign what.
ROLES: Final = {
    PERFORMED: frozenset({"operator"}),
    REVIEWED: frozenset({"reviewer", "approver"}),
    APPROVED: frozenset({"approver"}),
    REJECTED: frozenset({"reviewer", "approver"}),
    WITHDRAWN: frozenset({"reviewer", "approver"}),
}


def sign(store: Store, folder: Path, by: Credentials, meaning: str, reason: str = "") -> Statement:
    """Sign the present version of a record.

    Args:
        store: an open one.
        folder: of the record.
        by: who, with the password.
        meaning: performed, reviewed, approved, rejected or withdrawn.
        reason: of a rejection and its withdrawal, and of an approval after either or after an attempt that did not
            pass; may be given with any other.

    Raises:
        LoginError: name and password do not belong together.
        RefusedError: with every reason; the refusal is in the audit trail.
    """

    def content(case: Case) -> list[dict[str, Any]]:
        answered = answered_by(case, meaning, reason)
        said = {"meaning": meaning, "reason": reason.strip(), "version": case.version}
        return [said | ({ANSWERS: answered} if answered else {})]

    rules = lambda case: _reasons(case, meaning, reason)  # noqa: E731
    return state(store, folder, by, (SIGNATURE, f"signature.{meaning}"), rules, content)[0]


def _reasons(case: Case, meaning: str, reason: str) -> list[str]:
    if meaning not in ROLES:
        return [f"expected a meaning of {', '.join(ROLES)}, found {meaning!r}"]
    user, given = case.user, _given(case)
    reasons = []
    if not user.roles & ROLES[meaning]:
        wanted = " or ".join(sorted(ROLES[meaning]))
        reasons.append(f"expected the role {wanted}, found {', '.join(sorted(user.roles))} ({user.name})")
    if (meaning, user.name) in given:
        reasons.append(f"{user.name} has signed this version as {meaning} already")
    if meaning == REJECTED and not reason.strip():
        reasons.append("a rejection needs a reason")
    performer = _performed_by(case)
    if meaning in {REVIEWED, APPROVED}:
        if PERFORMED not in {one for one, _ in given}:
            reasons.append("nobody has signed this version as performed yet")
        if performer:
            reasons.append(f"{performer} performed the run; another person must sign it as {meaning}")
    if meaning in {APPROVED, WITHDRAWN}:
        reasons += against_answer(case, meaning, reason, performer)
    if meaning == APPROVED:
        reasons += [*_not_releasable(case), *investigated(case.connection, *case.test), *kept_back(case)]
        reasons += [] if len(reason.strip()) >= SHORTEST else _unexplained(case)
        reasons = reasons or not_reproduced(case.record)
    return reasons


def not_reproduced(record: Record) -> list[str]:
    """Where the sealed result does not come out again when it is computed from the raw data.

    Args:
        record: sealed, and unchanged.
    """
    from rig.verify_record import recomputed

    try:
        found = recomputed(record).differences
    except DoseproofError as error:
        return [f"the result cannot be computed again: {error}"]
    more = [f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    return [*(f"computed again, the result differs: {line}" for line in found[:_SHOWN]), *more]


def _given(case: Case) -> set[tuple[str, str]]:
    """Meanings and names of the signatures of the present version; without rejections that were answered."""
    signatures = [one for one in case.statements if one.kind == SIGNATURE and one.body["version"] == case.version]
    standing = standing_rejections(case.statements)
    counting = [one.body for one in signatures if one.body["meaning"] not in {REJECTED, WITHDRAWN} or one in standing]
    return {(body["meaning"], body["who"]) for body in counting}


def _performed_by(case: Case) -> str:
    """The user's name where the user performed the run: as the operator of the record, or by any signature."""
    user, operator = case.user, str(case.record.start.get("operator", "")).strip().casefold()
    signed = [one.body for one in case.statements if one.kind == SIGNATURE and one.body["meaning"] == PERFORMED]
    same = operator in {user.name.casefold(), user.printed_name.casefold()}
    return user.name if same or user.name in {body["who"] for body in signed} else ""


def _unexplained(case: Case) -> list[str]:
    """Earlier attempts at the test that speak against this one, and that nobody replaced."""
    return [
        f"attempt {one.number} of this test ({one.started_utc}) ended {one.outcome} and was not replaced; the reason "
        f"must say why this one is approved all the same (expected {SHORTEST} letters or more)"
        for one in earlier_attempts(case)
        if one.to_explain
    ]


def _not_releasable(case: Case) -> list[str]:
    """What the record itself says against a release."""
    verdict = (case.record.result or {}).get("verdict", {})
    reasons = [str(block) for block in verdict.get("release_blocks", [])]
    kind = case.record.start.get("evidence_class")
    if kind != "device" and not any("evidence is" in reason for reason in reasons):
        reasons.append(f"the evidence is {kind}: it says nothing about an implantable pump")
    if verdict.get("outcome") not in {"pass", "fail", "inconclusive"}:
        reasons.append(
            f"the verdict is {verdict.get('outcome') or 'missing'}: the bench was at fault, nothing was decided"
        )
    return reasons

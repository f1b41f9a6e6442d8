"""Replacing an attempt: asked for by one person, approved by another, investigated after the second one.

Rerunning until a run counts is testing into compliance. So an *invalid* attempt is replaced only with an assignable
cause, asked for by one person and approved by another; the second replacement of one test (protocol and device) opens
an investigation, and nothing is replaced until that is closed with a conclusion. An attempt that was *interrupted*
(killed, and sealed later) needs the same, because a failing run can be killed; what its data show as a fail stays one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rig.execute.phases import INTERRUPTED
from rig.people.attempts import ASKED, CLOSED, OPENED, REPLACED, SHORTEST, investigated, since_closed
from rig.people.statements import ATTEMPT, Statement
from rig.people.stating import Case, state
from rig.store.from_record import end_kind_of

if TYPE_CHECKING:
    from pathlib import Path

    from rig.people.login import Credentials
    from rig.store.store import Store

#: So many replacements of one test open an investigation.
LIMIT: Final = 2


def ask_replacement(store: Store, folder: Path, by: Credentials, cause: str) -> Statement:
    """Ask that an invalid or interrupted attempt be replaced.

    Args:
        store: an open one.
        folder: of its record.
        by: who asks, with the password.
        cause: the assignable cause.

    Raises:
        LoginError, RefusedError: with the reasons.
    """

    def rules(case: Case) -> list[str]:
        outcome = (case.record.result or {}).get("verdict", {}).get("outcome")
        reasons = [] if len(cause.strip()) >= SHORTEST else [f"expected an assignable cause in words, found {cause!r}"]
        if outcome != "invalid" and end_kind_of(case.record) != INTERRUPTED:
            reasons.append(f"expected an invalid attempt, found {outcome}; an attempt that says something counts")
        if ASKED in _steps(case):
            reasons.append("its replacement was asked for already")
        return reasons + investigated(case.connection, *case.test)

    content = lambda case: [_said(case, ASKED, cause)]  # noqa: E731
    return state(store, folder, by, (ATTEMPT, "replacement.asked"), rules, content)[0]


def approve_replacement(store: Store, folder: Path, by: Credentials, remark: str = "") -> list[Statement]:
    """Approve the replacement of an attempt; the second one of a test opens an investigation.

    Args:
        store: an open one.
        folder: of its record.
        by: an approver who did not ask.
        remark: for the record.

    Raises:
        LoginError, RefusedError: with the reasons.
    """

    def rules(case: Case) -> list[str]:
        asked = [one.body["who"] for one in case.statements if one.kind == ATTEMPT and one.body["step"] == ASKED]
        reasons = _approver(case)
        if not asked:
            reasons.append("nobody has asked for its replacement; rig attempt replace RECORD --cause ...")
        if case.user.name in asked:
            reasons.append(f"{case.user.name} asked for it; a second person must approve")
        if REPLACED in _steps(case):
            reasons.append("it was replaced already")
        return reasons + investigated(case.connection, *case.test)

    def content(case: Case) -> list[dict[str, Any]]:
        said = [_said(case, REPLACED, remark)]
        if since_closed(case.connection, *case.test).count(REPLACED) + 1 >= LIMIT:
            said.append(_said(case, OPENED, f"{LIMIT} attempts of this test were replaced"))
        return said

    return state(store, folder, by, (ATTEMPT, "replacement.approved"), rules, content)


def close_investigation(store: Store, folder: Path, by: Credentials, conclusion: str) -> Statement:
    """Close the investigation of a test with a conclusion.

    Args:
        store: an open one.
        folder: of any sealed record of the test.
        by: an approver.
        conclusion: what was found, and what follows.

    Raises:
        LoginError, RefusedError: with the reasons.
    """

    def rules(case: Case) -> list[str]:
        reasons = _approver(case)
        if len(conclusion.strip()) < SHORTEST:
            reasons.append(f"expected a conclusion in words, found {conclusion!r}")
        if not investigated(case.connection, *case.test):
            reasons.append("no investigation of this test is open")
        return reasons

    content = lambda case: [_said(case, CLOSED, conclusion)]  # noqa: E731
    return state(store, folder, by, (ATTEMPT, "investigation.closed"), rules, content)[0]


def _said(case: Case, step: str, text: str) -> dict[str, Any]:
    protocol, serial_number = case.test
    return {"step": step, "text": text.strip(), "protocol": protocol, "serial_number": serial_number}


def _steps(case: Case) -> set[str]:
    return {one.body["step"] for one in case.statements if one.kind == ATTEMPT}


def _approver(case: Case) -> list[str]:
    roles = case.user.roles
    return [] if "approver" in roles else [f"expected the role approver, found {', '.join(sorted(roles))}"]

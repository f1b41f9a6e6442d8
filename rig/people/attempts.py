"""Attempts: every run of a test on a device counts, unless it was invalid and its replacement was approved.

Rerunning until a run counts is testing into compliance. So an *invalid* attempt is replaced only with an assignable
cause, asked for by one person and approved by another; the second replacement of one test (protocol and device) opens
an investigation, and nothing is replaced until that is closed with a conclusion.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from rig.people.statements import ATTEMPT, Statement
from rig.people.stating import Case, state
from rig.store.from_record import device_of
from rig.store.tables import ATTEMPTS, RUNS, VERDICTS

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from rig.people.login import Credentials
    from rig.store.store import Store

ASKED: Final = "replacement asked"
REPLACED: Final = "replacement approved"
OPENED: Final = "investigation opened"
CLOSED: Final = "investigation closed"
#: So many replacements of one test open an investigation.
LIMIT: Final = 2
_SHORTEST: Final = 10


@dataclass(frozen=True)
class Attempt:
    """One run of a test.

    Attributes:
        number: from 1, in the order of the start.
        run, record_sha256, started_utc: which; no hash if it was never sealed.
        outcome: of the sealed verdict; ``never sealed`` without one.
        standing: ``counts``, ``replacement asked`` or ``replaced``.
        cause: why it was replaced.
    """

    number: int
    run: str
    record_sha256: str
    started_utc: str
    outcome: str
    standing: str
    cause: str


def ask_replacement(store: Store, folder: Path, by: Credentials, cause: str) -> Statement:
    """Ask that an invalid attempt be replaced.

    Args:
        store: an open one.
        folder: of the invalid record.
        by: who asks, with the password.
        cause: the assignable cause.

    Raises:
        LoginError, RefusedError: with the reasons.
    """

    def rules(case: Case) -> list[str]:
        outcome = (case.record.result or {}).get("verdict", {}).get("outcome")
        reasons = [] if len(cause.strip()) >= _SHORTEST else [f"expected an assignable cause in words, found {cause!r}"]
        if outcome != "invalid":
            reasons.append(f"expected an invalid attempt, found {outcome}; an attempt that says something counts")
        if ASKED in _steps(case):
            reasons.append("its replacement was asked for already")
        return reasons + _investigated(case)

    content = lambda case: [_said(case, ASKED, cause)]  # noqa: E731
    return state(store, folder, by, (ATTEMPT, "replacement.asked"), rules, content)[0]


def approve_replacement(store: Store, folder: Path, by: Credentials, remark: str = "") -> list[Statement]:
    """Approve the replacement of an attempt; the second one of a test opens an investigation.

    Args:
        store: an open one.
        folder: of the invalid record.
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
        return reasons + _investigated(case)

    def content(case: Case) -> list[dict[str, Any]]:
        said = [_said(case, REPLACED, remark)]
        if _since_closed(case.connection, *_test(case)).count(REPLACED) + 1 >= LIMIT:
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
        if len(conclusion.strip()) < _SHORTEST:
            reasons.append(f"expected a conclusion in words, found {conclusion!r}")
        if not _investigated(case):
            reasons.append("no investigation of this test is open")
        return reasons

    content = lambda case: [_said(case, CLOSED, conclusion)]  # noqa: E731
    return state(store, folder, by, (ATTEMPT, "investigation.closed"), rules, content)[0]


def attempts_of(store: Store, protocol: str, serial_number: str) -> list[Attempt]:
    """Every attempt at a test, in the order of the start; none is left out.

    Args:
        store: an open one, into which the records were taken.
        protocol: its id.
        serial_number: of the device.
    """
    runs = (
        select(RUNS.c.run, RUNS.c.started_utc, VERDICTS.c.record_sha256, VERDICTS.c.outcome)
        .select_from(RUNS.outerjoin(VERDICTS, VERDICTS.c.run == RUNS.c.run))
        .where(RUNS.c.protocol == protocol, RUNS.c.serial_number == serial_number)
        .order_by(RUNS.c.started_utc, RUNS.c.audit_seq)
    )
    with store.reading() as connection:
        found = connection.execute(runs).all()
        steps = _stated(connection, protocol, serial_number)
    return [
        Attempt(
            number,
            row.run,
            row.record_sha256 or "",
            row.started_utc,
            row.outcome or "never sealed",
            *_standing(steps.get(row.record_sha256, {})),
        )
        for number, row in enumerate(found, start=1)
    ]


def open_investigation(store: Store, protocol: str, serial_number: str) -> bool:
    """Whether an investigation of a test is open."""
    with store.reading() as connection:
        return OPENED in _since_closed(connection, protocol, serial_number)


def _standing(steps: dict[str, str]) -> tuple[str, str]:
    standing = "replaced" if REPLACED in steps else ASKED if ASKED in steps else "counts"
    return standing, steps.get(ASKED, "")


def _stated(connection: Connection, protocol: str, serial_number: str) -> dict[str, dict[str, str]]:
    """By record: what was stated, by step."""
    found: dict[str, dict[str, str]] = {}
    for row in _rows(connection, protocol, serial_number):
        found.setdefault(row.record_sha256, {})[row.step] = row.text
    return found


def _since_closed(connection: Connection, protocol: str, serial_number: str) -> list[str]:
    """Steps since the last investigation of a test was closed."""
    steps = [row.step for row in _rows(connection, protocol, serial_number)]
    last = max((index for index, step in enumerate(steps) if step == CLOSED), default=-1)
    return steps[last + 1 :]


def _rows(connection: Connection, protocol: str, serial_number: str) -> list[Any]:
    test = (ATTEMPTS.c.protocol == protocol) & (ATTEMPTS.c.serial_number == serial_number)
    return [*connection.execute(select(ATTEMPTS).where(test).order_by(ATTEMPTS.c.at_utc, ATTEMPTS.c.audit_seq))]


def _test(case: Case) -> tuple[str, str]:
    start = case.record.start
    return str(start.get("protocol", "")), device_of(start)["serial_number"]


def _said(case: Case, step: str, text: str) -> dict[str, Any]:
    protocol, serial_number = _test(case)
    return {"step": step, "text": text.strip(), "protocol": protocol, "serial_number": serial_number}


def _steps(case: Case) -> set[str]:
    return {one.body["step"] for one in case.statements if one.kind == ATTEMPT}


def _approver(case: Case) -> list[str]:
    roles = case.user.roles
    return [] if "approver" in roles else [f"expected the role approver, found {', '.join(sorted(roles))}"]


def _investigated(case: Case) -> list[str]:
    protocol, serial_number = _test(case)
    if OPENED not in _since_closed(case.connection, protocol, serial_number):
        return []
    return [f"an investigation of {protocol} on {serial_number} is open; close it first: rig attempt close RECORD"]

"""Attempts: every run of a test on a device counts, unless it was invalid and its replacement was approved.

A run that was killed is an attempt from its start on. It may have been killed because it was about to fail, so no later
one is approved until a second person approved its cause. How that is done: :mod:`rig.people.replacements`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from rig.execute.phases import ABORTED, INTERRUPTED
from rig.store.statements import holds, known_keys
from rig.store.tables import ATTEMPTS, RUNS, VERDICTS

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from rig.store.store import Store

ASKED: Final = "replacement asked"
REPLACED: Final = "replacement approved"
OPENED: Final = "investigation opened"
CLOSED: Final = "investigation closed"
#: A cause, a conclusion or a reason in words has so many letters at least.
SHORTEST: Final = 10
_REPLACED: Final = "replaced"
_NO_CAUSE: Final = "cause missing"
NEVER_SEALED: Final = "never sealed"
_SEALED: Final = ("record_sha256", "outcome", "end_kind")


@dataclass(frozen=True)
class Attempt:
    """One run of a test.

    Attributes:
        number: from 1, in the order of the start.
        run, record_sha256, started_utc: which; no hash if it was never sealed.
        outcome: of the sealed verdict; ``never sealed`` without one.
        standing: ``counts``, ``replacement asked`` or ``replaced``; ``cause missing`` of one that was killed.
        cause: why it was replaced, or killed.
        end_kind: how it ended, as it was sealed; empty where it never was.
        accounted: whether a second person approved its cause.
        known_since: number of the entry of the audit trail with which the store learned of it.
    """

    number: int
    run: str
    record_sha256: str
    started_utc: str
    outcome: str
    standing: str
    cause: str
    end_kind: str = ""
    accounted: bool = False
    known_since: int = 0

    @property
    def killed(self) -> bool:
        """Whether it has no end of its own: never sealed, or sealed later as interrupted."""
        return _was_killed(self.outcome, self.end_kind)

    @property
    def to_explain(self) -> bool:
        """Whether who approves a later attempt must say why: it failed, was stopped by hand, or was invalid and nobody
        replaced it.
        """
        stopped = self.outcome == "inconclusive" and self.end_kind == ABORTED
        return self.outcome == "fail" or stopped or (self.outcome == "invalid" and self.standing != _REPLACED)

    @property
    def keeps_back(self) -> bool:
        """Whether no later attempt is approved, whatever the reason: it was killed, and nobody approved a cause."""
        return self.killed and not self.accounted


def attempts_of(store: Store, protocol: str, serial_number: str) -> list[Attempt]:
    """Every attempt at a test, in the order of the start; none is left out.

    Args:
        store: an open one, into which the records were taken.
        protocol: its id.
        serial_number: of the device.
    """
    with store.reading() as connection:
        return attempts_in(connection, protocol, serial_number)


def attempts_in(connection: Connection, protocol: str, serial_number: str) -> list[Attempt]:
    """The same, on a connection that is open already."""
    runs = (
        select(RUNS.c.run, RUNS.c.started_utc, RUNS.c.audit_seq, *(VERDICTS.c[name] for name in _SEALED))
        .select_from(RUNS.outerjoin(VERDICTS, VERDICTS.c.run == RUNS.c.run))
        .where(RUNS.c.protocol == protocol, RUNS.c.serial_number == serial_number)
        .order_by(RUNS.c.started_utc, RUNS.c.audit_seq)
    )
    steps = _stated(connection, protocol, serial_number)
    every = enumerate(connection.execute(runs), start=1)
    return [_attempt(number, row, steps.get(row.record_sha256, {})) for number, row in every]


def _attempt(number: int, row: Any, steps: dict[str, str]) -> Attempt:
    outcome, end_kind = row.outcome or NEVER_SEALED, row.end_kind or ""
    standing = _standing(steps, outcome, killed=_was_killed(outcome, end_kind))
    known = (number, row.run, row.record_sha256 or "", row.started_utc)
    return Attempt(*known, outcome, standing, steps.get(ASKED, ""), end_kind, REPLACED in steps, row.audit_seq)


def _was_killed(outcome: str, end_kind: str) -> bool:
    return outcome == NEVER_SEALED or end_kind == INTERRUPTED


def open_investigation(store: Store, protocol: str, serial_number: str) -> bool:
    """Whether an investigation of a test is open."""
    with store.reading() as connection:
        return OPENED in since_closed(connection, protocol, serial_number)


def investigated(connection: Connection, protocol: str, serial_number: str) -> list[str]:
    """Why nothing of a test goes on: an investigation that is open; empty where there is none."""
    if OPENED not in since_closed(connection, protocol, serial_number):
        return []
    return [f"an investigation of {protocol} on {serial_number} is open; close it first: rig attempt close RECORD"]


def since_closed(connection: Connection, protocol: str, serial_number: str) -> list[str]:
    """Steps since the last investigation of a test was closed, in the order of time."""
    steps = [row.step for row in _rows(connection, protocol, serial_number)]
    last = max((index for index, step in enumerate(steps) if step == CLOSED), default=-1)
    return steps[last + 1 :]


def _standing(steps: dict[str, str], outcome: str, *, killed: bool) -> str:
    """A fail counts, also where the cause of its interruption was approved."""
    if REPLACED in steps:
        return "counts" if outcome == "fail" else _REPLACED
    return ASKED if ASKED in steps else _NO_CAUSE if killed else "counts"


def _stated(connection: Connection, protocol: str, serial_number: str) -> dict[str, dict[str, str]]:
    """By record: what was stated, by step."""
    found: dict[str, dict[str, str]] = {}
    for row in _rows(connection, protocol, serial_number):
        found.setdefault(row.record_sha256, {})[row.step] = row.text
    return found


def _rows(connection: Connection, protocol: str, serial_number: str) -> list[Any]:
    """What was stated of the attempts at a test; what a foreign key signed counts for nothing."""
    test = (ATTEMPTS.c.protocol == protocol) & (ATTEMPTS.c.serial_number == serial_number)
    every = connection.execute(select(ATTEMPTS).where(test).order_by(ATTEMPTS.c.at_utc, ATTEMPTS.c.audit_seq))
    keys = known_keys(connection)
    return [row for row in every if holds(json.loads(row.body), keys)]

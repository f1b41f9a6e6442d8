"""Attempts: every run of a test on a device counts, unless it was invalid and its replacement was approved.

How one is replaced: :mod:`rig.people.replacements`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

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

    @property
    def to_explain(self) -> bool:
        """Whether who approves a later attempt must say why: it failed, or was invalid and nobody replaced it."""
        return self.outcome == "fail" or (self.outcome == "invalid" and self.standing != _REPLACED)


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
        select(RUNS.c.run, RUNS.c.started_utc, VERDICTS.c.record_sha256, VERDICTS.c.outcome)
        .select_from(RUNS.outerjoin(VERDICTS, VERDICTS.c.run == RUNS.c.run))
        .where(RUNS.c.protocol == protocol, RUNS.c.serial_number == serial_number)
        .order_by(RUNS.c.started_utc, RUNS.c.audit_seq)
    )
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
        for number, row in enumerate(connection.execute(runs), start=1)
    ]


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


def _standing(steps: dict[str, str]) -> tuple[str, str]:
    standing = _REPLACED if REPLACED in steps else ASKED if ASKED in steps else "counts"
    return standing, steps.get(ASKED, "")


def _stated(connection: Connection, protocol: str, serial_number: str) -> dict[str, dict[str, str]]:
    """By record: what was stated, by step."""
    found: dict[str, dict[str, str]] = {}
    for row in _rows(connection, protocol, serial_number):
        found.setdefault(row.record_sha256, {})[row.step] = row.text
    return found


def _rows(connection: Connection, protocol: str, serial_number: str) -> list[Any]:
    test = (ATTEMPTS.c.protocol == protocol) & (ATTEMPTS.c.serial_number == serial_number)
    return [*connection.execute(select(ATTEMPTS).where(test).order_by(ATTEMPTS.c.at_utc, ATTEMPTS.c.audit_seq))]

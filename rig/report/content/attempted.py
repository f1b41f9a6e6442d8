"""Every attempt at the test that is known, and which of them the report is about.

A report that leaves attempts out says so: rerunning until a run counts is testing into compliance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.report.document import Column, Paragraph, Table
from rig.report.numbers import moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.report.content.case import Case
    from rig.report.document import Block
    from rig.report.people import Attempt

_COLUMNS = (
    Column("no.", "right"),
    Column("device"),
    Column("started"),
    Column("outcome"),
    Column("standing"),
    Column("cause", share=1.0),
    Column("record"),
)


def attempts(cases: Sequence[Case]) -> Block:
    """A row each, of the devices of all runs."""
    looked = "; ".join(dict.fromkeys(case.annex.looked_in for case in cases))
    known = known_attempts(cases)
    if not known:
        only = "this run is the only one known" if len(cases) == 1 else "no others than these runs are known"
        return Paragraph(f"Attempts: {only} ({looked}).")
    rows = tuple((str(i), device, *_row(one, cases)) for i, (device, one) in enumerate(known, 1))
    marked = frozenset(i for i, (_, one) in enumerate(known) if one.outcome != "pass" or _is_left_out(one, cases))
    notes = [f"Attempts at this protocol with {'this device' if len(cases) == 1 else 'these devices'}; {looked}."]
    if any(case.annex.investigation for case in cases):
        notes.append("An investigation of this test is OPEN: too many of its attempts were replaced.")
    return Table("All attempts", _COLUMNS, rows, marked, tuple(notes))


def known_attempts(cases: Sequence[Case]) -> list[tuple[str, Attempt]]:
    """Each attempt once, with the serial number of its device, in order of time."""
    found = {
        (case.device["serial_number"], one.record_sha256 or one.record): one
        for case in cases
        for one in case.annex.attempts
    }
    each = [(device, one) for (device, _), one in found.items()]
    return sorted(each, key=lambda known: known[1].started_utc)


def left_out(cases: Sequence[Case]) -> int:
    """How many attempts are known that the report is not about."""
    return sum(_is_left_out(one, cases) for _, one in known_attempts(cases))


def _is_left_out(one: Attempt, cases: Sequence[Case]) -> bool:
    """Of a single run the others are its attempts, and no report is asked to be about all of them."""
    return len(cases) > 1 and _reported(one, cases) is None


def _reported(one: Attempt, cases: Sequence[Case]) -> Case | None:
    """The run of the report that it is: a store knows the others by their hashes only."""
    return next(
        (
            case
            for case in cases
            if one.record == case.record.folder.name or (one.record_sha256 and one.record_sha256 == case.record_sha256)
        ),
        None,
    )


def _row(one: Attempt, cases: Sequence[Case]) -> tuple[str, ...]:
    case = _reported(one, cases)
    if case is not None:
        name = f"{case.record.folder.name} (this report)"
    else:
        name = f"{one.record} (NOT in this report)" if _is_left_out(one, cases) else one.record
    return (moment(one.started_utc), one.outcome, one.standing or "-", one.cause, name)

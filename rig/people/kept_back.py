"""What keeps a record from approval whatever the reason: earlier attempts at the test that nobody answers for.

An attempt that was killed is answered for by a cause that a second person approved; one that lies beside the record and
that the store does not know is taken in first. Killing a run, or not telling the store of it, takes it from no list.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from rig.people.attempts import NEVER_SEALED, attempts_in
from rig.record.glance import glance
from rig.store.from_record import run_id, test_of
from rig.store.statements import foreign_steps
from rig.store.tables import PLACES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rig.people.attempts import Attempt
    from rig.people.stating import Case

_START: Final = "start.json"


def earlier_attempts(case: Case) -> list[Attempt]:
    """The attempts at the test that began before this one, or of which the store knew before.

    A clock can be set back between two runs; the order in which the store learned of them stays.
    """
    attempts = attempts_in(case.connection, *case.test)
    own = next((one for one in attempts if one.record_sha256 == case.sha256), None)
    if own is None:
        return attempts
    return [one for one in attempts if one.number < own.number or one.known_since < own.known_since]


def kept_back(case: Case) -> list[str]:
    """Every reason against an approval that no words of the approver take away."""
    killed = [_killed(one) for one in earlier_attempts(case) if one.keeps_back]
    return [*killed, *foreign_steps(case.connection, *case.test), *map(_untold, _unknown(case))]


def _untold(folder: Path) -> str:
    return f"{folder} is an attempt at this test that the store does not know; take it in: rig store index {folder}"


def _killed(one: Attempt) -> str:
    what = "was killed, and its record was never sealed" if one.outcome == NEVER_SEALED else "was interrupted"
    first = "rig record seal RECORD, then " if one.outcome == NEVER_SEALED else ""
    return (
        f"attempt {one.number} of this test ({one.started_utc}, run {one.run[:12]}) {what}; a second person must "
        f"approve an assignable cause: {first}rig attempt replace RECORD --cause ..., rig attempt approve RECORD"
    )


def _unknown(case: Case) -> list[Path]:
    """Records of the test that lie where its attempts lie, and that are not in the store."""
    known = {one.run for one in attempts_in(case.connection, *case.test)}
    found = (path.parent for top in _tops(case, known) for path in sorted(top.glob(f"*/{_START}")))
    return [folder for folder in found if _is_of(case.test, folder) and _run(folder) not in known]


def _tops(case: Case, runs: set[str]) -> Iterator[Path]:
    """Folders of records: that of this one, and wherever the store saw another attempt."""
    seen = case.connection.execute(select(PLACES.c.folder).where(PLACES.c.run.in_(runs))).scalars()
    yield from sorted({case.record.folder.resolve().parent, *(Path(folder).parent for folder in seen)})


def _run(folder: Path) -> str:
    return run_id(folder, glance(folder / _START))


def _is_of(test: tuple[str, str], folder: Path) -> bool:
    try:
        return test_of(glance(folder / _START)) == test
    except AttributeError:  # a start that was made of something else says nothing of a test
        return False

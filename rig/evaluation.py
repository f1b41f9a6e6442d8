"""The revision of the evaluation: by which arithmetic a record is judged, for as long as it lives.

    EVALUATION                       # what a run writes into start.json today
    revision_of(record.start)        # what this record was made under; 1 where it says nothing

A sealed record is judged by the arithmetic of the day on which it was made: somebody signed those digits. A change that
moves a digit for a good reason gets the next revision, a line here, and a decision record.

| revision | since then | why |
|---|---|---|
| 1 | the first record | |
| 2 | evaporation may follow the room: budget line ``room_ul`` | docs/decisions/0042 |
| 3 | gaps are joined where the balance proves it: budget line ``gaps_ul``; falls that stay | docs/decisions/0047 |
| 3 | the furthest of many fails beyond what the furthest of so many strays by noise | docs/decisions/0046 |
| 3 | a balance may rest on its digit: budget line ``digit_ul`` | docs/decisions/0045 |
| 3 | levels share what the load's volume makes of changing air, as differences did | ``rig.delivery.volume`` |
| 4 | what a run cannot see is declared or measured: ``between_legs_ul``, ``held_ul`` | docs/decisions/0050, 0052 |
| 4 | a balance may walk beyond its noise record: ``wander_ul`` | docs/decisions/0051 |
| 4 | a start-up passes where every cycle after the limit is in the band by the guard band | ``rig.findings.start_up`` |
| 4 | no level stands where the air was not read | ``rig.delivery.collected`` |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rig.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Of records that are made now.
EVALUATION: Final = 4
#: From which revision on evaporation may follow the room.
WITH_ROOM: Final = 2
#: From which revision on gaps are looked at, and falls of a reading that stay.
WITH_GAPS: Final = 3
#: From which revision on the furthest of many is not held to the uncertainty of one.
WITH_SIMULTANEOUS: Final = 3
#: From which revision on a balance may rest on its digit.
WITH_DIGIT: Final = 3
#: From which revision on levels hold the load's volume times the change of the air, as the budget of a difference does.
WITH_LOAD: Final = 3
#: From which revision on what a run cannot see is declared, measured elsewhere, or keeps a result from being released.
WITH_UNSEEN: Final = 4
#: From which revision on a start-up passes only where every cycle lies inside its band by the guard band.
WITH_INSIDE: Final = 4
#: From which revision on the air has to be read near each level.
WITH_AIR: Final = 4
#: What each revision changed on purpose; the first is what there was.
CHANGES: Final = {
    2: "evaporation may follow the room, budget line room_ul (docs/decisions/0042)",
    3: "gaps in the readings, falls that stay, sudden rises (docs/decisions/0047); the furthest of many (0046); "
    "the digit that a balance rests on, budget line digit_ul (0045); levels share the load in changing air",
    4: "what a run cannot see is declared, measured or no release (docs/decisions/0050): evaporation between the legs "
    "(between_legs_ul), a balance that walks beyond its noise record (0051, wander_ul), what a check weight does not "
    "show (0052, held_ul), a beaker whose course bends (beaker_bent_ul); a start-up passes inside its band by the "
    "guard band; no level stands where the air was not read",
}


#: Arithmetic that was plainly wrong, and mended for every record since this revision, however old it is.
MENDED: Final = {
    3: "a global risk with few degrees of freedom; a tolerance interval of equal values; start-up curves of "
    "records whose end falls within a millionth of a cycle",
}


def revision_of(start: Mapping[str, Any]) -> int:
    """The revision that a record was made under.

    Args:
        start: ``start.json``.

    Raises:
        EvidenceError: one that this version does not know.
    """
    said = start.get("evaluation", 1)
    if type(said) is not int or not 1 <= said <= EVALUATION:
        raise EvidenceError(
            f"start.json: expected an evaluation from 1 to {EVALUATION}, found {said!r}; was the record made by a "
            "newer version? Judge it with that one"
        )
    return said


def revision_text(start: Mapping[str, Any]) -> str:
    """By which revision a record is judged, and whether what was changed on purpose can explain a difference.

    Args:
        start: ``start.json``.

    Raises:
        EvidenceError: a revision that this version does not know.
    """
    revision = revision_of(start)
    later = _since(revision, CHANGES)
    since = f"what was changed on purpose since then is not applied to it ({later})" if later else "the present one"
    mended = _since(revision, MENDED)
    explains = f"but for what was mended for every record ({mended}) no" if mended else "no"
    return f"evaluation {revision} of the record, {since}: {explains} change on purpose explains a difference"


def _since(revision: int, what: Mapping[int, str]) -> str:
    return "; ".join(f"{number}: {text}" for number, text in what.items() if number > revision)

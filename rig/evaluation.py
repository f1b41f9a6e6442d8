"""The revision of the evaluation: by which arithmetic a record is judged, for as long as it lives.

    EVALUATION                       # what a run writes into start.json today
    revision_of(record.start)        # what this record was made under; 1 where it says nothing

A sealed record is judged by the arithmetic of the day on which it was made: somebody signed those digits. A change that
moves a digit for a good reason gets the next revision, a line here, and a decision record.

| revision | since then | why |
|---|---|---|
| 1 | the first record | |
| 2 | evaporation may follow the room: budget line ``room_ul`` | docs/decisions/0042 |
| 3 | a balance may rest on its digit: budget line ``digit_ul`` | docs/decisions/0045 |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rig.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Of records that are made now.
EVALUATION: Final = 3
#: From which revision on evaporation may follow the room.
WITH_ROOM: Final = 2
#: From which revision on a balance may rest on its digit.
WITH_DIGIT: Final = 3


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

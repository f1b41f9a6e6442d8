"""The looks of a record, made again from its rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rig import events
from rig.delivery.from_record import delivery_of
from rig.errors import EvidenceError
from rig.findings.check_held import with_held
from rig.record.held import first_rows
from rig.sequential.look import Looked, look_at
from rig.sequential.so_far import so_far

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence
    from rig.verify.sequential import Plan


def looks_again(evidence: Evidence, plan: Plan) -> list[Looked]:
    """Every look that the run made, from the rows that it had.

    Args:
        evidence: of the record.
        plan: that was made before the run.

    Raises:
        EvidenceError: an event tells of a look that was not planned.
    """
    told = [data for _, data in evidence.record.events(events.LOOK)]
    whole = _held(evidence, [data["rows"] for data in told])
    found: list[Looked] = []
    for data in told:
        number = data["number"]
        if not 0 <= number < len(plan.looks) - 1 or plan.looks[number].time_s != data["at_s"]:
            raise EvidenceError(f"expected the looks that were planned, found one at {data['at_s']:g} s")
        found.append(look_at(so_far(whole, data["rows"], data["until_s"]), data["rows"], plan, number, found))
    return found


def delivery_then(evidence: Evidence, looked: Looked) -> Delivery:
    """Delivered volume as the run knew it at a look.

    Raises:
        EvidenceError, CalibrationError: it knew none.
    """
    known = so_far(evidence, looked.rows, looked.until_s)
    return with_held(known, delivery_of(known), after=False)


def _held(evidence: Evidence, rows: Sequence[Mapping[str, int]]) -> Evidence:
    """The same with its streams in memory, as far as any look went: each takes the first rows of them."""
    most = {name: max(one.get(name, 0) for one in rows) for name in {name for one in rows for name in one}}
    return replace(evidence, record=first_rows(evidence.record, most))

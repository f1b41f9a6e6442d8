"""How a run ended that nobody could end: by what it had written down when the host stopped, or was killed.

cut_off_end(record, "the record was never sealed: the host stopped, or was killed")

What the run had settled before (a safety stop, a bench fault, Ctrl-C) stays its end. A kill takes nothing from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig import events
from rig.execute.phases import ABORTED, BENCH_FAULT, INTERRUPTED, SAFETY_STOP, End

if TYPE_CHECKING:
    from rig.record import Record

#: What a run may have settled before its end; other faults are events on its way.
_ENDINGS = frozenset({ABORTED, BENCH_FAULT, SAFETY_STOP})


def cut_off_end(record: Record, cause: str) -> End:
    """The end of a run that was cut off; never a completed one.

    Args:
        record: with what was saved.
        cause: why it was cut off, in words.
    """
    told = [data for _, data in record.events(events.FAULT) if data.get("kind") in _ENDINGS]
    if told:
        return End(told[0]["kind"], f"{told[0]['cause']}; then {cause}", record.last_s())
    return End(INTERRUPTED, cause, record.last_s())

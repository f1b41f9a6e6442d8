"""The shortest window of a rate that is decidable, for findings that no longer run helps: their window is too short.

A window of an hour is as uncertain in a run of a month. Where the protocol's own cannot be decided with the longest
legs, the shortest one that could be is told: whole cycles of the pump, with everything else as in the protocol.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from calibration.errors import DoseproofError
from calibration.units import TIME, VOLUME
from rig.findings import rate_windows, trumpet
from rig.planning.case import Lengths
from rig.planning.decidable import decidable
from rig.planning.shortest import climb, longest_analysis_s
from rig.protocol_findings.limits import MaskTable
from rig.protocol_tables import is_multiple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.planning.case import Case
    from rig.planning.decidable import Wanted

#: So many cycles are tried until they are whole sample intervals.
_MOST_CYCLES = 1000
#: No window of more such steps is looked at: each is predicted with all of its readings.
_MOST_STEPS = 256


def is_window(case: Case, name: str) -> bool:
    """Whether a finding is about windows of one length at a constant rate, with a limit of their own."""
    asked = case.protocol.findings
    mask = asked.rate_windows is not None and isinstance(asked.rate_windows.limit, MaskTable)
    return step_s(case) is not None and (
        name.startswith(trumpet.NAME) or (name.startswith(rate_windows.NAME) and not mask)
    )


def step_s(case: Case) -> float | None:
    """The shortest window of whole cycles that is whole sample intervals too [s]; None where there is none."""
    dose, timing = case.protocol.dose, case.protocol.timing
    declared = case.bench.device.cycle_volume
    if declared is None or len(dose.pieces) != 1 or dose.pieces[0].rate_ul_h <= 0.0:
        return None
    cycle_s = 3600.0 * VOLUME.magnitude("cycle_volume", declared) / dose.pieces[0].rate_ul_h
    whole = (n * cycle_s for n in range(1, _MOST_CYCLES) if is_multiple(n * cycle_s, timing.sample_interval_s))
    return next(whole, None)


def shortest_window_s(
    case: Case, name: str, legs: Sequence[float | None], wanted: Wanted, longest_s: float
) -> float | None:
    """The shortest window that could be decided, with the first of these legs that decides one; None where none does.

    Args:
        case: the run.
        name: of a finding of :func:`is_window`.
        legs: their lengths [s]; None for those of the protocol.
        wanted: what decidable means.
        longest_s: no longer window is looked at [s].
    """
    step = step_s(case)
    if step is None:
        return None
    table = trumpet.NAME if name.startswith(trumpet.NAME) else rate_windows.NAME
    most = int(longest_analysis_s(case, longest_s) / step + 1e-9)
    for leg_s in legs:
        holds = functools.cache(lambda n, leg_s=leg_s: _decides(case, table, n * step, leg_s, wanted))
        if (found := climb(min(most, _MOST_STEPS), holds)) is not None:
            return found * step
    return None


def _decides(case: Case, table: str, window_s: float, leg_s: float | None, wanted: Wanted) -> bool:
    try:
        made = case.predicted(case.at(Lengths(leg_s, window_s), findings=_only(case, table, window_s)))
    except DoseproofError:
        return False
    found = [one for one in made.findings if one.name.startswith(table)]
    return bool(found) and all(decidable(one, wanted).ok for one in found)


def _only(case: Case, table: str, window_s: float) -> Any:
    """The findings of the protocol with this table alone, and one window in it."""
    asked = case.protocol.findings
    lengths = (TIME.quantity(window_s),)
    update = {"windows": lengths} if table == trumpet.NAME else {"lengths": lengths, "step": None}
    one = getattr(asked, table).model_copy(update=update)
    return type(asked)(mean_flow_error=asked.mean_flow_error, **{table: one})

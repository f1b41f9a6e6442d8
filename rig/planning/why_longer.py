"""Why the run that decides everything is longer than that of any finding alone.

Windows with or without a limit, and segments that begin late, need an analysis that no finding by itself asks for.

>>> why_longer(case, Shortest(600.0, 43200.0, 66902.0), findings, wanted)           # doctest: +SKIP
'an analysis of 11.75 h would not do: findings.trumpet.windows[4]: the window is longer than timing.analysis; ...'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.errors import FileError
from rig.planning.case import Lengths
from rig.planning.decidable import decidable
from rig.words import quantity_text, window_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.planning.case import Case
    from rig.planning.decidable import Wanted
    from rig.planning.outcomes import PlannedFinding
    from rig.planning.shortest import Shortest


def why_longer(case: Case, least: Shortest | None, findings: Sequence[PlannedFinding], wanted: Wanted) -> str:
    """What would not do one sample interval below it, in words; empty where a finding alone takes as long.

    Args:
        case: the run.
        least: the shortest run that decides all of them.
        findings: each with the run that decides it alone.
        wanted: what decidable means.
    """
    alone_s = max((one.shortest.total_s for one in findings if one.shortest), default=0.0)
    if least is None or least.analysis_s is None or least.total_s <= alone_s:
        return ""
    shorter = Lengths(least.leg_s, least.analysis_s - case.protocol.timing.sample_interval_s)
    return f"an analysis of {window_text(shorter.analysis_s or 0.0)} would not do: {_missed(case, shorter, wanted)}"


def _missed(case: Case, lengths: Lengths, wanted: Wanted) -> str:
    try:
        case.at(lengths)
    except FileError as error:
        return "; ".join(f"{problem.key}: {problem.message}" for problem in error.problems)
    made = case.predict(lengths)
    missed = [quantity_text(one.name, {}) for one in made.findings if not decidable(one, wanted).ok]
    if missed:
        return f"{', '.join(missed)} cannot be decided then"
    return "legs and analysis have to be long enough for each finding at once"

"""The shortest run in which a finding is decidable: how long the legs, how long the analysis.

Evaporation is known the better the longer its legs, and counts the more the longer the analysis takes to gain weight;
noise of the balance counts the less the longer the analysis. So both are searched together for the shortest time on the
bench. Legs are tried at lengths that a person would choose, the analysis at every multiple of its sample
interval; what is not a whole cycle of the pump adds nothing, so the shortest analysis holds whole cycles.

>>> first(1, 100, lambda n: n * n >= 50), first(1, 3, lambda n: n > 5)
(8, None)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from calibration.units import TIME
from rig.plan import reference_witness
from rig.planning.case import Lengths

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rig.planning.case import Case

_MIN, _HOUR = 60.0, 3600.0
#: Lengths of a leg that are tried [s].
LEGS_S: Final = (
    *(minutes * _MIN for minutes in (2, 3, 5, 10, 15, 20, 30, 45)),
    *(hours * _HOUR for hours in (1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24)),
)
#: A leg of fewer readings than these says nothing of the noise (:data:`rig.delivery.legs.NOISE_READINGS`), and twice as
#: many are wanted of a plan.
FEWEST_READINGS: Final = 100
#: Shorter legs are proposed only where the protocol has shorter ones already: slow noise is not seen in them [s].
SHORT_S: Final = 600.0
#: The longest analysis that is looked at unless told otherwise [s].
LONGEST_S: Final = 31 * 86400.0


@dataclass(frozen=True, slots=True)
class Shortest:
    """The shortest run in which something holds.

    Attributes:
        leg_s, analysis_s: lengths [s]; None where the protocol's are not varied.
        total_s: all phases of the run on the bench, without the time that prompts wait [s].
    """

    leg_s: float | None
    analysis_s: float | None
    total_s: float

    @property
    def lengths(self) -> Lengths:
        """What makes it."""
        return Lengths(self.leg_s, self.analysis_s)


def first(low: int, high: int, holds: Callable[[int], bool]) -> int | None:
    """The smallest number from ``low`` to ``high`` that ``holds``, as all larger ones do; None where none does."""
    if high < low:
        return None
    if holds(low):  # often so, and quickly told
        return low
    if not holds(high):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


def climb(high: int, holds: Callable[[int], bool]) -> int | None:
    """The smallest number from 1 to ``high`` that ``holds``, where asking about a large one takes long.

    >>> climb(1000, lambda n: n >= 37), climb(10, lambda n: n > 10)
    (37, None)
    """
    reach = 1
    while reach < high and not holds(reach):
        reach = min(2 * reach, high)
    return first(reach // 2 + 1, reach, holds)


def legs_of(case: Case) -> Sequence[float | None]:
    """Lengths of legs to try [s]; the protocol's own alone where it has none to vary."""
    if not case.has_legs:
        return (None,)
    timing = case.protocol.timing
    own_s = [TIME.magnitude("leg", one) for one in (timing.evaporation_before, timing.evaporation_after) if one]
    interval_s = case.plan(Lengths()).interval_s(reference_witness(case.bench))
    least_s = max(min([SHORT_S, *own_s]), FEWEST_READINGS * interval_s)
    return [leg for leg in LEGS_S if leg >= least_s]


def longest_analysis(case: Case, longest_s: float) -> int:
    """How many sample intervals the analysis may hold: no more than the reservoir, a bound and ``longest_s`` allow."""
    step_s = case.protocol.timing.sample_interval_s
    most = max(int(longest_s / step_s), round(case.protocol.timing.analysis_s / step_s))
    too_long = first(1, most, lambda n: n * step_s >= case.protocol.timing.analysis_s and not case.fits(_at(case, n)))
    return most if too_long is None else too_long - 1


def longest_analysis_s(case: Case, longest_s: float) -> float:
    """The same as a length [s]."""
    return longest_analysis(case, longest_s) * case.protocol.timing.sample_interval_s


def shortest(case: Case, holds: Callable[[Lengths], bool], longest_s: float = LONGEST_S) -> Shortest | None:
    """The shortest run in which something holds that is the truer the longer legs and analysis are.

    Args:
        case: the run.
        holds: of lengths; asked some fifty times.
        longest_s: no longer analysis is looked at.

    Returns:
        None where it holds at no length.
    """
    legs = legs_of(case)
    if not case.stretchable:
        leg = first(0, len(legs) - 1, lambda n: holds(Lengths(legs[n])))
        return None if leg is None else _found(case, Lengths(legs[leg]))
    step_s, most = case.protocol.timing.sample_interval_s, longest_analysis(case, longest_s)
    best: Lengths | None = None
    for leg_s in legs:
        room = most if best is None else min(most, _room(leg_s, best, step_s))
        count = first(1, room, lambda n, leg_s=leg_s: holds(Lengths(leg_s, n * step_s)))  # type: ignore[misc]
        if count is not None:
            best = Lengths(leg_s, count * step_s)
    return None if best is None else _found(case, best)


def _at(case: Case, count: int) -> Lengths:
    return Lengths(None, count * case.protocol.timing.sample_interval_s)


def _room(leg_s: float | None, best: Lengths, step_s: float) -> int:
    """How many sample intervals make a run with these legs shorter than the best one."""
    if leg_s is None or best.leg_s is None or best.analysis_s is None:
        return 0
    return math.ceil((best.analysis_s + 2.0 * (best.leg_s - leg_s)) / step_s - 1e-9) - 1


def _found(case: Case, lengths: Lengths) -> Shortest:
    return Shortest(lengths.leg_s, lengths.analysis_s, case.plan(lengths).duration_s)

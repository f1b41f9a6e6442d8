"""Corners: instants at which the programmed flow changes, and which side of each is the calmer one.

A level is a straight line through readings; across a corner it would read wrong by an eighth of a window times
the change of flow (a bolus of 1 mL/h and a window of 600 s: 20 uL). At a corner itself the level stands on the side
with the slower flow, where a pump's pulsation bends the line least.

>>> corners = Corners((Corner(0.0, calm_before=True), Corner(3600.0, calm_before=False)))
>>> corners.around(600.0), corners.at(3600.0)
((0.0, 3600.0), Corner(at_s=3600.0, calm_before=False))
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rig.dose import DoseProgram

#: Instants that differ by less are the same [s].
_SAME_S = 1e-6


@dataclass(frozen=True, slots=True)
class Corner:
    """A change of the programmed flow.

    Attributes:
        at_s: when, on the bench's clock.
        calm_before: whether the flow before it is the slower one.
    """

    at_s: float
    calm_before: bool


@dataclass(frozen=True, slots=True)
class Corners:
    """All corners of a delivery, in order of time."""

    all: tuple[Corner, ...] = ()

    def at(self, at_s: float) -> Corner | None:
        """The corner at this very instant."""
        return next((corner for corner in self.all if abs(corner.at_s - at_s) <= _SAME_S), None)

    def around(self, at_s: float) -> tuple[float, float]:
        """The corners before and after an instant, without one at it; infinite where there is none."""
        before = max((c.at_s for c in self.all if c.at_s < at_s - _SAME_S), default=-math.inf)
        after = min((c.at_s for c in self.all if c.at_s > at_s + _SAME_S), default=math.inf)
        return before, after

    def plus(self, *corners: Corner) -> Corners:
        """These and more; where there is one at the same instant already, the new one counts."""
        kept = (old for old in self.all if all(abs(old.at_s - new.at_s) > _SAME_S for new in corners))
        return Corners(tuple(sorted((*kept, *corners), key=lambda corner: corner.at_s)))


def corners_of(dose: DoseProgram, began_s: float) -> Corners:
    """Where the flow of a program changes.

    The pump stands before the program. After it, it goes on as it was at the end, but for a bolus: that is over
    then, and the basal flow before it comes back.

    Args:
        dose: the program.
        began_s: when it began, on the bench's clock.
    """
    rates = [0.0, *(piece.rate_ul_h for piece in dose.pieces)]
    basal = next((piece.rate_ul_h for piece in reversed(dose.pieces) if piece.kind != "bolus"), 0.0)
    rates.append(basal if dose.pieces[-1].kind == "bolus" else rates[-1])
    times = [began_s + float(t) for t in dose.breakpoints]
    changes = zip(times, rates, rates[1:], strict=False)
    return Corners(tuple(Corner(t, calm_before=old <= new) for t, old, new in changes if old != new))

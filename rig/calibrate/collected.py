"""Volumes that were collected one after another, with what each has for itself and what they share.

The level at which one ends is that at which the next begins: the balance errs there alike, and what its nonlinearity or
a wander that comes back adds to one it takes from the other.

>>> one = Collected(volume_ul=50.0, u_ul=3.0, u_evaporation_ul=1.0, u_linearity_ul=4.0, apart_s=300.0)
>>> covariance([one, one], [1.0, 1.0], lambda apart_s: 0.0)
[[25.0, -8.0], [-8.0, 25.0]]
>>> covariance([one, one], [1.0, 1.0], lambda apart_s: 0.01 * apart_s)     # a random walk: no step knows of another
[[25.0, -8.0], [-8.0, 25.0]]
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True)
class Collected:
    """What one stretch of flow delivered.

    Attributes:
        volume_ul, u_ul: onto the balance, with the standard uncertainty of the two levels by noise and wander.
        u_evaporation_ul: what one standard uncertainty of the evaporation does to it; all stretches share that error.
        u_linearity_ul: of the difference of the two levels by the balance's nonlinearity.
        apart_s: time between the two levels.
    """

    volume_ul: float
    u_ul: float
    u_evaporation_ul: float
    u_linearity_ul: float
    apart_s: float

    @property
    def u_own_ul(self) -> float:
        """Of this stretch alone."""
        return math.hypot(self.u_ul, self.u_linearity_ul)


def covariance(
    stretches: Sequence[Collected], units: Sequence[float], wander_ul2: Callable[[float], float]
) -> list[list[float]]:
    """Covariance of what stretches one after another have for themselves.

    Args:
        stretches: in their order, with no pause to speak of.
        units: what each volume is multiplied by.
        wander_ul2: what so many seconds between two levels add to the variance of their difference.
    """
    at_s = [sum(one.apart_s for one in stretches[:n]) for n in range(len(stretches) + 1)]

    def shared(i: int, j: int) -> float:
        """Covariance of two stretches; of steps of a series whose differences have the variance of ``wander_ul2``."""
        (a, b), (c, d) = at_s[i : i + 2], at_s[j : j + 2]
        grown = [wander_ul2(abs(one)) for one in (d - a, c - b, c - a, d - b)]
        bend = stretches[i].u_linearity_ul * stretches[j].u_linearity_ul / 2.0
        return (grown[0] + grown[1] - grown[2] - grown[3]) / 2.0 - bend * (abs(i - j) == 1)

    count = range(len(stretches))
    own = [one.u_own_ul**2 for one in stretches]
    return [[units[i] * units[j] * (own[i] if i == j else shared(i, j)) for j in count] for i in count]

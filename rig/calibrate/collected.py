"""Volumes that were collected one after another, with what each has for itself and what they share.

>>> one = Collected(volume_ul=50.0, u_ul=3.0, u_evaporation_ul=1.0, u_linearity_ul=4.0)
>>> covariance([one, one], [1.0, 1.0])
[[25.0, -8.0], [-8.0, 25.0]]
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Collected:
    """What one stretch of flow delivered.

    Attributes:
        volume_ul, u_ul: onto the balance, with the standard uncertainty of the two levels by noise and wander.
        u_evaporation_ul: what one standard uncertainty of the evaporation does to it; all stretches share that error.
        u_linearity_ul: of the difference of the two levels by the balance's nonlinearity.
    """

    volume_ul: float
    u_ul: float
    u_evaporation_ul: float
    u_linearity_ul: float

    @property
    def u_own_ul(self) -> float:
        """Of this stretch alone."""
        return math.hypot(self.u_ul, self.u_linearity_ul)


def covariance(stretches: Sequence[Collected], units: Sequence[float]) -> list[list[float]]:
    """Covariance of what stretches one after another have for themselves.

    The level at which one ends is that at which the next begins, and the balance errs there alike: what its
    nonlinearity adds to one it takes from the other.

    Args:
        stretches: in their order.
        units: what each volume is multiplied by.
    """
    count = range(len(stretches))
    bends = [one.u_linearity_ul * unit for one, unit in zip(stretches, units, strict=True)]
    own = [(one.u_ul * unit) ** 2 for one, unit in zip(stretches, units, strict=True)]
    share = {0: 1.0, 1: -0.5}
    return [[bends[i] * bends[j] * share.get(abs(i - j), 0.0) + own[i] * (i == j) for j in count] for i in count]

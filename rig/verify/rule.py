"""What a decision rule is: a guard band inside the limits, one outside them, and what may be said between.

================  ==========================================================================================
zones             what is said
================  ==========================================================================================
three             pass inside the accepted part, fail beyond the outer band, inconclusive between; where it
                  lies of the limit makes that a *conditional pass* or a *conditional fail* (ILAC-G8:09/2019, 4.2.3)
binary            pass inside the accepted part, else fail (ILAC-G8:09/2019, 4.2.1 and 4.2.2)
non-conformity    fail beyond the outer band, else inconclusive: it proves that a pump does not conform and can
                  never prove that it does (ISO 14253-1: who wants to prove carries the uncertainty [K])
================  ==========================================================================================

>>> half = Rule("half-U", lambda u, k, nu: k * u / 2, "guard band w = U/2")
>>> half.zones, half.guard_band(1.5, 2.0, math.inf)
('three', 1.5)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, Protocol

from rig.verify.errors import RuleError

Zones = Literal["three", "binary", "non-conformity"]


class GuardBand(Protocol):
    """Width of the guard band from the standard uncertainty, the coverage factor and its degrees of freedom."""

    def __call__(self, u: float, k: float, nu: float, /) -> float:
        """The width, in the unit of u."""


@dataclass(frozen=True)
class Rule:
    """A decision rule.

    Attributes:
        name: as a protocol names it.
        guard_band: its width, from u, k and nu; the same on both sides of a limit.
        says: what it is, for the report.
        zones: what may be said outside the accepted part.
    """

    name: str
    guard_band: GuardBand
    says: str
    zones: Zones = "three"

    def width(self, u: float, k: float, nu: float) -> float:
        """The width of the guard band, of numbers that can be.

        Raises:
            RuleError: u below zero, k or nu not above zero, or a rule that gives no width for them.
        """
        if not 0.0 <= u < math.inf:
            raise RuleError(f"u: expected a standard uncertainty from zero up, found {u}")
        if not 0.0 < k < math.inf:
            raise RuleError(f"k: expected a coverage factor above zero, found {k}")
        if not nu > 0.0:
            raise RuleError(f"nu: expected degrees of freedom above zero (infinite is good), found {nu}")
        band = self.guard_band(u, k, nu)
        if not 0.0 <= band < math.inf:
            raise RuleError(f"rule {self.name!r}: expected a guard band of zero or more, found {band}; repair the rule")
        return band


def student_quantile(probability: float, nu: float) -> float:
    """Quantile of Student's t, of the normal distribution for infinite ``nu``."""
    from scipy.special import ndtri, stdtrit

    return float(ndtri(probability) if math.isinf(nu) else stdtrit(nu, probability))


def student_tail(z: float, nu: float) -> float:
    """Probability above z of Student's t, of the normal distribution for infinite ``nu``."""
    from scipy.special import ndtr, stdtr

    return float(ndtr(-z) if math.isinf(nu) else stdtr(nu, -z))

"""Process capability: how often the spread of a series fits between its limits.

>>> index = capability(mean=16.0, sd=2.0, n=30, lower=8.0, upper=20.0)
>>> index.cp, round(index.cpk, 4), round(index.cpk_low, 4)
(1.0, 0.6667, 0.4577)

All values of one call are numbers in one unit, whichever it is. Cp and Cpk have none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from rig.verify.errors import MetricError
from rig.verify.series import whole


@dataclass(frozen=True)
class Capability:
    """Capability of a series (NIST e-Handbook 6.1.6).

    Attributes:
        cp: (upper - lower) / 6 s.
        cpk: distance of the mean from the nearer limit over 3 s; negative where the mean is outside.
        cpk_low, cpk_high: two-sided confidence interval of Cpk, the normal approximation
            ``cpk +- z sqrt(1/(9 n) + cpk^2/(2 (n - 1)))`` [K]; rough below n = 25.
    """

    cp: float
    cpk: float
    cpk_low: float
    cpk_high: float


def capability(*, mean: float, sd: float, n: int, lower: float, upper: float, confidence: float = 0.95) -> Capability:
    """Cp and Cpk of a series of ``n`` independent items.

    Raises:
        MetricError: a standard deviation that is not above zero, n no whole number from two up, limits in the wrong
            order, a value that is no number.
    """
    whole("capability: n", n, 2)
    if not (0.0 < sd < math.inf and -math.inf < lower < upper < math.inf and math.isfinite(mean)):
        raise MetricError(
            "capability: expected a mean, sd above zero and lower below upper, "
            f"found {mean=}, {sd=}, {lower=}, {upper=}"
        )
    if not 0.0 < confidence < 1.0:
        raise MetricError(f"confidence: expected a number between 0 and 1, found {confidence:g}")
    from scipy.special import ndtri

    cpk = min(upper - mean, mean - lower) / (3.0 * sd)
    reach = float(ndtri(0.5 + 0.5 * confidence)) * math.sqrt(1.0 / (9.0 * n) + cpk**2 / (2.0 * (n - 1)))
    return Capability((upper - lower) / (6.0 * sd), cpk, cpk - reach, cpk + reach)

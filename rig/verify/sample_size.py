"""How many pumps a claim about all pumps needs, by three methods; and how likely the study is to succeed.

=====================  ================================================================================================
method                 claim shown by
=====================  ================================================================================================
``zero failures``      every pump of the sample passes by its own rule; nothing is assumed (binomial, Clopper-Pearson)
``order statistics``   smallest and largest value lie within the limits (Wilks 1941; ISO 16269-6, distribution-free)
``tolerance interval`` mean +- k s lies within the limits, exact k; the errors of pumps are normal (ISO 16269-6)
=====================  ================================================================================================

The first two only need a number. The third needs far fewer pumps where they scatter little: it is planned with the
standard deviation between pumps that is expected, so that the study succeeds with the wanted chance.

>>> claim = Claim(-14.5, 14.5, content=0.95, confidence=0.95)
>>> zero_failures(claim), order_statistics(claim), tolerance_interval(claim, mean=1.0, sd=3.0, chance=0.95)
(59, 93, 12)
>>> round(largest_sd(claim, 10, mean=1.0), 2)
3.98

``n`` counts pumps, drawn at random: neither runs of one pump, nor boluses, nor samples of a record.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from rig.verify.distribution_free import needed
from rig.verify.errors import MetricError
from rig.verify.reliability import needed_without_failure
from rig.verify.series import above_zero, whole
from rig.verify.tolerance import one_sided_factor, two_sided_factor

#: Nodes over the distribution of s.
_NODES = 200
#: No larger sample is looked for.
_MOST = 10_000


@dataclass(frozen=True)
class Claim:
    """At least ``content`` of all pumps lie from lower to upper, shown with ``confidence``.

    Attributes:
        lower, upper: the limits; None where there is none.
        content, confidence: between 0 and 1.
        band: guard band inside each limit for what all pumps of the study share, in the unit of the limits.

    Raises:
        MetricError: no limit, limits that leave nothing, content or confidence out of range.
    """

    lower: float | None
    upper: float | None
    content: float = 0.95
    confidence: float = 0.95
    band: float = 0.0

    def __post_init__(self) -> None:
        low, high = self.accepted
        if not (low < high and math.isfinite(max(low, -high)) and self.band >= 0.0):
            raise MetricError(f"claim: expected limits wider than their guard bands, found {self}")
        if not (0.0 < self.content < 1.0 and 0.0 < self.confidence < 1.0):
            raise MetricError(f"claim: expected content and confidence between 0 and 1, found {self}")

    @property
    def accepted(self) -> tuple[float, float]:
        """The limits less the guard band; infinite where there is none."""
        low = -math.inf if self.lower is None else self.lower + self.band
        return low, math.inf if self.upper is None else self.upper - self.band

    @property
    def two_sided(self) -> bool:
        """Whether there are both limits."""
        return self.lower is not None and self.upper is not None

    def factor(self, n: int) -> float:
        """Exact k of the tolerance interval, or of its one limit."""
        return (two_sided_factor if self.two_sided else one_sided_factor)(n, self.content, self.confidence)


def zero_failures(claim: Claim, failures: int = 0) -> int:
    """Pumps of which all but ``failures`` must pass."""
    if failures == 0:
        return needed_without_failure(claim.content, claim.confidence)
    return needed(claim.content, claim.confidence, left_out=failures)


def order_statistics(claim: Claim) -> int:
    """Pumps whose smallest and largest value must lie within the limits."""
    return needed(claim.content, claim.confidence, sides=2 if claim.two_sided else 1)


def tolerance_interval(claim: Claim, *, mean: float, sd: float, chance: float) -> int | None:
    """Pumps, so that the study succeeds with the wanted chance; None where none up to ten thousand would do.

    Args:
        claim: with its limits.
        mean, sd: of the measured values of all pumps, as expected.
        chance: that a study of such pumps succeeds.

    Raises:
        MetricError: sd not above zero, chance not between 0 and 1.
    """
    if not (0.0 < sd < math.inf and math.isfinite(mean) and 0.0 < chance < 1.0):
        raise MetricError(f"sample size: expected sd above zero and a chance between 0 and 1, found {sd}, {chance}")
    low, high = 1, 2
    while chance_of_success(claim, high, mean=mean, sd=sd) < chance:
        if high >= _MOST:
            return None
        low, high = high, min(2 * high, _MOST)
    while high - low > 1:
        middle = (low + high) // 2
        enough = chance_of_success(claim, middle, mean=mean, sd=sd) >= chance
        low, high = (low, middle) if enough else (middle, high)
    return high


def chance_of_success(claim: Claim, n: int, *, mean: float, sd: float) -> float:
    """With which chance the tolerance interval of n pumps lies within the limits; exact for normal errors.

    The mean of the sample and its s are independent: the chance for a given s, averaged over the distribution of s.

    Raises:
        MetricError: n no whole number from two up, sd not above zero, a mean that is no number.
    """
    whole("n, pumps", n, 2)
    above_zero("sd", sd)
    _finite("mean", mean)
    from scipy.special import chdtri, ndtr

    node, weight = np.polynomial.legendre.leggauss(_NODES)
    tail = 0.5 * (node + 1.0)
    s = sd * np.sqrt(chdtri(n - 1, tail) / (n - 1))
    reach, se = claim.factor(n) * s, sd / math.sqrt(n)
    low, high = claim.accepted
    inside = ndtr((high - reach - mean) / se) - ndtr((low + reach - mean) / se)
    return float(0.5 * weight @ np.maximum(inside, 0.0))


def largest_sd(claim: Claim, n: int, *, mean: float = 0.0) -> float:
    """The largest standard deviation of n pumps with that mean whose tolerance interval is within; zero for none.

    Raises:
        MetricError: n no whole number from two up, a mean that is no number.
    """
    _finite("mean", mean)
    low, high = claim.accepted
    return max(min(high - mean, mean - low) / claim.factor(n), 0.0)


def _finite(name: str, value: float) -> None:
    if not math.isfinite(value):
        raise MetricError(f"{name}: expected a number, found {value}")

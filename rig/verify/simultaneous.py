"""Many correlated values at once: how far one of them strays by chance, and how likely all are within their limits.

>>> import numpy as np
>>> round(simultaneous_factor(np.eye(1), 0.02275), 2), round(simultaneous_factor(np.eye(20), 0.02275), 1)
(2.0, 3.1)
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from rig.verify.errors import MetricError
from rig.verify.rule import student_quantile

if TYPE_CHECKING:
    from rig.verify.joint import Joint

    Array = np.ndarray[Any, np.dtype[np.float64]]

_NUMBERS = 4_000_000  # drawn at most
_DRAWS = 1 << 15
_SEED = 20260101


def simultaneous_factor(correlation: Array, risk: float, nu: float = math.inf) -> float:
    """A factor c that any of n standardised values exceeds with at most ``risk``, each on one side of its own.

    That is what a limit asks: a true value within it can be carried beyond the one end that it is near, be that the
    upper one for some values and the lower one for others. Beyond *either* side of every value they stray with up to
    twice the risk: for 20 values that are correlated by 0.5 and a risk of 0.025, c is 3.02, and either side would need
    3.14.

    The smaller of Bonferroni's one-sided bound, and the quantile of the largest magnitude by Monte Carlo (two standard
    errors on the safe side), which holds for either side; strongly correlated windows therefore cost little.

    Args:
        correlation: shape (n, n).
        risk: above 0 and up to one half.
        nu: degrees of freedom.

    Raises:
        MetricError: no square matrix, a risk or degrees of freedom out of range.
    """
    if correlation.ndim != 2 or not len(correlation) or correlation.shape[0] != correlation.shape[1]:
        raise MetricError(f"correlation: expected one of shape (n, n), found {correlation.shape}")
    n = len(correlation)
    if n == 1:
        return factor_of_largest(None, n, risk, nu)  # exact; of draws it would be a little less now and then
    _checked(risk, nu)
    return factor_of_largest(np.abs(draws(correlation, nu)).max(axis=1), n, risk, nu)


def factor_of_largest(largest: Array | None, n: int, risk: float, nu: float = math.inf) -> float:
    """The same of draws that are there already, or of none.

    Args:
        largest: the largest magnitude in each draw, shape (draws,); None for Bonferroni's bound alone.
        n: how many values it is the largest of.
        risk, nu: as for :func:`simultaneous_factor`.

    Raises:
        MetricError: a risk or degrees of freedom that cannot be.
    """
    _checked(risk, nu)
    bound = student_quantile(1.0 - risk / n, nu)
    if largest is None:
        return bound
    beyond = len(largest) * risk
    rank = math.ceil(len(largest) - beyond + 2.0 * math.sqrt(beyond))
    return min(bound, float(np.sort(largest)[rank])) if rank < len(largest) else bound  # a risk below one draw


def probability_within(found: Joint, lower: Array | float, upper: Array | float) -> Array:
    """How many of the values lie within their limits, as a part of n, in draws of the truth given what was found.

    Returns:
        One part for each draw; its mean over ``== 1`` is the probability that all do.
    """
    truth = found.value + found.u * draws(found.correlation, found.nu)
    within: Array = ((truth >= lower) & (truth <= upper)).mean(axis=1)
    return within


def draws(correlation: Array, nu: float) -> Array:
    """Standardised correlated draws, normal or Student's, always the same; shape (draws, n)."""
    values, vectors = np.linalg.eigh(correlation)
    stream = np.random.RandomState(np.random.MT19937(np.random.SeedSequence(_SEED)))
    number = max(2000, min(_DRAWS, _NUMBERS // len(correlation)))
    z: Array = stream.standard_normal((number, len(correlation))) @ (vectors * np.sqrt(np.maximum(values, 0.0))).T
    return z if math.isinf(nu) else z * np.sqrt(nu / stream.chisquare(nu, (number, 1)))


def _checked(risk: float, nu: float) -> None:
    if not (0.0 < risk <= 0.5 and nu > 0.0):
        raise MetricError(f"expected a risk above 0 up to 0.5 and degrees of freedom above zero, found {risk} and {nu}")

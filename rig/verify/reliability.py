"""How reliable a design is, given that so many of its pumps passed.

>>> round(lower_bound(59, 0, 0.95), 4), needed_without_failure(0.95, 0.95)
(0.9505, 59)
"""

from __future__ import annotations

from rig.verify.distribution_free import needed
from rig.verify.errors import MetricError
from rig.verify.series import whole


def lower_bound(n: int, failures: int, confidence: float) -> float:
    """Clopper-Pearson: the one-sided lower confidence bound of the passing part.

    Args:
        n: number of independent pumps tested, one or more.
        failures: how many failed. Count what was inconclusive as failed.
        confidence: between 0 and 1.

    Raises:
        MetricError: an argument out of its range.
    """
    whole("lower_bound: n", n, 1)
    whole("lower_bound: failures", failures, 0)
    if not (failures <= n and 0.0 < confidence < 1.0):
        raise MetricError(
            f"lower_bound: expected failures up to {n} and a confidence between 0 and 1, found {failures} and "
            f"{confidence:g}"
        )
    if failures == n:
        return 0.0
    from scipy.special import betaincinv

    return float(betaincinv(n - failures, failures + 1, 1.0 - confidence))


def needed_without_failure(reliability: float, confidence: float) -> int:
    """How many pumps must all pass to show ``reliability`` at ``confidence``.

    Raises:
        MetricError: an argument that is not between 0 and 1.
    """
    if not (0.0 < reliability < 1.0 and 0.0 < confidence < 1.0):
        raise MetricError(f"expected reliability and confidence between 0 and 1, found {reliability:g}, {confidence:g}")
    return needed(reliability, confidence)

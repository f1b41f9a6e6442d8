"""Many values at once against one pair of limits: the verdicts of :mod:`rig.verify.rules`, vectorised.

>>> verdicts([9.8, 13.0, 20.0], 1.5, -14.5, 14.5, "guard-band-U", k=2.0).tolist()
[1, 0, -1]

For simulations of a rule's risk: a hundred thousand deliveries take milliseconds.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from rig.verify.errors import RuleError
from rig.verify.guard_bands import find_rule
from rig.verify.risk import check_limits
from rig.verify.rule import Rule

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

#: What the numbers mean.
PASS, INCONCLUSIVE, FAIL = 1, 0, -1


def verdicts(
    value: ArrayLike,
    u: ArrayLike,
    lower: float | None,
    upper: float | None,
    rule: str | Rule,
    *,
    k: Any = 2.0,
    nu: Any = math.inf,
) -> NDArray[np.int8]:
    """The verdict of each value: 1 pass, 0 inconclusive, -1 fail.

    Args:
        value: any shape, in the unit of u and the limits.
        u: standard uncertainty of each, or one for all.
        lower, upper: the limits; None on one side for a one-sided limit.
        rule: name of the decision rule, or the rule.
        k, nu: coverage factor and degrees of freedom; likewise.

    Raises:
        RuleError: a value that is no number, u, k or nu not above zero, no limit, limits in the wrong order, an
            unknown rule.
    """
    x, size = np.asarray(value, np.float64), np.asarray(u, np.float64)
    if not (np.isfinite(x).all() and np.isfinite(size).all() and (size > 0.0).all()):
        raise RuleError(f"verdicts: expected numbers and u above zero, found u = {u!r}")
    check_limits(lower, upper)
    found = rule if isinstance(rule, Rule) else find_rule(rule)
    band: Any = np.vectorize(found.width, otypes=[np.float64])(size, k, nu)
    low, high = -math.inf if lower is None else lower, math.inf if upper is None else upper
    accepted: Any = (x >= low + band) & (x <= high - band)
    beyond: Any = (x < low - band) | (x > high + band)
    if found.zones == "binary":
        beyond = np.where(low + band <= high - band, ~accepted, beyond)
    if found.zones == "non-conformity":
        accepted = np.zeros_like(accepted)
    return np.where(accepted, PASS, np.where(beyond & ~accepted, FAIL, INCONCLUSIVE)).astype(np.int8)

"""Boundaries that several correlated standard normal estimates cross, one after the other, with given probabilities.

For independent increments there are tables. The estimates of one run have none: they share their first level, their
evaporation and their scale. So the boundaries are computed from the correlation as it is, by Monte Carlo with
importance sampling: draws shifted to each look's own boundary in turn and weighted by the balance heuristic (Veach and
Guibas 1995), so that a probability of 1e-8 is as well known as one of 1e-2. Everything is drawn once, from numpy's
frozen generator (NEP 19): the same correlation gives the same digits years later.

>>> import numpy as np
>>> found = boundaries(np.array([[1.0, 0.5], [0.5, 1.0]]), [0.001, 0.02275])
>>> [round(float(x), 2) for x in found.factor], round(float(found.spent[1]), 4)
([3.09, 2.01], 0.0227)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rig.verify.errors import RuleError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    Array = np.ndarray[Any, np.dtype[np.float64]]

#: Draws; the risk spent at 2.3 % is then known to about 1 % of itself.
DRAWS = 1 << 17
#: A boundary that nothing ever crosses (1e-17), where there is nothing to spend.
NEVER = 8.5
_SEED = 20260101


@dataclass(frozen=True, eq=False)
class Boundaries:
    """Where each look decides.

    Attributes:
        factor: c_j; a look decides where its estimate lies c_j standard uncertainties within the limit, shape (looks,).
        spent: probability of having crossed by each look, shape (looks,).
    """

    factor: Array
    spent: Array


def boundaries(
    correlation: ArrayLike, allowed: ArrayLike, least: ArrayLike | None = None, used: Sequence[float] = ()
) -> Boundaries:
    """The smallest factors, look after look, that keep the probability of crossing within what is allowed.

    Args:
        correlation: of the estimates, shape (looks, looks); perfect correlation is no trouble.
        allowed: cumulative probability of having crossed by each look, not falling, shape (looks,).
        least: factors that must not be undercut, shape (looks,); what is thereby saved goes to later looks.
        used: factors of the first looks, where these were decided by already and cannot change any more.

    Raises:
        RuleError: shapes that do not fit, or probabilities that fall or are not between 0 and one half.
    """
    r, target = np.asarray(correlation, np.float64), np.asarray(allowed, np.float64)
    looks = target.size
    if target.ndim != 1 or r.shape != (looks, looks):
        raise RuleError(f"boundaries: expected n looks and an n by n correlation, found {target.shape}, {r.shape}")
    if not (looks and target[0] >= 0.0 and target[-1] <= 0.5 and (np.diff(target) >= 0.0).all()):
        raise RuleError(f"boundaries: expected probabilities up to 0.5 that do not fall, found {target}")
    floor = np.full(looks, -NEVER) if least is None else np.asarray(least, np.float64)
    estimate, weight = _draws(r, np.diff(target, prepend=0.0))
    factor, spent, alive, so_far = np.empty(looks), np.empty(looks), np.ones(weight.size, dtype=bool), 0.0
    for j in range(looks):
        found = used[j] if j < len(used) else _factor(estimate[alive, j], weight[alive], target[j] - so_far)
        factor[j] = max(found, floor[j])
        crossed = alive & (estimate[:, j] <= -factor[j])
        so_far += float(weight[crossed].sum())
        spent[j] = so_far
        alive &= ~crossed
    return Boundaries(factor, spent)


def _factor(estimate: Array, weight: Array, allowed: float) -> float:
    """The factor that draws of that much weight lie beyond."""
    order = np.argsort(estimate, kind="stable")
    beyond = int(np.searchsorted(np.cumsum(weight[order]), allowed, side="right"))
    if beyond == 0:
        return NEVER
    # halfway to the first draw that must not cross
    inside = min(beyond, order.size - 1)
    return min(NEVER, -0.5 * float(estimate[order[beyond - 1]] + estimate[order[inside]]))


def _draws(correlation: Array, increments: Array) -> tuple[Array, Array]:
    """Estimates, shape (draws, looks), and the probability that each draw stands for."""
    from scipy.special import ndtri

    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.maximum(values, 0.0))  # rows of unit length: estimate = root @ x
    shifts = np.vstack([np.zeros(values.size), ndtri(np.maximum(increments, 1e-16))[:, None] * root])
    each = DRAWS // len(shifts)
    stream = np.random.RandomState(np.random.MT19937(np.random.SeedSequence(_SEED)))
    half = stream.standard_normal((each // 2, values.size))
    x = (np.vstack([half, -half])[None, :, :] + shifts[:, None, :]).reshape(-1, values.size)
    exponent = x @ shifts.T - 0.5 * (shifts**2).sum(axis=1)
    density = np.exp(exponent).mean(axis=1)  # of the mixture, over that of the standard normal
    return x @ root.T, 1.0 / (density * len(x))

"""A budget as distributions, for draws: what GUM propagates to first order, JCGM 101 propagates whole.

>>> from calibration.monte_carlo import propagate
>>> budget = Budget([Input.normal("mass_g", 3.75, u=0.0002, nu=30), Input.rectangular("density_g_ml", 0.998, 0.0001)])
>>> simulated = propagate(lambda mass_g, density_g_ml: mass_g / density_g_ml, distributions_of(budget), draws=100_000)
>>> round(simulated.u, 5)
0.0003

Inputs that hang together are drawn together: normal where they are known beforehand, Student's t with common degrees of
freedom where common readings gave them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from calibration.distributions import MultivariateNormal, MultivariateT
from calibration.errors import ImplausibleError
from calibration.uncertainty import Budget, Input

if TYPE_CHECKING:
    from calibration.distributions import Distribution
    from calibration.monte_carlo import Joint, Name


def distributions_of(budget: Budget) -> dict[Name, Distribution | Joint]:
    """The distribution of each input, and of those that hang together (JCGM 101 6.4.2, 6.4.5 to 6.4.9).

    Raises:
        ImplausibleError: a correlation of inputs that are not normal, for which it does not say how they hang together.
    """
    found: dict[Name, Distribution | Joint] = {}
    for names in budget.groups():
        group = [one for one in budget.inputs if one.name in names]
        if len(group) == 1:
            found[group[0].name] = group[0].distribution
        else:
            found[tuple(one.name for one in group)] = _joint(group, budget)
    return found


def _joint(group: list[Input], budget: Budget) -> Joint:
    if any(one.shape != "normal" for one in group):
        names = ", ".join(f"{one.name} ({one.shape})" for one in group)
        raise ImplausibleError(f"correlations: expected normal inputs to draw from, found {names}")
    places = {one.name: i for i, one in enumerate(group)}
    matrix = np.eye(len(group))
    for (a, b), r in budget.correlations.items():
        if a in places:
            matrix[places[a], places[b]] = matrix[places[b], places[a]] = r
    u = np.array([one.u for one in group])
    rows = tuple(tuple(row) for row in (matrix * np.outer(u, u)).tolist())
    normal = MultivariateNormal(tuple(one.estimate for one in group), rows)
    return normal if np.isinf(group[0].nu) else MultivariateT(normal, float(group[0].nu))

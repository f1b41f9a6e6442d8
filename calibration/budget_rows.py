"""One budget for many results at once: what :class:`~calibration.uncertainty.Budget` says of each, by rows.

>>> budget = Budget([Input.normal("mass_g", np.array([3.7, 3.8]), u=0.0002), Input.normal("density_g_ml", 0.998, 1e-4)])
>>> rows = evaluate_rows(budget, lambda mass_g, density_g_ml: mass_g / density_g_ml)
>>> rows.value.round(4).tolist(), rows.u.round(6).tolist()
([3.7074, 3.8076], [0.000422, 0.000431])

For simulations of a hundred thousand measurements. Estimates, uncertainties, degrees of freedom and correlations may be
arrays, one number for each result. Value, u and nu_eff are those of :meth:`Budget.evaluate` for each result alone; the
derivatives come from a step into the imaginary, which is exact to the last digit and needs no step width (W. Squire and
G. Trapp, SIAM Rev. 40 (1998) 110), so a model must be written with operators and :mod:`calibration.any_number`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.coverage import welch_satterthwaite
from calibration.uncertainty import Budget, Input, Model

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: So small that its square is nothing beside one.
_STEP = 1e-30


@dataclass(frozen=True)
class BudgetRows:
    """Many measurement results.

    Attributes:
        value, u, nu_eff: of each; shape (results,).
        contributions: c u of each input, signed, by name; shape (results,).
    """

    value: NDArray[np.float64]
    u: NDArray[np.float64]
    nu_eff: NDArray[np.float64]
    contributions: dict[str, NDArray[np.float64]]


def evaluate_rows(budget: Budget, model: Model) -> BudgetRows:
    """Propagate uncertainty to first order (GUM 5.1, 5.2, G.4), for each result alone.

    Args:
        budget: its inputs broadcast against each other.
        model: called with arrays, one keyword for each input, once and again for each input.
    """
    estimates = {one.name: np.asarray(one.estimate, np.float64) for one in budget.inputs}
    value = np.asarray(model(**estimates), np.float64)
    parts = {one.name: _contribution(model, estimates, one, value.shape) for one in budget.inputs}
    groups = [[one for one in budget.inputs if one.name in names] for names in budget.groups()]
    variances = [np.maximum(_variance(group, parts, budget.correlations), 0.0) for group in groups]
    u = np.sqrt(np.sum(variances, axis=0))
    nu = welch_satterthwaite(u, [np.sqrt(variance) for variance in variances], [group[0].nu for group in groups])
    return BudgetRows(value, u, nu, parts)


def _contribution(
    model: Model, estimates: dict[str, NDArray[np.float64]], one: Input, shape: tuple[int, ...]
) -> NDArray[np.float64]:
    if not np.any(one.u):
        return np.zeros(shape)
    stepped = model(**{**estimates, one.name: estimates[one.name] + 1j * _STEP})
    return np.broadcast_to(np.imag(stepped) / _STEP * one.u, shape)


def _variance(group: list[Input], parts: dict[str, NDArray[np.float64]], correlations: Any) -> NDArray[np.float64]:
    """Of the inputs that hang together."""
    names = {one.name for one in group}
    shared = sum(2.0 * r * parts[a] * parts[b] for (a, b), r in correlations.items() if a in names)
    return np.asarray(sum(np.square(parts[one.name]) for one in group) + shared)

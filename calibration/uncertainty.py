"""GUM budgets (JCGM 100:2008), computed by GTC: a model, its inputs, and a table of what each one contributes.

>>> budget = Budget([
...     Input.normal("mass_g", 3.75, u=0.0002, nu=30),
...     Input.rectangular("density_g_ml", 0.998, half_width=0.0001),
... ])
>>> result = budget.evaluate(lambda mass_g, density_g_ml: mass_g / density_g_ml)
>>> print(f"{result.value:.5f} {result.u:.5f} {result.expanded(0.95):.5f}")
3.75752 0.00030 0.00058

The numbers are plain, as in any array kernel: say the unit in the name of the input or in its ``unit``. The model is
called with the names of the inputs as keywords and must be written with operators and the functions of
:mod:`calibration.any_number`; the same model then serves :func:`calibration.monte_carlo.propagate`.
Derivatives are exact (automatic differentiation), correlations and finite degrees of freedom are carried by GTC.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from calibration.any_number import is_plain
from calibration.budget_input import Input
from calibration.budget_result import BudgetResult, Component
from calibration.coverage import coverage_factor, effective_degrees_of_freedom, expanded_uncertainty
from calibration.errors import ImplausibleError
from calibration.type_a import TypeA, effective_sample_size, lag_one_correlation, type_a, type_a_joint

__all__ = [
    "Budget",
    "BudgetResult",
    "Component",
    "Input",
    "TypeA",
    "coverage_factor",
    "effective_degrees_of_freedom",
    "effective_sample_size",
    "expanded_uncertainty",
    "lag_one_correlation",
    "type_a",
    "type_a_joint",
]

Model = Callable[..., Any]


class Budget:
    """Inputs, and how they hang together.

    Args:
        inputs: each with a name of its own.
        correlations: ``{("a", "b"): r}``. Inputs that hang together have the same degrees of freedom: all infinite,
            or those of the common readings that gave them (GUM H.2).

    Raises:
        ImplausibleError: a name used twice, or a correlation that cannot be.
    """

    def __init__(self, inputs: Sequence[Input], correlations: Mapping[tuple[str, str], Any] | None = None) -> None:
        self._inputs = tuple(inputs)
        self._correlations = dict(correlations or {})
        names = [one.name for one in self._inputs]
        if len(set(names)) != len(names) or not names:
            raise ImplausibleError(f"inputs: expected one or more, each with a name of its own, found {names}")
        for (a, b), r in self._correlations.items():
            self._check_correlation(a, b, r)
        self._check_matrix()

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The inputs, in their order."""
        return self._inputs

    @property
    def correlations(self) -> Mapping[tuple[str, str], Any]:
        """Correlations by pairs of names."""
        return self._correlations

    def evaluate(self, model: Model) -> BudgetResult:
        """Propagate uncertainty through a model, to first order (GUM 5.1, 5.2, G.4).

        Args:
            model: called once, with one keyword for each input.

        Raises:
            ImplausibleError: the model gives no finite number.
        """
        numbers = self._uncertain_numbers()
        output = model(**numbers)
        return _Reader(self._inputs, numbers, output).result()

    def _uncertain_numbers(self) -> dict[str, Any]:
        import GTC

        numbers: dict[str, Any] = {}
        for group in self.groups():
            numbers.update(_ensemble([one for one in self._inputs if one.name in group]))
        for (a, b), r in self._correlations.items():
            GTC.set_correlation(r, numbers[a], numbers[b])
        return numbers

    def groups(self) -> list[set[str]]:
        """Names that hang together, directly or through others; most are alone."""
        groups = [{one.name} for one in self._inputs]
        for pair in self._correlations:
            joined = [group for group in groups if group & set(pair)]
            groups = [group for group in groups if not group & set(pair)] + [set().union(*joined)]
        return groups

    def _check_matrix(self) -> None:
        places = {one.name: i for i, one in enumerate(self._inputs)}
        rows = np.broadcast_shapes(*(np.shape(r) for r in self._correlations.values()))
        matrix = np.zeros((*rows, len(places), len(places))) + np.eye(len(places))
        for (a, b), r in self._correlations.items():
            matrix[..., places[a], places[b]] = matrix[..., places[b], places[a]] = r
        lowest = float(np.linalg.eigvalsh(matrix).min())
        if lowest < -1e-9:
            raise ImplausibleError(f"correlations: expected no negative eigenvalue of their matrix, found {lowest:g}")

    def _check_correlation(self, a: str, b: str, r: Any) -> None:
        found = {one.name: one for one in self._inputs if one.name in {a, b}}
        if len(found) != 2 or not np.all(np.abs(r) <= 1.0):
            raise ImplausibleError(
                f"correlations: expected two inputs and a number from -1 to 1, found {a}, {b}, {r!r}"
            )
        one, other = found.values()
        if np.any(one.nu != other.nu) or not (np.all(one.u) and np.all(other.u)):
            raise ImplausibleError(
                f"correlations: expected {a} and {b} with equal degrees of freedom and uncertainties above zero, found "
                f"{one.nu}, {other.nu} and {one.u}, {other.u}; Welch-Satterthwaite is for independent inputs"
            )


def _ensemble(tied: Sequence[Input]) -> dict[str, Any]:
    """Inputs from common readings, or known together: GTC counts their degrees of freedom once."""
    import GTC

    estimates, us = [one.estimate for one in tied], [one.u for one in tied]
    names = [one.name for one in tied]
    if len(tied) == 1:
        made = [GTC.ureal(estimates[0], us[0], tied[0].nu, label=names[0])]
    elif math.isinf(tied[0].nu):
        made = [GTC.ureal(x, u, label=n, independent=False) for x, u, n in zip(estimates, us, names, strict=True)]
    else:
        made = GTC.multiple_ureal(estimates, us, tied[0].nu, label_seq=names)
    return dict(zip(names, made, strict=True))


@dataclass(frozen=True)
class _Reader:
    """Reads a result out of GTC's uncertain numbers."""

    inputs: tuple[Input, ...]
    numbers: Mapping[str, Any]
    output: Any

    def result(self) -> BudgetResult:
        import GTC

        value = float(GTC.value(self.output))
        u = 0.0 if is_plain(self.output) else float(GTC.uncertainty(self.output))
        if not (math.isfinite(value) and math.isfinite(u)):
            raise ImplausibleError(f"model: expected a finite value and uncertainty, found {value} and {u}")
        nu = math.inf if u == 0.0 else float(GTC.dof(self.output))
        return BudgetResult(value, u, nu, tuple(self._component(one) for one in self.inputs))

    def _component(self, one: Input) -> Component:
        c = math.nan if one.u == 0.0 else self._contribution(one) / one.u
        return Component(one.name, one.unit, one.estimate, one.u, one.nu, c, self._contribution(one))

    def _contribution(self, one: Input) -> float:
        from GTC import reporting

        if one.u == 0.0 or is_plain(self.output):
            return 0.0
        return float(reporting.u_component(self.output, self.numbers[one.name]))

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

from calibration.any_number import is_plain
from calibration.coverage import coverage_factor, effective_degrees_of_freedom, expanded_uncertainty
from calibration.errors import ImplausibleError
from calibration.type_a import TypeA, effective_sample_size, lag_one_correlation, type_a

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
]

Model = Callable[..., Any]


@dataclass(frozen=True)
class Input:
    """One input quantity of a model.

    Attributes:
        name: a Python identifier; the keyword by which the model is called.
        estimate: best value.
        u: standard uncertainty, zero or more, in the unit of the estimate.
        nu: degrees of freedom of ``u``.
        unit: for the table.
    """

    name: str
    estimate: float
    u: float
    nu: float = math.inf
    unit: str = ""

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise ImplausibleError(f"input {self.name!r}: expected a name that can be a keyword, such as 'mass_g'")
        if not (math.isfinite(self.estimate) and math.isfinite(self.u) and self.u >= 0.0):
            raise ImplausibleError(
                f"input {self.name}: expected a finite estimate and an uncertainty of zero or more, "
                f"found {self.estimate!r} and {self.u!r}"
            )
        if not self.nu > 0.0:
            raise ImplausibleError(f"input {self.name}: expected degrees of freedom above zero, found {self.nu!r}")

    @classmethod
    def normal(cls, name: str, estimate: float, u: float, nu: float = math.inf, unit: str = "") -> Input:
        """From a standard uncertainty, with its degrees of freedom where it came from readings."""
        return cls(name, float(estimate), float(u), float(nu), unit)

    @classmethod
    def rectangular(cls, name: str, estimate: float, half_width: float, nu: float = math.inf, unit: str = "") -> Input:
        """Anywhere within a half width, equally likely: u = a / sqrt(3) (GUM 4.3.7)."""
        return cls(name, float(estimate), half_width / math.sqrt(3.0), float(nu), unit)

    @classmethod
    def triangular(cls, name: str, estimate: float, half_width: float, nu: float = math.inf, unit: str = "") -> Input:
        """Within a half width, likelier in the middle: u = a / sqrt(6) (GUM 4.3.9)."""
        return cls(name, float(estimate), half_width / math.sqrt(6.0), float(nu), unit)

    @classmethod
    def arcsine(cls, name: str, estimate: float, half_width: float, nu: float = math.inf, unit: str = "") -> Input:
        """Swinging as a sine within a half width (U-shaped): u = a / sqrt(2) (JCGM 101 6.4.6)."""
        return cls(name, float(estimate), half_width / math.sqrt(2.0), float(nu), unit)


@dataclass(frozen=True)
class Component:
    """One line of the table.

    Attributes:
        name, unit, estimate, u, nu: of the input.
        sensitivity: the partial derivative c of the model; NaN for an input without uncertainty.
        contribution: c u, signed, in the unit of the result.
    """

    name: str
    unit: str
    estimate: float
    u: float
    nu: float
    sensitivity: float
    contribution: float


@dataclass(frozen=True)
class BudgetResult:
    """The measurement result.

    Attributes:
        value: of the model at the estimates.
        u: combined standard uncertainty.
        nu_eff: effective degrees of freedom, not truncated.
        components: one for each input, in their order.
    """

    value: float
    u: float
    nu_eff: float
    components: tuple[Component, ...]

    def coverage_factor(self, p: float = 0.95, *, truncate: bool = False) -> float:
        """The factor k for a coverage probability (:func:`calibration.coverage.coverage_factor`)."""
        return coverage_factor(self.nu_eff, p, truncate=truncate)

    def expanded(self, p: float = 0.95, *, truncate: bool = False) -> float:
        """U = k u."""
        return self.coverage_factor(p, truncate=truncate) * self.u

    def interval(self, p: float = 0.95, *, truncate: bool = False) -> tuple[float, float]:
        """Coverage interval y - U, y + U."""
        wide = self.expanded(p, truncate=truncate)
        return self.value - wide, self.value + wide

    def contribution(self, name: str) -> float:
        """|c u| of one input.

        Raises:
            ImplausibleError: no input of that name.
        """
        for component in self.components:
            if component.name == name:
                return abs(component.contribution)
        names = ", ".join(component.name for component in self.components)
        raise ImplausibleError(f"name: expected one of {names}, found {name!r}")


class Budget:
    """Inputs, and how they hang together.

    Args:
        inputs: each with a name of its own.
        correlations: ``{("a", "b"): r}``; correlated inputs must have infinite degrees of freedom.

    Raises:
        ImplausibleError: a name used twice, or a correlation that cannot be.
    """

    def __init__(self, inputs: Sequence[Input], correlations: Mapping[tuple[str, str], float] | None = None) -> None:
        self._inputs = tuple(inputs)
        self._correlations = dict(correlations or {})
        names = [one.name for one in self._inputs]
        if len(set(names)) != len(names) or not names:
            raise ImplausibleError(f"inputs: expected one or more, each with a name of its own, found {names}")
        for (a, b), r in self._correlations.items():
            self._check_correlation(a, b, r)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The inputs, in their order."""
        return self._inputs

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

        tied = {name for pair in self._correlations for name in pair}
        numbers = {
            one.name: GTC.ureal(one.estimate, one.u, one.nu, label=one.name, independent=one.name not in tied)
            for one in self._inputs
        }
        for (a, b), r in self._correlations.items():
            GTC.set_correlation(r, numbers[a], numbers[b])
        return numbers

    def _check_correlation(self, a: str, b: str, r: float) -> None:
        found = {one.name: one for one in self._inputs if one.name in {a, b}}
        if len(found) != 2 or not -1.0 <= r <= 1.0:
            raise ImplausibleError(
                f"correlations: expected two inputs and a number from -1 to 1, found {a}, {b}, {r!r}"
            )
        for one in found.values():
            if not math.isinf(one.nu) or one.u == 0.0:
                raise ImplausibleError(
                    f"correlations: expected {one.name} with infinite degrees of freedom and an uncertainty above "
                    f"zero, found {one.nu:g} and {one.u:g}; Welch-Satterthwaite holds for independent inputs only"
                )


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

"""What a budget says: value, combined uncertainty, degrees of freedom, and the table of contributions.

>>> round(BudgetResult(10.0, 0.5, float("inf"), ()).interval(0.95)[0], 3)
9.02
"""

from __future__ import annotations

from dataclasses import dataclass

from calibration.coverage import coverage_factor
from calibration.errors import ImplausibleError


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

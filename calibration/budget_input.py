"""One input quantity of a budget, from however its uncertainty is known.

>>> round(Input.rectangular("density_g_ml", 0.998, half_width=0.0001).u, 8)
5.774e-05

Plain numbers: the unit is in the name or in ``unit``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from calibration.errors import ImplausibleError


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

"""One input quantity of a budget, from however its uncertainty is known.

>>> round(Input.rectangular("density_g_ml", 0.998, half_width=0.0001).u, 8)
5.774e-05

Plain numbers: the unit is in the name or in ``unit``. Of many results at once (:mod:`calibration.budget_rows`)
estimate, uncertainty and degrees of freedom may be arrays, one number for each.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from calibration.any_number import plain
from calibration.distributions import Arcsine, Distribution, Normal, Rectangular, StudentT, Triangular
from calibration.errors import ImplausibleError

Shape = Literal["normal", "rectangular", "triangular", "arcsine"]

_BOUNDED: dict[str, tuple[type[Rectangular | Triangular | Arcsine], float]] = {
    "rectangular": (Rectangular, math.sqrt(3.0)),
    "triangular": (Triangular, math.sqrt(6.0)),
    "arcsine": (Arcsine, math.sqrt(2.0)),
}


@dataclass(frozen=True)
class Input:
    """One input quantity of a model.

    Attributes:
        name: a Python identifier; the keyword by which the model is called.
        estimate: best value.
        u: standard uncertainty, zero or more, in the unit of the estimate.
        nu: degrees of freedom of ``u``.
        unit: for the table.
        shape: of its distribution.
    """

    name: str
    estimate: Any
    u: Any
    nu: Any = math.inf
    unit: str = ""
    shape: Shape = "normal"

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise ImplausibleError(f"input {self.name!r}: expected a name that can be a keyword, such as 'mass_g'")
        if not (np.all(np.isfinite(self.estimate)) and np.all(np.isfinite(self.u)) and np.all(np.asarray(self.u) >= 0)):
            raise ImplausibleError(
                f"input {self.name}: expected a finite estimate and an uncertainty of zero or more, "
                f"found {self.estimate!r} and {self.u!r}"
            )
        if not np.all(np.asarray(self.nu) > 0.0):
            raise ImplausibleError(f"input {self.name}: expected degrees of freedom above zero, found {self.nu!r}")

    @property
    def distribution(self) -> Distribution:
        """What is known of it, for draws (JCGM 101 6.4): Student's t where u comes from readings."""
        if self.u == 0.0:
            return Normal(self.estimate, 0.0)
        if self.shape in _BOUNDED:
            made, factor = _BOUNDED[self.shape]
            return made(self.estimate - factor * self.u, self.estimate + factor * self.u)
        return Normal(self.estimate, self.u) if math.isinf(self.nu) else StudentT(self.estimate, self.u, self.nu)

    @classmethod
    def normal(cls, name: str, estimate: Any, u: Any, nu: Any = math.inf, unit: str = "") -> Input:
        """From a standard uncertainty, with its degrees of freedom where it came from readings."""
        return cls(name, plain(estimate), plain(u), plain(nu), unit)

    @classmethod
    def rectangular(cls, name: str, estimate: Any, half_width: Any, nu: Any = math.inf, unit: str = "") -> Input:
        """Anywhere within a half width, equally likely: u = a / sqrt(3) (GUM 4.3.7)."""
        return cls(name, plain(estimate), plain(half_width) / math.sqrt(3.0), plain(nu), unit, "rectangular")

    @classmethod
    def triangular(cls, name: str, estimate: Any, half_width: Any, nu: Any = math.inf, unit: str = "") -> Input:
        """Within a half width, likelier in the middle: u = a / sqrt(6) (GUM 4.3.9)."""
        return cls(name, plain(estimate), plain(half_width) / math.sqrt(6.0), plain(nu), unit, "triangular")

    @classmethod
    def arcsine(cls, name: str, estimate: Any, half_width: Any, nu: Any = math.inf, unit: str = "") -> Input:
        """Swinging as a sine within a half width (U-shaped): u = a / sqrt(2) (JCGM 101 6.4.6)."""
        return cls(name, plain(estimate), plain(half_width) / math.sqrt(2.0), plain(nu), unit, "arcsine")

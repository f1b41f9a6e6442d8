"""How far a fitted curve may lie from the true one: variance at a place, and the factors for a place and for the whole.

>>> variance(np.array([0.0, 2.0]), ((1.0, 0.0), (0.0, 0.25)))
array([1., 2.])
>>> print(f"{pointwise_factor(np.array(9.0), 0.95):.2f} {band_factor(2, np.array(9.0), 0.95):.2f}")
2.26 2.92

The second is Working and Hotelling's, J. Am. Stat. Assoc. 24 (1929) Suppl. 73.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from calibration.coverage import coverage_factor

_MANY = 1e9  # degrees of freedom: nobody can tell them from infinitely many


def variance(z: Any, covariance: tuple[tuple[float, ...], ...]) -> Any:
    """Variance of a polynomial at z, from the covariance of its coefficients."""
    powers = z[..., None] ** np.arange(len(covariance))
    return np.maximum(np.einsum("...i,ij,...j->...", powers, np.asarray(covariance), powers), 0.0)


def degrees_of_freedom(
    z: Any, dof: float, covariance: tuple[tuple[float, ...], ...], common: tuple[tuple[float, ...], ...]
) -> Any:
    """Of the variance at z: Welch-Satterthwaite (GUM G.4.1) of noise, known to ``dof``, and common errors, known."""
    if not common or math.isinf(dof):
        return np.full(np.shape(z), min(dof, _MANY))
    total = variance(z, covariance)
    noise = np.maximum(total - variance(z, common), 0.0)
    share = np.divide(noise, total, out=np.ones_like(total), where=total > 0.0)
    return np.minimum(dof / np.maximum(share, 1e-6) ** 2, _MANY)


def pointwise_factor(nu: Any, p: float) -> Any:
    """Student's t for each number of degrees of freedom."""
    from scipy.special import stdtrit

    return np.where(nu < _MANY, stdtrit(nu, (1.0 + p) / 2.0), coverage_factor(math.inf, p))


def band_factor(free: int, nu: Any, p: float) -> Any:
    """The factor that holds all places at once, for ``free`` coefficients: sqrt(m F)."""
    from scipy.special import chdtri, fdtri

    coverage_factor(math.inf, p)  # refuses what is no probability
    return np.sqrt(np.where(nu < _MANY, free * fdtri(free, nu, p), chdtri(free, 1.0 - p)))


def span(values: Any) -> str:
    """Lowest and highest of some numbers, as text."""
    if not values.size:
        return "nothing"
    return f"{values:g}" if values.ndim == 0 else f"{values.min():g} to {values.max():g}"

"""Degrees of freedom, coverage factors and expanded uncertainty (JCGM 100:2008 annex G).

>>> nu = effective_degrees_of_freedom([0.25, 0.57, 0.82], [9, 4, 14])
>>> print(f"{nu:.1f} {coverage_factor(19, 0.95):.2f}")
19.0 2.09
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.errors import ImplausibleError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike


def effective_degrees_of_freedom(u: ArrayLike, nu: ArrayLike, uc: float | None = None) -> float:
    """Welch-Satterthwaite: u_c^4 / sum(u_i^4 / nu_i) (GUM G.4.1), for independent components.

    Args:
        u: contributions |c_i| u_i, absolute or all relative.
        nu: degrees of freedom of each; ``inf`` for what is known exactly.
        uc: combined standard uncertainty, if another than the root sum of squares (a rounded one, say).

    Returns:
        Not truncated; ``inf`` when nothing limits it.

    Raises:
        ImplausibleError: lengths that differ, an uncertainty below zero, degrees of freedom not above zero.
    """
    parts, freedoms = np.asarray(u, np.float64), np.asarray(nu, np.float64)
    if parts.shape != freedoms.shape or parts.ndim != 1 or not parts.size:
        raise ImplausibleError(f"u, nu: expected one of each per component, found {parts.shape} and {freedoms.shape}")
    if not (np.isfinite(parts).all() and (parts >= 0.0).all() and (freedoms > 0.0).all()):
        raise ImplausibleError(
            f"u, nu: expected uncertainties from zero and degrees of freedom above zero, found {parts}, {freedoms}"
        )
    largest = float(parts.max())
    if largest == 0.0:
        return math.inf
    combined = math.sqrt(float(((parts / largest) ** 2).sum())) if uc is None else uc / largest
    lost = float(((parts / largest) ** 4 / freedoms).sum())
    return combined**4 / lost if lost > 0.0 else math.inf


def welch_satterthwaite(uc: Any, u: Sequence[Any], nu: Sequence[Any]) -> Any:
    """Array kernel of :func:`effective_degrees_of_freedom`, of any shape, without a check of what goes in.

    Args:
        uc: combined standard uncertainty; degrees of freedom are infinite where it is zero.
        u, nu: contributions that have finite degrees of freedom, and those; what is known exactly may be left out.
    """
    scale = np.where(np.asarray(uc) > 0.0, uc, 1.0)
    lost = np.sum([(np.asarray(one) / scale) ** 4 / freedom for one, freedom in zip(u, nu, strict=True)], axis=0)
    return np.where(lost > 0.0, 1.0, np.inf) / np.where(lost > 0.0, lost, 1.0)


def coverage_factor(nu: float, p: float = 0.95, *, truncate: bool = False) -> float:
    """Coverage factor k = t_p(nu): a fraction p of Student's distribution lies between -k and k (GUM table G.2).

    Args:
        nu: degrees of freedom; ``inf`` gives the normal distribution.
        p: coverage probability, between 0 and 1.
        truncate: cut nu to the next lower integer, as GUM G.4.1 advises; less than one is left as it is.

    Raises:
        ImplausibleError: a probability or degrees of freedom that cannot be.
    """
    from scipy.special import ndtri, stdtrit

    if not 0.0 < p < 1.0:
        raise ImplausibleError(f"p: expected a probability between 0 and 1, such as 0.95, found {p!r}")
    if not nu > 0.0:
        raise ImplausibleError(f"nu: expected degrees of freedom above zero, found {nu!r}")
    used = _truncated(nu) if truncate else nu
    tail = (1.0 + p) / 2.0
    return float(ndtri(tail)) if math.isinf(used) else float(stdtrit(used, tail))


def expanded_uncertainty(u: float, nu: float = math.inf, p: float = 0.95, *, truncate: bool = False) -> float:
    """U = k u, in the unit of ``u``; arguments as for :func:`coverage_factor`."""
    return coverage_factor(nu, p, truncate=truncate) * u


def _truncated(nu: float) -> float:
    """The next lower integer; 18.999999999 that is 19 but for rounding stays 19; less than 1 is left as it is."""
    return nu if nu < 1.0 or math.isinf(nu) else float(math.floor(nu * (1.0 + 1e-12)))

"""Statistical tolerance intervals: where a stated part of all pumps lies, with a stated confidence.

``mean +- k s`` holds at least the part ``content`` of a normal population in ``confidence`` of all samples.
The factors are exact (ISO 16269-6). Howe's and Natrella's approximations are here under their own names, only
to reproduce tables that were made with them; reports use the exact ones.

>>> round(two_sided_factor(22, 0.90, 0.90), 4), round(one_sided_factor(10, 0.95, 0.95), 4)
(2.1235, 2.911)

``n`` counts independent items (pumps, boluses), never samples of one record.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from rig.verify.errors import MetricError
from rig.verify.series import whole

#: Nodes of the quadrature over the sample mean; 64 agree with 400 to 2e-10 for n from 2 to 10000.
_NODES = 64
_REACH = 9.0  # standard errors of the mean; beyond lies 2e-19


def two_sided_factor(n: int, content: float, confidence: float) -> float:
    """Exact k of ``mean +- k s`` (Odeh-Owen integral over the sample mean).

    Args:
        n: number of independent items, two or more.
        content: part of the population, between 0 and 1.
        confidence: between 0 and 1.

    Raises:
        MetricError: an argument out of its range.
    """
    from scipy.optimize import brentq

    approximate = howe_factor(n, content, confidence)
    radius, weight = _half_widths(n, content)

    def missing(k: float) -> float:
        return _coverage(k, n, radius, weight) - confidence

    # Howe's factor is within a few percent for n > 10, and within a factor of two from n = 2 on.
    return float(brentq(missing, 0.2 * approximate, 5.0 * approximate, xtol=1e-10, rtol=1e-12))


def one_sided_factor(n: int, content: float, confidence: float) -> float:
    """Exact k of ``mean + k s``, or of ``mean - k s``: noncentral t quantile over sqrt(n).

    Raises:
        MetricError: an argument out of its range.
    """
    from scipy.special import ndtri
    from scipy.stats import nct

    _check(n, content, confidence)
    return float(nct.ppf(confidence, n - 1, ndtri(content) * math.sqrt(n)) / math.sqrt(n))


def howe_factor(n: int, content: float, confidence: float) -> float:
    """Howe's approximation of the two-sided factor, as the NIST e-Handbook 7.2.6.3 prints it.

    Raises:
        MetricError: an argument out of its range.
    """
    from scipy.special import chdtri, ndtri

    _check(n, content, confidence)
    z = float(ndtri(0.5 + 0.5 * content))
    chi2 = float(chdtri(n - 1, confidence))  # exceeded with probability `confidence`
    return z * math.sqrt((n - 1) * (1.0 + 1.0 / n) / chi2)


def natrella_factor(n: int, content: float, confidence: float) -> float:
    """Natrella's approximation of the one-sided factor, as the NIST e-Handbook 7.2.6.3 prints it.

    Raises:
        MetricError: an argument out of its range, or an n too small for the approximation.
    """
    from scipy.special import ndtri

    _check(n, content, confidence)
    z_content, z_confidence = float(ndtri(content)), float(ndtri(confidence))
    a = 1.0 - z_confidence**2 / (2.0 * (n - 1))
    b = z_content**2 - z_confidence**2 / n
    if a <= 0.0:  # with a from 0 to 1 the root below is real
        raise MetricError(f"natrella_factor: n = {n} is too small for this approximation; use one_sided_factor")
    return (z_content + math.sqrt(z_content**2 - a * b)) / a


def _half_widths(n: int, content: float) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Half width in sigma that holds ``content``, for a sample mean off by each node, and the node's probability."""
    from scipy.special import chndtrix

    node, weight = np.polynomial.legendre.leggauss(_NODES)
    standard_errors = 0.5 * _REACH * (node + 1.0)
    density = math.sqrt(2.0 / math.pi) * np.exp(-0.5 * standard_errors**2)  # both signs of the offset
    radius = np.sqrt(chndtrix(content, 1.0, standard_errors**2 / n))
    return radius, 0.5 * _REACH * weight * density


def _coverage(k: float, n: int, radius: np.ndarray[Any, Any], weight: np.ndarray[Any, Any]) -> float:
    """Probability that k s reaches at least that half width."""
    from scipy.special import chdtrc

    return float(np.sum(weight * chdtrc(n - 1, (n - 1) * (radius / k) ** 2)))


def _check(n: int, content: float, confidence: float) -> None:
    whole("n, independent items", n, 2)
    if not (0.0 < content < 1.0 and 0.0 < confidence < 1.0):
        raise MetricError(
            f"content and confidence: expected each between 0 and 1, found {content:g} and {confidence:g}"
        )

"""The error of a calibration curve taken apart into parts that are independent of each other.

A curve's error is the same curve for every reading of a run: it does not average out, and what of it cancels in a
difference depends on its shape.

``offset``     alike for all readings; it cancels in a difference
``scale``      proportional to the distance from the place where the curve is known best
``bend``, ``twist``  of the higher degrees
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from calibration.curve_value import Curve

    Floats = NDArray[np.float64]

#: Names of the parts, by the degree of the coefficient that leads each.
PARTS: Final = ("offset", "scale", "bend", "twist")


def error_parts(curve: Curve, x: Floats) -> dict[str, Floats]:
    """The error of a curve in independent parts: what one standard uncertainty of each does at every ``x``.

    The covariance C of the coefficients is written U U^T with U upper triangular, so that column k touches the
    coefficients up to the k-th alone: the first is an offset, the second a slope about the place where slope and
    height are not correlated. The squares of the parts add up to the variance of :meth:`Curve.predict`.

    >>> from calibration.curve_value import Curve
    >>> curve = Curve(degree=1, coefficients=(0.0, 2.0), covariance=((0.05, 0.02), (0.02, 0.01)), x0=0.0, lowest=0.0,
    ...               highest=5.0, dof=8, u_known=True)
    >>> {name: row.round(6).tolist() for name, row in error_parts(curve, np.array([-2.0, 0.0])).items()}
    {'offset': [0.1, 0.1], 'scale': [0.0, 0.2]}
    """
    upper = _upper_root(np.asarray(curve.covariance, np.float64))
    powers = (x - curve.x0)[:, None] ** np.arange(len(upper))
    shapes = powers @ upper
    return {PARTS[k]: shapes[:, k] for k in range(len(upper)) if upper[:, k].any()}


def _upper_root(covariance: Floats) -> Floats:
    """U, upper triangular, with U U^T the covariance; columns of nothing where a coefficient is exact."""
    rest, root = covariance.copy(), np.zeros_like(covariance)
    for k in range(len(covariance))[::-1]:
        if rest[k, k] > 1e-14 * covariance[k, k]:
            root[: k + 1, k] = rest[: k + 1, k] / math.sqrt(rest[k, k])
            rest = rest - np.outer(root[:, k], root[:, k])
    return root

"""A straight line through points, with the covariance of its two parameters (GUM H.3).

>>> line = fit_line([0.0, 1.0, 2.0, 3.0], [0.1, 1.0, 2.1, 2.9])
>>> print(f"{line.slope:.3f} {line.u_slope:.3f}")
0.950 0.039

An array kernel: plain numbers in, plain numbers out, in the units of the caller's columns. Several records that were
read at the same points are fitted at once: ``y`` with a row for each, each parameter with a number for each row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.any_number import plain
from calibration.errors import ImplausibleError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Line:
    """y = intercept + slope (x - x0), by ordinary least squares.

    Attributes:
        intercept, slope: the parameters; the intercept is the value at ``x0``.
        u_intercept, u_slope: their standard uncertainties, from the residuals.
        correlation: between the two.
        s_residual: standard deviation of the residuals.
        sum_of_squares: of the residuals.
        degrees_of_freedom: number of points less two.
        x0: reference.
        residuals: measured less fitted, in the order of the points.
    """

    intercept: Any
    slope: Any
    u_intercept: Any
    u_slope: Any
    correlation: float
    s_residual: Any
    sum_of_squares: Any
    degrees_of_freedom: int
    x0: float
    residuals: NDArray[np.float64]

    def predict(self, x: ArrayLike) -> tuple[Any, Any]:
        """The line and its standard uncertainty at ``x``, correlation included (GUM H.3.4)."""
        d = np.asarray(x, np.float64) - self.x0
        cross = 2.0 * d * self.u_intercept * self.u_slope * self.correlation
        variance = self.u_intercept**2 + (d * self.u_slope) ** 2 + cross
        return self.intercept + self.slope * d, np.sqrt(np.maximum(variance, 0.0))


def fit_line(x: ArrayLike, y: ArrayLike, x0: float = 0.0) -> Line:
    """Ordinary least squares; all uncertainty is in ``y``, equal and independent.

    Args:
        x: where, one-dimensional, at least three.
        y: values there, shape (..., n): each row is a line of its own.
        x0: where the intercept is taken.

    Raises:
        ImplausibleError: fewer than three points, unequal lengths, a number that is not finite, or a single ``x``.
    """
    d, values = _points(x, y, x0)
    n, mean_d = d.size, d.mean()
    s_dd = float(((d - mean_d) ** 2).sum())
    slope = plain(((d - mean_d) * values).sum(axis=-1)) / s_dd
    intercept = plain(values.mean(axis=-1) - slope * mean_d)
    residuals = values - np.asarray(intercept)[..., None] - np.asarray(slope)[..., None] * d
    sum_of_squares = plain((residuals**2).sum(axis=-1))
    s = (sum_of_squares / (n - 2)) ** 0.5
    root_mean = float(np.sqrt((d**2).mean()))
    u_slope = s / s_dd**0.5
    return Line(
        intercept=intercept,
        slope=slope,
        u_intercept=u_slope * root_mean,
        u_slope=u_slope,
        correlation=float(-mean_d / root_mean),
        s_residual=s,
        sum_of_squares=sum_of_squares,
        degrees_of_freedom=n - 2,
        x0=x0,
        residuals=residuals,
    )


def _points(x: ArrayLike, y: ArrayLike, x0: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    d, values = np.asarray(x, np.float64) - x0, np.asarray(y, np.float64)
    if d.ndim != 1 or values.shape[-1:] != d.shape or d.size < 3:
        raise ImplausibleError(
            f"straight line: expected two equal columns of three points or more, found {d.shape}, {values.shape}"
        )
    if not (np.isfinite(d).all() and np.isfinite(values).all()) or np.ptp(d) == 0.0:
        raise ImplausibleError("straight line: expected finite numbers at more than one x, found otherwise")
    return d, values

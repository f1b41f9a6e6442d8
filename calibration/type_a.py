"""Type A evaluation: what repeated readings say, also when each remembers the one before (GUM 4.2, 4.2.7).

>>> round(effective_sample_size(1000, 0.5), 4)
333.3333
>>> round(widened(1.0, 18.0), 3)
1.061

Array kernels: plain numbers, in the unit of the readings.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from calibration.errors import ImplausibleError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

#: Correlation of neighbours beyond which a reading is worth nothing.
LONGEST_LAG: Final = 0.99


class TypeA(NamedTuple):
    """Mean of readings, its standard uncertainty, and the degrees of freedom of that."""

    mean: float
    u: float
    degrees_of_freedom: float


def effective_sample_size(n: float, correlation: Any) -> Any:
    """How many independent readings n correlated ones are worth: n (1 - r) / (1 + r).

    Args:
        n: number of readings, many (the formula is the limit for large n of a first-order autoregression).
        correlation: of neighbours, r, more than -1 and less than 1; any shape, which the result takes.

    Raises:
        ImplausibleError: fewer than one reading, or a correlation out of range.
    """
    if not n >= 1.0:
        raise ImplausibleError(f"n: expected one reading or more, found {n!r}")
    if not np.all(np.abs(correlation) < 1.0):
        raise ImplausibleError(f"correlation: expected a number between -1 and 1, found {correlation!r}")
    return n * (1.0 - correlation) / (1.0 + correlation)


def lag_one_correlation(readings: ArrayLike) -> float:
    """The correlation of each reading with the next; 0 for readings that never change.

    Args:
        readings: at equal intervals, one-dimensional, at least three.

    Raises:
        ImplausibleError: fewer than three readings, or one that is not finite.
    """
    return float(lag_one_of_rows(_series(readings)))


def lag_one_of_rows(readings: NDArray[np.float64]) -> Any:
    """The same of each row, shape (..., readings): one number for each, without a check of what goes in."""
    d = readings - readings.mean(axis=-1, keepdims=True)
    power = (d * d).sum(axis=-1)
    return (d[..., 1:] * d[..., :-1]).sum(axis=-1) / np.where(power > 0.0, power, np.inf)


def beside_a_line(correlation: Any, n: int) -> Any:
    """The correlation of neighbours in noise, from that of residuals about a straight line through n readings of it.

    A line takes (2 + 4 r) / n away from r, which is put back (M. G. Kendall, Biometrika 41 (1954) 403, for a mean;
    with a trend [K]).

    Args:
        correlation: of neighbouring residuals, any shape.
        n: number of readings, more than four.
    """
    return (correlation + 2.0 / n) / (1.0 - 4.0 / n)


def type_a(readings: ArrayLike, *, autocorrelated: bool = False) -> TypeA:
    """Mean and standard uncertainty of the mean, s / sqrt(n), or s / sqrt(n_eff) for readings that remember.

    Args:
        readings: at equal intervals where ``autocorrelated``; at least three.
        autocorrelated: use the effective sample size. It never makes the uncertainty smaller.

    Raises:
        ImplausibleError: fewer than three readings, or one that is not finite.
    """
    values = _series(readings)
    r = max(0.0, lag_one_correlation(values)) if autocorrelated else 0.0
    n_eff = effective_sample_size(values.size, r)
    u = float(values.std(ddof=1)) / n_eff**0.5
    return TypeA(float(values.mean()), u, max(1.0, n_eff - 1.0))


def widened(u: float, degrees_of_freedom: float) -> float:
    """A standard uncertainty from few readings, as it counts beside others that are known: u sqrt(nu / (nu - 2)).

    That of Student's t, which is what is known of a mean whose scatter was itself estimated (JCGM 101:2008, 6.4.9.4).

    Args:
        u: from the scatter.
        degrees_of_freedom: of the scatter.

    Raises:
        ImplausibleError: two degrees of freedom or fewer, with which it has no end.
    """
    if not degrees_of_freedom > 2.0:
        raise ImplausibleError(f"degrees_of_freedom: expected more than 2, found {degrees_of_freedom!r}")
    return u * math.sqrt(degrees_of_freedom / (degrees_of_freedom - 2.0))


def type_a_joint(
    columns: ArrayLike,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], float]:
    """Means of quantities that were read together, with their correlation (GUM 4.2.3, 5.2.3, H.2).

    Args:
        columns: shape (readings, quantities), at least three readings.

    Returns:
        Means, their standard uncertainties, the matrix of their correlations, and the degrees of freedom of all.

    Raises:
        ImplausibleError: fewer than three readings, one that is not finite, or a quantity that never changes.
    """
    table = np.asarray(columns, np.float64)
    if table.ndim != 2 or table.shape[0] < 3 or not np.isfinite(table).all() or not np.ptp(table, axis=0).all():
        raise ImplausibleError(
            f"columns: expected three or more finite readings of quantities that vary, found shape {table.shape}"
        )
    n = table.shape[0]
    u = table.std(axis=0, ddof=1) / n**0.5
    correlation = np.asarray(np.corrcoef(table, rowvar=False), np.float64).reshape(u.size, u.size)
    return table.mean(axis=0), u, correlation, float(n - 1)


def _series(readings: ArrayLike) -> NDArray[np.float64]:
    values = np.array(readings, dtype=np.float64)
    if values.ndim != 1 or values.size < 3 or not np.isfinite(values).all():
        raise ImplausibleError(
            f"readings: expected three finite numbers or more in one column, found an array of shape {values.shape}"
        )
    return values

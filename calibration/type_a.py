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


def beside_a_mean(correlation: Any, n: int) -> Any:
    """The same for noise about its mean, which takes (1 + 4 r) / n away from r (Kendall, as above)."""
    return (correlation + 1.0 / n) / (1.0 - 4.0 / n)


def type_a(readings: ArrayLike, *, autocorrelated: bool = False) -> TypeA:
    """Mean and standard uncertainty of the mean, s / sqrt(n), or s / sqrt(n_eff) for readings that remember.

    What the mean takes away from r, and from s where readings remember, is put back: the expectation of the sum of
    squares is the variance times n - n / n_eff. With Student's t the interval for 95 % then holds the true mean in
    94.5 % of cases at r = 0.5 and n = 50, and in 94.7 % at r = 0.9 and n = 200 (92.4 % and 91.3 % without); of few
    readings too little is known of r, and at n = 10 and r = 0.3 it is 93.6 %.

    Args:
        readings: at equal intervals where ``autocorrelated``; at least three, or five where ``autocorrelated``.
        autocorrelated: use the effective sample size. It never makes the uncertainty smaller.

    Raises:
        ImplausibleError: too few readings, or one that is not finite.
    """
    values = _series(readings, fewest=5 if autocorrelated else 3)
    n_eff = max(1.0, effective_sample_size(values.size, _memory(values) if autocorrelated else 0.0))
    squares = float(np.square(values - values.mean()).sum())
    variance = squares / max(1.0, values.size - values.size / n_eff)
    return TypeA(float(values.mean()), (variance / n_eff) ** 0.5, max(1.0, n_eff - 1.0))


def _memory(values: NDArray[np.float64]) -> float:
    """The correlation of neighbours as far as it widens an uncertainty; none in readings that never change."""
    if not np.ptp(values):
        return 0.0
    return float(np.clip(beside_a_mean(lag_one_of_rows(values), values.size), 0.0, LONGEST_LAG))


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


def _series(readings: ArrayLike, fewest: int = 3) -> NDArray[np.float64]:
    values = np.array(readings, dtype=np.float64)
    if values.ndim != 1 or values.size < fewest or not np.isfinite(values).all():
        raise ImplausibleError(
            f"readings: expected {fewest} finite numbers or more in one column, found an array of shape {values.shape}"
        )
    return values

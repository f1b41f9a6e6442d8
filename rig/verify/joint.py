"""Several values with one covariance: the errors of windows, or of ever longer spans, of one delivery.

The levels of one delivery share their scale and their evaporation, and two spans share a level where they touch or
overlap, so their errors are not independent. All of that is in the covariance of the levels, and errors are linear in
levels::

    error_i = 100 (V(end_i) - V(start_i)) / programmed_i - 100          percent
    covariance of the errors = A C A^T

>>> import numpy as np
>>> noise = errors_of_levels([0.0, 10.0, 20.0], np.eye(3), [0, 1], [1, 2], [10.0, 10.0])
>>> noise.u.round(3).tolist(), noise.correlation.round(2).tolist()
([14.142, 14.142], [[1.0, -0.5], [-0.5, 1.0]])
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rig.verify.errors import MetricError
from rig.verify.series import checked_times, not_negative

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    Array = np.ndarray[Any, np.dtype[np.float64]]

#: A covariance may miss symmetry, and its eigenvalues zero, by this part of its largest value.
_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Joint:
    """Values and their covariance, in one unit.

    Attributes:
        value: shape (n,).
        covariance: shape (n, n), in the unit squared.
        nu: degrees of freedom of the covariance.

    Raises:
        MetricError: shapes that do not fit, numbers that are not finite, no variance, or no covariance matrix.
    """

    value: Array
    covariance: Array
    nu: float = math.inf

    def __post_init__(self) -> None:
        n, c = self.value.size, self.covariance
        if self.value.ndim != 1 or n == 0 or c.shape != (n, n):
            raise MetricError(f"joint: expected n values and an n by n covariance, found {self.value.shape}, {c.shape}")
        if not (np.isfinite(self.value).all() and np.isfinite(c).all() and (np.diag(c) > 0.0).all()):
            raise MetricError("joint: expected finite values, and a variance above zero for each")
        largest = float(np.abs(c).max())
        if np.abs(c - c.T).max() > _ROUNDING * largest or np.linalg.eigvalsh(c)[0] < -_ROUNDING * n * largest:
            raise MetricError("joint: expected a covariance matrix, found one with a negative variance in it")
        if not self.nu > 0.0:
            raise MetricError(f"nu: expected degrees of freedom above zero, found {self.nu}")

    @property
    def u(self) -> Array:
        """Standard uncertainty of each value."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def correlation(self) -> Array:
        """Correlation matrix."""
        return self.covariance / np.outer(self.u, self.u)


def errors_of_levels(
    volume_ul: ArrayLike,
    covariance_ul2: ArrayLike,
    start: ArrayLike,
    end: ArrayLike,
    programmed_ul: ArrayLike,
    nu: float = math.inf,
) -> Joint:
    """Errors of several spans of one delivery, in percent, with their covariance.

    Args:
        volume_ul: levels, shape (levels,), e.g. of :meth:`rig.delivery.Delivery.levels_ul`.
        covariance_ul2: their covariance, shape (levels, levels).
        start, end: which level each span begins and ends with, integers of shape (spans,).
        programmed_ul: programmed volume of each span, above zero, shape (spans,).
        nu: degrees of freedom of the covariance.

    Raises:
        MetricError: shapes that do not fit, nothing programmed, or no covariance matrix.
    """
    levels, programmed = np.asarray(volume_ul, np.float64), np.asarray(programmed_ul, np.float64)
    begin, stop = np.asarray(start, np.intp), np.asarray(end, np.intp)
    covariance = np.asarray(covariance_ul2, np.float64)
    if not begin.shape == stop.shape == programmed.shape or not (programmed > 0.0).all():
        raise MetricError("spans: expected a start, an end and a programmed volume above zero for each")
    if levels.ndim != 1 or covariance.shape != (levels.size, levels.size):
        raise MetricError(f"levels: expected n levels and an n by n covariance, found {levels.shape}")
    spans = percent_of_levels(levels.size, begin, stop, programmed)
    return Joint(spans @ levels - 100.0, spans @ covariance @ spans.T, nu)


def percent_of_levels(levels: int, start: ArrayLike, end: ArrayLike, programmed_ul: ArrayLike) -> Array:
    """The matrix A by which errors are linear in levels, percent per uL, shape (spans, levels).

    Args:
        levels: how many there are.
        start, end: which level each span begins and ends with, integers of shape (spans,).
        programmed_ul: of each span, shape (spans,).
    """
    each = 100.0 / np.asarray(programmed_ul, np.float64)
    rows, spans = np.arange(each.size), np.zeros((each.size, levels))
    spans[rows, np.asarray(end, np.intp)] += each
    spans[rows, np.asarray(start, np.intp)] -= each
    return spans


def successive_errors(
    volume_ul: ArrayLike, covariance_ul2: ArrayLike, time_s: ArrayLike, rate_ul_h: float, nu: float = math.inf
) -> Joint:
    """The mean flow error from the first level to each later one: what a run says of itself as it goes on.

    Args:
        volume_ul, covariance_ul2: as for :func:`errors_of_levels`; the first level is where the span begins.
        time_s: of each level, rising.
        rate_ul_h: the one programmed rate of all of it.
        nu: degrees of freedom of the covariance.

    Raises:
        MetricError: as for :func:`errors_of_levels`; times that do not rise.
    """
    t = np.asarray(time_s, np.float64)
    if t.ndim != 1 or t.size < 2 or not (np.diff(t) > 0.0).all():
        raise MetricError("time_s: expected two rising times or more")
    later = np.arange(1, t.size)
    programmed = rate_ul_h * (t[1:] - t[0]) / 3600.0
    return errors_of_levels(volume_ul, covariance_ul2, np.zeros_like(later), later, programmed, nu)


def level_covariance_ul2(
    time_s: ArrayLike, rate_ul_h: float, *, noise_ul: float, u_evaporation_ul_h: float, u_scale_percent: float
) -> Array:
    """Covariance of the levels of a run that is still planned: noise of each level, evaporation and scale of all.

    Args:
        time_s: times of the levels, from the first on, shape (levels,).
        rate_ul_h: programmed rate.
        noise_ul: standard uncertainty of one level by itself.
        u_evaporation_ul_h: of the evaporation rate, which grows with time in all levels alike.
        u_scale_percent: of density, adjustment and whatever else is common to every volume.

    Raises:
        MetricError: no row of rising times, an uncertainty below zero, a rate that is no number.
    """
    t = checked_times("levels", time_s, fewest=1)
    for name, u in (("noise", noise_ul), ("u_evaporation", u_evaporation_ul_h), ("u_scale", u_scale_percent)):
        not_negative(name, u)
    not_negative("rate", rate_ul_h, "uL/h")
    hours = (t - t[0]) / 3600.0
    gone, scale = u_evaporation_ul_h * hours, 0.01 * u_scale_percent * rate_ul_h * hours
    covariance: Array = noise_ul**2 * np.eye(hours.size) + np.outer(gone, gone) + np.outer(scale, scale)
    return covariance

"""A weight put on and taken off again and again: its mass from levels that alternate, without it and with it.

Each placement is the level with the weight less the level without it *at the same instant*, on a straight line between
the empty levels before and after. A drift of zero and the evaporation of a beaker beside the weight cancel as far as
they are straight. Neighbours share an empty level, so the mean of n placements is less certain than n independent ones.

>>> at_s = np.arange(7) * 60.0
>>> drift = 1e-6 * at_s
>>> combine = placement_matrix(at_s)
>>> (combine @ (drift + np.array([0.0, 1, 0, 1, 0, 1, 0]))).round(12).tolist()
[1.0, 1.0, 1.0]
>>> round(mean_factor(combine) ** 2, 4)                    # of the variance of one level; independent: 0.5
0.6111

Source: weighing by double substitution, OIML R 111-1 C.6 (ABBA), carried on over several placements.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.errors import ImplausibleError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    Floats = np.ndarray[Any, np.dtype[np.float64]]


def placement_matrix(at_s: ArrayLike) -> Floats:
    """How each placement follows from the levels.

    Args:
        at_s: when each level was taken [s], ascending: without, with, without, and so on; without at both ends.

    Returns:
        Matrix of shape (n, 2 n + 1): placements = matrix @ levels.

    Raises:
        ImplausibleError: not an odd number of ascending times, three or more.
    """
    at = np.asarray(at_s, np.float64)
    if at.ndim != 1 or at.size < 3 or at.size % 2 == 0 or not (np.diff(at) > 0).all():
        raise ImplausibleError(f"at_s: expected an odd number of ascending times, three or more, found {at}")
    n = at.size // 2
    empty, on, again = at[0:-1:2], at[1::2], at[2::2]
    late = (on - empty) / (again - empty)
    matrix, row = np.zeros((n, at.size)), np.arange(n)
    matrix[row, 2 * row], matrix[row, 2 * row + 1], matrix[row, 2 * row + 2] = late - 1.0, 1.0, -late
    return matrix


def mean_factor(matrix: Floats) -> float:
    """Standard deviation of the mean of the placements, in standard deviations of one level."""
    return float(np.linalg.norm(matrix.mean(axis=0)))


def level_sd(placements: ArrayLike, matrix: Floats) -> float:
    """Standard deviation of one level, from the scatter of placements that share levels; n - 1 degrees of freedom."""
    n = len(matrix)
    covariance = matrix @ matrix.T
    share = (np.trace(covariance) - covariance.sum() / n) / (n - 1)  # of the sample variance, per variance of a level
    return float(np.sqrt(np.var(np.asarray(placements, np.float64), ddof=1) / share))

"""Where a low polynomial rises, falls and turns, and the way back from y to x.

>>> turning_points([0.0, 2.0, 1.0])
[-1.0]
>>> print(f"{float(solve_for([0.0, 1.0, 0.1], 1.1, 0.0, 2.0)):.6f}")
1.000000

Coefficients are plain, lowest power first, of the distance from the curve's reference.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.polynomial.polynomial import polyder, polyval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]


def slope_at(coefficients: Sequence[float], z: ArrayLike) -> Array:
    """The slope at z."""
    return np.asarray(polyval(np.asarray(z, np.float64), polyder(np.asarray(coefficients))), np.float64)


def turning_points(coefficients: Sequence[float]) -> list[float]:
    """Where the slope changes its sign, lowest first; degree 3 at most."""
    c = [*coefficients, 0.0, 0.0, 0.0]
    a, half_b, const = 3.0 * c[3], c[2], c[1]  # slope = a z^2 + 2 half_b z + const
    if a == 0.0:
        return [] if half_b == 0.0 else [-const / (2.0 * half_b)]
    inside = half_b * half_b - a * const
    if inside <= 0.0:
        return []
    q = -(half_b + math.copysign(math.sqrt(inside), half_b))
    return sorted([q / a, const / q])


def slope_extremes(coefficients: Sequence[float], low: float, high: float) -> tuple[float, float]:
    """Lowest and highest slope between two places."""
    c = [*coefficients, 0.0, 0.0, 0.0]
    places = [low, high]
    if c[3] != 0.0 and low < -c[2] / (3.0 * c[3]) < high:
        places.append(-c[2] / (3.0 * c[3]))
    slopes = slope_at(coefficients, places)
    return float(slopes.min()), float(slopes.max())


def branch(coefficients: Sequence[float], low: float, high: float) -> tuple[float, float]:
    """How far the curve goes on beyond ``low`` and ``high`` without a turn; infinite where it never turns."""
    turns = turning_points(coefficients)
    return max((one for one in turns if one <= low), default=-math.inf), min(
        (one for one in turns if one >= high), default=math.inf
    )


def solve_for(coefficients: Sequence[float], y: ArrayLike, low: float, high: float, slack: float = 0.0) -> Array:
    """The z between ``low`` and ``high`` where a curve without a turn between them has the value y, or NaN.

    A line is solved directly, also beyond the two. ``slack`` is how far y may lie beyond what the two give.
    """
    values = np.asarray(y, np.float64)
    if len(coefficients) == 2:
        return np.asarray((values - coefficients[0]) / coefficients[1], np.float64)
    c = np.asarray(coefficients)
    sign = 1.0 if polyval(high, c) > polyval(low, c) else -1.0
    lower, upper = np.full(values.shape, low), np.full(values.shape, high)
    for _ in range(100):  # bisection: halves to the last bit, and cannot be led astray
        middle = lower + (upper - lower) / 2.0
        below = sign * (polyval(middle, c) - values) < 0.0
        lower, upper = np.where(below, middle, lower), np.where(below, upper, middle)
    ends = sign * polyval(np.array([low, high]), c)
    outside = (sign * values < ends[0] - slack) | (sign * values > ends[1] + slack)
    return np.asarray(np.where(outside, np.nan, upper), np.float64)

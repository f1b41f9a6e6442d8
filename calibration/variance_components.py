"""Mean squares of balanced layouts, and confidence intervals for the variances that are sums and differences of them.

>>> low, high = sum_interval([1.0], [4.0], [20.0])
>>> print(f"{low:.3f} {high:.3f}")  # one mean square: exact, nu s^2 / chi-squared
2.341 8.341

Modified large-sample limits: Graybill and Wang, J. Am. Stat. Assoc. 75 (1980) 869 for sums; Ting, Burdick, Graybill,
Jeyaratnam and Lu, J. Stat. Comput. Simul. 35 (1990) 135 for differences; both as in Burdick, Borror and Montgomery,
Design and Analysis of Gauge R&R Studies (2005). Array kernels: plain numbers, squares of the unit of the readings; mean
squares may be arrays of many studies at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.errors import ImplausibleError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray


def nested_mean_squares(readings: NDArray[np.float64]) -> tuple[list[float], list[int]]:
    """Mean square and degrees of freedom of each stage of a balanced nested layout, outermost first.

    Args:
        readings: one axis a stage: benches, runs within each, readings within each run.
    """
    squares, freedoms, above, groups = [], [], readings.mean(), 1
    for axis, size in enumerate(readings.shape):
        within = readings.mean(axis=tuple(range(axis + 1, readings.ndim)))
        rest = int(np.prod(readings.shape[axis + 1 :]))
        freedoms.append(groups * (size - 1))
        squares.append(rest * float(((within - np.expand_dims(above, -1)) ** 2).sum()) / freedoms[-1])
        above, groups = within, groups * size
    return squares, freedoms


def crossed_sums_of_squares(readings: NDArray[np.float64]) -> tuple[Any, Any, Any, Any]:
    """Sums of squares of parts, conditions, interaction and repeats.

    Args:
        readings: shape (..., parts, conditions, repeats).
    """
    p, o, r = readings.shape[-3:]
    cell = readings.mean(axis=-1)
    part, condition = cell.mean(axis=-1, keepdims=True), cell.mean(axis=-2, keepdims=True)
    grand = cell.mean(axis=(-2, -1), keepdims=True)
    within = ((readings - cell[..., None]) ** 2).sum(axis=(-3, -2, -1))
    return (
        o * r * ((part - grand) ** 2).sum(axis=(-2, -1)),
        p * r * ((condition - grand) ** 2).sum(axis=(-2, -1)),
        r * ((cell - part - condition + grand) ** 2).sum(axis=(-2, -1)),
        within,
    )


def sum_interval(
    coefficients: Sequence[float], squares: Sequence[ArrayLike], freedoms: Sequence[float], level: float = 0.95
) -> tuple[Any, Any]:
    """Two-sided interval of a sum of expected mean squares, sum c_i E(S_i^2), every c_i above zero (Graybill-Wang).

    Exact for one mean square, and where all but one have very many degrees of freedom.

    Raises:
        ImplausibleError: a coefficient not above zero, or a level that is no probability.
    """
    _require_probability(level)
    if not all(c > 0.0 for c in coefficients):
        raise ImplausibleError(f"coefficients: expected numbers above zero, found {coefficients}")
    terms = [c * np.asarray(s, np.float64) for c, s in zip(coefficients, squares, strict=True)]
    total = sum(terms)
    down = sum((_g(nu, level) * term) ** 2 for nu, term in zip(freedoms, terms, strict=True))
    up = sum((_h(nu, level) * term) ** 2 for nu, term in zip(freedoms, terms, strict=True))
    return total - np.sqrt(down), total + np.sqrt(up)


def difference_interval(
    first: ArrayLike, nu_first: float, second: ArrayLike, nu_second: float, level: float = 0.95
) -> tuple[Any, Any]:
    """Two-sided interval of E(S_1^2) - E(S_2^2), ends below zero raised to zero (Ting and others).

    Raises:
        ImplausibleError: a level that is no probability.
    """
    from scipy.special import fdtri

    _require_probability(level)
    s1, s2 = np.asarray(first, np.float64), np.asarray(second, np.float64)
    g1, h1, g2, h2 = _g(nu_first, level), _h(nu_first, level), _g(nu_second, level), _h(nu_second, level)
    high, low = (float(fdtri(nu_first, nu_second, one)) for one in ((1.0 + level) / 2.0, (1.0 - level) / 2.0))
    g12 = ((high - 1.0) ** 2 - (g1 * high) ** 2 - h2**2) / high
    h12 = ((1.0 - low) ** 2 - (h1 * low) ** 2 - g2**2) / low
    down = (g1 * s1) ** 2 + (h2 * s2) ** 2 + g12 * s1 * s2
    up = (h1 * s1) ** 2 + (g2 * s2) ** 2 + h12 * s1 * s2
    middle = s1 - s2
    below, above = middle - np.sqrt(np.maximum(down, 0.0)), middle + np.sqrt(np.maximum(up, 0.0))
    return np.maximum(below, 0.0), np.maximum(above, 0.0)


def generalised_draws(
    squares: Sequence[float], freedoms: Sequence[float], number: int, seed: int
) -> list[NDArray[np.float64]]:
    """Generalised pivotal draws of each expected mean square, nu S^2 / chi-squared, for whatever has no formula.

    Percentiles of any function of them are generalised confidence limits (Weerahandi 1993; Burdick and others 2005);
    the seed makes them the same every time.
    """
    generator = np.random.default_rng(seed)
    return [nu * s / generator.chisquare(nu, number) for s, nu in zip(squares, freedoms, strict=True)]


def _g(nu: float, level: float) -> float:
    """1 - 1 / F of nu and infinitely many degrees of freedom, upper."""
    return 1.0 - nu / _chi_squared(nu, (1.0 + level) / 2.0)


def _h(nu: float, level: float) -> float:
    """1 / F - 1, lower."""
    return nu / _chi_squared(nu, (1.0 - level) / 2.0) - 1.0


def _chi_squared(nu: float, p: float) -> float:
    from scipy.special import chdtri

    return float(chdtri(nu, 1.0 - p))


def _require_probability(level: float) -> None:
    if not 0.0 < level < 1.0:
        raise ImplausibleError(f"level: expected a probability between 0 and 1, such as 0.95, found {level!r}")

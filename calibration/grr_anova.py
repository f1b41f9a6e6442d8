"""The table of variances of a crossed study, and the variances of its sources from their expected mean squares.

>>> table = anova(np.array([[[1.0, 1.2], [1.4, 1.3]], [[5.1, 5.0], [5.2, 5.4]]]))
>>> [(row.source, row.degrees_of_freedom) for row in table]
[('part', 1), ('condition', 1), ('interaction', 1), ('repeat', 4)]

Array kernels for :mod:`calibration.grr`. Parts and conditions are both drawn at random from many, so the interaction is
what each is tested against (Montgomery, Design and Analysis of Experiments [K]).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calibration.variance_components import crossed_sums_of_squares

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Row:
    """A line of the table of variances: ``f`` and ``p`` are NaN where nothing is compared."""

    source: str
    sum_of_squares: float
    degrees_of_freedom: int
    mean_square: float
    f: float = math.nan
    p: float = math.nan


def anova(values: NDArray[np.float64]) -> tuple[Row, ...]:
    """Lines for part, condition, interaction and repeat; readings (parts, conditions, repeats)."""
    p, o, r = values.shape
    sums = [float(one) for one in crossed_sums_of_squares(values)]
    freedoms = [p - 1, o - 1, (p - 1) * (o - 1), p * o * (r - 1)]
    squares = [one / nu for one, nu in zip(sums, freedoms, strict=True)]
    names, against = ("part", "condition", "interaction"), (2, 2, 3)
    tests = [_f_test(squares[i], freedoms[i], squares[j], freedoms[j]) for i, j in enumerate(against)]
    rows = [Row(name, sums[i], freedoms[i], squares[i], *tests[i]) for i, name in enumerate(names)]
    return (*rows, Row("repeat", sums[3], freedoms[3], squares[3]))


def _f_test(above: float, nu_above: int, below: float, nu_below: int) -> tuple[float, float]:
    """F and the probability of a larger one; a denominator of zero makes any effect certain."""
    from scipy.special import fdtrc

    if below == 0.0:
        return (math.inf, 0.0) if above > 0.0 else (math.nan, 1.0)
    return above / below, float(fdtrc(nu_above, nu_below, above / below))


def used(table: tuple[Row, ...], pooled: bool) -> tuple[list[float], list[float]]:
    """Mean squares and degrees of freedom of the model: part, condition, (interaction,) repeat."""
    kept = list(table[:2]) if pooled else list(table)
    squares, freedoms = [one.mean_square for one in kept], [float(one.degrees_of_freedom) for one in kept]
    if pooled:
        nu = table[2].degrees_of_freedom + table[3].degrees_of_freedom
        squares.append((table[2].sum_of_squares + table[3].sum_of_squares) / nu)
        freedoms.append(float(nu))
    return squares, freedoms


def components(squares: list[float], shape: tuple[int, ...], pooled: bool) -> tuple[dict[str, float], tuple[str, ...]]:
    """Variances from their expected mean squares, and the names of those below zero."""
    p, o, r = shape
    raw = {
        "repeatability": squares[-1],
        "condition": (squares[1] - squares[2]) / (p * r),
        "interaction": 0.0 if pooled else (squares[2] - squares[3]) / r,
        "part": (squares[0] - squares[2]) / (o * r),
    }
    return {name: max(one, 0.0) for name, one in raw.items()}, tuple(name for name, one in raw.items() if one < 0.0)


def gauge_weights(shape: tuple[int, ...], pooled: bool) -> list[float]:
    """The gauge variance is a sum of mean squares with these weights."""
    p, _, r = shape
    if pooled:
        return [1.0 / (p * r), 1.0 - 1.0 / (p * r)]
    return [1.0 / (p * r), (p - 1.0) / (p * r), (r - 1.0) / r]

"""Repeatability and reproducibility where one thing lies within another: runs within benches, readings within runs.

>>> study = nested([[10.0, 10.2, 9.9], [10.6, 10.5, 10.7], [9.8, 9.7, 9.9]], ("bench", "run"))
>>> print({name: round(s, 3) for name, s in study.deviations.items()}, round(study.reproducibility, 3))
{'bench': 0.406, 'run': 0.12} 0.423

The innermost stage is the repeatability, s_r; all stages together are the reproducibility of one reading,
s_R^2 = s_r^2 + what lies between (ISO 5725-2 for two stages, ISO 5725-3 for more [K]). Few benches say little about
benches: read the interval. Readings in one unit of the caller's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from calibration.errors import ImplausibleError
from calibration.variance_components import nested_mean_squares, sum_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Nested:
    """A nested study.

    Attributes:
        variances: of each stage by name, outermost first.
        clipped: stages whose variance was estimated below zero and is therefore zero.
        mean_squares, degrees_of_freedom: of each stage.
        level: of the intervals.
        reproducibility_interval, repeatability_interval: of the standard deviations; modified large-sample, and exact.
    """

    variances: dict[str, float]
    clipped: tuple[str, ...]
    mean_squares: tuple[float, ...]
    degrees_of_freedom: tuple[int, ...]
    level: float
    reproducibility_interval: tuple[float, float]
    repeatability_interval: tuple[float, float]

    @property
    def deviations(self) -> dict[str, float]:
        """Standard deviation of each stage."""
        return {name: math.sqrt(one) for name, one in self.variances.items()}

    @property
    def repeatability(self) -> float:
        """s_r, the standard deviation of the innermost stage."""
        return list(self.deviations.values())[-1]

    @property
    def reproducibility(self) -> float:
        """s_R, the standard deviation of one reading on any bench."""
        return math.sqrt(sum(self.variances.values()))


def nested(readings: ArrayLike, stages: Sequence[str] = ("bench", "run", "reading"), level: float = 0.95) -> Nested:
    """Analyse a balanced nested study.

    Args:
        readings: one axis a stage, outermost first, two or more in each, none missing.
        stages: a name for each axis.
        level: of the confidence intervals.

    Raises:
        ImplausibleError: readings that are not finite, or a shape that does not fit the stages.
    """
    values = np.asarray(readings, np.float64)
    if values.ndim < 2 or values.ndim != len(stages) or min(values.shape) < 2 or not np.isfinite(values).all():
        raise ImplausibleError(
            f"readings: expected finite ones, two or more along {', '.join(stages)}, found shape {values.shape}"
        )
    squares, freedoms = nested_mean_squares(values)
    rest = [math.prod(values.shape[axis + 1 :]) for axis in range(values.ndim)]
    raw = [(one - below) / n for one, below, n in zip(squares, [*squares[1:], 0.0], rest, strict=True)]
    # one reading on any bench: sum of the raw variances, which is a sum of mean squares with weights above zero
    weights = [1.0 / rest[0], *(1.0 / n - 1.0 / above for above, n in pairwise(rest))]
    wide = sum_interval(weights, squares, freedoms, level)
    narrow = sum_interval([1.0], squares[-1:], freedoms[-1:], level)
    return Nested(
        variances={name: max(one, 0.0) for name, one in zip(stages, raw, strict=True)},
        clipped=tuple(name for name, one in zip(stages, raw, strict=True) if one < 0.0),
        mean_squares=tuple(squares),
        degrees_of_freedom=tuple(freedoms),
        level=level,
        reproducibility_interval=(math.sqrt(max(wide[0], 0.0)), math.sqrt(wide[1])),
        repeatability_interval=(math.sqrt(max(narrow[0], 0.0)), math.sqrt(narrow[1])),
    )

"""A regular pattern that an estimator of noise takes for noise of a given size and correlation.

Drawn noise would make a prediction scatter as a run does. The pattern + - - + has neither slope nor correlation; in
longer blocks it has the correlation 1 - 1/length; a mixture of the two has any between.

>>> from rig.delivery.levels import noise_of
>>> found = noise_of(noise_pattern(3600, 2e-5, 0.4), "doctest")
>>> f"{found.sd:.3g} {found.lag_one:.2f}"
'2e-05 0.40'
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from calibration.straight_line import fit_line

if TYPE_CHECKING:
    from rig.delivery.levels import Floats

_SIGNS = np.array([1.0, -1.0, -1.0, 1.0])


def noise_pattern(count: int, sd: float, lag_one: float = 0.0) -> Floats:
    """Values of which :func:`rig.delivery.levels.noise_of` and a straight line say what they would of noise.

    Args:
        count: how many; from three on without any slope.
        sd: standard deviation, with two degrees of freedom spent on the line.
        lag_one: correlation of neighbours, from 0 up to but not 1.
    """
    values = _mixed(count, lag_one)
    if count < 3:
        return sd * values
    level = fit_line(np.arange(count, dtype=np.float64), values).residuals
    size = math.sqrt(float(np.square(level).sum()) / (count - 2))
    return np.asarray(sd / size * level, dtype=np.float64)


def _mixed(count: int, lag_one: float) -> Floats:
    if lag_one <= 0.0:
        return _blocks(count, 1)
    length = 4 * math.ceil(0.25 / (1.0 - lag_one))  # whole periods of the other: uncorrelated
    part = lag_one / (1.0 - 1.0 / length)
    return math.sqrt(1.0 - part) * _blocks(count, 1) + math.sqrt(part) * _blocks(count, length)


def _blocks(count: int, length: int) -> Floats:
    return np.asarray(_SIGNS[np.arange(count) // length % 4], dtype=np.float64)

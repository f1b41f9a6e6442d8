"""Draws of a level that wanders: a random walk, flicker, or anything whose differences grow as is known with time.

A process of stationary increments is told by its growth D(t), the variance of a difference over t. Its steps have the
covariance (D(k+1) + D(k-1) - 2 D(k)) / 2 at k steps apart, and are drawn exactly by a circle twice as long, whose
covariance a Fourier transform makes diagonal (Davies and Harte, Biometrika 74 (1987) 95). Where D grows ever more
slowly, as it does for a walk and for flicker, such a circle exists (P. F. Craigmile, J. Time Ser. Anal. 24 (2003) 505).

>>> import numpy as np
>>> walk = np.arange(101.0)                                    # each step adds one to the variance
>>> levels = wandering(np.random.RandomState(1), 20_000, walk)
>>> levels.shape, round(float(levels[:, 100].var()) / 100.0, 1)
((20000, 101), 1.0)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rig.verify.errors import MetricError

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[np.float64]]

#: Rounding of a spectrum below zero, as a part of its largest value.
_ROUNDING = 1e-9


def wandering(stream: np.random.RandomState, rows: int, growth: Array) -> Array:
    """Levels that begin at zero, shape (rows, n).

    Args:
        stream: of random numbers.
        rows: how many to draw.
        growth: variance of a difference over 0, 1, ... n - 1 steps, shape (n,).

    Raises:
        MetricError: the growth does not begin at zero, or is none of such a process.
    """
    circle = _circle(growth)
    spectrum = np.fft.rfft(circle).real
    if growth[0] != 0.0 or spectrum.min() < -_ROUNDING * max(spectrum.max(), 0.0):
        raise MetricError("growth: expected the variance of a difference, from zero on and ever more slowly upwards")
    white = np.fft.rfft(stream.standard_normal((rows, len(circle))), axis=1)
    steps = np.fft.irfft(white * np.sqrt(np.maximum(spectrum, 0.0)), len(circle), axis=1)[:, : len(growth) - 1]
    levels = np.zeros((rows, len(growth)))
    np.cumsum(steps, axis=1, out=levels[:, 1:])
    return levels


def _circle(growth: Array) -> Array:
    """Covariance of the steps round a circle; the furthest two are as far apart as the record has steps."""
    more = np.append(growth, 2.0 * growth[-1] - growth[-2])  # the last step grows as the one before
    around = np.concatenate([more[1:2], more])  # D(-1), D(0), D(1), ...
    covariance: Array = np.diff(around, 2) / 2.0
    return np.concatenate([covariance, covariance[-2:0:-1]])

"""The error of a window, and the extremes of all windows of one length.

>>> import numpy as np
>>> window_errors_percent(np.array([0.0, 1.0, 3.0, 4.0]), 1, 1.0)
array([  0., 100.,   0.])
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]


class Extremes(NamedTuple):
    """The extreme errors of one window length.

    Attributes:
        top_percent, bottom_percent: the largest and the smallest error, in percent of the programmed volume.
        top_at, bottom_at: index of the level at which the first such window begins.
    """

    top_percent: float
    top_at: int
    bottom_percent: float
    bottom_at: int


def window_errors_percent(volume_ul: Array, steps: int, step_ul: float) -> Array:
    """The error of every window of ``steps`` intervals, in percent.

    Args:
        volume_ul: cumulative volume, shape (samples,), microlitres.
        steps: P/S, from 1 to samples - 1.
        step_ul: programmed volume of one interval, microlitres.

    Returns:
        Shape (samples - steps,): the m errors in order of their start.
    """
    return errors_percent(volume_ul[steps:] - volume_ul[:-steps], steps * step_ul)


def errors_percent(difference_ul: Array, programmed_ul: float) -> Array:
    """Of differences, which become the errors: no other room is taken."""
    difference_ul -= programmed_ul
    difference_ul *= 100.0
    difference_ul /= programmed_ul
    return difference_ul

"""Kernel of the trumpet: the largest and the smallest difference of two levels a window apart, for several windows.

A day at 300 samples a second is 26 million levels, which no cache holds; six windows in plain numpy read and write it
some thirty times. Here a block of levels that the cache does hold is taken once, and every window looks at it while it
is there. One thread does it: a second one was tried, and waited for the interpreter between calls of ten microseconds.

Nothing is approximate: what comes back is, to the last bit and to the first of equal extremes, what the whole array of
errors would say. Rounded subtraction and division keep order, so the extreme error is the error of the extreme
difference; where several differences round to one error, the block that holds the first of them is looked through.

>>> import numpy as np
>>> extreme_errors_percent(np.array([0.0, 1.0, 3.0, 4.0]), [1], 1.0)
[Extremes(top_percent=100.0, top_at=1, bottom_percent=0.0, bottom_at=0)]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Array = np.ndarray[Any, np.dtype[np.float64]]

#: Levels of one block: it and the differences stay in a second-level cache of a megabyte.
BLOCK = 49_152
_LINE = 64  # bytes


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
    return _errors_percent(volume_ul[steps:] - volume_ul[:-steps], steps * step_ul)


def extreme_errors_percent(
    volume_ul: Array,
    steps: Sequence[int],
    step_ul: float,
    *,
    block: int = BLOCK,
    check: Callable[[Array, int], None] | None = None,
) -> list[Extremes]:
    """The extremes of :func:`window_errors_percent` for each of ``steps``, without the array of errors.

    Args:
        volume_ul: cumulative volume, shape (samples,), microlitres, all finite.
        steps: P/S of each window, from 1 to samples - 1.
        step_ul: programmed volume of one interval, above zero, microlitres.
        block: levels that are handled at once.
        check: given every block and the index at which it begins; raises where a level cannot be one.
    """
    starts = range(0, len(volume_ul), block)
    largest, smallest = np.full((2, len(steps), len(starts)), [[[-np.inf]], [[np.inf]]])
    room = _aligned(block)
    for column, begin in enumerate(starts):
        levels_ul = volume_ul[begin : begin + block]
        if check is not None:
            check(levels_ul, begin)
        for row, n in enumerate(steps):
            later = volume_ul[begin + n : begin + n + block]
            if later.size:
                found = np.subtract(later, levels_ul[: later.size], out=room[: later.size])
                # where the extreme is, and then it: quicker than the extreme itself, for numpy
                largest[row, column], smallest[row, column] = found[found.argmax()], found[found.argmin()]
    return [_extremes(volume_ul, n, step_ul, block, largest[row], smallest[row]) for row, n in enumerate(steps)]


def _errors_percent(difference_ul: Array, programmed_ul: float) -> Array:
    """Of differences, which become the errors: no other room is taken."""
    difference_ul -= programmed_ul
    difference_ul *= 100.0
    difference_ul /= programmed_ul
    return difference_ul


def _aligned(size: int) -> Array:
    """Room that begins with a line of the cache: stores across lines take twice as long."""
    raw = np.empty(size + _LINE // 8)
    return raw[-raw.ctypes.data % _LINE // 8 :][:size]


def _extremes(volume_ul: Array, steps: int, step_ul: float, block: int, largest: Array, smallest: Array) -> Extremes:
    first_of = [int(_errors_percent(largest, steps * step_ul).argmax())]
    first_of.append(int(_errors_percent(smallest, steps * step_ul).argmin()))
    top, bottom = (
        window_errors_percent(volume_ul[i * block : (i + 1) * block + steps], steps, step_ul) for i in first_of
    )
    top_at, bottom_at = int(top.argmax()), int(bottom.argmin())
    return Extremes(
        float(top[top_at]), first_of[0] * block + top_at, float(bottom[bottom_at]), first_of[1] * block + bottom_at
    )

"""Extremes of windows by all of their differences, block by block; for any levels.

A block of levels that the cache holds is taken once, and every window looks at it while it is there. Rounded
subtraction and division keep order, so the extreme error is the error of the extreme difference; where several
differences round to one error, the block that holds the first of them is looked through.

>>> import numpy as np
>>> plain_extremes(np.array([0.0, 1.0, 3.0, 4.0]), [1], 1.0)
[Extremes(top_percent=100.0, top_at=1, bottom_percent=0.0, bottom_at=0)]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rig.verify.window_errors import Extremes, errors_percent, window_errors_percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calibration.kind import Kind
    from rig.verify.window_errors import Array

#: Levels of one block: it and the differences stay in a second-level cache of a megabyte.
BLOCK = 49_152
_LINE = 64  # bytes


def plain_extremes(
    volume_ul: Array,
    steps: Sequence[int],
    step_ul: float,
    *,
    block: int = BLOCK,
    kind: Kind | None = None,
) -> list[Extremes]:
    """As :func:`rig.verify.extremes.extreme_errors_percent`."""
    starts = range(0, len(volume_ul), block)
    largest, smallest = np.full((2, len(steps), len(starts)), [[[-np.inf]], [[np.inf]]])
    room = aligned(block, np.float64)
    for column, begin in enumerate(starts):
        levels_ul = volume_ul[begin : begin + block]
        if kind is not None:
            kind.check("volume", levels_ul, begin)
        for row, n in enumerate(steps):
            later = volume_ul[begin + n : begin + n + block]
            if later.size:
                found = np.subtract(later, levels_ul[: later.size], out=room[: later.size])
                # where the extreme is, and then it: quicker than the extreme itself, for numpy
                largest[row, column], smallest[row, column] = found[found.argmax()], found[found.argmin()]
    return [_extremes(volume_ul, n, step_ul, block, largest[row], smallest[row]) for row, n in enumerate(steps)]


def aligned(size: int, kind: type[np.generic]) -> Any:
    """Room for numbers that begins with a line of the cache: stores across lines take twice as long."""
    count = size * np.dtype(kind).itemsize
    raw = np.empty(count + _LINE, np.uint8)
    return raw[-raw.ctypes.data % _LINE :][:count].view(kind)


def _extremes(volume_ul: Array, steps: int, step_ul: float, block: int, largest: Array, smallest: Array) -> Extremes:
    first_of = [int(errors_percent(largest, steps * step_ul).argmax())]
    first_of.append(int(errors_percent(smallest, steps * step_ul).argmin()))
    top, bottom = (
        window_errors_percent(volume_ul[i * block : (i + 1) * block + steps], steps, step_ul) for i in first_of
    )
    top_at, bottom_at = int(top.argmax()), int(bottom.argmin())
    return Extremes(
        float(top[top_at]), first_of[0] * block + top_at, float(bottom[bottom_at]), first_of[1] * block + bottom_at
    )

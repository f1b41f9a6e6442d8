"""Means of readings over blocks that are short where weights are steep.

A level or a slope is a weighted sum of readings. A day has 86,400 of them and more, and no one needs a covariance
matrix of that size: readings are averaged over blocks that grow with the distance from the instant (:func:`graded`),
and the covariance of such means is known in closed form (:mod:`calibration.block_covariance`).

>>> time_s = np.arange(0.0, 600.0)
>>> means = block_means(time_s, time_s, graded(0.0, 600.0, focus=(300.0,), shortest=1.0))
>>> len(means.middle_s), round(float(means.count @ means.mean) / 600, 6)
(55, 299.5)
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    Floats = np.ndarray[Any, np.dtype[np.float64]]

#: Each block is by this part longer than its neighbour nearer to a focus; the loss is below 0.1 % (tested).
GROWTH: Final = 0.15


@dataclass(frozen=True, eq=False)
class Blocks:
    """Means of readings over blocks, without those that no reading fell into.

    Attributes:
        mean: of the readings, shape (..., blocks): one row for each of several records read at the same times.
        middle_s: mean of their times [s].
        count: of readings.
        first_s, last_s: times of the first and the last reading [s].
        interval_s: between readings [s].
    """

    mean: Floats
    middle_s: Floats
    count: Floats
    first_s: Floats
    last_s: Floats
    interval_s: float

    @property
    def half_width_s(self) -> Floats:
        """Half of the time that a block's readings stand for [s], shape (blocks,)."""
        return np.asarray((self.last_s - self.first_s + self.interval_s) / 2.0)

    def later(self, by_s: float) -> Blocks:
        """The same at another time."""
        moved = {name: getattr(self, name) + by_s for name in ("middle_s", "first_s", "last_s")}
        return replace(self, **moved)


def graded(begin_s: float, end_s: float, focus: Sequence[float], shortest: float) -> Floats:
    """Edges of blocks from begin to end that grow with the distance from the nearest focus [s].

    Args:
        begin_s, end_s: the stretch.
        focus: instants within it where blocks are shortest: that of a level, the ends of a slope.
        shortest: length of a block there, one interval of readings.
    """
    ends = sorted({begin_s, end_s, *(f for f in focus if begin_s < f < end_s)})
    edges = [np.array([begin_s])]
    for left, right in itertools.pairwise(ends):
        edges.append(_between(left, right, left in focus, right in focus, shortest))
    return np.concatenate(edges)


def _between(left: float, right: float, from_left: bool, from_right: bool, shortest: float) -> Floats:
    """Edges after ``left`` up to ``right``, growing away from one end or from both."""
    length = (right - left) / (2.0 if from_left and from_right else 1.0)
    steps = int(np.ceil(np.log1p(GROWTH * length / shortest) / np.log1p(GROWTH)))
    away = np.expm1(np.arange(steps + 1) * np.log1p(GROWTH)) / np.expm1(steps * np.log1p(GROWTH)) * length
    if from_left and from_right:
        return np.concatenate([left + away[1:], right - away[-2::-1]])
    return np.asarray(left + away[1:] if from_left else right - away[-2::-1])


def block_means(time_s: ArrayLike, value: ArrayLike, edges_s: ArrayLike) -> Blocks:
    """Means of readings between edges; a reading on an edge belongs to the block after it, on the last one before it.

    Args:
        time_s: ascending [s].
        value: shape (..., n) for n times.
        edges_s: ascending, shape (blocks + 1,).
    """
    time, values, edges = (np.asarray(one, np.float64) for one in (time_s, value, edges_s))
    found = np.searchsorted(time, edges)
    found[-1] = np.searchsorted(time, edges[-1], side="right")
    first, last = found[:-1], found[1:]
    some = last > first
    first, last = first[some], last[some]
    count = (last - first).astype(np.float64)
    if not len(count):
        empty = np.zeros(0)
        return Blocks(empty, empty, empty, empty, empty, 0.0)
    inner, offset = slice(first[0], last[-1]), first[0]
    summed = np.add.reduceat(values[..., inner], first - offset, axis=-1)
    middle = np.add.reduceat(time[inner] - time[offset], first - offset) / count + time[offset]
    steps = np.diff(time[inner])
    interval = float(np.median(steps)) if len(steps) else 0.0
    return Blocks(summed / count, middle, count, time[first], time[last - 1], interval)


def joined(*parts: Blocks) -> Blocks:
    """Blocks of several stretches, in order of time, as one."""
    names = ("mean", "middle_s", "count", "first_s", "last_s")
    whole = {name: np.concatenate([getattr(part, name) for part in parts], axis=-1) for name in names}
    return Blocks(**whole, interval_s=float(np.median([part.interval_s for part in parts])))

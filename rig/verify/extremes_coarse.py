"""Extremes of windows by levels of 16 bits: where the extreme may be, and then the few that it may be as they are.

A difference of 16 bits takes a quarter of the memory and a third of the time of one of 64, and is true to one step of
its scale. What lies further below the largest of them than two steps cannot be the extreme; what does not is computed
from the levels themselves, so that nothing is approximate. The programmed line is taken off first: the scale spans what
a pump strays from it, and not what it delivers.

>>> import numpy as np
>>> coarse = coarse_levels(np.array([0.0, 1.0, 3.0, 4.0]), 1.0, block=2)
>>> coarse.of_blocks([1])[0].extremes(1.0)
Extremes(top_percent=100.0, top_at=1, bottom_percent=0.0, bottom_at=0)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rig.verify.extremes_plain import aligned
from rig.verify.window_errors import Extremes, errors_percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calibration.kind import Kind
    from rig.verify.window_errors import Array

    Words = np.ndarray[Any, np.dtype[np.int16]]

#: Steps of the scale; two levels differ by no more than 16 bits hold.
STEPS = 32_000
#: Two levels are each cut off by less than a step, so a difference is true to one, the largest difference too.
MARGIN = 2
#: Of the largest number: no step is smaller, so that what doubles round away is none.
_FINEST = 1e-12
#: Of a block: where more differences than this are as extreme as its extreme, the scale does not tell them apart.
_NEAR = 1 / 64


@dataclass(frozen=True)
class Coarse:
    """Levels of 16 bits beside those that they stand for.

    Attributes:
        volume_ul: cumulative volume, shape (samples,), microlitres.
        words: the same less the programmed line, in steps of the scale, cut off; shape (samples,).
        block: levels that are handled at once.
    """

    volume_ul: Array
    words: Words
    block: int

    def of_blocks(self, steps: Sequence[int]) -> list[Search]:
        """Where to search for each window length: the largest and the smallest difference of each block of starts."""
        starts = range(0, len(self.words), self.block)
        largest = np.full((len(steps), 2, len(starts)), -2 * STEPS)
        room = aligned(self.block, np.int16)
        for column, begin in enumerate(starts):
            for row, n in enumerate(steps):
                found = self.differences(begin, n, room)
                if found.size:
                    largest[row, :, column] = found[found.argmax()], -int(found[found.argmin()])
        return [Search(self, n, largest[row]) for row, n in enumerate(steps)]

    def differences(self, begin: int, n: int, room: Words) -> Words:
        """Differences over ``n`` intervals of the block that begins there, in ``room``."""
        later = self.words[begin + n : begin + n + self.block]
        return np.subtract(later, self.words[begin : begin + later.size], out=room[: later.size])


@dataclass(frozen=True)
class Search:
    """Where the extremes of one window length may be.

    Attributes:
        coarse: the levels.
        steps: P/S of the window.
        largest: shape (2, blocks): the largest difference in each block, and the largest fall.
    """

    coarse: Coarse
    steps: int
    largest: np.ndarray[Any, np.dtype[np.int_]]

    @property
    def crowded(self) -> bool:
        """Whether so many blocks may hold an extreme that nothing is saved by looking for it there."""
        near = self.largest >= self.largest.max(axis=1, keepdims=True) - MARGIN
        return bool((near.sum(axis=1) > near.shape[1] / 4).any())

    def extremes(self, step_ul: float) -> Extremes:
        """The extreme errors; ``step_ul`` is the programmed volume of one interval."""
        top, top_at = self._first(self.largest[0], step_ul, sign=1)
        bottom, bottom_at = self._first(self.largest[1], step_ul, sign=-1)
        return Extremes(top, top_at, -bottom, bottom_at)

    def _first(self, largest: np.ndarray[Any, np.dtype[np.int_]], step_ul: float, sign: int) -> tuple[float, int]:
        """The largest of the errors times ``sign``, and where the first of them begins."""
        coarse, n, least = self.coarse, self.steps, int(largest.max()) - MARGIN
        room = aligned(coarse.block, np.int16)
        found = []
        for begin in (coarse.block * np.flatnonzero(largest >= least)).tolist():
            differences = coarse.differences(begin, n, room)
            found.append(begin + np.flatnonzero(differences >= least if sign > 0 else differences <= -least))
        at = np.concatenate(found)
        errors = sign * errors_percent(coarse.volume_ul[at + n] - coarse.volume_ul[at], n * step_ul)
        first = errors.argmax()
        return float(errors[first]), int(at[first])


def parted(volume_ul: Array, steps: int, step_ul: float, block: int) -> bool:
    """Whether 16 bits tell the extreme difference from most others, as a block in the middle of the record shows.

    Args:
        volume_ul, step_ul, block: as for :func:`coarse_levels`.
        steps: P/S of the window.
    """
    with np.errstate(invalid="ignore"):  # levels that are none are refused when they are checked
        some = volume_ul[::block]
        margin_ul = MARGIN * (np.ptp(some - step_ul * block * np.arange(len(some))) + step_ul * block) / STEPS
        begin = (len(volume_ul) - steps) // 2
        later = volume_ul[begin + steps : begin + steps + block]
        found = later - volume_ul[begin : begin + later.size]
        near = (found >= found.max() - margin_ul).sum(), (found <= found.min() + margin_ul).sum()
    return bool(max(near) <= max(1, _NEAR * found.size))


def coarse_levels(volume_ul: Array, step_ul: float, *, block: int, kind: Kind | None = None) -> Coarse:
    """Levels on a scale of 16 bits.

    Args:
        volume_ul: cumulative volume, shape (samples,), microlitres, all finite.
        step_ul: programmed volume of one interval, above zero, microlitres.
        block: levels that are handled at once.
        kind: whose plausible range every level has to be in; None where that is known.
    """
    lowest, per_ul = _scale(volume_ul, step_ul, block, kind)
    words, room = aligned(len(volume_ul), np.int16), aligned(block, np.float64)
    line = per_ul * step_ul * np.arange(block)
    for begin in range(0, len(volume_ul), block):
        levels_ul = volume_ul[begin : begin + block]
        steps = np.multiply(levels_ul, per_ul, out=room[: len(levels_ul)])
        steps -= line[: len(levels_ul)]
        steps -= per_ul * (lowest + step_ul * begin)
        words[begin : begin + block] = steps  # cut off towards zero, and none is below it
    return Coarse(volume_ul, words, block)


def _scale(volume_ul: Array, step_ul: float, block: int, kind: Kind | None) -> tuple[float, float]:
    """The level that is zero on the scale, and the steps of one microlitre."""
    begins = np.arange(0, len(volume_ul), block)
    ranges = np.empty((2, len(begins)))
    for column, begin in enumerate(begins):
        levels_ul = volume_ul[begin : begin + block]
        ranges[:, column] = least, most = levels_ul[levels_ul.argmin()], levels_ul[levels_ul.argmax()]
        if kind is not None and not (kind.low <= least and most <= kind.high):
            kind.check("volume", levels_ul, int(begin))
    lowest = float((ranges[0] - step_ul * (begins + block)).min())  # below the line at the block's end is below it
    highest = float((ranges[1] - step_ul * begins).max())
    finest_ul = _FINEST * max(highest - lowest, float(np.abs(ranges).max()))
    return lowest, 1.0 / max((highest - lowest) / STEPS, finest_ul)

"""Kernel of the trumpet: the largest and the smallest error of any window, for several window lengths.

A day at 300 samples a second is 26 million levels, which no cache holds; six windows in plain numpy read and write it
some thirty times. Here levels of 16 bits say where an extreme may be, and only there the levels themselves are taken
(:mod:`rig.verify.extremes_coarse`). Where 16 bits do not part one difference from the next, because nothing is noise
or the windows are short beside what the pump strays, all are taken (:mod:`rig.verify.extremes_plain`). One thread does
it: a second one was tried, and waited for the interpreter between calls of ten microseconds.

Nothing is approximate: what comes back is, to the last bit and to the first of equal extremes, what the whole array of
errors would say.

>>> import numpy as np
>>> extreme_errors_percent(np.array([0.0, 1.0, 3.0, 4.0]), [1], 1.0)
[Extremes(top_percent=100.0, top_at=1, bottom_percent=0.0, bottom_at=0)]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.verify.extremes_coarse import coarse_levels, parted
from rig.verify.extremes_plain import BLOCK, plain_extremes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calibration.kind import Kind
    from rig.verify.window_errors import Array, Extremes

#: Fewer blocks than this are soon looked through.
_FEW = 4


def extreme_errors_percent(
    volume_ul: Array,
    steps: Sequence[int],
    step_ul: float,
    *,
    block: int = BLOCK,
    kind: Kind | None = None,
) -> list[Extremes]:
    """The extremes of :func:`~rig.verify.window_errors.window_errors_percent` for each of ``steps``.

    Args:
        volume_ul: cumulative volume, shape (samples,), microlitres, all finite.
        steps: P/S of each window, from 1 to samples - 1.
        step_ul: programmed volume of one interval, above zero, microlitres.
        block: levels that are handled at once.
        kind: whose plausible range every level has to be in; None where that is known.
    """
    apart = [] if len(volume_ul) < _FEW * block else [n for n in steps if parted(volume_ul, n, step_ul, block)]
    if not apart:
        return plain_extremes(volume_ul, steps, step_ul, block=block, kind=kind)
    searches = coarse_levels(volume_ul, step_ul, block=block, kind=kind).of_blocks(apart)
    found = {search.steps: search.extremes(step_ul) for search in searches if not search.crowded}
    rest = [n for n in steps if n not in found]
    found |= dict(zip(rest, plain_extremes(volume_ul, rest, step_ul, block=block), strict=True))
    return [found[n] for n in steps]

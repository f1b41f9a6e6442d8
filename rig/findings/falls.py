"""Falls of a reading that stay: what was there before, carried on with the slope around it, is not reached again.

A spike comes back, noise comes back, and a pump that runs backwards goes on falling: none of them is one. A tare, a
beaker that was moved, a drop that was wiped off leave the level lower from one reading to the next, by more than noise.

>>> import numpy as np
>>> time_s, reading_g = np.arange(60.0), 1e-4 * np.arange(60.0)
>>> reading_g[30:] -= 0.04
>>> np.flatnonzero(lasting_falls_g(time_s, reading_g, sd_g=1e-5, allowed_g=np.zeros(60)))
array([30, 31, 32])
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from rig.delivery.levels import Floats

#: A step shows whole after so long, the filter of a balance included [K] [s].
STEP_S: Final = 3.0
#: Readings on each side that say what the level was and how it went on.
SIDE: Final = 8
#: So many readings farther away the level has to differ as well: what leaned on the pan for so long came and went.
FARTHER: Final = (0, 8, 16, 32, 56)
#: So many standard deviations of a reading are no noise, however many readings there are.
SIGMAS: Final = 10.0
#: The part of a fall that has to stay.
STAYS: Final = 0.5
#: From the median absolute deviation of differences to the standard deviation of one reading (Gaussian).
_SD_OF_DIFFERENCES: Final = 1.4826 / np.sqrt(2.0)


def lasting_falls_g(time_s: Floats, reading_g: Floats, sd_g: float, allowed_g: Floats) -> Floats:
    """How far the reading fell within three seconds, or since the reading before, where it stayed there.

    Args:
        time_s: of the readings, ascending [s], shape (n,).
        reading_g: shape (n,).
        sd_g: standard deviation of one reading at rest; where readings scatter more around a fall, that counts.
        allowed_g: what may be less by itself since the reading before, shape (n,).

    Returns:
        Shape (n,), zero where nothing fell, or nothing tells whether it stayed.
    """
    found = np.zeros(len(time_s))
    if len(time_s) < 2 * SIDE:
        return found
    begun = since(time_s)
    fell = reading_g[begun] - reading_g
    seen = np.flatnonzero(fell > allowed_g + SIGMAS * sd_g)
    seen = seen[(begun[seen] >= SIDE - 1) & (seen <= len(time_s) - SIDE)]
    if len(seen):
        before, after = (_Side.of(time_s, reading_g, at, way) for at, way in ((begun[seen], -1), (seen, 1)))
        stays_g = before.carried_g(time_s[seen]).min(axis=1) - after.carried_g(time_s[seen]).max(axis=1)
        least = allowed_g[seen] + SIGMAS * np.maximum(sd_g, np.maximum(before.noise_g, after.noise_g))
        took_s = time_s[seen] - time_s[begun[seen]]
        rests = -np.minimum(before.slope, after.slope) * took_s < STAYS * fell[seen]  # it fell at once, and no more
        counts = (fell[seen] > least) & rests & (stays_g > np.maximum(STAYS * fell[seen], least))
        found[seen] = np.where(counts, fell[seen], 0.0)
    return found


def since(time_s: Floats) -> np.ndarray[Any, np.dtype[np.int_]]:
    """For each reading the one before it, or the first of the last three seconds; the first has itself."""
    return np.minimum(np.searchsorted(time_s, time_s - STEP_S), np.arange(len(time_s)) - 1).clip(0)


@dataclass(frozen=True)
class _Side:
    """What was read on one side of each fall: levels nearer and farther, how they went on, and the noise of a reading.

    Attributes:
        time_s, level_g: medians of eight readings, shape (falls, horizons).
        slope: median of the slopes between them [g/s], shape (falls,).
        noise_g: shape (falls,).
    """

    time_s: Floats
    level_g: Floats
    slope: Floats
    noise_g: Floats

    @classmethod
    def of(cls, time_s: Floats, reading_g: Floats, at: Any, way: int) -> _Side:
        """From the reading ``at`` on, forwards or backwards, as far as there are any."""
        near = at[:, None] + way * np.arange(SIDE)
        every = np.clip(near[:, None, :] + way * np.array(FARTHER)[None, :, None], 0, len(time_s) - 1)
        times, levels = (np.median(of[every], axis=2) for of in (time_s, reading_g))
        first, second = np.triu_indices(len(FARTHER), 1)
        apart_s = np.abs(times[:, second] - times[:, first])
        rise_g = way * (levels[:, second] - levels[:, first])
        some = apart_s > 0.0  # at the ends of the record the farthest readings are the same ones
        slopes = np.where(some, rise_g / np.where(some, apart_s, 1.0), np.nan)
        slopes[~some.any(axis=1)] = 0.0
        slope = np.nanmedian(slopes, axis=1)
        strayed_g = np.diff(reading_g[every], axis=2) - slope[:, None, None] * np.diff(time_s[every], axis=2)
        return cls(times, levels, slope, _SD_OF_DIFFERENCES * np.median(np.abs(strayed_g), axis=(1, 2)))

    def carried_g(self, until_s: Floats) -> Floats:
        """Each level, carried on to an instant; shape (falls, horizons)."""
        return self.level_g + self.slope[:, None] * (until_s[:, None] - self.time_s)

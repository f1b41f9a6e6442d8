"""Lines that stop where nothing was recorded, and long streams drawn by their extremes."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from rig.delivery.levels import Floats

#: A stream is drawn as so many stretches of lowest and highest.
COLUMNS = 300
#: A pause of so many usual intervals is a gap.
PAUSE = 5.0


def broken(at_s: Floats, readings_s: Floats, *values: Floats) -> tuple[Any, ...]:
    """Points with a NaN put between two that a gap in the readings separates.

    >>> t, y = broken(np.array([1.0, 9.0]), np.array([0.0, 1.0, 2.0, 3.0, 9.0, 10.0]), np.array([5.0, 6.0]))
    >>> y.tolist()
    [5.0, nan, 6.0]
    """
    apart = np.diff(readings_s)
    usual = float(np.median(apart)) if apart.size else 0.0
    begins = readings_s[:-1][apart > PAUSE * usual]
    index = np.searchsorted(at_s, begins, side="right")
    index = np.unique(index[(index > 0) & (index < len(at_s))])
    return tuple(np.insert(np.asarray(one, float), index, np.nan) for one in (at_s, *values))


def thinned(time_s: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Lowest and highest of each of :data:`COLUMNS` stretches in their order, with gaps kept open."""
    if len(time_s) > 2 * COLUMNS:
        edges = np.linspace(0, len(time_s), COLUMNS + 1).astype(int)
        pairs = [
            sorted({a + int(values[a:b].argmin()), a + int(values[a:b].argmax())}) for a, b in itertools.pairwise(edges)
        ]
        keep = np.array([i for pair in pairs for i in pair])
    else:
        keep = np.arange(len(time_s))
    at_s, kept = broken(time_s[keep], time_s, values[keep])
    return at_s, kept

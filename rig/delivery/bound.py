"""The Cramer-Rao bound of a delivered volume: the best that any unbiased estimator makes of all readings together.

Each stretch of readings is a line of its own: the legs (evaporation), and the windows around both ends, where the
program is known up to scale. Between the windows the flow is free, so readings there say nothing of V(t2) - V(t1).
Where a program declares a constant rate, the whole delivery is one stretch. For Gaussian noise joint generalised least
squares on all of it reaches the bound.

>>> from calibration.noise_model import NoiseModel
>>> walk = NoiseModel(2e-5, 0.0, 1.0, 0.0, 0.0, walk_g2_s=2.8e-12, nu=50.0, length_s=86400.0)
>>> time_s = np.arange(0.0, 7201.0)
>>> ends = [stretch(time_s[t0 - 300:t0 + 301], t0, (level, 0.0)) for t0, level in ((600.0, -1.0), (6600.0, 1.0))
...         for t0 in [int(t0)]]
>>> round(1e3 * bound_variance(walk, ends, 600.0) ** 0.5, 3)              # the walk over 100 min, and little else [mg]
0.126
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calibration.block_covariance import covariance_g2
from calibration.noise_blocks import Blocks, block_means, graded, joined
from rig.delivery.best_line import best_weights

if TYPE_CHECKING:
    from calibration.noise_model import NoiseModel
    from rig.delivery.levels import Floats


@dataclass(frozen=True, eq=False)
class Stretch:
    """Readings on one straight line, and what of it is wanted.

    Attributes:
        blocks: of its readings.
        at_s: where its level is [s].
        wanted: factors of level and slope (per second) in the quantity.
    """

    blocks: Blocks
    at_s: float
    wanted: tuple[float, float]


def stretch(time_s: Floats, at_s: float, wanted: tuple[float, float]) -> Stretch:
    """A stretch of readings at these times, in blocks that are short at its ends and at ``at_s``."""
    step = float(np.median(np.diff(time_s)))
    begin, end = float(time_s[0]) - step / 2.0, float(time_s[-1]) + step / 2.0
    edges = graded(begin, end, (begin, at_s, end), step)
    return Stretch(block_means(time_s, np.zeros_like(time_s), edges), at_s, wanted)


def bound_variance(model: NoiseModel, stretches: list[Stretch], window_s: float) -> float:
    """Variance of the wanted sum of levels and slopes by joint generalised least squares [g^2].

    Args:
        model: of the balance.
        stretches: in order of time, without overlap.
        window_s: W of the model's flicker.
    """
    blocks = joined(*(one.blocks for one in stretches))
    design = np.zeros((len(blocks.count), 2 * len(stretches)))
    row = 0
    for number, one in enumerate(stretches):
        rows = slice(row, row + len(one.blocks.count))
        design[rows, 2 * number], design[rows, 2 * number + 1] = 1.0, one.blocks.middle_s - one.at_s
        row = rows.stop
    wanted = np.array([factor for one in stretches for factor in one.wanted])
    covariance = covariance_g2(model, blocks, window_s)
    weights = best_weights(covariance, design, wanted[:, None])[:, 0]
    return float(weights @ covariance @ weights)

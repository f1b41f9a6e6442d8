"""Several straight lines through readings of one balance, by generalised least squares on all of them together.

Noise with a memory ties legs and levels: what flicker did in the leg before, it partly still does at the first level.

>>> from calibration.noise_model import NoiseModel
>>> walk = NoiseModel(2e-5, 0.0, 1.0, 0.0, 0.0, walk_g2_s=2.8e-12, nu=50.0, length_s=86400.0)
>>> time_s = np.arange(-300.0, 301.0)
>>> at = (0.0, 6000.0)
>>> lines = joint_lines(walk, [stretch(time_s + t, t, 2.0 + 1e-3 * (time_s + t)) for t in at], 600.0)
>>> round(float(lines.estimate @ [-1, 0, 1, 0]), 9), round(1e3 * lines.u([-1, 0, 1, 0]), 3)     # the walk, mostly [mg]
(6.0, 0.126)

Legs are lines as well, and so is a whole delivery at a constant rate.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from calibration.any_number import plain
from calibration.block_covariance import covariance_g2
from calibration.noise_blocks import Blocks, block_means, graded, joined
from rig.delivery.best_line import best_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from calibration.noise_model import NoiseModel
    from rig.delivery.levels import Floats


#: Times the largest covariance; a common offset so large makes any generalised covariance positive definite.
_MUCH: Final = 2.0


@dataclass(frozen=True, eq=False)
class Stretch:
    """Readings on one straight line.

    Attributes:
        blocks: means of its readings.
        at_s: where its level is [s].
    """

    blocks: Blocks
    at_s: float

    @property
    def begin_s(self) -> float:
        """Time of its first reading [s]."""
        return float(self.blocks.first_s[0])

    @property
    def end_s(self) -> float:
        """Time of its last reading [s]."""
        return float(self.blocks.last_s[-1])


def stretch(time_s: Floats, at_s: float, value: Floats) -> Stretch:
    """Readings at these times, in blocks that are short at both ends and at ``at_s``."""
    step = float(np.median(np.diff(time_s)))
    begin, end = float(time_s[0]) - step / 2.0, float(time_s[-1]) + step / 2.0
    return Stretch(block_means(time_s, value, graded(begin, end, (begin, at_s, end), step)), at_s)


@dataclass(frozen=True, eq=False)
class JointLines:
    """Level and slope (per second) of each line, one after the other.

    Attributes:
        estimate: shape (..., 2 lines): a row for each of several records read at the same times.
        covariance: of the estimates [g^2], shape (2 lines, 2 lines); of levels only differences have a meaning.
        residuals: of the means about their lines, shape (..., blocks).
        of_means: generalised covariance of the means, shape (blocks, blocks).
    """

    estimate: Floats
    covariance: Floats
    residuals: Floats
    of_means: Floats

    @property
    def freedom(self) -> int:
        """Blocks less parameters."""
        return int(self.residuals.shape[-1] - self.estimate.shape[-1])

    @cached_property
    def chi_square(self) -> Any:
        """Of the residuals with their whole covariance, r' C^-1 r.

        A constant is added to C, which makes it positive definite and which no residual about a line sees.
        """
        constant = _MUCH * np.abs(self.of_means).max()
        solved = np.linalg.solve(self.of_means + constant, self.residuals.T).T
        return plain((self.residuals * solved).sum(axis=-1))

    def u(self, factors: ArrayLike) -> float:
        """Standard deviation of a sum of levels and slopes; factors of levels add up to zero."""
        row = np.asarray(factors, np.float64)
        return math.sqrt(max(0.0, float(row @ self.covariance @ row)))


def joint_lines(model: NoiseModel, stretches: Sequence[Stretch], window_s: float) -> JointLines:
    """Fit a line of its own through each stretch.

    Args:
        model: of the balance.
        stretches: in order of time, without overlap.
        window_s: W of the model's flicker; no difference depends on it.
    """
    blocks = joined(*(one.blocks for one in stretches))
    design = np.zeros((len(blocks.count), 2 * len(stretches)))
    row = 0
    for number, one in enumerate(stretches):
        rows = slice(row, row + len(one.blocks.count))
        design[rows, 2 * number], design[rows, 2 * number + 1] = 1.0, one.blocks.middle_s - one.at_s
        row = rows.stop
    covariance = covariance_g2(model, blocks, window_s)
    weights = best_weights(covariance, design, np.eye(design.shape[1]))
    estimate = blocks.mean @ weights
    residuals = blocks.mean - estimate @ design.T
    return JointLines(estimate, weights.T @ covariance @ weights, residuals, covariance)


def overlap(stretches: Sequence[Stretch]) -> bool:
    """Whether two neighbours share readings, or stand in another order."""
    return any(after.begin_s <= before.end_s for before, after in itertools.pairwise(stretches))

"""Best linear unbiased estimates from readings whose noise has a memory: generalised least squares.

Of all weighted sums of readings that are right for a line, or for several, that with the least variance (A. C. Aitken,
Proc. R. Soc. Edinb. 55 (1936) 42). For Gaussian noise that variance is the Cramer-Rao bound. The weights solve

    C w + X l = 0,   X' w = wanted

with C the generalised covariance of means over blocks (:mod:`calibration.block_covariance`), so that nothing need be
known of the noise's own level.

>>> from calibration.noise_model import NoiseModel
>>> walk = NoiseModel(2e-5, 0.0, 1.0, 0.0, 0.0, walk_g2_s=2.8e-12, nu=50.0, length_s=86400.0)
>>> time_s = np.arange(-300.0, 301.0)
>>> found = best_line(walk, time_s, 1.0 + 0.002 * time_s, 600.0, focus=(0.0,)).level
>>> round(found.value, 12), 1e3 * found.variance(walk, 600.0) ** 0.5 < 0.01     # sqrt of a clipped variance [mg]
(1.0, True)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.any_number import plain
from calibration.block_covariance import covariance_g2
from calibration.noise_blocks import block_means, graded
from rig.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calibration.noise_blocks import Blocks
    from calibration.noise_model import NoiseModel
    from rig.delivery.levels import Floats


@dataclass(frozen=True, eq=False)
class Weighted:
    """A weighted sum of the means of blocks.

    Attributes:
        blocks: means of readings.
        weights: shape (blocks,).
    """

    blocks: Blocks
    weights: Floats

    @property
    def value(self) -> Any:
        """The sum, in the unit of the readings (of a slope: per second); one for each row of readings."""
        return plain(self.blocks.mean @ self.weights)

    def covariance_with(self, other: Weighted, model: NoiseModel, window_s: float) -> float:
        """Generalised covariance of two sums."""
        return float(self.weights @ covariance_g2(model, self.blocks, window_s, other.blocks) @ other.weights)

    def variance(self, model: NoiseModel, window_s: float) -> float:
        """Variance of the sum, of a level what it has by itself; of the walk nothing below zero."""
        still = self.covariance_with(self, replace(model, walk_g2_s=0.0), window_s)
        walk = self.covariance_with(self, _only_walk(model), window_s) if model.walk_g2_s else 0.0
        return max(still, 0.0) + max(walk, 0.0)

    def later(self, by_s: float) -> Weighted:
        """The same at another time."""
        return replace(self, blocks=self.blocks.later(by_s))


@dataclass(frozen=True, eq=False)
class BestLine:
    """Level at time zero and slope of one straight line."""

    model: NoiseModel
    blocks: Blocks
    window_s: float

    @cached_property
    def _both(self) -> Floats:
        design = np.stack([np.ones_like(self.blocks.middle_s), self.blocks.middle_s], axis=1)
        return best_weights(covariance_g2(self.model, self.blocks, self.window_s), design, np.eye(2))

    @property
    def level(self) -> Weighted:
        """The line at time zero."""
        return Weighted(self.blocks, self._both[:, 0])

    @property
    def slope(self) -> Weighted:
        """Its rise in a second."""
        return Weighted(self.blocks, self._both[:, 1])


def best_line(model: NoiseModel, time_s: Floats, value: Floats, window_s: float, focus: Sequence[float]) -> BestLine:
    """The line through readings.

    Args:
        model: of the balance.
        time_s: ascending, zero where the level is wanted [s].
        value: the readings; shape (..., n), a row for each record.
        window_s: W of the model's flicker.
        focus: where blocks are shortest.
    """
    shortest = float(np.median(np.diff(time_s)))
    edges = graded(float(time_s[0]) - shortest / 2.0, float(time_s[-1]) + shortest / 2.0, focus, shortest)
    return BestLine(model, block_means(time_s, value, edges), window_s)


def best_weights(covariance: Floats, design: Floats, wanted: Floats) -> Floats:
    """Weights of the best unbiased estimates, shape (blocks, estimates).

    Args:
        covariance: generalised, shape (blocks, blocks).
        design: shape (blocks, parameters), a constant among what its columns span.
        wanted: which sum of parameters each estimate is, shape (parameters, estimates).

    Raises:
        EvidenceError: too few blocks for the parameters, or a noise model without any noise.
    """
    size = float(np.abs(covariance).max()) or 1.0
    scale = np.abs(design).max(axis=0)
    scale[scale == 0.0] = 1.0
    n, parameters = design.shape
    system = np.zeros((n + parameters, n + parameters))
    system[:n, :n] = covariance / size
    system[:n, n:] = design / scale
    system[n:, :n] = system[:n, n:].T
    right = np.zeros((n + parameters, wanted.shape[1]))
    right[n:] = wanted / scale[:, None]
    try:
        return np.asarray(np.linalg.solve(system, right)[:n], np.float64)
    except np.linalg.LinAlgError as error:
        raise EvidenceError(
            f"expected readings that tell {parameters} levels and slopes, and noise in their model, found {n} means"
        ) from error


def _only_walk(model: NoiseModel) -> Any:
    return replace(model, reading_g=0.0, slow_white_g2_s=0.0, flicker_g2=0.0)

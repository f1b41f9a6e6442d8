"""Noise of a balance from its noise model: a record without flow, as long as a run (:mod:`calibration.noise_model`).

It stands in the place of the residuals of the evaporation legs. Those see an hour; a random walk shows over a day. A
level is then the best linear unbiased estimate under the model (:mod:`rig.delivery.best_line`), no plain straight line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.delivery.best_line import best_line
from rig.delivery.levels import Floats, Level, Noise

if TYPE_CHECKING:
    from calibration.noise_model import NoiseModel


@dataclass(frozen=True, slots=True)
class ModelledNoise(Noise):
    """Noise with a memory.

    Attributes:
        model: of the balance.
        window_s: width of a level's window [s].
        interval_s: between readings of this delivery [s].
    """

    model: NoiseModel
    window_s: float
    interval_s: float

    @classmethod
    def of(cls, model: NoiseModel, time_s: Floats, window_s: float) -> ModelledNoise:
        """For readings at these times."""
        return cls(model.reading_g, model.lag_one, "noise model", model, window_s, float(np.median(np.diff(time_s))))

    def line(self, since_s: Floats, value: Floats) -> Level:
        """The level at time zero by generalised least squares under the model."""
        found = best_line(self.model, since_s, value, self.window_s, (0.0,)).level
        factor = float(np.square(found.weights) @ (1.0 / found.blocks.count))
        return Level(found.value, factor, len(since_s), float(np.abs(found.weights).sum()), found)

    def level_variance(self, found: Level) -> float:
        """Variance of one level by itself."""
        if found.weighted is not None:
            return found.weighted.variance(self.model, self.window_s)
        return self.model.level_g2(found.variance_factor, found.readings, self.window_s, self.interval_s)

    def between_variance(self, apart_s: float) -> float:
        """What the time between two levels adds."""
        return float(self.model.growth_g2(apart_s, self.window_s))

    def covariance(self, since_s: Floats) -> Floats:
        """Covariance of the wander at several times."""
        return self.model.covariance_g2(since_s, self.window_s)

    def nu(self, first: Level, second: Level, apart_s: float) -> float:
        """Degrees of freedom of a difference: only the wander is little known, the readings are many."""
        wander = self.between_variance(apart_s)
        total = self.level_variance(first) + self.level_variance(second) + wander
        return float("inf") if wander == 0.0 else max(1.0, self.model.nu * (total / wander) ** 2)

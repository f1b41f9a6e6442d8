"""A constant rate from all readings of a delivery, and whether the readings allow to speak of one.

A slope is the best that can be made of a delivery whose rate is constant, and wrong of any other: a one-hour stall in
24 h is -4.1 %, and a slope says anything from -6.1 % to -1.9 %, by where it stood still. So it is given only where the
program declares a constant rate, and where the residuals about the line are no larger than the balance's noise model
explains (chi-square with their whole covariance). A difference of levels needs neither.

>>> from calibration.noise_model import NoiseModel
>>> model = NoiseModel(2e-5, 0.0, 10.0, 0.0, 0.0, 2.8e-12, 50.0, 86400.0)
>>> time_s = np.arange(0.0, 7200.0, 10.0)
>>> noise = 2e-5 * np.random.default_rng(2).normal(size=time_s.size)
>>> found = constant_rate(model, time_s, 6.25e-3 / 3600 * time_s + noise, 600.0)
>>> round(3.6e6 * found.rate_g_s, 1), found.accepted                                             # [mg/h]
(6.2, True)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from calibration.noise_blocks import block_means
from rig.delivery.joint_lines import Stretch, joint_lines
from rig.errors import EvidenceError

if TYPE_CHECKING:
    from calibration.noise_model import NoiseModel
    from rig.delivery.levels import Floats

#: Blocks of equal length for the line: ten of them are half an hour of a day.
BLOCKS: Final = 300
FEWEST_READINGS: Final = 20
ALPHA: Final = 0.05


@dataclass(frozen=True, slots=True)
class ConstantRate:
    """A straight line through a delivery.

    Attributes:
        rate_g_s: its slope.
        u_g_s: standard uncertainty from noise.
        chi_square: of the residuals.
        freedom: its degrees of freedom.
        p: how often noise alone would leave more.
    """

    rate_g_s: float
    u_g_s: float
    chi_square: float
    freedom: int
    p: float

    @property
    def accepted(self) -> bool:
        """Whether nothing speaks against a constant rate (p of 5 % or more)."""
        return self.p >= ALPHA

    def checked(self) -> ConstantRate:
        """Itself, where it may be used.

        Raises:
            EvidenceError: the rate was not constant.
        """
        if not self.accepted:
            raise EvidenceError(
                "expected a constant rate, found residuals that noise does not explain (chi-square "
                f"{self.chi_square:.4g} with {self.freedom} degrees of freedom, p = {self.p:.2g}); a slope would be "
                "wrong, take levels"
            )
        return self


def constant_rate(model: NoiseModel, time_s: Floats, mass_g: Floats, window_s: float) -> ConstantRate:
    """The best slope through all readings, and the test of its residuals.

    Args:
        model: of the balance.
        time_s: of the delivery at the declared constant rate, ascending [s].
        mass_g: corrected for buoyancy; what evaporates is a constant rate as well.
        window_s: W of the model's flicker.

    Raises:
        EvidenceError: fewer than 20 readings.
    """
    from scipy.stats import chi2

    if len(time_s) < FEWEST_READINGS:
        raise EvidenceError(f"constant rate: expected at least {FEWEST_READINGS} readings, found {len(time_s)}")
    half = float(np.median(np.diff(time_s))) / 2.0
    edges = np.linspace(time_s[0] - half, time_s[-1] + half, min(BLOCKS, len(time_s)) + 1)
    line = joint_lines(model, [Stretch(block_means(time_s, mass_g, edges), float(time_s.mean()))], window_s)
    p = float(chi2.sf(line.chi_square, line.freedom))
    return ConstantRate(float(line.estimate[1]), line.u([0.0, 1.0]), line.chi_square, line.freedom, p)

"""Delivered against programmed on the protocol's sampling grid: what trumpet, start-up and pictures share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.delivery.levels import Floats
from rig.errors import EvidenceError

if TYPE_CHECKING:
    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence


@dataclass(frozen=True)
class Curve:
    """Levels each sample interval from the beginning of delivery.

    Attributes:
        time_s: since delivery began, shape (n,) [s].
        delivered_ul: since delivery began [uL].
        u_ul: standard uncertainty of that difference [uL].
        programmed_ul: what should have been delivered [uL].
        u_level_ul: standard deviation of one level by noise alone [uL].
        wander_ul: standard deviation that 0, 1, ... sample intervals between two levels add to their difference, by the
            noise model; zeros without one, shape (n,) [uL].
        covariance_ul2: of the levels with all that is uncertain about them, shape (n, n) [uL^2].
    """

    time_s: Floats
    delivered_ul: Floats
    u_ul: Floats
    programmed_ul: Floats
    u_level_ul: float
    wander_ul: Floats
    covariance_ul2: Floats

    def part(self, begin_s: float, end_s: float) -> Curve:
        """The part from ``begin_s`` to ``end_s`` since delivery began, both included."""
        inside = (self.time_s >= begin_s - 1e-6) & (self.time_s <= end_s + 1e-6)
        return Curve(
            self.time_s[inside],
            self.delivered_ul[inside],
            self.u_ul[inside],
            self.programmed_ul[inside],
            self.u_level_ul,
            self.wander_ul[: int(inside.sum())],
            self.covariance_ul2[np.ix_(inside, inside)],
        )


def sample(evidence: Evidence, delivery: Delivery) -> Curve:
    """Sample the delivery on the grid that meets the beginning of the analysis, as far as the record goes.

    Raises:
        EvidenceError: not even two levels.
    """
    timing = evidence.protocol.timing
    step, begin = timing.sample_interval_s, timing.stabilization_s
    first = begin - step * np.floor(begin / step + 1e-9)
    grid = np.arange(first, evidence.analysed_s + step * 1e-6, step)
    began = evidence.delivery_began_s
    latest = delivery.time_s[-1] - began - delivery.window_s / 2
    earliest = delivery.time_s[0] - began + delivery.window_s / 2
    grid = grid[(grid <= latest) & (grid >= earliest)]
    if len(grid) < 2:
        raise EvidenceError("the record ends before two levels could be taken")
    volume, covariance = delivery.levels_ul(grid + began)
    variance = np.diag(covariance) + covariance[0, 0] - 2 * covariance[0]
    variance[0] = 0.0
    offset = float(evidence.protocol.dose.volume_ul(grid[0]))
    return Curve(
        time_s=grid,
        delivered_ul=volume - volume[0] + offset,
        u_ul=np.sqrt(np.maximum(variance, 0.0)),
        programmed_ul=evidence.protocol.dose.volume_ul(grid),
        u_level_ul=_u_level(delivery, grid + began),
        wander_ul=wander_ul(delivery, grid - grid[0]),
        covariance_ul2=covariance,
    )


def _u_level(delivery: Delivery, times_s: Floats) -> float:
    variances = [delivery.reading_variance_g2(delivery.level(delivery.reading_g, t)) for t in times_s]
    return float(np.sqrt(np.mean(variances))) * 1e6 / delivery.setup.fluid_kg_m3


def wander_ul(delivery: Delivery, apart_s: Floats) -> Floats:
    """What so long between two levels adds to the standard deviation of their difference, by the noise model [uL].

    Args:
        delivery: with its noise.
        apart_s: times between two levels [s].
    """
    variances = np.array([delivery.noise.between_variance(float(apart)) for apart in apart_s], np.float64)
    return np.asarray(np.sqrt(variances) * 1e6 / delivery.setup.fluid_kg_m3)

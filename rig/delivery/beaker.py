"""The evaporation beaker: what its balance says of the course of evaporation while the other one collects.

A beaker like the collecting one, same fluid, same needle, no line, on a balance of its own. Two legs with the line
clamped tell the evaporation before and after; the beaker tells it in between. What leaves the collecting beaker
between two instants is r times what leaves this one, r measured in the legs (:mod:`rig.delivery.beaker_ratio`).

Its readings go through the same balance equation as those of the collecting beaker. Slope, density and needle of its
balance cancel in r; the air pushes on both loads alike and cancels as far as they are alike.

    volume_ul, covariance = beaker.evaporated_ul(times_s, hours, mg_per_ul)      # of the collecting beaker
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rig.delivery.levels import Floats, Level, Noise, level
from rig.errors import EvidenceError

if TYPE_CHECKING:
    from calibration.evaporation_ratio import Ratio
    from rig.delivery.collected import Air
    from rig.delivery.setup import Setup

#: A level of the beaker stands on this much time, or on so many readings where they are rare: it changes slowly.
WINDOW_S = 600.0
READINGS_PER_LEVEL = 40
#: No gap may be longer than this part of a window; then every level has readings on both sides.
LONGEST_GAP = 1 / 8
#: Still air takes no more than this from a free surface [mg/(cm2 h)] (Stefan, 1 cm of vapour path, 20 degC, dry air).
DRY_AIR_MG_CM2_H = 15.0


@dataclass(frozen=True)
class Beaker:
    """The evaporation beaker of one run.

    Attributes:
        name: of its channel.
        time_s: times of its usable readings [s].
        reading_g: what its balance said [g].
        collected_ul: the same as volume since the first one, falling as it evaporates [uL].
        air: around it.
        setup: its balance and vessel.
        noise: of single readings [g].
        ratio: evaporation of the collecting beaker as a multiple of this one's.
        legs: the ratio of each leg by name.
        u_drift_mg_h: rate by which the balances may have drifted apart, from what the legs differ by, or may yet.
        area_ratio: of the free surfaces, collecting to this; for comparison.
        bends: whether a course that bends within the window of a level counts; not in evaluation 3 and before.
    """

    name: str
    time_s: Floats
    reading_g: Floats
    collected_ul: Floats
    air: Air
    setup: Setup
    noise: Noise
    ratio: Ratio
    legs: tuple[tuple[str, Ratio], ...]
    u_drift_mg_h: float
    area_ratio: float
    bends: bool = False

    @cached_property
    def window_s(self) -> float:
        """Width of the window on which a level stands [s]."""
        return window_s(self.time_s)

    def level(self, value: Floats, at_s: float) -> Level:
        """The level of ``value`` (one for each reading) at an instant; one-sided at the ends of the readings.

        Raises:
            EvidenceError: no readings around it.
        """
        return level(self.time_s, value, at_s, self.window_s, (float(self.time_s[0]), float(self.time_s[-1])))

    def evaporated_ul(self, times_s: Floats, hours: Floats, mg_per_ul: float) -> tuple[Floats, Floats]:
        """What left the *collecting* beaker, shape (n,), and its covariance, shape (n, n), [uL] and [uL^2].

        Args:
            times_s: instants [s].
            hours: the same, since any common instant [h].
            mg_per_ul: density of the fluid.

        Raises:
            EvidenceError: no readings around one of them.
        """
        found = [self.level(self.collected_ul, t) for t in times_s]
        lost = -np.array([one.value for one in found])
        scale, drift = lost * self.ratio.u, hours * self.u_drift_mg_h / mg_per_ul
        pushed = self.ratio.ratio * (self.air.at(times_s) - self.air.at(self.time_s[0])) * self.setup.u_load_volume_ml
        shared = np.stack([scale, drift, pushed / mg_per_ul])
        noise = np.array([self.level_variance_g2(one) for one in found]) * (self.ratio.ratio * 1e3 / mg_per_ul) ** 2
        bent = np.square(self.bent_ul(times_s)) / 3.0
        return lost * self.ratio.ratio, shared.T @ shared + np.diag(noise + bent)

    def bent_ul(self, times_s: Floats) -> Floats:
        """Half width by which each level may be wrong where evaporation changed at once, of the collecting beaker [uL].

        A straight line through a window W in the middle of which the rate changes by d is off by d W / 8; d is told by
        the lines through the windows before and after.

        Args:
            times_s: instants [s], shape (n,).

        Returns:
            Half widths of rectangles, shape (n,); zero where bends do not count.
        """
        if not self.bends:
            return np.zeros(len(times_s))
        bends = [self._slope(t, t + self.window_s) - self._slope(t - self.window_s, t) for t in times_s]
        return np.asarray(np.abs(np.array(bends)) * self.window_s / 8.0 * self.ratio.ratio)

    def _slope(self, begin_s: float, end_s: float) -> float:
        """Of what the beaker gained between two instants, or next to them where its readings begin or end [uL/s]."""
        first, last = np.searchsorted(self.time_s, (begin_s, end_s))
        first = min(first, len(self.time_s) - READINGS_PER_LEVEL // 2)
        part = slice(max(first, 0), max(last, READINGS_PER_LEVEL // 2))
        since_s = self.time_s[part] - self.time_s[part].mean()
        return float(since_s @ self.collected_ul[part] / (since_s @ since_s))

    def level_variance_g2(self, found: Level) -> float:
        """Variance of one level from noise, digit and linearity [g^2]; a still balance does not average its digit."""
        part = self.setup
        return float(self.noise.level_variance(found) + part.resolution_g**2 / 12 + part.linearity_g**2 / 3)


def window_s(time_s: Floats) -> float:
    """How wide the window of a level of the beaker is [s]."""
    return max(WINDOW_S, READINGS_PER_LEVEL * float(np.median(np.diff(time_s))))


def check_readings(time_s: Floats, begin_s: float, end_s: float) -> None:
    """See that the beaker was read all the time between two instants.

    Raises:
        EvidenceError: it was not.
    """
    if len(time_s) < READINGS_PER_LEVEL:
        raise EvidenceError(f"expected at least {READINGS_PER_LEVEL} usable readings, found {len(time_s)}")
    inside = time_s[(time_s > begin_s) & (time_s < end_s)]
    gaps = np.diff(np.concatenate([[begin_s], inside, [end_s]]))
    longest, allowed = float(gaps.max()), LONGEST_GAP * window_s(time_s)
    if longest > allowed:
        raise EvidenceError(
            f"expected no gap of more than {allowed:.0f} s in its readings, found one of {longest:.0f} s"
        )


def check_steps(time_s: Floats, mass_mg: Floats, noise: Noise, setup: Setup, begin_s: float, end_s: float) -> None:
    """See that nobody touched the beaker: no more goes in minutes than still, dry air could take, and nothing comes.

    Means of pieces half a window long are compared with the next one; six standard uncertainties and one digit are
    allowed on top, so that noise alone does not look like a hand.

    Raises:
        EvidenceError: a step, with when.
    """
    piece = window_s(time_s) / 2
    inside = (time_s >= begin_s) & (time_s <= end_s)
    index = np.floor((time_s[inside] - begin_s) / piece).astype(np.int64)
    count = np.maximum(np.bincount(index), 1)
    mean = np.bincount(index, mass_mg[inside]) / count
    u_mg = 1e3 * noise.sd * np.sqrt((1 + noise.lag_one) / (1 - noise.lag_one) * 2 / count.min())
    most = DRY_AIR_MG_CM2_H * free_surface_cm2(setup) * piece / 3600.0
    allowed = most + 6 * u_mg + 1e3 * (setup.resolution_g + setup.linearity_g)
    steps = np.abs(np.diff(mean))
    if len(steps) and (worst := int(steps.argmax())) >= 0 and steps[worst] > allowed:
        at = begin_s + (worst + 1) * piece
        raise EvidenceError(
            f"expected no step of more than {allowed:.2f} mg, found {steps[worst]:.2f} mg near t = {at:.0f} s; "
            "somebody touched the beaker, filled it up, or zeroed its balance"
        )


def free_surface_cm2(setup: Setup) -> float:
    """Surface from which the liquid evaporates: the vessel's without the needle's [cm2]."""
    return float(math.pi / 400.0 * (setup.vessel_mm**2 - setup.needle_mm**2))

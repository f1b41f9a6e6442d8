"""What the balance gained between two instants, and what evaporated: as one estimate, where a noise model ties them.

With a noise model and two legs, levels and legs are estimated together (:mod:`rig.delivery.joint_lines`): the
increment, the rate of evaporation, and the correlation of their errors. Where a level shares readings with a leg or
with the other level, and without a noise model, each stands by itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.any_number import plain
from calibration.evaporation import MG_H_PER_G_S
from calibration.uncertainty import Input
from rig.delivery.joint_lines import JointLines, Stretch, joint_lines, overlap
from rig.delivery.modelled import ModelledNoise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.delivery.levels import Level, Noise


@dataclass(frozen=True)
class Increment:
    """A difference of two levels of readings; of several records that were read at the same times, one for each.

    Attributes:
        value_g, u_g: of the readings [g].
        nu: degrees of freedom.
        evaporation_mg_h: rate, standard uncertainty and degrees of freedom where it was estimated together with it.
        correlation: of the two errors.
        u_noise_g: of increment and evaporation together over the time between, as far as noise of readings goes.
    """

    value_g: Any
    u_g: Any
    nu: Any
    evaporation_mg_h: tuple[Any, Any, Any] | None = None
    correlation: Any = 0.0
    u_noise_g: float = math.nan

    @property
    def inputs(self) -> list[Input]:
        """The line of the budget, and that of the evaporation where it belongs to it."""
        lines = [Input.normal("increment_g", self.value_g, self.u_g, self.nu, "g")]
        if self.evaporation_mg_h is not None:
            lines.append(Input.normal("evaporation_mg_h", *self.evaporation_mg_h, "mg/h"))
        return lines

    @property
    def correlations(self) -> dict[tuple[str, str], float]:
        """For the budget; empty without any."""
        return {("increment_g", "evaporation_mg_h"): self.correlation} if np.any(self.correlation) else {}


def increment_of(
    noise: Noise, levels: Sequence[Level], ends_s: tuple[float, float], legs: Sequence[Stretch]
) -> Increment:
    """The increment between two levels of readings.

    Args:
        noise: of the readings.
        levels: at both instants [g].
        ends_s: the instants [s].
        legs: readings with the line clamped, before and after, as mass [g]; empty where they do not tell evaporation.
    """
    if isinstance(noise, ModelledNoise) and all(level.weighted is not None for level in levels):
        windows = [
            Stretch(level.weighted.blocks.later(at_s), at_s)
            for level, at_s in zip(levels, ends_s, strict=True)
            if level.weighted is not None
        ]
        every = [*legs[:1], *windows, *legs[1:]]
        if len(legs) in {0, 2} and not overlap(every):
            lines = joint_lines(noise.model, every, noise.window_s)
            return _with_legs(lines, noise, ends_s) if legs else _ends_only(lines, noise)
        if not overlap(windows):
            return _ends_only(joint_lines(noise.model, windows, noise.window_s), noise)
    return _apart(noise, levels, ends_s[1] - ends_s[0])


def _apart(noise: Noise, levels: Sequence[Level], apart_s: float) -> Increment:
    """Each level by itself, and what the time between them adds."""
    variance = sum(noise.level_variance(one) for one in levels) + noise.between_variance(apart_s)
    return Increment(
        levels[1].value - levels[0].value, plain(np.sqrt(variance)), noise.nu(levels[0], levels[1], apart_s)
    )


def _ends_only(lines: JointLines, noise: ModelledNoise) -> Increment:
    row = [-1.0, 0.0, 1.0, 0.0]
    return Increment(plain(lines.estimate @ row), lines.u(row), noise.model.nu)


def _with_legs(lines: JointLines, noise: ModelledNoise, ends_s: tuple[float, float]) -> Increment:
    """Lines are the leg before, both levels and the leg after; the legs' mean counts, and a third of half their gap."""
    gained = [0.0, 0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0]
    lost = [0.0, -0.5 * MG_H_PER_G_S, 0.0, 0.0, 0.0, 0.0, 0.0, -0.5 * MG_H_PER_G_S]
    rate, u_gained, u_lost = plain(lines.estimate @ lost), lines.u(gained), lines.u(lost)
    spread = np.abs(lines.estimate[..., 7] - lines.estimate[..., 1]) * MG_H_PER_G_S / math.sqrt(12.0)
    u_rate, shared = plain(np.hypot(u_lost, spread)), float(lines.covariance @ lost @ gained)
    grams = 1e-3 * (ends_s[1] - ends_s[0]) / 3600.0  # that a milligram an hour makes of the time between
    u_noise = lines.u([one + grams * other for one, other in zip(gained, lost, strict=True)])
    nu = plain(noise.model.nu * (1.0 + (grams * spread / u_noise) ** 2) ** 2) if u_noise > 0.0 else math.inf
    both = u_gained * u_rate
    correlation = plain(np.clip(shared / np.where(both > 0.0, both, math.inf), -1.0, 1.0))
    value = plain(lines.estimate @ gained)
    return Increment(value, u_gained, nu, (rate, u_rate, nu), correlation, u_noise)

"""How near a delivered volume comes to the best that its readings allow, and what a slope would have said.

    how_good(delivery, start_s, end_s, u_ul)        # {} on a balance without a noise record: then nothing is known

``efficiency`` is the variance of the Cramer-Rao bound by that in use, systematics in both (:mod:`rig.delivery.bound`).
Where the program is constant between the two instants, ``constant_rate`` is the slope and the test of its residuals;
the slope is given only where they pass (:mod:`rig.delivery.constant_rate`). It decides nothing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.evaporation import MG_H_PER_G_S
from rig.delivery.bound import bound_of_ends, efficiency
from rig.delivery.constant_rate import FEWEST_READINGS, constant_rate
from rig.delivery.modelled import ModelledNoise

if TYPE_CHECKING:
    from rig.delivery.increment import Increment
    from rig.delivery.levels import Floats
    from rig.delivery.volume import Delivery


def how_good(delivery: Delivery, start_s: float, end_s: float, u_ul: float) -> dict[str, Any]:
    """Facts for a finding, plain JSON values; empty where the noise is not known from a record without flow.

    Args:
        delivery: delivered volume.
        start_s, end_s: of the difference.
        u_ul: its standard uncertainty, from its budget.
    """
    if not isinstance(delivery.noise, ModelledNoise):
        return {}
    ends = (start_s, end_s)
    windows = [_window(delivery, at_s) for at_s in ends]
    if windows[0][-1] >= windows[1][0]:
        return {}
    legs = _legs(delivery, windows)
    increment = delivery.increment(*ends)
    ul = 1e6 / delivery.setup.fluid_kg_m3
    bound = bound_of_ends(delivery.noise.model, windows, legs, ends, delivery.window_s)
    facts: dict[str, Any] = {"efficiency": efficiency(u_ul, ul * _noise_g(increment, bool(legs)), ul * bound)}
    return facts | _slope(delivery, start_s, end_s)


def _legs(delivery: Delivery, windows: list[Floats]) -> list[Floats]:
    """Times of the readings of both legs, where they tell the evaporation and share none with a level."""
    legs = [delivery.time_s[slice(*np.searchsorted(delivery.time_s, leg))] for leg in delivery.legs_s]
    two = len(legs) == 2 and delivery.evaporation.measured and delivery.evaporation.beaker is None
    return legs if two and legs[0][-1] < windows[0][0] and windows[1][-1] < legs[1][0] else []


def _window(delivery: Delivery, at_s: float) -> Floats:
    """Times of the readings on which a level stands."""
    found = delivery.level(delivery.reading_g, at_s).weighted
    begin, end = (0.0, 0.0) if found is None else (found.blocks.first_s[0], found.blocks.last_s[-1])
    first, last = np.searchsorted(delivery.time_s, (at_s + begin - 1e-6, at_s + end + 1e-6))
    return delivery.time_s[first:last]


def _noise_g(increment: Increment, with_legs: bool) -> float:
    return increment.u_noise_g if with_legs and math.isfinite(increment.u_noise_g) else increment.u_g


def _slope(delivery: Delivery, start_s: float, end_s: float) -> dict[str, Any]:
    during = (delivery.time_s >= start_s) & (delivery.time_s <= end_s)
    inside = any(start_s < corner.at_s < end_s for corner in delivery.corners.all)
    if inside or during.sum() < FEWEST_READINGS or not isinstance(delivery.noise, ModelledNoise):
        return {}
    mass_g = delivery.collected_ul[during] * delivery.setup.fluid_kg_m3 / 1e6
    found = constant_rate(delivery.noise.model, delivery.time_s[during], mass_g, delivery.window_s)
    told: dict[str, Any] = {"p": found.p, "accepted": found.accepted}
    if found.accepted:
        told["mg_h"], told["u_mg_h"] = MG_H_PER_G_S * found.rate_g_s, MG_H_PER_G_S * found.u_g_s
    return {"constant_rate": told}

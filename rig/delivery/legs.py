"""What the stretches with the line clamped say: evaporation with drift, and the noise of the balance.

A leg is read after its settling time. Its readings go through the same conversion as those of the delivery,
so that buoyancy of the load and the needle act on both alike.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.evaporation import MG_H_PER_G_S, Leg, evaporation_between, leg_rate_mg_h
from calibration.straight_line import fit_line
from calibration.units import MASS_RATE
from rig.delivery.best_line import best_line
from rig.delivery.evaporated import Evaporation
from rig.delivery.levels import Floats, Noise, noise_of
from rig.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calibration.noise_model import NoiseModel
    from rig.delivery.setup import Setup
    from rig.protocol_checks import EvaporationBetweenLegs, EvaporationBound

#: A leg stands on at least this many readings; its degrees of freedom say how little that is.
FEWEST_READINGS = 5
#: Fewer readings than these say nothing of the correlation of the noise.
NOISE_READINGS = 50
#: Most that still air takes from a free surface under 1 cm of vapour path, 20 degC, 50 % [mg/(cm2 h)] (Stefan).
STILL_AIR_MG_CM2_H = 7.5


def leg_of(time_s: Floats, mass_mg: Floats, name: str, model: NoiseModel | None = None) -> tuple[Leg, Noise | None]:
    """Evaporation rate of one leg, and its noise if it is long enough to tell.

    Args:
        time_s: times of its readings [s].
        mass_mg: liquid mass at each, converted as in the delivery [mg].
        name: of the leg, for the noise's source.
        model: of the balance, where it has one: it knows how far a slope wanders, which residuals do not.

    Raises:
        EvidenceError: fewer than five readings.
    """
    if len(time_s) < FEWEST_READINGS:
        raise EvidenceError(
            f"{name}: expected at least {FEWEST_READINGS} readings with the line clamped, found {len(time_s)}; "
            "make the evaporation leg longer"
        )
    rate, u, nu = leg_numbers(time_s, mass_mg, model)
    found = Leg(MASS_RATE.quantity(rate), MASS_RATE.quantity(u), nu)
    if len(time_s) < NOISE_READINGS:
        return found, None
    return found, noise_of(leg_residuals_g(time_s, mass_mg), name)


def leg_numbers(time_s: Floats, mass_mg: Floats, model: NoiseModel | None = None) -> tuple[Any, Any, Any]:
    """Kernel of :func:`leg_of`: rate and standard uncertainty [mg/h], degrees of freedom, of each row of masses."""
    if model is None:
        return leg_rate_mg_h(time_s, mass_mg / 1000.0)
    since_s = time_s - time_s[0]
    slope = best_line(model, since_s, mass_mg / 1000.0, float(since_s[-1]), (0.0, float(since_s[-1]))).slope
    u = MG_H_PER_G_S * math.sqrt(slope.covariance_with(slope, model, float(since_s[-1])))
    return -MG_H_PER_G_S * slope.value, u, model.nu


def leg_residuals_g(time_s: Floats, mass_mg: Floats) -> Floats:
    """What is left of each row of masses beside its straight line [g]."""
    return np.asarray(fit_line(time_s - time_s[0], mass_mg).residuals / 1000.0)


def evaporation_of(
    legs: Sequence[tuple[str, Leg]],
    setup: Setup,
    bound: EvaporationBound | None = None,
    between: EvaporationBetweenLegs | None = None,
) -> Evaporation:
    """Evaporation during the delivery from the legs that there are, or within the bound that the protocol declares.

    Two legs measure it. One leg only bounds it: it may have doubled or stopped since, or changed by as much as is
    declared. Without any it is somewhere between nothing and what still air takes from the free surface. Neither can be
    released.
    """
    if bound is not None:
        rate, half_width = MASS_RATE.magnitude("rate", bound.rate), MASS_RATE.magnitude("half_width", bound.half_width)
        return Evaporation(rate, half_width / math.sqrt(3.0), math.inf, measured=False, bound=bound.basis)
    told = tuple((name, *_numbers(leg)[:2]) for name, leg in legs)
    if len(legs) == 2:
        rate, u, nu = _numbers(evaporation_between(legs[0][1], legs[1][1]))
        return Evaporation(rate, u, nu, measured=True, legs=told)
    if len(legs) == 1:
        rate, u, _ = _numbers(legs[0][1])
        half_width = rate if between is None else between.half_width_mg_h
        return Evaporation(rate, math.hypot(u, half_width / math.sqrt(3.0)), math.inf, measured=False, legs=told)
    most = STILL_AIR_MG_CM2_H * math.pi * (setup.vessel_mm / 20.0) ** 2
    return Evaporation(most / 2, most / math.sqrt(12.0), math.inf, measured=False)


def noise_from(legs: Sequence[Noise | None], time_s: Floats, mass_mg: Floats, window_s: float) -> Noise:
    """Noise of single readings [g]: the larger of the legs', or, without legs, from within the delivery.

    Without legs it is taken from pieces as long as a level window, each about a straight line of its own.
    """
    told = [noise for noise in legs if noise is not None]
    if told:
        return max(told, key=lambda noise: noise.sd)
    edges = np.arange(time_s[0], time_s[-1], window_s)
    pieces = np.split(np.arange(len(time_s)), np.searchsorted(time_s, edges[1:]))
    residuals = [fit_line(time_s[p], mass_mg[p]).residuals for p in pieces if len(p) >= 5]
    if not residuals:
        raise EvidenceError("expected enough readings to estimate the noise of the balance, found none; run longer")
    return noise_of(np.concatenate(residuals) / 1000.0, "delivery")


def _numbers(leg: Leg) -> tuple[float, float, float]:
    rate, u = MASS_RATE.magnitude("rate", leg.rate), MASS_RATE.magnitude("u", leg.u)
    return rate, u, leg.degrees_of_freedom

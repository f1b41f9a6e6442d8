"""Evaporation: measured with the line clamped, before and after, and corrected with its own uncertainty.

A *leg* is a stretch of readings with no flow and the needle in place; its loss per hour is the evaporation rate,
positive when mass is lost. The sign is never clipped: an unlucky leg must be allowed to read a gain. Two legs give
the rate between them and how far it may have wandered::

    e = (e1 + e2) / 2,   u_e^2 = (u1^2 + u2^2) / 4 + (e2 - e1)^2 / 12

>>> from calibration.units import MASS_RATE
>>> leg = lambda rate, u: Leg(MASS_RATE.parse("rate", rate), MASS_RATE.parse("u", u))
>>> between = evaporation_between(leg("0.30 mg/h", "0.02 mg/h"), leg("0.36 mg/h", "0.02 mg/h"))
>>> print(f"{between.rate.m:.2f} {between.u.m:.4f} {between.u.u}")
0.33 0.0224 mg/h

Source: ISO 8655-6:2022 9.1 to 9.3 for the principle (readings before and after the series); the rectangular term takes
the rate to lie anywhere between the two legs (GUM 4.3.7).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from calibration.any_number import plain
from calibration.coverage import welch_satterthwaite
from calibration.errors import ImplausibleError
from calibration.straight_line import fit_line
from calibration.type_a import effective_sample_size, lag_one_of_rows
from calibration.units import MASS, MASS_RATE, TIME

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from calibration.units import Quantity

#: Milligrams an hour in a gram a second.
MG_H_PER_G_S: Final = 3.6e6


@dataclass(frozen=True)
class Leg:
    """An evaporation rate with its standard uncertainty.

    Attributes:
        rate: mass lost per time; negative when the reading rose.
        u: standard uncertainty of the rate.
        degrees_of_freedom: of ``u``.
    """

    rate: Quantity
    u: Quantity
    degrees_of_freedom: float = math.inf


@dataclass(frozen=True)
class EvaporatedMass:
    """What left the vessel, to be *added* to the last reading, with its standard uncertainty."""

    mass: Quantity
    u: Quantity


def leg_from_levels(first: Quantity, last: Quantity, duration: Quantity, u_level: Quantity) -> Leg:
    """A leg from the levels at its ends: e = (first - last) / T, u = sqrt(2) u_level / T.

    Args:
        first, last: readings, corrected for the buoyancy of the load.
        duration: between them.
        u_level: standard uncertainty of one level.

    Raises:
        UnitError: a value of the wrong kind, or no duration.
    """
    hours = _hours(duration)
    loss_mg = (MASS.magnitude("first", first) - MASS.magnitude("last", last)) * 1e3
    u_mg = math.sqrt(2.0) * _positive_mass_mg("u_level", u_level)
    return Leg(MASS_RATE.quantity(loss_mg / hours), MASS_RATE.quantity(u_mg / hours))


def leg_rate_mg_h(time_s: ArrayLike, reading_g: ArrayLike) -> tuple[Any, Any, Any]:
    """Array kernel: rate (mg/h), its standard uncertainty (mg/h) and degrees of freedom, by a straight line.

    The readings of a balance are not independent: the uncertainty of the slope is enlarged by the root of n/n_eff,
    with n_eff of a first-order autoregression of the residuals (:mod:`calibration.type_a`).

    Args:
        time_s: times, seconds, at least three.
        reading_g: readings, g, shape (..., n); each row is a leg of its own.
    """
    time_h = np.asarray(time_s, np.float64) / 3600.0
    line = fit_line(time_h, np.asarray(reading_g, np.float64) * 1e3)
    n = line.residuals.shape[-1]
    n_eff = effective_sample_size(n, np.maximum(0.0, lag_one_of_rows(line.residuals)))
    return -line.slope, plain(line.u_slope * np.sqrt(n / n_eff)), plain(np.maximum(1.0, n_eff - 2.0))


def evaporation_between(before: Leg, after: Leg) -> Leg:
    """The rate during the run, from a leg before and a leg after it, with Welch-Satterthwaite degrees of freedom.

    Raises:
        UnitError: a leg whose rate or uncertainty is not a mass rate.
    """
    told = [
        (MASS_RATE.magnitude("rate", leg.rate), MASS_RATE.magnitude("u", leg.u), leg.degrees_of_freedom)
        for leg in (before, after)
    ]
    rate, u, nu = rate_between_mg_h(*told)
    return Leg(MASS_RATE.quantity(rate), MASS_RATE.quantity(u), nu)


def rate_between_mg_h(before: tuple[Any, Any, Any], after: tuple[Any, Any, Any]) -> tuple[Any, Any, Any]:
    """Array kernel of :func:`evaporation_between`: rate, standard uncertainty and degrees of freedom, of any shape.

    Args:
        before, after: the same three of each leg, mg/h.
    """
    (e1, u1, nu1), (e2, u2, nu2) = before, after
    parts = u1 / 2.0, u2 / 2.0, np.abs(e2 - e1) / math.sqrt(12.0)
    u = np.hypot(np.hypot(parts[0], parts[1]), parts[2])
    nu = welch_satterthwaite(u, parts[:2], (nu1, nu2))
    return plain((e1 + e2) / 2.0), plain(u), plain(nu)


def evaporated_mass(rate: Leg, duration: Quantity) -> EvaporatedMass:
    """What evaporated during the collection.

    Args:
        rate: from :func:`evaporation_between`.
        duration: of the collection.

    Returns:
        The mass to add to the last reading, and its standard uncertainty (fully correlated along the run).

    Raises:
        UnitError: a value of the wrong kind, or no duration.
    """
    hours = _hours(duration)
    lost_mg = MASS_RATE.magnitude("rate", rate.rate) * hours
    u_mg = abs(MASS_RATE.magnitude("u", rate.u)) * hours
    return EvaporatedMass(MASS.quantity(lost_mg * 1e-3), MASS.quantity(u_mg * 1e-3))


def _hours(duration: Quantity) -> float:
    hours = TIME.magnitude("duration", duration) / 3600.0
    if hours == 0.0:
        raise ImplausibleError("duration: expected more than zero, found 0 s")
    return hours


def _positive_mass_mg(argument: str, value: Quantity) -> float:
    mass = MASS.magnitude(argument, value) * 1e3
    if mass < 0.0:
        raise ImplausibleError(f"{argument}: expected a standard uncertainty, zero or more, found {mass:g} mg")
    return mass

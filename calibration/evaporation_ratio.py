"""Evaporation by a second beaker: how much faster one evaporates than the other, from legs in which both were read.

Two legs tell the rate before and after a collection, not between. A beaker like the collecting one, in the same air and
with no line, tells what happened between. The legs, with the line clamped, tell how the two compare::

    r = (r1 + r2) / 2,   r_i = e_collecting,i / e_beaker,i,   u_r^2 = (u_r1^2 + u_r2^2) / 4 + (r2 - r1)^2 / 12

so that r times the loss of the beaker between two instants is the loss of the collecting one.

>>> from calibration.units import MASS_RATE
>>> leg = lambda rate: Leg(MASS_RATE.quantity(rate), MASS_RATE.quantity(0.01))
>>> before, after = leg_ratio(leg(0.33), leg(0.30)), leg_ratio(leg(0.47), leg(0.40))
>>> r = ratio_between(before, after)
>>> print(f"{before.ratio:.3f} {after.ratio:.3f} {r.ratio:.4f} {r.u:.3f}")
1.100 1.175 1.1375 0.038

A ratio takes drift of either balance for evaporation; constant drift does no harm where the beaker evaporates in the
run as in the legs. Source: as :mod:`calibration.evaporation`; the rectangular term takes the ratio to lie anywhere
between the two legs (GUM 4.3.7).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calibration.coverage import effective_degrees_of_freedom
from calibration.errors import ImplausibleError
from calibration.evaporation import Leg
from calibration.units import MASS_RATE

if TYPE_CHECKING:
    from collections.abc import Sequence

#: A beaker's rate is told from nothing where it is this many of its standard uncertainties.
FEWEST_SIGMA = 3.0


@dataclass(frozen=True)
class Ratio:
    """Evaporation of the collecting beaker as a multiple of that of the other; never clipped.

    Attributes:
        ratio: of the two rates.
        u: standard uncertainty.
        degrees_of_freedom: of ``u``.
    """

    ratio: float
    u: float
    degrees_of_freedom: float = math.inf


def leg_ratio(collecting: Leg, beaker: Leg, digit_mg_h: float = 0.0) -> Ratio:
    """The ratio in one leg.

    Args:
        collecting, beaker: rates of both in that leg.
        digit_mg_h: one digit of the beaker's balance in the time of the leg; less than it is drift as well as loss.

    Raises:
        UnitError: a leg whose rate or uncertainty is not a mass rate.
        ImplausibleError: the beaker's rate cannot be told from nothing, so nothing can be a multiple of it.
    """
    e_c, e_b = (MASS_RATE.magnitude("rate", leg.rate) for leg in (collecting, beaker))
    u_c, u_b = (MASS_RATE.magnitude("u", leg.u) for leg in (collecting, beaker))
    if not abs(e_b) > (least := max(FEWEST_SIGMA * u_b, digit_mg_h)):
        raise ImplausibleError(
            f"evaporation beaker: expected a rate that can be told from nothing, more than {least:.4f} mg/h "
            f"({FEWEST_SIGMA:g} u, one digit in the leg), found {e_b:.4f} mg/h; make the legs longer, or put a balance "
            "with a smaller digit under the beaker"
        )
    parts = [u_c / abs(e_b), abs(e_c / e_b) * u_b / abs(e_b)]
    return Ratio(e_c / e_b, math.hypot(*parts), _nu(parts, [collecting.degrees_of_freedom, beaker.degrees_of_freedom]))


def ratio_between(before: Ratio, after: Ratio) -> Ratio:
    """The ratio during the run, from a leg before and a leg after it."""
    between = abs(after.ratio - before.ratio) / math.sqrt(12.0)
    parts = [before.u / 2.0, after.u / 2.0, between]
    nu = _nu(parts, [before.degrees_of_freedom, after.degrees_of_freedom, math.inf])
    return Ratio((before.ratio + after.ratio) / 2.0, math.hypot(*parts), nu)


def _nu(parts: Sequence[float], degrees: Sequence[float]) -> float:
    return effective_degrees_of_freedom(parts, degrees) if any(parts) else math.inf

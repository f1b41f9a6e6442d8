"""How the evaporation of the collecting beaker compares with that of the other one: by two legs, or by the one so far.

Two legs show what the ratio does. A look into a run that may end early (:mod:`rig.sequential`) has the leg before only,
and no reading of it tells what the ratio will do. So it may lie anywhere (GUM 4.3.7) within::

    a = max(|r1 - r_A|, r1 / 10)            r1: by the leg;  r_A: of the free surfaces

around r1. What r1 is beside the free surfaces is something that makes the beakers unlike, or a balance that drifts, and
may be gone; and beakers that are alike may become unlike by a tenth [K]. Two legs of a run show how much it was
(``evaporation_ratio_legs`` among the facts of its delivery); ten runs on a bench tell more than this number.

>>> from calibration.units import MASS_RATE
>>> leg = lambda rate: Leg(MASS_RATE.quantity(rate), MASS_RATE.quantity(0.003))
>>> ratio, _, u_drift = ratio_so_far("before", leg(0.30), leg(0.30), area_ratio=1.0)
>>> f"{ratio.ratio:.2f} {ratio.u:.3f} {u_drift:.4f}"
'1.00 0.059 0.0173'
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from calibration.errors import ImplausibleError
from calibration.evaporation import Leg
from calibration.evaporation_ratio import Ratio, leg_ratio, ratio_between
from calibration.units import MASS_RATE
from rig.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Part of itself by which a ratio may change after the leg that showed it, however alike the beakers are [K].
UNLIKE: Final = 0.1


def measured_ratio(
    collecting: Mapping[str, Leg], beaker: Mapping[str, Leg], digit_mg_h: float = 0.0
) -> tuple[Ratio, tuple[tuple[str, Ratio], ...], float]:
    """The ratio, that of each leg, and the drift [mg/h], from both balances in both legs.

    What the ratios of the legs differ by is either the ratio itself or a balance that drifts; nobody can tell, so it
    counts as both.

    Args:
        collecting, beaker: legs of both balances by name.
        digit_mg_h: one digit of the beaker's balance in the time of the shorter leg.

    Raises:
        EvidenceError: a leg is missing, or the beaker's rate cannot be told from nothing.
    """
    names = [name for name in collecting if name in beaker]
    if len(names) < 2:
        raise EvidenceError(f"expected both balances in both legs, found {', '.join(names) or 'none'}")
    legs = tuple((name, _of_leg(collecting[name], beaker[name], digit_mg_h)) for name in names)
    ratio = ratio_between(legs[0][1], legs[1][1])
    mean_mg_h = sum(MASS_RATE.magnitude("rate", beaker[name].rate) for name in names) / 2
    apart = abs((legs[1][1].ratio - legs[0][1].ratio) * mean_mg_h)
    return ratio, legs, apart / math.sqrt(12.0)


def ratio_so_far(
    name: str, collecting: Leg, beaker: Leg, *, area_ratio: float, digit_mg_h: float = 0.0
) -> tuple[Ratio, tuple[tuple[str, Ratio], ...], float]:
    """The same while the leg after is still to come; as there, what it may show counts as ratio and as drift.

    Args:
        name: of the leg.
        collecting, beaker: both balances in it.
        area_ratio: of the free surfaces, collecting to the other.
        digit_mg_h: one digit of the beaker's balance in the time of the leg.

    Raises:
        EvidenceError: the beaker's rate cannot be told from nothing, or the beakers are so unlike that one tells no
            more of the other than that it evaporates.
    """
    found = _of_leg(collecting, beaker, digit_mg_h)
    half_width = max(abs(found.ratio - area_ratio), UNLIKE * abs(found.ratio))
    if half_width >= abs(found.ratio):
        raise EvidenceError(
            f"expected an evaporation ratio near {area_ratio:.3g}, that of the free surfaces, found "
            f"{found.ratio:.3g} in {name}; after one leg nobody can tell how long that lasts"
        )
    u_change = half_width / math.sqrt(3.0)
    ratio = Ratio(found.ratio, math.hypot(found.u, u_change), _nu(found, u_change))
    rate_mg_h = MASS_RATE.magnitude("rate", beaker.rate)
    return ratio, ((name, found),), abs(u_change * rate_mg_h)


def _of_leg(collecting: Leg, beaker: Leg, digit_mg_h: float) -> Ratio:
    try:
        return leg_ratio(collecting, beaker, digit_mg_h)
    except ImplausibleError as error:
        raise EvidenceError(str(error)) from error


def _nu(found: Ratio, u_change: float) -> float:
    """Welch-Satterthwaite; a half width that is stated has no fewer than all of them."""
    return found.degrees_of_freedom * (math.hypot(found.u, u_change) / found.u) ** 4 if found.u > 0.0 else math.inf

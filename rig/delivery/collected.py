"""What stands on a balance as volume of liquid: buoyancy and needle taken into account, evaporation not.

Both beakers go through it, the collecting one and the evaporation beaker.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.gravimetry import collected_volume_ul, needle_ratio
from rig.delivery.checked import check_air
from rig.errors import EvidenceError

if TYPE_CHECKING:
    from rig.delivery.levels import Floats
    from rig.delivery.setup import Setup


@dataclass(frozen=True)
class Air:
    """Air density at the balance, against time.

    Attributes:
        time_s: times [s], ascending; a single one for air that was declared and not measured.
        density_kg_m3: shape as ``time_s``.
        u_kg_m3: standard uncertainty at one instant, taken as independent from instant to instant.
        source: ``measured`` or ``declared``.
        reach_s: so far from a reading nothing is known of the air [s]; without end where it was declared.

    Raises:
        EvidenceError: no density, one that is no number, or an uncertainty below zero.
    """

    time_s: Floats
    density_kg_m3: Floats
    u_kg_m3: float
    source: str
    reach_s: float = math.inf

    def __post_init__(self) -> None:
        check_air(self.time_s, self.density_kg_m3, self.u_kg_m3)

    def at(self, time_s: Floats | float) -> Any:
        """Linear between readings, constant beyond them."""
        return np.interp(time_s, self.time_s, self.density_kg_m3)

    def refuse_unread(self, time_s: Floats | float) -> None:
        """Refuse instants around which the air was not read: a front that passes by lifts the load by milligrams.

        Args:
            time_s: one instant, or several of any number [s].

        Raises:
            EvidenceError: with the first of them.
        """
        asked = np.atleast_1d(np.asarray(time_s, np.float64))
        after = np.searchsorted(self.time_s, asked).clip(0, len(self.time_s) - 1)
        near = (self.time_s[after], self.time_s[np.maximum(after - 1, 0)])
        away_s = np.minimum(*(np.abs(asked - one) for one in near))
        if (far := np.flatnonzero(away_s > self.reach_s)).size:
            raise EvidenceError(
                f"air: expected a reading within {self.reach_s:.0f} s of t = {asked[far[0]]:.0f} s, the nearest is "
                f"{away_s[far[0]]:.0f} s away; read it more often (intervals.environment), or see "
                "why the sensors stopped"
            )


def collected_ul(setup: Setup, air: Air, time_s: Floats, reading_g: Floats) -> Floats:
    """Volume gained at each reading since the first one, noise and all [uL].

    Args:
        setup: balance, vessel and fluid.
        air: around it.
        time_s: times of the readings [s].
        reading_g: what the balance said [g], shape (..., n): a row for each of several records.
    """
    density = air.at(time_s)
    volume = collected_volume_ul(
        reading_g[..., :1] * setup.slope,
        reading_g * setup.slope,
        air_0_kg_m3=setup.air_0_kg_m3,
        air_1_kg_m3=density[0],
        air_2_kg_m3=density,
        fluid_kg_m3=setup.fluid_kg_m3,
        load_volume_ml=setup.load_volume_ml,
        weights_kg_m3=setup.weights_kg_m3,
    )
    return np.asarray(volume * needle_ratio(setup.needle_mm, setup.vessel_mm), dtype=np.float64)

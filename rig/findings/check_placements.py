"""The placements of a check weight in a record: levels of each step, and conventional masses from them.

Air density counts as that of steel of 8000 kg/m3 (the weights of the balance's adjustment), as in a conventional mass;
what another density of the check weight would change stays below 1e-7 of it in any room.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from calibration.placements import level_sd, mean_factor, placement_matrix
from calibration.units import MASS
from rig.errors import EvidenceError
from rig.plan_check_weight import OFF, ON, phase_name

if TYPE_CHECKING:
    from calibration.record import BalanceCalibration
    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence
    from rig.delivery.levels import Floats
    from rig.protocol_checks import CheckWeight

#: A placement that differs by more than this from the certificate, relative, is not that weight.
OTHER_WEIGHT: Final = 0.01
#: An average stands on at least this many readings.
FEWEST: Final = 5


@dataclass(frozen=True)
class Placements:
    """One check.

    Attributes:
        mass_g: conventional mass at each placement, by the balance.
        mean_factor: standard deviation of their mean, in standard deviations of one level.
        level_sd_g: standard deviation of one level, from their scatter.
    """

    mass_g: Floats
    mean_factor: float
    level_sd_g: float


def stated_level_sd_g(balance: BalanceCalibration) -> float:
    """Standard deviation of one level by a calibration record: repeatability and rounding [g]."""
    repeatability = MASS.magnitude("repeatability", balance.repeatability)
    return math.hypot(repeatability, MASS.magnitude("resolution", balance.resolution) / math.sqrt(12.0))


class Weighings:
    """Reads placements from a record.

    Args:
        evidence: the record.
        delivery: whose balance and air they share.
        table: of the protocol.
        channel: of the balance.
    """

    def __init__(self, evidence: Evidence, delivery: Delivery, table: CheckWeight, channel: str) -> None:
        self._phases, self._delivery, self._table = evidence.phases, delivery, table
        rows = evidence.record.stream(channel)
        good = (rows["status"].astype(str) == "ok") & np.isfinite(rows["mass_g"])
        self._time_s, self._reading_g = rows["t_s"][good], rows["mass_g"][good]

    def placements(self, when: str, certified_g: float) -> Placements:
        """Every placement before or after the run.

        Raises:
            EvidenceError: a step that is missing or has too few readings, or another weight.
        """
        turns = [(number, state) for number in range(1, self._table.times + 1) for state in (ON, OFF)]
        steps = [self._level(phase_name(when, number, state)) for number, state in [(0, OFF), *turns]]
        at_s, level_g = np.array(steps).T
        matrix = placement_matrix(at_s)
        mass_g = self._conventional_g(matrix @ level_g, at_s[1::2])
        self._refuse_others(when, mass_g, certified_g)
        return Placements(mass_g, mean_factor(matrix), level_sd(mass_g, matrix))

    def _level(self, name: str) -> tuple[float, float]:
        """Middle and mean of the readings of one step after its settling time."""
        begin, end = self._phases.get(name, (0.0, -1.0))
        inside = (self._time_s >= begin + self._table.settle_s) & (self._time_s <= end)
        if inside.sum() < FEWEST:
            raise EvidenceError(f"{name}: expected at least {FEWEST} readings, found {int(inside.sum())}")
        return float(self._time_s[inside].mean()), float(self._reading_g[inside].mean())

    def _conventional_g(self, difference_g: Floats, at_s: Floats) -> Floats:
        part = self._delivery.setup
        weights = part.weights_kg_m3
        buoyancy = (1.0 - part.air_0_kg_m3 / weights) / (1.0 - self._delivery.air.at(at_s) / weights)
        return np.asarray(difference_g * part.slope * buoyancy, dtype=np.float64)

    def _refuse_others(self, when: str, mass_g: Floats, certified_g: float) -> None:
        far = np.abs(mass_g - certified_g) > OTHER_WEIGHT * certified_g
        if far.any():
            number = int(np.argmax(far))
            raise EvidenceError(
                f"{when}: expected the weight {self._table.serial} of {certified_g:g} g in placement {number + 1}, "
                f"found {mass_g[number]:.6g} g; it was another weight, or none"
            )

"""The steps of a balance's calibration: linearity, increments, repeatability, eccentricity, drift.

Every load is read as a difference: empty, loaded, empty again. What the zero drifted meanwhile, and what evaporated
from a beaker on the pan, cancels to first order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calibration.evaporation import MG_H_PER_G_S
from calibration.straight_line import fit_line
from calibration.units import TIME
from rig.calibrate.steps import Step, Take
from rig.calibrate.weighing import Weighings

if TYPE_CHECKING:
    from collections.abc import Generator

    from rig.calibrate.balance_file import BalanceFile
    from rig.calibrate.bench import Station

POSITIONS = ("centre", "front", "left", "back", "right")


def balance_steps(file: BalanceFile, average_s: float, settle_s: float) -> list[Step]:
    """Every step in order, but for the air."""
    on = Weighings(file.channel, average_s, settle_s)
    steps: list[Step] = [*on.ready()]
    for name, loads in (("load", file.loads), ("increment", file.increments)):
        for number, load in enumerate(loads, start=1):
            steps += on.weigh(f"{name}-{number}", load)
    for number in range(1, file.repeatability.times + 1):
        steps += on.weigh(f"repeat-{number}", (file.repeatability.weight,), single=True)
    for position in POSITIONS:
        steps += on.weigh(f"corner-{position}", (file.eccentricity.weight,), position=position)
    return [*steps, _drift(file)]


def _drift(file: BalanceFile) -> Step:
    seconds = TIME.magnitude("drift", file.drift)

    def take(station: Station) -> Generator[float, None, Any]:
        t, m, left_out = yield from station.readings(file.channel, "mass_g", seconds)
        line = fit_line([one - t[0] for one in t], m)
        return {
            "mg_h": line.slope * MG_H_PER_G_S,
            "u_mg_h": line.u_slope * MG_H_PER_G_S,
            "n": len(t),
            "left_out": left_out,
        }

    return Take("drift", f"Leave everything alone for {seconds / 60:g} min: the balance's drift is read.", take)

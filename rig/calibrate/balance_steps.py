"""The steps of a balance's calibration: linearity, increments, repeatability, eccentricity, drift.

Every load is read as a difference: empty, loaded, empty again. What the zero drifted meanwhile, and what evaporated
from a beaker on the pan, cancels to first order.
"""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

from calibration.straight_line import fit_line
from calibration.units import TIME
from rig.calibrate.steps import Act, Step, Take, Tell
from rig.calibrate.tables import air_step

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from rig.calibrate.balance_file import BalanceFile
    from rig.calibrate.bench import Station

POSITIONS = ("centre", "front", "left", "back", "right")
#: A step of this many seconds makes one point of the drift line.
DRIFT_POINT_S = 10.0


def balance_steps(file: BalanceFile, average_s: float, settle_s: float) -> list[Step]:
    """Every step in order."""
    maker = _Maker(file, average_s, settle_s)
    steps: list[Step] = [air_step(file.environment, "air-before"), *maker.ready()]
    for name, loads in (("load", file.loads), ("increment", file.increments)):
        for number, load in enumerate(loads, start=1):
            steps += maker.weigh(f"{name}-{number}", load)
    for number in range(1, file.repeatability.times + 1):
        steps += maker.weigh(f"repeat-{number}", (file.repeatability.weight,), single=True)
    for position in POSITIONS:
        steps += maker.weigh(f"corner-{position}", (file.eccentricity.weight,), position=position)
    return [*steps, maker.drift(), air_step(file.environment, "air-after")]


class _Maker:
    def __init__(self, file: BalanceFile, average_s: float, settle_s: float) -> None:
        self.file = file
        self.average_s = average_s
        self.settle_s = settle_s

    def ready(self) -> list[Step]:
        text = (
            "Level the balance, let it warm up, close the draught shield, and clamp the line. The beaker may stay on "
            "the pan; nothing else."
        )
        return [
            Tell("clamp", text, Act("clamp-line"), 0.0),
            Tell("empty-pan", "See that no weight is on the pan.", Act("clear-pan"), self.settle_s),
        ]

    def weigh(self, key: str, load: Sequence[str], position: str = "centre", *, single: bool = False) -> list[Step]:
        where = "the middle of the pan" if position == "centre" else f"the {position} of the pan, half way to the edge"
        steps: list[Step] = [self._read(f"{key}-empty", single=single)]
        for index, weight in enumerate(load):
            act = Act("place-weight", {"weight": weight, "position": position})
            settle = self.settle_s if index == len(load) - 1 else 0.0
            steps.append(Tell(f"{key}-place-{weight}", f"Put {weight} on {where}.", act, settle))
        steps.append(self._read(f"{key}-loaded", single=single))
        steps.append(Tell(f"{key}-clear", f"Take off {', '.join(load)}.", Act("clear-pan"), self.settle_s))
        if not single:
            steps.append(self._read(f"{key}-empty-again"))
        return steps

    def drift(self) -> Step:
        seconds = TIME.magnitude("drift", self.file.drift)

        def take(station: Station) -> Generator[float, None, Any]:
            t, m, left_out = yield from station.readings(self.file.channel, "mass_g", seconds)
            line = fit_line([one - t[0] for one in t], m)
            hour = 3600.0 * 1e3
            return {"mg_h": line.slope * hour, "u_mg_h": line.u_slope * hour, "n": len(t), "left_out": left_out}

        return Take("drift", f"Leave everything alone for {seconds / 60:g} min: the balance's drift is read.", take)

    def _read(self, key: str, *, single: bool = False) -> Step:
        seconds = 3.0 if single else self.average_s

        def take(station: Station) -> Generator[float, None, Any]:
            _, values, left_out = yield from station.readings(self.file.channel, "mass_g", seconds)
            used = values[-1:] if single else values
            return {
                "mean": statistics.fmean(used) if used else None,
                "sd": statistics.stdev(values) if len(values) > 1 else None,
                "n": len(used),
                "left_out": left_out,
            }

        return Take(key, "The balance is read; do not touch anything.", take)

"""The drying power of the air: how far it strayed, during a delivery, from what it was in the evaporation legs.

What evaporates is in proportion to the saturation deficit over the liquid (Dalton 1802; Stefan's diffusion gives the
same). Two legs cannot see what the air does between them; the sensors of the room can. Were the air to take its full
part, the volume would be wrong by

    s(t1, t2) = e/rho_w * integral (D/D_legs - 1) dt,     D = p_sat(T) (1 - h)

with e measured in the legs. How far a liquid follows depends on its oil film and its draught shield, so nothing is
corrected: the truth lies anywhere between -s and +s (a rectangle, GUM 4.3.7), the same part of it all run long.

>>> time_s = np.arange(0.0, 7201.0, 60.0)
>>> humid = np.where((time_s > 1800.0) & (time_s < 5400.0), 30.0, 50.0)
>>> air = Drying.seen(time_s, saturation_deficit_pa(20.0, humid), ((0.0, 1800.0), (5400.0, 7200.0)))
>>> float(air.strayed_s(0.0, 7200.0).round())                    # 3540 s x (70 / 50 - 1)
1416.0
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from calibration.air_density import saturation_pressure_pa

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.delivery.levels import Floats

#: The deficit of the legs is taken to be at least this part of the largest one of the run: in air that is nearly
#: saturated it would be the error of the sensors, a percent or two, and nothing is divided by that.
DRIEST_TO_DIVIDE_BY: Final = 0.05


def saturation_deficit_pa(temperature_c: Any, humidity_percent: Any) -> Floats:
    """What the air could still take up, p_sat(T) (1 - h); never less than nothing [Pa]."""
    free = 1.0 - np.asarray(humidity_percent, np.float64) / 100.0
    return np.asarray(saturation_pressure_pa(np.asarray(temperature_c, np.float64)) * np.maximum(free, 0.0))


@dataclass(frozen=True, eq=False)
class Drying:
    """How far the drying power strayed from that of the legs.

    Attributes:
        time_s: on the bench's clock, ascending [s].
        stray_s: integral of the relative stray up to each of them [s]; constant beyond the first and the last.
    """

    time_s: Floats
    stray_s: Floats

    @classmethod
    def seen(cls, time_s: Floats, deficit_pa: Floats, legs_s: Sequence[tuple[float, float]]) -> Drying:
        """From readings of the room.

        Args:
            time_s: of the readings, ascending [s].
            deficit_pa: saturation deficit at each [Pa].
            legs_s: when the legs were read; a leg without a reading takes the air of the nearest one.
        """
        legs = [_mean(time_s, deficit_pa, *leg) for leg in legs_s]
        usual_pa = max(float(np.mean(legs)), DRIEST_TO_DIVIDE_BY * float(deficit_pa.max(initial=0.0)))
        relative = deficit_pa / usual_pa - 1.0 if usual_pa > 0.0 else np.zeros_like(deficit_pa)
        steps = (relative[1:] + relative[:-1]) / 2.0 * np.diff(time_s)
        return cls(time_s, np.concatenate([[0.0], np.cumsum(steps)]))

    @classmethod
    def declared(cls, relative: float, begin_s: float, end_s: float) -> Drying:
        """Of air that nobody measured, and that stays within half widths: always off by so much."""
        return cls(np.array([begin_s, end_s]), np.array([0.0, relative * (end_s - begin_s)]))

    def strayed_s(self, start_s: Any, end_s: Any) -> Any:
        """Integral of the relative stray between two instants [s]."""
        return np.interp(end_s, self.time_s, self.stray_s) - np.interp(start_s, self.time_s, self.stray_s)


def _mean(time_s: Floats, value: Floats, begin_s: float, end_s: float) -> float:
    during = (time_s >= begin_s) & (time_s <= end_s)
    return float(value[during].mean() if during.any() else np.interp((begin_s + end_s) / 2.0, time_s, value))

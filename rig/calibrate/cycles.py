"""The mean of a reading that pulsates with the strokes of a pump: over whole cycles, or a stroke is missing.

>>> mean_of_cycles([0.1 * n for n in range(1, 81)], [0.0, 2.0] * 40, cycle_s=2.0)["mean"]
1.0
"""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING, Any

from calibration.errors import CalibrationError
from rig.calibrate.bench import FEWEST

if TYPE_CHECKING:
    from collections.abc import Sequence

#: The scatter of so many whole cycles says how well their mean is known.
FEWEST_CYCLES = 4


def mean_of_cycles(times: Sequence[float], values: Sequence[float], cycle_s: float) -> dict[str, Any]:
    """Mean of a reading that pulsates with the pump, and its standard uncertainty.

    The strokes of a pump repeat from cycle to cycle, so it is the scatter of whole cycles that says how well the mean
    is known; what is left after the last whole one is not used.

    Args:
        times: of the readings [s].
        values: the readings.
        cycle_s: length of a cycle [s].

    Raises:
        CalibrationError: too few readings, or too few whole cycles.
    """
    each_s = (times[-1] - times[0]) / (len(times) - 1) if len(times) > 1 else 0.0
    begin = times[0] - each_s / 2.0 if times else 0.0  # a reading stands for the time about it
    whole = int((times[-1] + each_s / 2.0 - begin) / cycle_s) if times else 0
    cycles: list[list[float]] = [[] for _ in range(whole)]
    for time, value in zip(times, values, strict=True):
        if (place := int((time - begin) / cycle_s)) < whole:
            cycles[place].append(value)
    if whole < FEWEST_CYCLES or min(map(len, cycles)) < FEWEST:
        raise CalibrationError(
            f"expected at least {FEWEST_CYCLES} whole cycles of {cycle_s:.3g} s with {FEWEST} usable readings each, "
            f"found {whole} cycles and {len(values)} readings; let the pump run longer"
        )
    means = [statistics.fmean(one) for one in cycles]
    u = statistics.stdev(means) / math.sqrt(whole)
    return {"mean": statistics.fmean(means), "u": u, "cycles": whole, "n": len(values)}

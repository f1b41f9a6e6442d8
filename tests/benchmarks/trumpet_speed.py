"""A trumpet of six windows over 26 million levels, against reading the same array six times with ``np.max``.

python tests/benchmarks/trumpet_speed.py [millions]

The wanted ratio of time is 1.5 at most, the wanted peak of memory 3 times the input (which is counted).
"""

from __future__ import annotations

import sys
import tracemalloc
from typing import TYPE_CHECKING

import numpy as np

from calibration.units import FLOW, TIME, VOLUME
from drivers.clock import WallClock
from rig.verify.extremes import extreme_errors_percent
from rig.verify.trumpet import trumpet

if TYPE_CHECKING:
    from collections.abc import Callable

HOST = WallClock()
STEPS = (1, 4, 10, 22, 38, 62)
INTERVAL_S, STEP_UL = 1.0 / 300.0, 0.15e3 / 86400.0 / 300.0  # a day at 300 levels a second, 0.15 mL/day
TIMES = 9


def quickest(*works: Callable[[], object]) -> list[float]:
    """The quickest of several rounds, each work once a round: a machine that is busy for a while is so for all."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(TIMES):
        for work, of_it in zip(works, taken, strict=True):
            begin = HOST.now()
            work()
            of_it.append(HOST.now() - begin)
    return [min(of_it) for of_it in taken]


def main() -> None:
    """Measure and print."""
    samples = int(float((sys.argv[1:] or ["26"])[0]) * 1e6)
    tracemalloc.start()  # before the input, which counts
    volume_ul = np.cumsum(np.random.default_rng(1).normal(STEP_UL, 0.2 * STEP_UL, samples))
    volume, interval, rate = VOLUME.quantity(volume_ul), TIME.quantity(INTERVAL_S), FLOW.quantity(6.25)
    windows = [TIME.quantity(n * INTERVAL_S) for n in STEPS]
    tracemalloc.reset_peak()
    trumpet(volume, interval, rate, windows)
    print(f"peak memory {tracemalloc.get_traced_memory()[1] / volume_ul.nbytes:5.2f} x the input, input counted")
    tracemalloc.stop()
    passes, kernel, whole = quickest(
        lambda: [np.max(volume_ul) for _ in STEPS],
        lambda: extreme_errors_percent(volume_ul, STEPS, STEP_UL),
        lambda: trumpet(volume, interval, rate, windows),
    )
    print(f"six np.max          {passes:6.3f} s")
    print(f"the kernel          {kernel:6.3f} s   {kernel / passes:5.2f} x")
    print(f"trumpet             {whole:6.3f} s   {whole / passes:5.2f} x")


if __name__ == "__main__":
    main()

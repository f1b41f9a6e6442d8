"""A trumpet of six windows over 26 million levels, against reading the same array six times with ``np.max``.

python tests/benchmarks/trumpet_speed.py [millions]

The wanted ratio of time is 1.5 at most, the wanted peak of memory 3 times the input (which is counted). Each work runs
once a round, round after round, and its least is taken: of the time on the wall, and of the processor's time of this
process, which others on the machine disturb less. ``short`` windows are a few steps long, as six of half a minute to
half an hour are at a level each 30 s; ``long`` ones are as many minutes at 300 levels a second, where each window reads
a stream of its own from memory. ``shots`` are what a pump on a balance gives: 2 uL each, read in steps of 0.1 uL;
``noise`` is a random walk; ``equal`` has no noise at all, as no balance reads, and is what the kernel is slowest for.
"""

from __future__ import annotations

import sys
import tracemalloc
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from interleaved import quickest

from calibration.units import FLOW, TIME, VOLUME
from rig.verify.extremes import extreme_errors_percent
from rig.verify.trumpet import trumpet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Array = np.ndarray[Any, np.dtype[np.float64]]

SHORT = (1, 4, 10, 22, 38, 62)
PER_S = 300
LONG = tuple(60 * PER_S * minutes for minutes in (1, 2, 5, 11, 19, 31))
INTERVAL_S, STEP_UL = 1.0 / PER_S, 0.15e3 / 86400.0 / PER_S  # a day at 300 levels a second, 0.15 mL/day
TIMES = 15


def noise_ul(samples: int) -> Array:
    """A random walk."""
    return np.cumsum(np.random.default_rng(1).normal(STEP_UL, 0.2 * STEP_UL, samples))


def shots_ul(samples: int) -> Array:
    """Shots of 2 uL, noise of the balance of 0.05 uL, a last digit of 0.1 uL."""
    delivered = np.floor(np.arange(samples) * (STEP_UL / 2.0)) * 2.0
    delivered += np.random.default_rng(2).normal(0.0, 0.05, samples)
    return np.round(delivered, 1)


def equal_ul(samples: int) -> Array:
    """The programmed line itself."""
    return STEP_UL * np.arange(samples)


def works_on(volume_ul: Array) -> dict[str, Callable[[], object]]:
    """What is measured, by name, the six passes first."""
    volume, interval, rate = VOLUME.quantity(volume_ul), TIME.quantity(INTERVAL_S), FLOW.quantity(6.25)

    def of(steps: Sequence[int]) -> Callable[[], object]:
        return partial(trumpet, volume, interval, rate, [TIME.quantity(n * INTERVAL_S) for n in steps])

    return {
        "six np.max": lambda: [np.max(volume_ul) for _ in SHORT],
        "kernel, short": lambda: extreme_errors_percent(volume_ul, SHORT, STEP_UL),
        "trumpet, short": of(SHORT),
        "trumpet, long": of(LONG),
    }


DATA = {"noise": noise_ul, "shots": shots_ul, "equal": equal_ul}


def peak(made: Callable[[int], Array], samples: int, work: str) -> float:
    """The most memory that a work takes, in inputs, which counts as one."""
    tracemalloc.start()  # before the input
    volume_ul = made(samples)
    tracemalloc.reset_peak()
    works_on(volume_ul)[work]()
    most = tracemalloc.get_traced_memory()[1] / volume_ul.nbytes
    tracemalloc.stop()
    return most


def main() -> None:
    """Measure and print."""
    samples = int(float((sys.argv[1:] or ["26"])[0]) * 1e6)
    for data, made in DATA.items():
        for windows in ("short", "long"):
            most = peak(made, samples, f"trumpet, {windows}")
            print(f"{data}  peak memory, {windows}: {most:.2f} x the input, input counted")
    for data, made in DATA.items():
        found = quickest(works_on(made(samples)), TIMES)
        least = found["six np.max"]
        for name, times in found.items():
            shown = [f"{a:6.3f} s {a / b:5.2f} x" for a, b in zip(times, least, strict=True)]
            print(f"{data}  {name:20} wall {shown[0]}   processor {shown[1]}")


if __name__ == "__main__":
    main()

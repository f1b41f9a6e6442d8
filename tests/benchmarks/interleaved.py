"""Several works timed in turn, so that a machine that others use is as busy for one as for the next.

least = quickest({"six np.max": passes, "trumpet": whole}, rounds=15)
wall_s, processor_s = least["trumpet"]
"""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

from drivers.clock import WallClock

if TYPE_CHECKING:
    from collections.abc import Callable

HOST = WallClock()


def quickest(works: dict[str, Callable[[], object]], rounds: int) -> dict[str, tuple[float, float]]:
    """Least time on the wall and least processor's time [s] of each work, over rounds in which each runs once."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            began = HOST.now(), processor_s()
            work()
            taken[name].append((HOST.now() - began[0], processor_s() - began[1]))
    return {name: (min(wall for wall, _ in of_it), min(own for _, own in of_it)) for name, of_it in taken.items()}


def processor_s() -> float:
    """Processor's time of this process so far, in all of its threads [s]."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime

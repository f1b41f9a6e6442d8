"""How often good witnesses are suspected in any interval of a run: ``python tests/benchmarks/witness_false_alarms.py``.

Each run has a balance at the tip, a flow sensor at the pump outlet and a load cell under the reservoir. They share a
density, their evaporation and their curves over the whole run, and neighbouring intervals share a level; every interval
and the whole span go through the judge of the program. The share of runs that alarm is given with its exact interval
(Clopper and Pearson, 95 %).
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from rig.verify.seen import ALPHA, OUTLET, RESERVOIR, TIP, Seen, covariance_ul2
from rig.verify.witnesses import alpha_of_each, judge

#: Of one interval, and the limit of the flow error.
VOLUME_UL, LIMIT = 500.0, 0.145
#: Standard uncertainties: relative ones of each volume, those of each interval's time, and those of one level [uL].
DENSITY, CURVE, OFFSET_UL, EVAPORATION_UL, LEVEL_UL, CELL_UL, FLOW_NOISE_UL = 3e-3, 4e-3, 2.0, 0.2, 0.05, 1.5, 1.0
NODES = (TIP, OUTLET, RESERVOIR)
NAMES = ("balance", "flow", "cell")


def drawn_run(rng: np.random.Generator, intervals: int) -> np.ndarray[Any, Any]:
    """What three good witnesses saw in each interval, shape (intervals, 3)."""
    density, curve, offset, evaporation = rng.standard_normal(4) * (
        DENSITY * VOLUME_UL,
        CURVE * VOLUME_UL,
        OFFSET_UL,
        EVAPORATION_UL,
    )
    tip, cell = (np.diff(u * rng.standard_normal(intervals + 1)) for u in (LEVEL_UL, CELL_UL))
    flow = FLOW_NOISE_UL * rng.standard_normal(intervals)
    return VOLUME_UL + np.stack([density + evaporation + tip, curve + offset + flow, density + cell], axis=1)


def covariance(count: int) -> np.ndarray[Any, Any]:
    """Of what they saw in that many intervals together."""
    density = {"density": DENSITY * VOLUME_UL * count}
    parts = [
        {**density, "evaporation": EVAPORATION_UL * count},
        {"flow scale": CURVE * VOLUME_UL * count, "flow offset": OFFSET_UL * count},
        density,
    ]
    return covariance_ul2(parts, [2**0.5 * LEVEL_UL, count**0.5 * FLOW_NOISE_UL, 2**0.5 * CELL_UL])


def alarms(seen_ul: np.ndarray[Any, Any], alpha: float) -> bool:
    """Whether any interval of a run, or the whole of it, is suspected at that alpha for each."""
    count = len(seen_ul)
    tests = [(row, 1) for row in seen_ul] + [(seen_ul.sum(axis=0), count)]
    return any(
        judge(Seen(NAMES, NODES, row), covariance(n), limit_ul=LIMIT * VOLUME_UL * n, reference=0, alpha=alpha).state
        != "agree"
        for row, n in tests
    )


def share(runs: int, intervals: int, family: float = ALPHA, seed: int = 1) -> tuple[int, float, float]:
    """How many of so many good runs alarm, and the 95 % interval of their share."""
    from scipy.stats import beta

    rng, alpha = np.random.default_rng(seed), alpha_of_each(1 + intervals) * family / ALPHA
    found = sum(alarms(drawn_run(rng, intervals), alpha) for _ in range(runs))
    low = float(beta.ppf(0.025, found, runs - found + 1)) if found else 0.0
    return found, low, float(beta.ppf(0.975, found + 1, runs - found))


def main() -> None:
    """Print the shares."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    for family, intervals in ((ALPHA, 4), (ALPHA, 24), (0.05, 4), (0.05, 24)):
        some = runs if family == ALPHA else runs // 10
        found, low, high = share(some, intervals, family)
        print(
            f"{intervals:3d} intervals and the whole, alarm declared {family:g}: {found} of {some} good runs "
            f"({found / some:.2%}, 95 % interval {low:.3%} to {high:.3%})"
        )


if __name__ == "__main__":
    main()

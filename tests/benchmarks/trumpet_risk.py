"""What a verdict on a trumpet is worth: synthetic deliveries of 24 h, about a hundred windows each, truth known.

    fail, all at the limit     at most 2.5 % under w = U, k = 2: every true error is 14.5 %, none is beyond
    pass, one at the limit     at most 2.5 %: windows of an hour and a quarter are off by 14.5 %, all others not at all

Readings are drawn from what is declared, as verdict_risk.py draws them, and go through levels, covariance and judgement
as those of a record. Beside it stands what the furthest window did with the uncertainty of one.

    python tests/benchmarks/trumpet_risk.py [RECORDS]
"""

import sys
from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from calibration.noise_model import NoiseModel
from drivers.clock import WallClock
from fixtures.synthetic.bench import Run, drawn
from fixtures.synthetic.noise import noise_g
from fixtures.synthetic.readings import still_readings_g
from fixtures.synthetic.study import LIMIT
from rig.delivery.collected import Air
from rig.delivery.rows import delivery_of_rows
from rig.verify.limits import By
from rig.verify.trumpet_windows import judge_row, stray, window_row

HOST = WallClock()
STEP_S = 900.0
DAY = Run("0.15 mL/day, 24 h", 6.25, 24.0, 5.0, interval_s=20.0, window_s=600.0)
HOUR, TWO, SIX = 4, 8, 24


@dataclass(frozen=True)
class Kind:
    """A balance, whether its noise model is told, and the lengths of the windows that decide, in steps."""

    noise: NoiseModel
    told: bool
    lengths: tuple[int, ...]


WHITE = NoiseModel(5e-4, 0.0, 20.0, 0.0, 0.0, 0.0, float("inf"), 86400.0)
#: 0.05 mg in a root hour and 0.02 mg of flicker.
WALKS = replace(WHITE, reading_g=3e-4, flicker_g2=4e-10, walk_g2_s=25e-10 / 3600.0)
KINDS = {
    "white noise, 1 h": Kind(WHITE, told=False, lengths=(HOUR,)),
    "white noise, 1 h, 2 h and 6 h": Kind(WHITE, told=False, lengths=(HOUR, TWO, SIX)),
    "walk and flicker, 2 h": Kind(WALKS, told=True, lengths=(TWO,)),
    "walk and flicker, 1 h, 2 h and 6 h": Kind(WALKS, told=True, lengths=(HOUR, TWO, SIX)),
}


def deliveries(kind, records, seed, error, more_ul=0.0):
    """One after the other; ``more_ul`` is delivered besides, at each reading."""
    time_s = np.arange(0.0, DAY.legs_s[1][1], DAY.interval_s)
    air = Air(time_s[:1], np.array([DAY.air_kg_m3]), DAY.u_air_kg_m3, "measured")
    for number in range(records):
        rng = np.random.default_rng([seed, number])
        truth = drawn(DAY, rng, 1, error)
        reading_g = still_readings_g(DAY, truth, time_s)[0] + noise_g(kind.noise, time_s, 1, rng)[0]
        reading_g += more_ul * DAY.setup.fluid_kg_m3 * 1e-6
        model = kind.noise if kind.told else None
        yield delivery_of_rows(time_s, reading_g, air, DAY.setup, DAY.legs_s, DAY.window_s, model)


def outcomes(kind, records, seed=1, error=LIMIT / 100.0, more_ul=0.0):
    """Verdicts, and how many the furthest window would have failed with the uncertainty of one."""
    grid = np.arange(DAY.ends_s[0], DAY.ends_s[1] + 1.0, STEP_S)
    found = Counter()
    for number, delivery in enumerate(deliveries(kind, records, seed, error, more_ul)):
        volume, covariance = delivery.levels_ul(grid)
        nu = float(delivery.difference_ul(grid[0], grid[kind.lengths[0]]).nu_eff)
        told_ul = DAY.rate_ul_h * STEP_S / 3600.0
        rows = [window_row(volume, covariance, n, n * told_ul, nu) for n in kind.lengths]
        together = stray(covariance, rows, nu, number)
        verdicts = {judge_row("", row, -LIMIT, LIMIT, By(), together).verdict for row in rows}
        found[next(v for v in ("fail", "inconclusive", "pass") if v in verdicts)] += 1
        found["fail by one"] += any((np.abs(row.value) - LIMIT > 2.0 * row.u).any() for row in rows)
    return found


def one_at_the_limit(kind, records, seed=2):
    """Off by the limit for a quarter of an hour longer than the longest window, in the middle of the day."""
    time_s = np.arange(0.0, DAY.legs_s[1][1], DAY.interval_s)
    begin_s = DAY.ends_s[0] + 9.0 * 3600.0
    hours = np.clip(time_s - begin_s, 0.0, (max(kind.lengths) + 1) * STEP_S) / 3600.0
    return outcomes(kind, records, seed, 0.0, hours * DAY.rate_ul_h * LIMIT / 100.0)


def main():
    records = int(sys.argv[1]) if sys.argv[1:] else 2000
    begin = HOST.now()
    print(f"{records:,} deliveries of {DAY.name}, levels each 15 min, limit {LIMIT} %, rule guard-band-U, k = 2")
    for name, kind in KINDS.items():
        all_there, one = outcomes(kind, records), one_at_the_limit(kind, records)
        below = outcomes(kind, records, seed=3, error=0.0)
        print(
            f"{name:36} all at the limit: fail {100 * all_there['fail'] / records:5.2f} % "
            f"(by one {100 * all_there['fail by one'] / records:5.1f} %)  "
            f"one at the limit: pass {100 * one['pass'] / records:5.2f} %, fail {100 * one['fail'] / records:.2f} %  "
            f"no error: pass {100 * below['pass'] / records:5.1f} %"
        )
    print(f"{HOST.now() - begin:.0f} s")


if __name__ == "__main__":
    main()

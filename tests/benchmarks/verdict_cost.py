"""What a whole verdict costs with a million Monte Carlo draws, against the bare draws.

The record is a day at 0.15 mL/day, six hours of stabilization, legs of five hours, a reading each second: made on the
simulated bench, or given. Four times, the best of several, and what they are as multiples of the bare draws:

    open       the record, with the hash of every file and the chain of every stream
    assess     every finding and the verdict
    draws      1e6 of the mean flow error through its measurement model, both intervals, validation of the budget
    bare       1e6 numpy draws of each distribution in that budget, and nothing else

    python tests/benchmarks/verdict_cost.py [RECORD]
"""

import sys
import tempfile
from pathlib import Path

import numpy as np

from calibration.budget_draws import distributions_of
from drivers.clock import WallClock
from rig.assessment import assess
from rig.monte_carlo import DRAWS, simulated_error
from rig.record import Record
from rig.runner import run

BENCHES = Path(__file__).parents[2] / "fixtures" / "benches"
HOST = WallClock()
REPEATS = 5
#: As the draws themselves do: small enough for a core's own cache, or memory would be what is measured.
BLOCK = 31_250


def made(folder):
    return run(BENCHES / "protocols" / "demo.toml", BENCHES / "simulated.toml", Path(folder) / "day").folder


def best(call):
    """Least of several times [s], and the last answer."""
    times = []
    for _ in range(REPEATS):
        begin = HOST.now()
        answer = call()
        times.append(HOST.now() - begin)
    return min(times), answer


def bare(assessment):
    budget, _ = assessment.delivery.budget_ul(assessment.span.start_s, assessment.span.end_s)
    generator = np.random.Generator(np.random.PCG64(1))
    several = list(distributions_of(budget).values())
    return len(several), lambda: [one.sample(generator, BLOCK) for _ in range(DRAWS // BLOCK) for one in several]


def costs(folder):
    """Times by name [s], and how many distributions were drawn."""
    opened, record = best(lambda: Record.open(folder))
    assessed, assessment = best(lambda: assess(record))
    drawn, found = best(lambda: simulated_error(assessment))
    count, call = bare(assessment)
    drawn_bare, _ = best(call)
    return {"open": opened, "assess": assessed, "draws": drawn, "bare": drawn_bare}, count, found


def main():
    with tempfile.TemporaryDirectory() as folder:
        times, count, found = costs(Path(sys.argv[1]) if sys.argv[1:] else made(folder))
    for name, time in times.items():
        print(f"{name:8} {1e3 * time:8.0f} ms  {time / times['bare']:6.2f} x bare")
    print(f"bare: {count} distributions, {DRAWS:,} draws of each")
    verdict = (times["assess"] + times["draws"]) / times["bare"]
    whole = verdict + times["open"] / times["bare"]
    print(
        f"whole verdict: {verdict:.2f} x the bare draws from an open record, {whole:.2f} x with opening and checking it"
    )
    print(found.statement)


if __name__ == "__main__":
    main()

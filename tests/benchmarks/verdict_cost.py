"""What a whole verdict costs with a million Monte Carlo draws, against the bare draws.

The record is a day at 0.15 mL/day, six hours of stabilization, legs of five hours, a reading each second: made on the
simulated bench, or given. Five times, the least of several rounds in which each runs once, on the wall and of the
processor, and what they are as multiples of the bare draws:

    open       the record, with the hash of every file and the chain of every stream
    assess     every finding and the verdict
    draws      1e6 of the mean flow error through its measurement model, both intervals, validation of the budget
    whole      open, assess and draws, one after another as somebody would
    bare       1e6 numpy draws of each distribution in that budget, and nothing else

    python tests/benchmarks/verdict_cost.py [RECORD]
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
from interleaved import quickest

from calibration.budget_draws import distributions_of
from rig.assessment import assess
from rig.monte_carlo import DRAWS, simulated_error
from rig.record import Record
from rig.runner import run

BENCHES = Path(__file__).parents[2] / "fixtures" / "benches"
ROUNDS = 9
#: As the draws themselves do: small enough for a core's own cache, or memory would be what is measured.
BLOCK = 31_250


def made(folder):
    return run(BENCHES / "protocols" / "demo.toml", BENCHES / "simulated.toml", Path(folder) / "day").folder


def bare(assessment):
    budget, _ = assessment.delivery.budget_ul(assessment.span.start_s, assessment.span.end_s)
    generator = np.random.Generator(np.random.PCG64(1))
    several = list(distributions_of(budget).values())
    return len(several), lambda: [one.sample(generator, BLOCK) for _ in range(DRAWS // BLOCK) for one in several]


def whole(folder):
    simulated_error(assess(Record.open(folder)))


def costs(folder):
    """Least times by name [s], wall and processor, how many distributions were drawn, and what was found."""
    record = Record.open(folder)
    assessment = assess(record)
    count, draws = bare(assessment)
    works = {
        "open": lambda: Record.open(folder),
        "assess": lambda: assess(record),
        "draws": lambda: simulated_error(assessment),
        "whole": lambda: whole(folder),
        "bare": draws,
    }
    return quickest(works, ROUNDS), count, simulated_error(assessment)


def main():
    with tempfile.TemporaryDirectory() as folder:
        times, count, found = costs(Path(sys.argv[1]) if sys.argv[1:] else made(folder))
    for name, least in times.items():
        shown = [f"{1e3 * one:6.0f} ms {one / of:5.2f} x" for one, of in zip(least, times["bare"], strict=True)]
        print(f"{name:8} wall {shown[0]}   processor {shown[1]}")
    print(f"bare: {count} distributions, {DRAWS:,} draws of each")
    for i, clock in enumerate(("wall", "processor")):
        _, assessed, drawn, everything, unit = (of_it[i] for of_it in times.values())
        print(
            f"whole verdict by {clock}: {(assessed + drawn) / unit:.2f} x the bare draws from an open record, "
            f"{everything / unit:.2f} x with opening and checking it"
        )
    print(found.statement)


if __name__ == "__main__":
    main()

"""How long a plan takes against one prediction of the same run: the demo, its windows, and boluses.

python tests/benchmarks/plan_speed.py
"""

from __future__ import annotations

import importlib.resources
from pathlib import Path

from drivers.clock import WallClock
from rig.bench import calibrations_of, load_bench
from rig.noise_record import noise_of
from rig.planning import Asked, Case
from rig.planning.run_plan import plan_run
from rig.protocol import load_protocol

HOST = WallClock()
BENCHES = Path(str(importlib.resources.files("fixtures"))) / "benches"
PROTOCOLS = ("demo", "findings_windows", "findings_rate", "findings_dose")
TIMES = 3


def case_of(name: str) -> Case:
    """A protocol on the simulated bench, nothing predicted yet."""
    bench = load_bench(BENCHES / "simulated.toml")
    protocol = load_protocol(BENCHES / "protocols" / f"{name}.toml", bench.limits)
    records = calibrations_of(bench)
    return Case(protocol, bench, records, noise_of(bench))


def seconds(name: str) -> tuple[float, float]:
    """The quickest of three: one prediction, and the plan."""
    taken = []
    for _ in range(TIMES):
        case, begin = case_of(name), HOST.now()
        case.predicted(case.protocol)
        once = HOST.now() - begin
        plan_run(case, Asked())
        taken.append((once, HOST.now() - begin - once))
    return min(one for one, _ in taken), min(one for _, one in taken)


def main() -> None:
    """Measure and print."""
    for name in PROTOCOLS:
        once, plan = seconds(name)
        print(f"{name:18s} {plan:6.2f} s   {plan / once:5.1f} x one prediction")


if __name__ == "__main__":
    main()

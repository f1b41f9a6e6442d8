"""Opening a bench of six instruments in real time, against the slowest of them opened alone.

    python tests/benchmarks/open_bench.py

The instruments are served by another process on TCP. Each is opened alone, which also tells who it is; then a bench
file of all six is opened. Best of several turns. The bound is the slowest one plus 10 %; 2 is returned beyond it.
"""

from __future__ import annotations

import sys
from contextlib import closing
from importlib.metadata import entry_points

from drivers.clock import WallClock
from drivers.wire_log import WireLog
from fixtures.simulated.serving import served
from rig.bench import open_bench, parse_bench
from rig.bench_open import DRIVERS

TURNS = 5
BOUND = 1.10
HOST = WallClock()
#: Channel of the bench, name at the server, driver.
SIX = {
    "device": ("pump", "mock-pump"),
    "balance": ("balance", "mt-sics"),
    "environment": ("environment", "ptu300"),
    "second": ("and-balance", "and-balance"),
    "third": ("radwag", "radwag"),
    "fourth": ("sbi", "sbi"),
}
VESSEL = '{inner_diameter = "30 mm", needle_outer_diameter = "1.6 mm", load_volume = "53 mL"}'


def open_alone(driver, address):
    """How long it takes [s], and who answered."""
    factory = entry_points(group=DRIVERS)[driver].load()
    begin = HOST.now()
    with closing(factory(address, clock=HOST, wire=WireLog(), options={})) as made:
        return HOST.now() - begin, made.identity


def table(channel, driver, address, identity):
    """The table of one instrument in the bench file."""
    head = {"device": "[device]", "environment": "[environment]", "balance": "[[witness]]"}
    lines = [head.get(channel, "[[instrument]]"), f'driver = "{driver}"', f'address = "{address}"']
    lines += [f'model = "{identity.model}"', f'serial_number = "{identity.serial_number}"']
    if channel not in {"device", "environment"}:
        lines.append(f'name = "{channel}"')
    if channel in {"balance", "environment"}:
        lines.append('calibration = "none.toml"')
    if channel == "balance":
        lines += ['node = "tip"', f"vessel = {VESSEL}"]
    return "\n".join(lines)


def open_together(text):
    """How long the bench takes [s]; closing is not counted."""
    bench = parse_bench(text, "six.toml")
    begin = HOST.now()
    with open_bench(bench):
        return HOST.now() - begin


def measure(addresses):
    """The slowest alone, its name, the bench, the sum [s]."""
    alone, tables = {}, ['schema = 1\nname = "six"']
    for channel, (name, driver) in SIX.items():
        times, identities = zip(*(open_alone(driver, addresses[name]) for _ in range(TURNS)), strict=True)
        alone[name] = min(times)
        tables.append(table(channel, driver, addresses[name], identities[0]))
    together = min(open_together("\n".join(tables)) for _ in range(TURNS))
    slowest = max(alone, key=alone.get)
    return alone[slowest], slowest, together, sum(alone.values())


def main() -> int:
    """Serve, measure, print; 0 within the bound."""
    with served("--tcp", "127.0.0.1") as ready:
        slowest_s, name, together_s, sum_s = measure({n: ready[n][0] for n, _ in SIX.values()})
    print(
        f"six instruments together {together_s:.3f} s; the slowest alone ({name}) {slowest_s:.3f} s; sum {sum_s:.3f} s"
    )
    print(f"ratio {together_s / slowest_s:.3f} (bound {BOUND:g})")
    return 0 if together_s <= BOUND * slowest_s else 2


if __name__ == "__main__":
    sys.exit(main())

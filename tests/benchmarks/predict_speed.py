"""How long it takes to predict U: the demo (40 h at 1 Hz), with and without a decided trumpet, and forty days.

python tests/benchmarks/predict_speed.py
"""

from __future__ import annotations

import importlib.resources
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.clock import WallClock
from rig.bench import calibrations_of, load_bench
from rig.predict import predict
from rig.protocol import parse_protocol

if TYPE_CHECKING:
    from rig.protocol import Protocol

HOST = WallClock()
BENCHES = Path(str(importlib.resources.files("fixtures"))) / "benches"
DEMO = (BENCHES / "protocols" / "demo.toml").read_text("utf-8")
DECIDED = DEMO.replace('"12 h"]', '"12 h"]\nlimit = "14.5 %"')
LONG = DEMO.replace('analysis = "24 h"', 'analysis = "960 h"')
TIMES = 5


def seconds(protocol: Protocol) -> float:
    """The quickest of five predictions."""
    bench = load_bench(BENCHES / "simulated.toml")
    records = calibrations_of(bench)
    taken = []
    for _ in range(TIMES):
        begin = HOST.now()
        predict(protocol, bench, records)
        taken.append(HOST.now() - begin)
    return min(taken)


def main() -> None:
    """Measure and print."""
    demo = seconds(parse_protocol(DEMO, "demo"))
    print(f"40 h at 1 Hz                 {demo:6.3f} s")
    for name, text in (("with a decided trumpet", DECIDED), ("40 days", LONG)):
        found = seconds(parse_protocol(text, name))
        print(f"{name:28s} {found:6.3f} s   {found / demo:5.2f} x")


if __name__ == "__main__":
    main()

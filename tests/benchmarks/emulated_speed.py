"""How fast a run with the real firmware in an emulated ATmega328P is, as a multiple of real time.

python tests/benchmarks/emulated_speed.py
"""

from __future__ import annotations

import importlib.resources
import tempfile
from pathlib import Path

from drivers.clock import WallClock
from rig.runner import run

HOST = WallClock()
BENCHES = Path(str(importlib.resources.files("fixtures"))) / "benches"


def main() -> None:
    """Run fifteen simulated minutes and print."""
    with tempfile.TemporaryDirectory() as folder:
        begin = HOST.now()
        outcome = run(BENCHES / "protocols" / "emulated_15min.toml", BENCHES / "emulated.toml", Path(folder) / "record")
        spent = HOST.now() - begin
    verdict = outcome.assessment.verdict.outcome
    print(
        f"verdict {verdict}; {outcome.simulated_s:.0f} s on the bench in {spent:.2f} s, build and assessment included"
    )
    print(f"{outcome.simulated_s / spent:.0f} x real time")


if __name__ == "__main__":
    main()

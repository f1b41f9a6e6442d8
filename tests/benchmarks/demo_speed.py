"""How fast the main job is: the run as a multiple of real time, and the whole command in seconds.

python tests/benchmarks/demo_speed.py
"""

from __future__ import annotations

import importlib.resources
import subprocess
import sys
import tempfile
from pathlib import Path

from drivers.clock import WallClock
from rig import events
from rig.runner import run

HOST = WallClock()
BENCHES = Path(str(importlib.resources.files("fixtures"))) / "benches"


def run_alone(folder: Path) -> tuple[float, float, float]:
    """Simulated seconds, host seconds of the run itself, host seconds with sealing and assessment."""
    ended: list[float] = []
    watch = {events.STARTED: lambda: ended.append(HOST.now()), events.PHASE: lambda: ended.append(HOST.now())}
    outcome = run(
        BENCHES / "protocols" / "demo.toml",
        BENCHES / "simulated.toml",
        folder / "record",
        observers=[lambda event: watch.get(event.kind, lambda: None)()],
    )
    return outcome.simulated_s, ended[-1] - ended[0], HOST.now() - ended[0]


def whole_command(folder: Path) -> float:
    """Host seconds of ``rig demo`` from the shell: start, run, seal, assess, pictures."""
    begin = HOST.now()
    command = [sys.executable, "-c", "import sys; from rig.cli import main; sys.exit(main())", "demo", "--out"]
    subprocess.run([*command, str(folder / "demo")], check=True, capture_output=True)
    return HOST.now() - begin


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        simulated, alone, sealed = run_alone(Path(folder))
        command = whole_command(Path(folder))
    print(f"simulated                 {simulated / 3600:8.2f} h")
    print(f"the run itself            {alone:8.2f} s   {simulated / alone:,.0f} x real time")
    print(f"run, seal and assessment  {sealed:8.2f} s")
    print(f"rig demo, whole command   {command:8.2f} s")


if __name__ == "__main__":
    main()

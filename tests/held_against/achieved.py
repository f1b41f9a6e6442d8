"""The uncertainty that a plan predicts, against the one that a whole simulated run achieves, over the wire."""

from __future__ import annotations

import tempfile
import tomllib
from pathlib import Path
from typing import Final

from calibration.record_write import record_text
from rig.bench import calibrations_of, load_bench
from rig.predict import predict
from rig.protocol import load_protocol, parse_protocol
from rig.runner import run
from tests.held_against.row import Row, compared

BENCHES: Final = Path(__file__).parents[2] / "fixtures" / "benches"
#: A room and a balance in which nothing is left but the noise that the calibration record states.
STILL: Final = {
    "drift_walk_mg": 0.0,
    "slow_noise": "0 g",
    "evaporation_modulation": 0.0,
    "temperature_wave": "0 K",
    "humidity_wave": "0 %",
}
ITB: Final = """
schema = 1
id = "PLAN-ITB"
for_release = false
[program]
drug = "baclofen"
concentration = "2000 ug/mL"
reservoir = "20 mL"
[[program.segments]]
kind = "continuous"
flow = "0.15 mL/day"
[timing]
evaporation_before = "30 min"
evaporation_after = "30 min"
settle = "2 min"
stabilization = "1 h"
analysis = "2 h"
sample_interval = "15 min"
[findings.mean_flow_error]
limit = "14.5 %"
[findings.trumpet]
windows = ["1 h"]
limit = "14.5 %"
"""


def rows() -> list[Row]:
    protocols = {
        "1 mL/h, 5 min": load_protocol(BENCHES / "protocols" / "short.toml"),
        "0.15 mL/day, 2 h": parse_protocol(ITB, "plan.toml"),
    }
    return [planned(name, protocol) for name, protocol in protocols.items()]


def planned(name, protocol) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        bench = still_bench(Path(folder) / "bench.toml")
        told = {one.name: one for one in predict(protocol, bench, calibrations_of(bench)).findings}
        outcome = run(protocol, bench, Path(folder) / "run")
    made = {one.name: one for one in outcome.assessment.findings if one.expanded is not None}
    values = tuple(
        compared(key, one.unit, made[key].expanded, one.expanded, 0.10 * made[key].expanded)
        for key, one in told.items()
    )
    return Row(
        f"U as planned, {name}",
        (predict, run),
        "U of a simulated run",
        values,
        "10 % of U",
        findings=("mean_flow_error", "trumpet"),
    )


def still_bench(path):
    table = tomllib.loads((BENCHES / "simulated_supply.toml").read_text(encoding="utf-8"))
    table["world_options"] |= STILL
    for part in (*table["witness"], table["environment"]):
        part["calibration"] = str(BENCHES / part["calibration"])
    path.write_text(record_text(table), encoding="utf-8")
    return load_bench(path)

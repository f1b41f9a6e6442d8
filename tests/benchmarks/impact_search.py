"""Which of ten thousand stored runs used a calibration record: the time, the rate, and against bare reading.

    python tests/benchmarks/impact_search.py [runs]

The folders have the manifest, start and calibration copies of a real run; every hundredth used the record that is asked
for, once by its hash and once by the standard that it stands on. The bare reading is the same manifests read as bytes.
The bound is 10 s for 10,000 runs; 2 is returned beyond it.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from datetime import date
from pathlib import Path

from calibration.book import Book
from drivers.clock import WallClock
from rig.impact.affected import find_affected
from rig.impact.stored import stored_runs
from rig.impact.uses import find_uses

ROOT = Path(__file__).parents[2]
BOUND_S = 10.0
HOST = WallClock()
WEIGHT = {
    "name": "weight 100 g, F1", "serial_number": "W-77", "certificate": "K-12345", "laboratory": "D-K-00000",
    "calibrated_on": date(2026, 1, 1), "valid_until": date(2027, 1, 1), "value": "100.00012 g", "expanded": "0.10 mg",
    "entered_by": "A. Weber", "checked_by": "M. Klein",
}  # fmt: skip
AIR = {"temperature": "22 degC", "pressure": "1013.25 hPa", "humidity": "45 %"}
BALANCE = {
    "kind": "balance", "method": "house method 7", "performed_by": "A. Weber", "performed_on": date(2026, 1, 2),
    "valid_until": date(2027, 1, 1), "standards": [WEIGHT], "surroundings": AIR,
    "instrument": {"manufacturer": "Mettler-Toledo", "model": "XPR205", "serial_number": "B123456789"},
    "balance": {
        "repeatability": "0.02 mg", "resolution": "0.01 mg", "linearity": "0.1 mg", "sensitivity": "0.0003 %",
        "adjusted_temperature": "22 degC", "adjusted_pressure": "1013.25 hPa", "adjusted_humidity": "45 %",
        "weights_density": "8000 kg/m3", "capacity": "220 g",
    },
}  # fmt: skip


def make_runs(folder, count, record):
    """Folders as the rig leaves them, but for the streams; every hundredth used the record."""
    stated = (ROOT / "fixtures" / "benches" / "calibration" / "SIM-BAL-0001.toml").read_bytes()
    air = (ROOT / "fixtures" / "benches" / "calibration" / "SIM-ENV-0001.toml").read_bytes()
    for number in range(count):
        balance = record if number % 100 == 0 else stated
        run = folder / f"{number // 1000:02d}" / f"{number:05d}"
        make_run(run, {"inputs/calibration/balance.toml": balance, "inputs/calibration/environment.toml": air})


def make_run(folder, inputs):
    """One run: its calibration copies, start, result and manifest."""
    start = {"protocol": "CONT-015", "started_utc": "2026-03-02T10:00:00+00:00", "evidence_class": "device"}
    start["identities"] = {"device": {"model": "DP-MP1", "serial_number": "MP-0007"}}
    files = {**inputs, "start.json": json.dumps(start).encode(), "result.json": b'{"verdict": {"outcome": "pass"}}'}
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    named = {name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": 1} for name, content in files.items()}
    others = [f"streams/{name}.parquet" for name in ("balance", "device", "environment", "events", "wire")]
    others += ["inputs/bench.toml", "inputs/protocol.toml"]
    manifest = {"files": {**named, **{name: {"sha256": "0" * 64, "bytes": 1} for name in others}}}
    manifest["streams"] = {name: {"rows": 1, "digest": "0" * 64, "damage": ""} for name in others}
    manifest["end"] = {"latency": {name: dict.fromkeys(("answers", "median_s", "max_s"), 0.1) for name in others}}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2))


def search(folder, book, what):
    """How long the whole search takes [s], and how many runs it finds."""
    begin = HOST.now()
    runs = list(stored_runs([folder]))
    found = find_uses(runs, find_affected(what, runs, book))
    return HOST.now() - begin, len(found)


def bare(folder):
    """How long it takes to read every manifest, and to do nothing with it [s]."""
    begin = HOST.now()
    for path in folder.glob("*/*/manifest.json"):
        path.read_bytes()
    return HOST.now() - begin


def main() -> int:
    """Make the runs, search, print; 0 within the bound."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as place:
        folder, book = Path(place) / "runs", Book(Path(place) / "calibration")
        record = book.append(BALANCE).read_bytes()
        make_runs(folder, count, record)
        least_s = bare(folder)
        longest_s = 0.0
        for what in (hashlib.sha256(record).hexdigest(), "W-77"):
            took_s, found = search(folder, book, what)
            longest_s = max(longest_s, took_s)
            rate = f"{count / took_s:,.0f} runs/s, {took_s / least_s:.1f} x bare reading"
            print(f"{what[:12]:<12}  {found:,} of {count:,} runs in {took_s:.2f} s: {rate}")
    print(f"bound {BOUND_S * count / 10_000:g} s")
    return 0 if longest_s <= BOUND_S * count / 10_000 else 2


if __name__ == "__main__":
    sys.exit(main())

"""How long the seal of a long record takes: from the last reading on the disk to a manifest.

    python tests/benchmarks/record_seal.py [HOURS] [RATE_HZ]

Three records of so many hours (24): a run on the simulated bench; its readings once more, in as many small batches as
real time gives; and eight channels at RATE_HZ (1000), which are many segments. The latter two get their readings faster
than in real time, and wait now and then until sealing beside them has followed, as it does in real time.
"""

from __future__ import annotations

import importlib.resources
import os
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from drivers.clock import WallClock
from drivers.interfaces import Column
from rig import runner
from rig.record import Record, RecordWriter
from rig.record.seal import seal_streams, write_manifest

CLOCK = WallClock()
HOURS = 24.0
RATE_HZ = 1000.0
BENCHES = Path(str(importlib.resources.files("fixtures"))) / "benches"
#: The part of a run that is not its analysis, in this protocol [h].
BESIDE_H = 2.25
COLUMNS = [Column(f"ai{number}_v", "float64", "V", "") for number in range(8)]


class Timed:
    """What a function takes, all calls together: of the clock, and of the processors."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.spent_s = self.cpu_s = 0.0
        self._function = function

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Call it."""
        start_s, cpu_s = CLOCK.now(), cpu_now_s()
        try:
            return self._function(*args, **named)
        finally:
            self.spent_s += CLOCK.now() - start_s
            self.cpu_s += cpu_now_s() - cpu_s

    def __str__(self) -> str:
        return f"{self.spent_s:.2f} s ({self.cpu_s:.2f} s of processor)"


def cpu_now_s() -> float:
    """Of all threads of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def simulated(folder: Path, hours: float) -> tuple[Timed, Timed, Timed, Record]:
    """Both parts of the seal, and the assessment between them, of a run on the simulated bench."""
    text = (BENCHES / "protocols" / "demo.toml").read_text("utf-8").replace('_before = "5 h"', '_before = "0.5 h"')
    text = text.replace('_after = "5 h"', '_after = "0.5 h"').replace('stabilization = "6 h"', 'stabilization = "1 h"')
    text = text.replace('"15 min", "1 h", "2 h", "6 h", "12 h"', '"15 min"')
    protocol = folder / "protocol.toml"
    protocol.write_text(text.replace('analysis = "24 h"', f'analysis = "{max(hours - BESIDE_H, 0.5)} h"'), "utf-8")
    streams, manifest, assess = Timed(runner.seal_streams), Timed(runner.write_manifest), Timed(runner.assess)
    with patch.multiple(runner, seal_streams=streams, write_manifest=manifest, assess=assess):
        outcome = runner.run(protocol, BENCHES / "simulated.toml", folder / "simulated", not_for_release=True)
    return streams, manifest, assess, Record.open(outcome.folder)


def as_in_real_time(folder: Path, record: Record) -> tuple[Timed, Record]:
    """The seal of the same readings, handed over each second, as a bench in real time does."""
    names = [name for name in record.channels() if record.health[name].rows]
    columns = {name: _columns(record, name) for name in names if name not in {"wire", "events"}}
    writer = RecordWriter(folder, start={"schema": 1}, inputs={}, channels=columns)
    rows = {name: list(zip(*(v.tolist() for v in record.stream(name).values()), strict=True)) for name in names}
    edges = {name: np.floor(record.stream(name, "t_s")["t_s"]) for name in names}
    for second in np.unique(np.concatenate(list(edges.values()))):
        for name in names:
            begin, end = np.searchsorted(edges[name], [second, second + 1])
            writer.rows(name).extend(rows[name][begin:end])
        writer.flush()
        if second % 600 == 0:
            wait(writer)
    return seal(writer)


def _columns(record: Record, name: str) -> list[Column]:
    known = {"double": "float64", "int64": "int64", "bool": "bool", "string": "text", "binary": "bytes"}
    schema = record.schema(name)
    return [Column(field.name, known[str(field.type)], "", "") for field in schema][1:] if schema else []


def fast(folder: Path, hours: float, rate_hz: float) -> tuple[Timed, Record]:
    """The seal of eight channels, many segments long."""
    writer = RecordWriter(folder, start={"schema": 1}, inputs={}, channels={"daq": COLUMNS})
    for number, portion in enumerate(portions(hours, rate_hz)):
        writer.arrays("daq").append(portion)
        writer.flush()
        if number % 20 == 0:
            wait(writer)
    return seal(writer)


def portions(hours: float, rate_hz: float) -> Iterator[dict[str, Any]]:
    """Noise on a step of the converter; ten thousand readings at a time."""
    rng, count = np.random.default_rng(1), 10_000
    for first in range(0, int(hours * 3600 * rate_hz), count):
        times_s = (first + np.arange(count)) / rate_hz
        yield {"t_s": times_s, **{one.name: np.round(rng.normal(1.0, 50e-6, count), 6) for one in COLUMNS}}


def wait(writer: RecordWriter) -> None:
    """Until what was written is on the disk, and sealing has come as far."""
    writer.settle(None)
    while any(sealer.reached < writer._streams[name].reached for name, sealer in writer.sealers.items()):
        CLOCK.sleep_until(CLOCK.now() + 0.02)


def seal(writer: RecordWriter) -> tuple[Timed, Record]:
    """End and seal a record as a run does, whose last second is still to be followed."""
    wait(writer)

    def whole() -> None:
        writer.close()
        write_manifest(writer.folder, seal_streams(writer.folder, writer.sealers), {}, {"kind": "completed"})

    timed = Timed(whole)
    timed()
    return timed, Record.open(writer.folder)


def told(record: Record) -> str:
    """Rows, files and size."""
    files = [path for path in (record.folder / "streams").iterdir() if path.suffix == ".parquet"]
    rows = sum(health.rows for health in record.health.values())
    return f"{rows} rows in {len(files)} files, {sum(path.stat().st_size for path in files) / 1e6:.0f} MB"


def main(hours: float, rate_hz: float) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("DOSEPROOF_BENCHMARK_DIR")) as name:
        streams, manifest, assess, record = simulated(Path(name), hours)
        print(
            f"simulated bench, {hours:g} h: streams {streams}, manifest {manifest}, assessment {assess}; {told(record)}"
        )
        timed, again = as_in_real_time(Path(name) / "real", record)
        print(f"as in real time, {hours:g} h: seal {timed}; {told(again)}")
        timed, record = fast(Path(name) / "fast", hours, rate_hz)
        print(f"8 channels at {rate_hz:g} Hz, {hours:g} h: seal {timed}; {told(record)}")


if __name__ == "__main__":
    given = [float(text) for text in sys.argv[1:]]
    main(*given, *(HOURS, RATE_HZ)[len(given) :])

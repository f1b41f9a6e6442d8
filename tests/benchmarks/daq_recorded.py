"""Eight channels at 50 kS/s through a whole run and its record: loss, client CPU, write speed, sealing.

The device grants 51.2 kS/s. A run in real time on the simulated instruments in a process of their own (pump, balance
and air on pseudo-terminals, the data acquisition device over gRPC), with a bench file and a protocol like any other;
the record is sealed, opened again and compared sample for sample.

    python tests/benchmarks/daq_recorded.py [SECONDS]

Every sample is checked: the noise of the simulated converter is drawn sample after sample from a known seed and is
different on each terminal, so the difference of two terminals of a kind says which sample of the device it is. One that
is missing, twice or at another place breaks all that follow. With SECONDS of 60 this is the acceptance figure.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from drivers.clock import WallClock
from drivers.interfaces import Column
from fixtures.simulated.nidaqmx_signals import BRIDGE_TERMINALS, VOLTAGE_TERMINALS
from fixtures.simulated.nidaqmx_task import FASTEST_HZ
from fixtures.simulated.serving import served
from rig.events import Event
from rig.record import Record, RecordWriter
from rig.runner import run

BENCHES = Path(__file__).parents[2] / "fixtures" / "benches"
SECONDS = 20.0
CYCLE_S = 22.5
#: Delivery goes on so long after the analysis (see rig.plan).
OVERRUN_S = 7.0
RATE_HZ = FASTEST_HZ
PORTION = 5120
TURNS = 7
CLOCK = WallClock()
#: Seed of the plant, the place of the device in it, and the number of its first task.
NOISE_SEED = [1, 5, 1]
#: Of a kind of terminals: noise and step of the converter.
KINDS = {VOLTAGE_TERMINALS: (50e-6, 16.0 / 2**23), BRIDGE_TERMINALS: (20e-9, 0.025 / 2**23)}
DAQ = """
[[instrument]]
name = "daq"
driver = "nidaqmx"
address = "Dev1"
model = "SIM-9218"
serial_number = "SIM-0D05E001"
[instrument.options]
grpc = "{address}"
rate = "50 kHz"
channels = [
{channels}]
"""
CHANNEL = '  {{ name = "{name}", physical = "Dev1/{name}", kind = "{kind}", range = {range} }},\n'
PROTOCOL = """
schema = 1
id = "DAQ"
[program]
drug = "baclofen"
concentration = "50 ug/mL"
reservoir = "20 mL"
[[program.segments]]
kind = "continuous"
flow = "1 mL/h"
[timing]
stabilization = "{stabilization} s"
analysis = "{analysis} s"
sample_interval = "22.5 s"
[findings.mean_flow_error]
limit = "14.5 %"
"""
#: Carried out in a process of its own, for its memory.
SEALING = """
import sys
from pathlib import Path
import pyarrow.parquet
from drivers.clock import WallClock
from rig.record import Record
from rig.record.seal import seal_streams, write_manifest
folder, what, clock = Path(sys.argv[1]), sys.argv[2], WallClock()
def peak():  # of this program alone; getrusage counts that of its parent too
    text = Path("/proc/self/status").read_text()
    return int(text.partition("VmHWM:")[2].split()[0]) / 1024
before, start = peak(), clock.now()
if what == "seal":
    write_manifest(folder, seal_streams(folder), {}, {})
else:
    record = Record.open(folder)
    if what == "open and read":
        record.stream("daq")
print(f"{what:14} {clock.now() - start:5.2f} s, {peak() - before:4.0f} MB above the {before:.0f} MB of the program")
"""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The simulated instruments; gives the text of a bench file for them."""
    with served("--pty", str(folder), "--set", "nidaqmx_port=0") as ready:
        kinds = dict.fromkeys(VOLTAGE_TERMINALS, ("voltage", '["-10 V", "10 V"]'))
        kinds |= dict.fromkeys(BRIDGE_TERMINALS, ("bridge", '["-2 mV/V", "2 mV/V"]'))
        lines = [CHANNEL.format(name=name, kind=kind, range=span) for name, (kind, span) in kinds.items()]
        text = (BENCHES / "realtime.toml").read_text("utf-8").replace("/tmp/doseproof-bench", str(folder))  # noqa: S108
        text = text.replace('calibration = "', f'calibration = "{BENCHES.as_posix()}/')
        yield text + DAQ.format(address=ready["nidaqmx"][0], channels="".join(lines))


class Meter:
    """Processor time of this process from the beginning to the end of delivery."""

    def __init__(self) -> None:
        self.marks: list[tuple[float, float]] = []

    def __call__(self, event: Event) -> None:
        """Look at each edge of the phase."""
        if event.kind == "phase" and event.data["name"] == "delivery":
            used = resource.getrusage(resource.RUSAGE_SELF)
            self.marks.append((CLOCK.now(), used.ru_utime + used.ru_stime))

    @property
    def seconds(self) -> float:
        """How long delivery lasted."""
        return self.marks[1][0] - self.marks[0][0]

    @property
    def share(self) -> float:
        """Of one processor."""
        return (self.marks[1][1] - self.marks[0][1]) / self.seconds


def record_run(folder: Path, seconds: float) -> tuple[Record, Meter]:
    """The whole of it; the record is the sealed one, opened again."""
    cycles = max(1, int((seconds - OVERRUN_S) / CYCLE_S))
    timing = {"analysis": CYCLE_S * cycles, "stabilization": max(1.0, seconds - OVERRUN_S - CYCLE_S * cycles)}
    (folder / "protocol.toml").write_text(PROTOCOL.format(**timing))
    meter = Meter()
    with serving(folder / "tty") as text:
        (folder / "bench.toml").write_text(text)
        outcome = run(folder / "protocol.toml", folder / "bench.toml", folder / "run", observers=[meter])
    if outcome.end.kind != "completed":
        raise SystemExit(f"expected a run that is completed, found {outcome.end}")
    return Record.open(outcome.folder), meter


def lost(record: Record) -> int:
    """Samples that the device took between the first and the last recorded one and that are not in the record."""
    times_s = record.stream("daq", "t_s")["t_s"]
    numbers = np.rint((times_s - times_s[0]) * RATE_HZ)
    if np.any(np.diff(numbers) < 1):
        raise SystemExit("expected samples in the order of their times, found some twice or out of order")
    return int(numbers[-1]) + 1 - len(numbers)


def check_every_sample(arrays: Mapping[str, Any]) -> int:
    """Compare each sample of each channel with the noise of the converter; gives how many were compared."""
    count = len(arrays["t_s"])
    terminals = [*VOLTAGE_TERMINALS, *BRIDGE_TERMINALS]
    drawn = np.random.Generator(np.random.PCG64(NOISE_SEED)).standard_normal((count, 8), dtype=np.float32)
    noise = dict(zip(terminals, drawn.T.astype(float), strict=True))
    values = dict(zip(terminals, list(arrays.values())[1:], strict=True))
    for kind, (sigma, step) in KINDS.items():
        for one, other in zip(kind, (*kind[1:], kind[0]), strict=True):
            apart = np.abs(values[one] - values[other] - sigma * (noise[one] - noise[other]))
            if (wrong := np.flatnonzero(apart > 1.01 * step)).size:
                raise SystemExit(f"{one}: expected sample {wrong[0]} of the device, found another one")
    return count * len(terminals)


def write_speed(folder: Path, arrays: Mapping[str, Any]) -> tuple[float, float, float]:
    """Seconds for the record's writer, for a plain file synced as often, and for one synced at the end; medians."""
    count = len(arrays["t_s"])
    portions = [{name: v[i : i + PORTION] for name, v in arrays.items()} for i in range(0, count, PORTION)]
    columns = [Column(name, "float64", "V", "") for name in arrays if name != "t_s"]
    spent = [
        (by_writer(folder, columns, portions), plainly(folder, portions), plainly(folder, portions, 10**9))
        for _ in range(TURNS)
    ]
    one, other, third = np.median(np.array(spent), axis=0)
    return float(one), float(other), float(third)


def by_writer(folder: Path, columns: list[Column], portions: list[dict[str, Any]]) -> float:
    """The record's own writer, from the first portion to all of them on the disk."""
    shutil.rmtree(folder / "speed", ignore_errors=True)
    writer = RecordWriter(folder / "speed", start={"schema": 1}, inputs={}, channels={"daq": columns})
    pieces, start_s = writer.arrays("daq"), CLOCK.now()
    for portion in portions:
        pieces.append(portion)
        writer.flush()
    writer.close()
    return CLOCK.now() - start_s


def plainly(folder: Path, portions: list[dict[str, Any]], each: int = 1) -> float:
    """The same bytes into a plain file, synced after so many portions and at the end."""
    start_s = CLOCK.now()
    with (folder / "plain").open("wb") as file:
        for number, portion in enumerate(portions, start=1):
            for values in portion.values():
                file.write(values.data)
            if number % each == 0 or number == len(portions):
                file.flush()
                os.fdatasync(file.fileno())  # as the record does
    return CLOCK.now() - start_s


def main(seconds: float) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("DOSEPROOF_BENCHMARK_DIR")) as name:
        folder = Path(name)
        record, meter = record_run(folder, seconds)
        arrays = record.stream("daq")
        print(
            f"{len(arrays['t_s'])} samples on each of 8 channels, delivery of {meter.seconds:.1f} s, "
            f"{lost(record)} lost; {check_every_sample(arrays)} compared, none wrong"
        )
        print(f"client CPU during delivery {meter.share:.1%} of one processor")
        problems = [data for _, data in record.events("witness") if data["channel"] == "daq"]
        print(f"problems of the channel in the record: {problems or 'none'}")
        writer_s, synced_s, plain_s = write_speed(folder, arrays)
        megabytes = sum(values.nbytes for values in arrays.values()) / 1e6
        print(
            f"{megabytes:.0f} MB: writer {writer_s:.2f} s, plain file {synced_s:.2f} s with a sync each portion "
            f"(speed ratio {synced_s / writer_s:.2f}), {plain_s:.2f} s with one ({plain_s / writer_s:.2f})"
        )
        for what in ("seal", "open", "open and read"):
            subprocess.run([sys.executable, "-c", SEALING, str(folder / "speed"), what], check=True)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)

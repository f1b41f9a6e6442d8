"""An export of a long stream in each format: rows a second, and how much memory it takes, each in a process of its own.

python tests/benchmarks/export_speed.py [ROWS]      # of eight channels; 1,200,000 if not said
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
from pathlib import Path

import numpy as np

from drivers.clock import WallClock
from drivers.interfaces import Column
from rig.export import FORMATS
from rig.export.contents import Contents
from rig.export.stream_tables import found_table, stream_tables
from rig.record import Record, RecordWriter
from rig.record.seal import seal_streams, write_manifest

CLOCK = WallClock()
CHANNELS = 8
PORTION = 50_000


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_200_000
    with tempfile.TemporaryDirectory() as folder:
        record = write(Path(folder) / "record", rows)
        for name in ("csv", "parquet", "tdms", "xlsx"):
            process = multiprocessing.get_context("spawn").Process(target=measure, args=(record, name, Path(folder)))
            process.start()
            process.join()


def write(folder: Path, rows: int) -> Path:
    """A sealed record with one fast stream of full-precision numbers."""
    columns = [Column(f"channel{i}_v", "float64", "V", "") for i in range(CHANNELS)]
    writer = RecordWriter(folder, start={}, inputs={"protocol.toml": b""}, channels={"daq": columns})
    random = np.random.default_rng(1)
    for begin in range(0, rows, PORTION):
        portion = {column.name: random.normal(size=PORTION) for column in columns}
        writer.arrays("daq").append({"t_s": (begin + np.arange(PORTION)) / 1000.0, **portion})
        writer.flush()
    writer.close()
    write_manifest(folder, seal_streams(folder), {}, {})
    return folder


def measure(folder: Path, name: str, out: Path) -> None:
    record = Record.open(folder)
    contents = Contents(name, {}, {}, (found_table(record), *stream_tables(record)))
    before, began = peak_mb(), CLOCK.now()
    FORMATS[name](out, contents)
    taken, rows = CLOCK.now() - began, record.health["daq"].rows
    size = sum(path.stat().st_size for path in out.glob("*.*")) / 1e6
    memory = f"+{peak_mb() - before:,.0f} MB of {peak_mb():,.0f} MB"
    print(f"{name:<8}{rows / taken:>12,.0f} rows/s   {memory}   {size:,.0f} MB written")
    for path in out.glob("*.*"):
        path.unlink()


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()

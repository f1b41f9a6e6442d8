"""Eight channels at 50 kS/s into a record, against a plain file: the same bytes, synced as often, in turns.

    python tests/benchmarks/record_speed.py [SECONDS]

The record's writer gets the readings of so many seconds as fast as it takes them, with its hash chain, its segments and
their sealing beside it. The plain file gets the same bytes in as many pieces, and waits for the disk as often. Printed
are the medians over the turns.
"""

from __future__ import annotations

import itertools
import os
import statistics
import sys
import tempfile
from pathlib import Path
from unittest.mock import patch

import numpy as np

from drivers.clock import WallClock
from drivers.interfaces import Column
from rig.record import Record, RecordWriter

CLOCK = WallClock()
SECONDS = 60.0
RATE_HZ = 50_000
CHANNELS = 8
TURNS = 7
#: Readings in a portion: ten a second, as the loop hands them over.
PORTION = RATE_HZ // 10
COLUMNS = [Column(f"ai{number}_v", "float64", "V", "") for number in range(CHANNELS)]


def portions(seconds: float) -> list[dict[str, np.ndarray]]:
    """Noise on a step of the converter: as little to be compressed as real readings."""
    rng = np.random.default_rng(1)
    count = int(seconds * RATE_HZ)
    times_s = np.arange(count) / RATE_HZ
    values = {column.name: np.round(rng.normal(1.0, 50e-6, count), 7) for column in COLUMNS}
    arrays = {"t_s": times_s, **values}
    return [{name: v[i : i + PORTION] for name, v in arrays.items()} for i in range(0, count, PORTION)]


class Syncs:
    """Counts how often the disk was waited for."""

    def __init__(self) -> None:
        self.count = 0
        self._sync = os.fdatasync

    def __call__(self, file: int) -> None:
        """Wait for the disk, as ever."""
        self.count += 1
        self._sync(file)


def by_writer(folder: Path, pieces: list[dict[str, np.ndarray]]) -> tuple[float, int, int]:
    """Seconds of the record's own writer to the last byte on the disk; how often it waited for the disk; bytes."""
    syncs = Syncs()
    writer = RecordWriter(folder, start={"schema": 1}, inputs={}, channels={"daq": COLUMNS})
    with patch.object(os, "fdatasync", syncs):
        listed, start_s = writer.arrays("daq"), CLOCK.now()
        for portion in pieces:
            listed.append(portion)
            writer.flush()
        writer.close()
        spent_s = CLOCK.now() - start_s
    found = Record.open(folder).health["daq"]
    if found.rows != sum(len(one["t_s"]) for one in pieces) or found.damage:
        raise SystemExit(f"expected every reading in the record, found {found}")
    return spent_s, syncs.count, found.batches


def plainly(path: Path, data: memoryview, pieces: int, syncs: int) -> float:
    """Seconds for so many bytes in so many pieces, with as many waits for the disk, the last at the end."""
    edges = [len(data) * number // pieces for number in range(pieces + 1)]
    waits = {pieces * number // syncs for number in range(1, syncs + 1)}
    start_s = CLOCK.now()
    with path.open("wb") as file:
        for number, (begin, end) in enumerate(itertools.pairwise(edges), start=1):
            file.write(data[begin:end])
            if number in waits:
                file.flush()
                os.fdatasync(file.fileno())
    return CLOCK.now() - start_s


def main(seconds: float) -> None:
    """Measure and print."""
    pieces = portions(seconds)
    data = memoryview(b"".join(values.tobytes() for portion in pieces for values in portion.values()))
    spent = []
    with tempfile.TemporaryDirectory(dir=os.environ.get("DOSEPROOF_BENCHMARK_DIR")) as name:
        for turn in range(TURNS):
            writer_s, syncs, _ = by_writer(Path(name) / f"record-{turn}", pieces)
            spent.append((writer_s, plainly(Path(name) / "plain", data, len(pieces), syncs), syncs))
    writer_s, plain_s, syncs = (statistics.median(each) for each in zip(*spent, strict=True))
    ratio = statistics.median(plain / writer for writer, plain, _ in spent)
    print(
        f"{len(data) / 1e6:.0f} MB, {syncs:.0f} waits for the disk: writer {writer_s:.2f} s "
        f"({seconds / writer_s:.0f} x real time), plain file {plain_s:.2f} s, speed ratio {ratio:.2f}"
    )


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)

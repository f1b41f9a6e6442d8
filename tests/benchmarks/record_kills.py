"""Kill recording processes at random moments: every record readable, little lost, none taken for a sealed one.

    nice python tests/benchmarks/record_kills.py [KILLS]

Each process records in real time as a run does: rows of a balance, arrays of fast channels, events, a hand-over each
100 ms. Its segments are short, so that kills meet roll-overs and sealing too. It notes in shared memory what it has
taken from its instruments; what of that is not in the record was lost. Then the record is sealed, as somebody may do.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import statistics
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from drivers.clock import WallClock
from drivers.interfaces import Balance, Column
from rig.execute.loop import FLUSH_S
from rig.record import Record, RecordWriter, follower
from rig.record.check import check_record
from rig.record.seal import seal_streams, write_manifest
from rig.record.segments import SegmentLimits

CLOCK = WallClock()
KILLS = 1000
AT_ONCE = 2
#: A process lives at most so long after its record was begun [s].
LONGEST_S = 2.5
TURN_S = 0.01
FAST_HZ = 10_000
COLUMNS = [Column("number", "int64", "", ""), *(Column(f"ai{n}_v", "float64", "V", "") for n in range(8))]
LIMITS = SegmentLimits(size_bytes=250_000, duration_s=0.7)
FORKS = multiprocessing.get_context("forkserver")


@dataclass(frozen=True)
class Killed:
    """What a kill left.

    Attributes:
        lost_s: the time that readings reach further than the record, the worst channel [s of host time].
        rows: that are in it.
        segments: of which they are made.
        problem: what is wrong with it; empty if nothing is.
    """

    lost_s: float
    rows: int
    segments: int
    problem: str = ""


def record(folder: Path, taken: Any) -> None:
    """Record until somebody ends it; ``taken`` gets the time of the last reading of each channel."""
    follower.EACH_S = 0.05  # type: ignore[misc]  # as often as the segments are short
    channels = {"balance": Balance.COLUMNS, "daq": COLUMNS}
    writer = RecordWriter(
        folder, start={"schema": 1, "begun_s": CLOCK.now()}, inputs={}, channels=channels, limits=LIMITS
    )
    rows, pieces, flushed, due, number = writer.rows("balance"), writer.arrays("daq"), CLOCK.now(), CLOCK.now(), 0
    while True:
        rows.append((due, float(number), True, "ok"))
        pieces.append(_fast(due, number))
        taken[:] = [due, due]
        if number % 5 == 0:
            writer.event(due, "note", number=number)
        if CLOCK.now() - flushed > FLUSH_S:
            flushed = CLOCK.now()
            writer.flush()
        number, due = number + 1, due + TURN_S
        CLOCK.sleep_until(due)


def _fast(now_s: float, turn: int) -> dict[str, np.ndarray]:
    count = int(TURN_S * FAST_HZ)
    numbers = np.arange(turn * count, (turn + 1) * count)
    noise = {column.name: np.sin(numbers * 0.1) for column in COLUMNS[1:]}
    return {"t_s": now_s + np.zeros(count), "number": numbers, **noise}


def kill(folder: Path, seed: int) -> Killed:
    """Start a recording process, end it as a power cut of the program would, and look at what is left."""
    taken = FORKS.RawArray("d", 2)
    process = FORKS.Process(target=record, args=(folder, taken), daemon=True)
    process.start()
    while not (folder / "start.json").exists() and process.is_alive():
        CLOCK.sleep_until(CLOCK.now() + 0.002)
    CLOCK.sleep_until(CLOCK.now() + random.Random(seed).uniform(0.0, LONGEST_S))
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    return left(folder, dict(zip(("balance", "daq"), taken, strict=True)))


def left(folder: Path, taken: dict[str, float]) -> Killed:
    """What is in the record, what is not, and whether it can still be sealed."""
    found, state = Record.open(folder), check_record(folder).state
    rows = sum(health.rows for health in found.health.values())
    segments = sum(1 for path in (folder / "streams").iterdir() if path.suffix in {".arrows", ".parquet"})
    lost_s = max(_lost_s(found, name, taken[name]) for name in taken)
    problem = _problem(found, state)
    write_manifest(folder, seal_streams(folder), {}, {"kind": "killed"})
    sealed = Record.open(folder)
    if not problem and sealed.content_digest != found.content_digest:
        problem = "sealed, it has another content"
    return Killed(lost_s, rows, segments, problem)


def _lost_s(found: Record, name: str, taken_s: float) -> float:
    """From the last reading in the record, or where it has none from its beginning, to the last one taken."""
    if not taken_s:
        return 0.0
    last_s = found.stream(name, "t_s")["t_s"][-1] if found.health[name].rows else found.start["begun_s"]
    return max(0.0, taken_s - last_s)


def _problem(found: Record, state: str) -> str:
    if found.sealed or state != "never sealed":
        return f"it is taken for {state}"
    for name, column, step in (("balance", "mass_g", 1.0), ("daq", "number", 1)):
        if found.health[name].rows:
            numbers = found.stream(name)[column]
            if numbers[0] != 0 or np.any(np.diff(numbers) != step):
                return f"{name}: readings are missing, twice or out of order"
    return ""


def killed(kills: int, folder: Path, at_once: int = AT_ONCE) -> list[Killed]:
    """So many kills, some at a time."""
    FORKS.set_forkserver_preload([record.__module__, "pyarrow.parquet"])
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(lambda seed: kill(folder / f"{seed:04d}", seed), range(kills)))


def main(kills: int) -> int:
    """Kill and print; 0 if nothing is wrong."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("DOSEPROOF_BENCHMARK_DIR")) as name:
        found = killed(kills, Path(name))
    problems = [one.problem for one in found if one.problem]
    lost = [one.lost_s for one in found]
    print(
        f"{kills} kills, {sum(one.rows for one in found)} rows in {sum(one.segments for one in found)} segments: "
        f"{len(problems)} wrong; lost {statistics.median(lost):.3f} s in the middle, {max(lost):.3f} s at most"
    )
    print(*sorted(set(problems)), sep="\n")
    return 1 if problems or max(lost) > 1.0 else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else KILLS))

"""Killing the host at any moment leaves a record that is a prefix of the truth, and a verdict that says so.

The simulated run is deterministic, so the truth is known: the same run, not killed. Ten kills in CI, a hundred
each night; every second one also gets the damage to a tail that only a power cut makes.
"""

import random
import signal
import subprocess
import sys

import numpy as np
import pytest

from drivers.clock import WallClock
from rig.assessment import assess
from rig.record import Record
from rig.runner import run

PROTOCOL = {"leg": "3 h", "stabilization": "2 h", "analysis": "12 h"}
RUN = "import sys; from pathlib import Path; from rig.runner import run; run(*map(Path, sys.argv[1:4]))"
#: The run above takes at least this long on any machine we know [s of host time].
LONGEST_S = 3.0
CLOCK = WallClock()


@pytest.fixture(scope="module")
def station(station_in, tmp_path_factory):
    return station_in(tmp_path_factory.mktemp("station"))


@pytest.fixture(scope="module")
def truth(station):
    outcome = run(station.protocol(**PROTOCOL), station.bench(), station.folder / "truth")
    record = Record.open(outcome.folder)
    return {name: record.stream(name) for name in record.channels()}


def killed_run(station, folder, after_s):
    """Start the run as a process of its own and kill it; gives the folder that it left."""
    files = (station.protocol(**PROTOCOL), station.bench(), folder)
    process = subprocess.Popen([sys.executable, "-c", RUN, *map(str, files)])
    while not (folder / "start.json").exists() and process.poll() is None:
        CLOCK.sleep_until(CLOCK.now() + 0.01)
    CLOCK.sleep_until(CLOCK.now() + after_s)
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    return folder


def damage_a_tail(folder, rng):
    """What a power cut leaves: one stream cut short, zeroed or filled with garbage at its end."""
    written = [path for path in sorted((folder / "streams").glob("*.arrows")) if path.stat().st_size]
    if not written:  # killed before anything was on the disk
        return
    path = rng.choice(written)
    data = path.read_bytes()
    at = len(data) - rng.randrange(1, min(len(data), 18_000))
    tail = rng.choice([b"", bytes(len(data) - at), rng.randbytes(len(data) - at)])
    path.write_bytes(data[:at] + tail)


def check(folder, truth):
    """Every stream is a prefix of the truth, and the verdict admits that the run was cut off."""
    record = Record.open(folder)
    for name in record.channels():
        if record.health[name].rows:
            found = record.stream(name)
            assert all(np.array_equal(found[c], truth[name][c][: len(found[c])]) for c in found), name
    if not record.sealed:
        verdict = assess(record).verdict
        assert verdict.outcome == "inconclusive"
        assert "the record was never sealed" in verdict.release_blocks


def kill(station, truth, folder, seed):
    rng = random.Random(seed)
    killed_run(station, folder, rng.uniform(0.0, LONGEST_S))
    if seed % 2 and not (folder / "manifest.json").exists():
        damage_a_tail(folder, rng)
    check(folder, truth)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_a_kill_leaves_a_prefix_of_the_truth(station, truth, tmp_path, seed):
    kill(station, truth, tmp_path / "run", seed)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(100, 200))
def test_a_hundred_kills(station, truth, tmp_path, seed):
    kill(station, truth, tmp_path / "run", seed)

"""Runs side by side on one host: each has its pump and its balance, and all ask one air sensor in turn."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from drivers.clock import WallClock
from drivers.environment.ptu300 import open_ptu300
from drivers.errors import InstrumentTimeout, LinkLost, NotSupported
from drivers.wire_log import WireLog
from fixtures.simulated.clock import SimulatedClock
from rig.bench import load_bench, open_bench, parse_bench
from rig.errors import BenchError, FileError
from rig.locks import AddressInUseError, asking, lock
from rig.sharing import open_shared

pytest.importorskip("pty", reason="pseudo-terminals, and shared locks, are POSIX")

FOLDER = "/tmp/doseproof-bench"  # noqa: S108 - as the bench file names it
LINE = "4800 8N1"  # a pseudo-terminal does not take 7E1 twice
RUN = """
import json, sys
from rig.bench import load_bench, open_bench
from rig.execute.calls import mark_calls
with open_bench(load_bench(sys.argv[1])) as bench:
    print("open", flush=True)
    sys.stdin.readline()
    mark_calls(bench)
    named = {"device": bench.device, **bench.laboratory()}
    for instrument in named.values():
        instrument.prepare()
    rows = {name: [] for name in named}
    for turn in range(20):
        for name, instrument in named.items():
            rows[name] += instrument.drain()
        bench.clock.sleep_until(bench.clock.now() + 0.02)
    print(json.dumps({"air": [row[1:] for row in rows["environment"]], "balance": len(rows["balance"])}))
"""


@pytest.fixture(autouse=True)
def _locks_of_our_own(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


@pytest.fixture
def two_stations(tmp_path, benches):
    """Two bench files: each its own served pump and balance, and both the air sensor of the first."""
    calibration = benches / "calibration"
    served, files, air = [], [], str(tmp_path / "one" / "environment")
    for name in ("one", "two"):
        command = [
            sys.executable,
            "-m",
            "fixtures.simulated.serve",
            "--pty",
            str(tmp_path / name),
            "--tcp",
            "127.0.0.1",
        ]
        served.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
    for name, server in zip(("one", "two"), served, strict=True):
        assert json.loads(server.stdout.readline())["ready"]
        text = (benches / "realtime.toml").read_text("utf-8").replace('"calibration/', f'"{calibration}/')
        text = text.replace("[environment]", "[environment]\nshared = true")
        text = text.replace(f"{FOLDER}/environment", air).replace(FOLDER, str(tmp_path / name))
        files.append(tmp_path / f"{name}.toml")
        files[-1].write_text(f'{text}\n[environment.options]\nline = "{LINE}"\n', "utf-8")
    yield files
    for server in served:
        server.stdin.close()
        assert server.wait(10) == 0
        server.stdout.close()


def running(file: Path):
    command = [sys.executable, "-c", RUN, str(file)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_runs_share_the_air_sensor_and_no_reading_is_split(two_stations):
    runs = [running(file) for file in two_stations]
    assert [run.stdout.readline() for run in runs] == ["open\n", "open\n"]
    for run in runs:
        run.stdin.write("go\n")
        run.stdin.flush()
    said = [run.communicate(timeout=40) for run in runs]

    assert [error for _, error in said] == ["", ""]
    for found in (json.loads(text) for text, _ in said):
        assert (len(found["air"]), found["balance"]) == (20, 20)
        assert all(abs(t - 22) < 3 and abs(p - 1013) < 30 and 0 < h < 100 for t, p, h in found["air"])


def test_who_wants_the_sensor_alone_is_kept_out_by_a_run_that_shares_it(two_stations):
    alone = two_stations[1].read_text("utf-8").replace("shared = true\n", "")

    refused = pytest.raises(BenchError, match=r"environment: \S*environment is in use by another run")
    with open_bench(load_bench(two_stations[0])), refused, open_bench(parse_bench(alone, "two.toml")):
        pass


def test_sharers_are_kept_out_by_a_run_that_has_it_alone():
    with lock("port"), pytest.raises(AddressInUseError, match="in use by another run"), lock("port", shared=True):
        pass


def test_a_sensor_that_others_keep_busy_is_a_missing_reading_and_not_a_wait_for_ever(two_stations):
    address = load_bench(two_stations[0]).instruments()["environment"].address
    clock = WallClock()
    made = open_shared(
        lambda: open_ptu300(address, clock=clock, wire=WireLog(), options={"line": LINE}), address, clock
    )

    began_s = clock.now()
    with asking(address, clock, 1.0), pytest.raises(InstrumentTimeout, match="kept busy by other runs"):
        made.drain()
    assert 1.4 < clock.now() - began_s < 3
    assert len(made.drain()) == 1
    made.close()


def test_between_readings_the_port_is_free(two_stations):
    address = load_bench(two_stations[0]).instruments()["environment"].address
    clock = WallClock()

    def sensor():
        return open_ptu300(address, clock=clock, wire=WireLog(), options={"line": LINE})

    made = open_shared(sensor, address, clock)
    with sensor() as other, pytest.raises(LinkLost, match="already open"):
        assert len(other.drain()) == 1
        made.drain()
    made.close()


class Streams:
    """A driver of an instrument that sends by itself."""

    closed = False
    shareable = False

    def close(self):
        self.closed = True

    let_go = take_up = close


def test_an_instrument_that_sends_by_itself_cannot_be_shared():
    made = Streams()

    with pytest.raises(NotSupported, match="sends by itself"):
        open_shared(lambda: made, "port", SimulatedClock())
    assert made.closed


def test_an_instrument_that_gives_arrays_cannot_be_shared():
    made = Streams()
    made.shareable, made.drain_arrays = True, dict

    with pytest.raises(NotSupported, match="sends by itself"):
        open_shared(lambda: made, "port", SimulatedClock())


def test_the_balance_at_the_tip_cannot_be_shared(bench):
    with pytest.raises(FileError, match=r"witness\[0\].shared: a balance at the tip belongs to one run"):
        bench(('name = "balance"', 'name = "balance"\nshared = true'))

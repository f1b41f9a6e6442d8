"""The flow sensor's driver in real time, over a pseudo-terminal and over TCP, and what an unplug does there."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys

import pytest

from calibration.units import TIME
from drivers.clock import WallClock
from drivers.errors import LinkLost
from drivers.flow.slf3x import open_slf3x
from drivers.wire_log import WireLog

pytest.importorskip("pty", reason="pseudo-terminals are POSIX")


class Served:
    """The simulated bench in a process of its own."""

    def __init__(self, place):
        command = [sys.executable, "-m", "fixtures.simulated.serve", "--pty", str(place), "--tcp", "127.0.0.1"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addresses = json.loads(self.process.stdout.readline())["flow"]

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


@pytest.fixture
def served(tmp_path):
    bench = Served(tmp_path / "bench")
    yield bench
    bench.close()


def open_real(address):
    return open_slf3x(address, clock=WallClock(), wire=WireLog(), options={"interval": "5 ms"})


@pytest.mark.parametrize("way", [0, 1], ids=["pty", "tcp"])
def test_measurements_come_at_their_interval(served, way):
    clock = WallClock()
    with open_real(served.addresses[way]) as sensor:
        sensor.prepare()
        start_s, rows = clock.now(), []
        for step in range(1, 6):
            clock.sleep_until(start_s + 0.1 * step)
            rows += sensor.drain()
        took_s = clock.now() - start_s
    assert sensor.identity.simulated
    assert len(rows) == pytest.approx(took_s / 0.005, abs=6)
    assert all(before[0] <= after[0] for before, after in itertools.pairwise(rows))


def test_an_unplug_is_a_lost_link_and_a_replug_brings_it_back(served):
    with open_real(served.addresses[0]) as sensor:
        sensor.prepare()
        served.tell("flow drop")
        for _ in range(2):
            with pytest.raises(LinkLost):
                sensor.drain()
        served.tell("flow replug")
        sensor.reconnect(TIME.parse("timeout", "5 s"))
        sensor.prepare()
        WallClock().sleep_until(WallClock().now() + 0.1)
        assert len(sensor.drain()) >= 10

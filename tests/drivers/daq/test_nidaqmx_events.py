"""Woken every so many samples, in real time, by the unmodified package and the server's own event stream."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from drivers.clock import WallClock
from drivers.daq.nidaqmx import open_nidaqmx
from drivers.errors import NotSupported
from drivers.wire_log import WireLog
from fixtures.simulated.nidaqmx_server import DaqServer
from fixtures.simulated.options import PlantOptions
from fixtures.simulated.plant import Plant
from tests.drivers.daq.conftest import PRESSURE


@pytest.fixture
def daq():
    """At 10 kS/s, in real time."""
    clock = WallClock()
    start_s = clock.now()
    server = DaqServer(Plant(PlantOptions()), lambda: clock.now() - start_s, 0, waits=True)
    options = {"grpc": server.address, "rate": "10 kHz", "channels": [PRESSURE]}
    with open_nidaqmx("Dev1", clock=clock, wire=WireLog(), options=options) as opened:
        yield opened
    server.close()


def test_who_is_woken_finds_the_samples_there(daq):
    woken, times = threading.Semaphore(0), []
    daq.call_every(1000, woken.release)
    daq.prepare()
    for _ in range(10):
        assert woken.acquire(timeout=5.0)
        times.append(daq.drain_arrays()["t_s"])
    assert sum(map(len, times)) >= 10_000
    assert np.ptp(np.diff(np.concatenate(times))) < 1e-9, "a sample was lost, or came twice"


def test_nobody_is_called_once_the_device_is_closed(daq):
    calls = []
    daq.call_every(500, lambda: calls.append(threading.current_thread().name))
    daq.prepare()
    WallClock().wait(WallClock().now() + 0.3, lambda: bool(calls))
    daq.close()
    before = len(calls)
    clock = WallClock()
    clock.sleep_until(clock.now() + 0.2)
    assert before > 0
    assert len(calls) <= before + 1


def test_fewer_than_one_sample_is_refused(daq):
    with pytest.raises(NotSupported, match="expected a call every 1 samples or more, found 0"):
        daq.call_every(0, print)

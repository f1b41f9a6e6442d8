"""A simulated world with a data acquisition device in it, and the driver on it."""

from __future__ import annotations

import pytest

from drivers.daq.nidaqmx import open_nidaqmx
from drivers.wire_log import WireLog
from fixtures.simulated.world import open_world

PRESSURE = {"name": "pressure", "physical": "Dev1/ai0", "kind": "voltage", "range": ["-10 V", "10 V"]}
LOAD = {"name": "load", "physical": "Dev1/ai4", "kind": "bridge", "range": ["-2 mV/V", "2 mV/V"]}
FORCE = {
    "name": "force", "physical": "Dev1/ai5", "kind": "force-bridge", "range": ["-1 N", "1 N"],
    "electrical": ["0.02 mV/V", "2.02 mV/V"], "force": ["0 N", "1 N"],
}  # fmt: skip


@pytest.fixture
def world():
    with open_world({"nidaqmx_port": 0, "seed": 1}) as opened:
        yield opened


@pytest.fixture
def device(world):
    """The simulated device, to put faults on."""
    return world.daq.daq


@pytest.fixture
def log():
    return WireLog()


@pytest.fixture
def open_daq(world, log):
    """Opens the driver: three channels at 10 Hz, unless told otherwise."""
    opened = []

    def make(**options):
        table = {"grpc": world.daq.address, "rate": "10 Hz", "channels": [PRESSURE, LOAD, FORCE], **options}
        opened.append(open_nidaqmx("Dev1", clock=world.clock, wire=log, options=table))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def ready(open_daq):
    daq = open_daq()
    daq.prepare()
    return daq


@pytest.fixture
def later(world):
    """Drains some seconds later."""

    def drain(daq, seconds=1.0):
        world.clock.sleep_until(world.clock.now() + seconds)
        return daq.drain()

    return drain

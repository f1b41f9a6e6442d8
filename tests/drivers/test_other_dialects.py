"""A driver of a serial instrument on the port of every other one: an error of ours, and never an identity."""

from __future__ import annotations

from importlib.metadata import entry_points

import pytest

from drivers.errors import DriverError
from drivers.wire_log import WireLog
from fixtures.simulated.world import open_world

INSTRUMENTS = {
    "mock-pump": "pump",
    "mt-sics": "balance",
    "sbi": "sbi",
    "and-balance": "and-balance",
    "radwag": "radwag",
    "slf3x": "flow",
    "ptu300": "environment",
}
PAIRS = [(driver, other) for driver, own in INSTRUMENTS.items() for other in INSTRUMENTS.values() if other != own]


@pytest.fixture
def world():
    with open_world({}) as opened:
        yield opened


@pytest.mark.parametrize(("driver", "other"), PAIRS)
def test_another_dialect_is_refused(world, driver, other):
    factory = entry_points(group="doseproof.drivers")[driver].load()
    with pytest.raises(DriverError, match=r"expected .*, found"):
        factory(f"sim://simulated/{other}", clock=world.clock, wire=WireLog(), options={})

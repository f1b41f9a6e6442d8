"""A quiet simulated bench, and balances opened on it."""

from __future__ import annotations

import pytest

from drivers.balance.and_balance import open_and_balance
from drivers.balance.mt_sics import open_mt_sics
from drivers.balance.radwag import open_radwag
from drivers.balance.sbi import open_sbi
from drivers.wire_log import WireLog
from fixtures.simulated.options import PlantOptions
from fixtures.simulated.plant import Plant
from fixtures.simulated.world import World, clock_for

QUIET = {"noise": "0 g", "slow_noise": "0 g", "drift_walk_mg": 0.0, "evaporation": "0 mg/h"}
OPENERS = {"and-balance": open_and_balance, "mt-sics": open_mt_sics, "radwag": open_radwag, "sbi": open_sbi}


@pytest.fixture
def on_plant():
    """``on_plant(make, **options)``: a world whose one instrument ``it`` is ``make(plant)``."""
    worlds = []

    def build(make, **options):
        chosen = PlantOptions.from_table({**QUIET, **options})
        plant = Plant(chosen)
        worlds.append(World("one-balance", clock_for(chosen), plant, {"it": make(plant)}))
        return worlds[-1]

    yield build
    for world in worlds:
        world.close()


@pytest.fixture
def open_on():
    """``open_on(world, driver, **options)``: the driver on the instrument ``it`` of a world."""
    opened = []

    def make(world, driver, **options):
        opened.append(OPENERS[driver](world.address("it"), clock=world.clock, wire=WireLog(), options=options))
        return opened[-1]

    yield make
    for one in opened:
        one.close()

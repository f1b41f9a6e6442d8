"""The simulated peer of each registered driver, and what the contract suite asks it.

A test that takes ``peer`` runs once for each driver that is registered and stands in ``peers.toml``, unless the table
declares, with its reason, that the test cannot apply.
"""

from __future__ import annotations

import bisect
import math
import sys
import tomllib
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from drivers.wire_log import WireLog
from fixtures.simulated.world import instruments, open_world

GROUP = "doseproof.drivers"
TABLE = tomllib.loads((Path(__file__).parent / "peers.toml").read_text(encoding="utf-8"))
#: No noise, and air, mass and pressure that move fast enough for an old answer to be seen.
MOVING = {
    "seed": 1,
    "noise": "0 g",
    "slow_noise": "0 g",
    "load_cell_noise": "0 g",
    "drift_walk_mg": 0.0,
    "drift": "100 g/h",
    "front": [{"start": "0 s", "duration": "200 s", "change": "-100 hPa"}],
}
#: How far a true value may be from one of another instant, one second away at most; others must be exact, or 2 % off.
NEAR = {
    "mass_g": 0.04,
    "pressure_hpa": 0.9,
    "temperature_c": 0.3,
    "humidity_percent": 1.0,
    "flow_raw": 10,
    "flow_ul_h": 20.0,
    "raw": 4,
    "voltage_v": 0.002,
    "current_a": 0.001,
}
#: What differs between two readings of a sound instrument, or says itself how old a row is.
LOOSE = {"stable", "in_limits", "device_ms", "lost"}


@dataclass(frozen=True)
class Peer:
    """One driver, and how its simulated instrument is reached."""

    driver: str
    address: str
    peer: str
    model: str
    serial_number: str
    transport: str = "serial"
    checksum: bool = False
    garbled: str = ""
    options: dict = field(default_factory=dict)
    world_options: dict = field(default_factory=dict)
    not_applicable: dict = field(default_factory=dict)

    @property
    def world(self):
        """The options of its world."""
        return {**MOVING, **self.world_options}

    @property
    def excused(self):
        """Every test that cannot apply, with its reason."""
        return {**TABLE["transport"][self.transport].get("not_applicable", {}), **self.not_applicable}

    def placed(self, value, world):
        """An address or an option, with the port that the open world gave to the peer."""
        if not isinstance(value, str) or "{port}" not in value:
            return value
        ports = {**getattr(world, "ports", {})}
        if getattr(world, "daq", None) is not None:
            ports["daq"] = world.daq.address.rpartition(":")[2]
        return value.replace("{port}", str(ports[self.peer]))

    def factory(self):
        """What the entry point names."""
        return entry_points(group=GROUP)[self.driver].load()

    def open(self, world, wire=None, options=()):
        """Open it in that world."""
        options = {key: self.placed(value, world) for key, value in {**self.options, **dict(options)}.items()}
        address = self.placed(self.address, world)
        return self.factory()(address, clock=world.clock, wire=wire or WireLog(), options=options)


PEERS = {name: Peer(driver=name, **table) for name, table in TABLE["driver"].items()}


def pytest_generate_tests(metafunc):
    if "peer" in metafunc.fixturenames:
        test = metafunc.function.__name__.removeprefix("test_")
        registered = entry_points(group=GROUP).names
        names = [name for name in sorted(PEERS) if name in registered and test not in PEERS[name].excused]
        metafunc.parametrize("peer", [PEERS[name] for name in names], ids=names)


@pytest.fixture
def peers():
    return PEERS


@pytest.fixture
def world(peer, truth):  # a world of the same name was open to find the truth
    with open_world(peer.world) as opened:
        yield opened


@pytest.fixture
def log():
    return WireLog()


@pytest.fixture
def open_it(peer, world, log):
    """Opens the driver on its simulated instrument."""
    opened = []

    def make(options=()):
        opened.append(peer.open(world, log, options))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def wire_of(peer, world):
    """The wire of the instrument, to put faults on."""
    return world.wire(peer.peer)


@pytest.fixture
def ready(open_it):
    instrument = open_it()
    instrument.prepare()
    return instrument


@pytest.fixture
def later(world):
    """Drains an instrument some seconds later."""

    def drain(instrument, seconds=3.0):
        world.clock.sleep_until(world.clock.now() + seconds)
        return instrument.drain()

    return drain


_references = {}


@pytest.fixture
def truth(peer):
    """Rows of the sound instrument, each half second, from a world of its own made before; by time."""
    if peer.driver not in _references:
        with open_world(peer.world) as sound, peer.open(sound) as instrument:
            instrument.prepare()
            rows = []
            for step in range(700):
                sound.clock.sleep_until(sound.clock.now() + (0.5 if step < 450 else 4.0))
                rows += instrument.drain()
            _references[peer.driver] = [column.name for column in instrument.columns], rows
    return _references[peer.driver]


def _difference(name, found, true):
    if name in LOOSE or found == true:
        return None
    if isinstance(found, float | int) and isinstance(true, float | int):
        if math.isnan(found) and math.isnan(true):
            return None
        if abs(found - true) <= NEAR.get(name, 0.02 * abs(true)):
            return None
    return f"{name}: expected {true!r}, found {found!r}"


@pytest.fixture
def believe(truth):
    """Fails where a row says what the sound instrument does not say at that time, give or take."""
    names, sound = truth
    times_s = [row[0] for row in sound]

    def check(rows):
        for t_s, *values in rows:
            at = min(bisect.bisect(times_s, t_s), len(sound) - 1)
            near = [sound[i][1:] for i in (max(at - 1, 0), at)]
            for column, name in enumerate(names):
                wrong = [_difference(name, values[column], one[column]) for one in near]
                assert None in wrong, f"at {t_s} s: {wrong}"

    return check


def _renamed(value, old, new):
    """A constant with another serial number in it, however deep."""
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, bytes):
        return value.replace(old.encode("ascii"), new.encode("ascii"))
    if isinstance(value, dict):
        return {key: _renamed(item, old, new) for key, item in value.items()}
    if type(value) in {list, tuple}:
        return type(value)(_renamed(item, old, new) for item in value)
    return value


@pytest.fixture
def another_unit(peer, world, wire_of, monkeypatch):
    """Call it, and a unit of the same model with another serial number stands in the instrument's place."""

    def swap():
        other = peer.serial_number[:-1] + "X"
        for where, module in list(sys.modules.items()):
            for name, value in list(vars(module).items()) if where.startswith("fixtures.simulated") else ():
                changed = _renamed(value, peer.serial_number, other) if not name.startswith("__") else value
                if changed != value:
                    monkeypatch.setattr(module, name, changed)
        wire_of.device = instruments(world.plant)[peer.peer]
        return other

    return swap


@pytest.fixture
def cut(wire_of, monkeypatch):
    """``cut(n)``: from now on only ``n`` bytes more come from the instrument; ``cut(None)`` mends it."""
    sound = wire_of.from_device
    left = [None]

    def from_device(now_s):
        data = sound(now_s)
        if left[0] is None:
            return data
        data = data[: left[0]]
        left[0] -= len(data)
        return data

    monkeypatch.setattr(wire_of, "from_device", from_device)

    def set_left(count):
        left[0] = count

    return set_left

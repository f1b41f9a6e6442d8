from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest

from drivers.clock import WallClock
from drivers.errors import LinkLost, NotSupported
from drivers.interfaces import Balance, Environment, Identity, Pump
from rig.bench import parse_bench

GOOD = """\
schema = 1
name = "station-1"

[device]
driver = "fake-pump"
address = "pump-port"
model = "DP-MP1"
serial_number = "MP-0007"

[[witness]]
name = "balance"
driver = "fake-balance"
address = "balance-port"
model = "XPR205"
serial_number = "B1"
calibration = "balance.toml"

[witness.vessel]
inner_diameter = "30 mm"
needle_outer_diameter = "1.6 mm"
load_volume = "53 mL"

[environment]
driver = "fake-environment"
address = "air-port"
model = "PTU300"
serial_number = "P1"
calibration = "air.toml"
"""

ENTRY_POINTS = """\
[doseproof.drivers]
fake-pump = doseproof_fakes:pump
fake-balance = doseproof_fakes:balance
fake-environment = doseproof_fakes:environment
[doseproof.worlds]
fake = doseproof_fakes:world
"""


class Station:
    """What stands behind the fake drivers: who answers where, what is missing, and what was opened and closed."""

    def __init__(self):
        self.answers = {
            "pump-port": ("DP-MP1", "MP-0007"),
            "balance-port": ("XPR205", "B1"),
            "air-port": ("PTU300", "P1"),
        }
        self.missing = {}
        self.log = []
        self.world_error = None
        self.clock = WallClock()

    def factory(self, base):
        fake = type(base.__name__, (base,), {name: lambda *_: None for name in base.__abstractmethods__})

        def open_it(address, *, clock, wire, options):
            if unknown := options.keys() - {"grpc"}:
                raise NotSupported(f"options of the fake: unknown key {min(unknown)!r}")
            if address in self.missing:
                raise self.missing[address]
            model, serial = self.answers[address]
            fake.identity = Identity("Maker", model, serial, "1")
            made = type(base.__name__, (fake,), {"identity": Identity("Maker", model, serial, "1")})()
            made.clock = clock
            made.close = lambda: self.log.append(f"close {address}")
            self.log.append(f"open {address}")
            return made

        return open_it

    def world(self, options):
        if self.world_error is not None:
            raise self.world_error
        self.log.append("open world")
        return types.SimpleNamespace(clock=self.clock, close=lambda: self.log.append("close world"), options=options)


@pytest.fixture
def station(monkeypatch, tmp_path):
    """Fake drivers and a fake world, installed as a distribution of their own for one test."""
    found = Station()
    module = types.ModuleType("doseproof_fakes")
    module.pump, module.balance = found.factory(Pump), found.factory(Balance)
    module.environment, module.world = found.factory(Environment), found.world
    monkeypatch.setitem(sys.modules, "doseproof_fakes", module)
    info = tmp_path / "doseproof_fakes-1.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_text(ENTRY_POINTS, "utf-8")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: doseproof-fakes\nVersion: 1\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return found


@pytest.fixture
def unplugged():
    return LinkLost("nothing is there; plug it in")


@pytest.fixture
def good():
    return GOOD


@pytest.fixture
def bench():
    """The good bench, with texts changed into others."""

    def make(*changes):
        text = GOOD
        for old, new in changes:
            if old not in text:
                raise LookupError(old)
            text = text.replace(old, new)
        return parse_bench(text, "b.toml")

    return make


@pytest.fixture(scope="session")
def benches():
    """The bench files that come along."""
    return Path(__file__).parents[3] / "fixtures" / "benches"

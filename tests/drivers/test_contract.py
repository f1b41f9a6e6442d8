"""What every driver must do, for each entry point of the group ``doseproof.drivers``.

A driver gets these tests by being registered and by standing in a bench ``fixtures/benches/simulated*.toml``, where its
simulated instrument is named. One that stands nowhere fails here.
"""

from __future__ import annotations

import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from drivers.errors import DriverError, InstrumentTimeout, LinkLost, NotSupported, ProtocolError
from drivers.interfaces import Balance, Environment, Pump
from drivers.wire_log import WireLog
from fixtures.simulated.world import open_world

GROUP = "doseproof.drivers"
BENCHES = sorted((Path(__file__).parents[2] / "fixtures" / "benches").glob("simulated*.toml"))
KINDS = {"float64": float, "int64": int, "bool": bool, "text": str, "bytes": bytes}


def test_drivers_are_registered():
    assert {"mock-pump", "mt-sics", "ptu300"} <= entry_points(group=GROUP).names, (
        "install the package: pip install -e ."
    )


@pytest.fixture
def world():
    with open_world({"seed": 1}) as opened:
        yield opened


@pytest.fixture(params=sorted(entry_points(group=GROUP), key=lambda entry: entry.name), ids=lambda entry: entry.name)
def spec(request):
    """Factory, address, and the table of the bench file, of one driver."""
    benches = [tomllib.loads(path.read_text()) for path in BENCHES]
    tables = [table for one in benches for table in (one["device"], one["environment"], *one["witness"])]
    found = [table for table in tables if table["driver"] == request.param.name]
    assert found, f"{request.param.name} stands in no simulated bench: add its instrument to one"
    return request.param.load(), found[0]


@pytest.fixture
def open_it(spec, world):
    """Opens the driver on its simulated instrument."""
    factory, table = spec
    opened = []

    def make(options=()):
        opened.append(factory(table["address"], clock=world.clock, wire=WireLog(), options=dict(options)))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def wire_of(spec, world):
    """The wire of the instrument, to put faults on."""
    return world.wire(spec[1]["address"].rpartition("/")[2])


@pytest.fixture
def ready(open_it):
    instrument = open_it()
    instrument.prepare()
    return instrument


def drain_later(instrument, world, seconds=5.0):
    world.clock.sleep_until(world.clock.now() + seconds)
    return instrument.drain()


def test_it_says_who_answered_and_that_it_is_simulated(open_it, spec):
    identity = open_it().identity
    assert (identity.model, identity.serial_number) == (spec[1]["model"], spec[1]["serial_number"])
    assert identity.simulated
    assert identity.firmware


def test_it_has_one_of_the_capabilities(open_it):
    instrument = open_it()
    assert isinstance(instrument, Pump | Balance | Environment)
    assert instrument.CAPABILITY in {"pump", "balance", "environment"}


def test_rows_have_the_declared_columns_and_types(ready, world):
    rows = drain_later(ready, world)
    assert rows
    for t_s, *values in rows:
        assert isinstance(t_s, float)
        assert [type(value) for value in values] == [KINDS[column.type] for column in ready.COLUMNS]


def test_rows_come_oldest_first_with_times_of_this_drain(ready, world):
    before_s = world.clock.now()
    times_s = [row[0] for _ in range(3) for row in drain_later(ready, world)]
    assert times_s == sorted(times_s)
    assert before_s < times_s[0]
    assert times_s[-1] <= world.clock.now()


def test_silence_is_a_timeout(ready, world, wire_of):
    wire_of.mute()
    with pytest.raises(InstrumentTimeout):
        drain_later(ready, world)


def test_garbage_is_a_protocol_error(ready, world, wire_of):
    wire_of.garble(1.0)
    with pytest.raises(ProtocolError):
        drain_later(ready, world)


def test_lines_without_ends_are_a_protocol_error(ready, world, wire_of):
    wire_of.truncate()
    with pytest.raises(ProtocolError):
        drain_later(ready, world)


def test_an_unplugged_cable_is_a_lost_link(ready, world, wire_of):
    wire_of.drop()
    for _ in range(2):
        with pytest.raises(LinkLost):
            drain_later(ready, world)


def test_after_a_fault_it_works_again(ready, world, wire_of):
    wire_of.mute(end_s=world.clock.now() + 30.0)
    with pytest.raises(DriverError):
        drain_later(ready, world)
    assert drain_later(ready, world, 60.0)


def test_bytes_that_drip_in_are_read_whole(ready, world, wire_of):
    wire_of.drip(0.001)
    assert drain_later(ready, world)


def test_nobody_there_is_refused_at_once(open_it, wire_of):
    wire_of.drop()
    with pytest.raises(LinkLost):
        open_it()


def test_somebody_silent_there_is_refused_and_let_go(open_it, wire_of):
    wire_of.mute()
    with pytest.raises(InstrumentTimeout):
        open_it()
    wire_of.clear()
    assert open_it().identity


def test_an_unknown_option_is_refused(open_it):
    with pytest.raises(NotSupported, match="'no_such_key'"):
        open_it({"no_such_key": 1})


def test_only_one_can_have_it(open_it):
    open_it()
    with pytest.raises(LinkLost, match="already open"):
        open_it()


def test_it_can_be_closed_twice_and_is_gone_then(open_it):
    instrument = open_it()
    instrument.close()
    instrument.close()
    with pytest.raises(LinkLost):
        instrument.prepare()


def test_it_is_a_context_manager_and_can_be_opened_again(open_it):
    with open_it() as instrument:
        instrument.prepare()
    with open_it() as again:
        assert again.identity == instrument.identity

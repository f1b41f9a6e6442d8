"""SIR: rows of a stream, its beginning and its end; TA and TAC; weigh modules in trouble."""

from __future__ import annotations

import math

import pytest

from calibration.units import MASS, TIME
from drivers.balance.mt_sics import open_mt_sics
from drivers.balance.mt_sics_stream import WeightStream
from drivers.errors import InstrumentError, InstrumentTimeout, LinkLost, NotStable, NotSupported, ProtocolError
from drivers.wire_log import WireLog
from fixtures.simulated.world import open_world

LINE = b"S S   53.15042 g"


@pytest.fixture
def world():
    with open_world({"noise": "0 g", "slow_noise": "0 g"}) as opened:
        yield opened


@pytest.fixture
def wire():
    return WireLog()


@pytest.fixture
def balance(world, wire):
    options = {"mode": "stream"}
    with open_mt_sics(world.address("balance"), clock=world.clock, wire=wire, options=options) as opened:
        yield opened


def later(world, balance, seconds):
    world.clock.sleep_until(world.clock.now() + seconds)
    return balance.drain()


def test_a_drain_takes_what_has_come_with_times_between_the_drains(world, balance):
    balance.prepare()
    rows = [row for _ in range(3) for row in later(world, balance, 1.0)]
    times_s = [row[0] for row in rows]
    assert len(rows) == pytest.approx(30, abs=1)  # 10 Hz
    assert times_s == sorted(set(times_s))
    assert times_s[-1] == world.clock.now()
    assert times_s[9] == pytest.approx(0.9, abs=0.1)
    assert balance.drain() == []


def test_the_checks_of_prepare_end_the_stream_and_begin_it_again(world, balance):
    for _ in range(2):
        balance.prepare()
        assert balance.notes == []
        assert len(later(world, balance, 1.0)) >= 10


def test_every_other_command_ends_the_stream_and_the_next_drain_begins_it_again(world, balance):
    balance.prepare()
    later(world, balance, 1.0)
    assert balance.read() == balance.read_stable(TIME.parse("t", "1 s")) == balance.tare()
    assert later(world, balance, 5.0) == []
    assert len(later(world, balance, 1.0)) >= 10


def test_closing_ends_the_stream_and_leaves_the_tare_alone(world, wire, balance):
    tare = balance.tare()
    balance.prepare()
    balance.close()
    device = world.devices["balance"]
    device.transmit(world.clock.now())
    assert device.transmit(world.clock.now() + 10.0) == b""
    device.receive(b"TA\r\n", world.clock.now())
    assert device.transmit(world.clock.now()) == b"TA A %10.5f g\r\n" % MASS.magnitude("tare", tare)
    assert [data for *_, direction, data in wire.drain() if direction == ">"][-1] == b"SI\r\n"


def test_a_stream_that_falls_silent_is_a_timeout_and_an_unplugged_one_a_lost_link(world, balance):
    balance.prepare()
    wire = world.wire("balance")
    wire.mute(end_s=world.clock.now() + 5.0)
    with pytest.raises(InstrumentTimeout):
        later(world, balance, 3.0)
    assert later(world, balance, 3.0)
    wire.drop()
    with pytest.raises(LinkLost):
        balance.drain()


def test_half_a_line_waits_for_its_other_half(world, balance):
    balance.prepare()
    world.wire("balance").drip(0.03)
    values = [row[1] for _ in range(20) for row in later(world, balance, 0.37)]
    assert len(values) > 5
    assert set(values) == {values[0]}


def test_a_damaged_line_costs_itself_alone_and_is_told_of_once():
    stream = WeightStream(start_s=0.0)
    rows = stream.rows([LINE, b"S S   53.1042 g", LINE], now_s=3.0)
    assert rows == [(1.0, 53.15042, True, "ok"), (3.0, 53.15042, True, "ok")]
    with pytest.raises(ProtocolError, match=r"53\.1042"):
        stream.raise_problem()
    stream.raise_problem()
    assert stream.rows([], now_s=4.0) == []


def test_an_unknown_mode_is_refused(world, wire):
    with pytest.raises(NotSupported, match="expected one of poll, stream"):
        open_mt_sics(world.address("balance"), clock=world.clock, wire=wire, options={"mode": "fast"})


def test_the_tare_can_be_asked_for_and_forgotten(world, balance):
    nothing = MASS.parse("m", "0 g")
    assert balance.tare_value() == nothing
    assert balance.tare() == balance.tare_value()
    assert balance.read() == nothing
    balance.clear_tare()
    assert balance.tare_value() == nothing
    assert MASS.magnitude("m", balance.read()) == pytest.approx(52.94, abs=0.02)


@pytest.mark.parametrize(
    ("answer", "error"), [(b"I", NotStable), (b"L", InstrumentError), (b"S   10.00000 g", ProtocolError)]
)
def test_a_tare_that_cannot_be_told_is_an_error(script, clock, wire, answer, error):
    played = script(
        [
            (b"SI\r\n", LINE + b"\r\n"),
            (b"I4\r\n", b'I4 A "B01"\r\n'),
            (b"I2\r\n", b'I2 A "WXS205"\r\n'),
            (b"I3\r\n", b'I3 A "1"\r\n'),
            (b"TA\r\n", b"TA " + answer + b"\r\n"),
            (b"TAC\r\n", b"TAC " + answer + b"\r\n"),
        ]
    )
    with open_mt_sics(played.address, clock=clock, wire=wire, options={}) as opened:
        for ask in (opened.tare_value, opened.clear_tare):
            with pytest.raises(error):
                ask()


def test_a_weigh_module_in_trouble_is_an_error_with_its_code(world, balance):
    world.devices["balance"].error = b"10b"
    with pytest.raises(InstrumentError, match="EEPROM error") as caught:
        balance.read()
    assert caught.value.code == "10b"


def test_no_weight_in_a_stream_is_a_status(world, balance):
    balance.prepare()
    later(world, balance, 1.0)
    world.devices["balance"]._zero_g = -300.0
    statuses = {row[3] for row in later(world, balance, 1.0) if math.isnan(row[1])}
    assert statuses == {"overload"}

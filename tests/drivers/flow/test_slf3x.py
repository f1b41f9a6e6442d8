"""The flow sensor's driver on the simulated cable: scale as read, buffer drained, flags, losses, refusals."""

from __future__ import annotations

import math
import sys

import pytest

from calibration.units import FLOW, TIME
from drivers.errors import InstrumentError, InstrumentTimeout, NotStable, NotSupported, OverRange, ProtocolError
from drivers.flow.slf3x import open_slf3x
from drivers.wire_log import WireLog
from fixtures.simulated import shdlc_sensor
from fixtures.simulated.shdlc_flow import Scc1Cable
from fixtures.simulated.world import open_world

COLUMNS = ["flow_ul_h", "temperature_c", "air_in_line", "high_flow", "raw", "lost"]


class Bench:
    """A simulated cable with one sensor, and the driver on it."""

    def __init__(self, world, model):
        self.world, self.clock = world, world.clock
        self.wire = world.wire("flow")
        self.cable = self.wire.device
        if model is not None:
            self.plug(model)

    def plug(self, model):
        """Put another sensor at the end of the cable."""
        self.cable.__init__(self.world.plant, model)

    def open(self, **options):
        return open_slf3x(self.world.address("flow"), clock=self.clock, wire=WireLog(), options=options)

    def later(self, sensor, seconds):
        self.clock.sleep_until(self.clock.now() + seconds)
        return sensor.drain()


@pytest.fixture
def bench():
    opened = []

    def make(model=None, **options):
        opened.append(open_world({"seed": 1, **options}))
        return Bench(opened[-1], model)

    yield make
    for world in opened:
        world.close()


def test_opening_identifies_sensor_and_cable_and_starts_nothing(bench):
    one = bench()
    assert str(one.open().identity) == (
        "Sensirion SLF3S-0600F, serial number SIM-FLW-0001, firmware 1.11 (SCC1-USB 1-101551-01, cable SIM-FLW-0001)"
    )
    assert one.cable._measuring.interval_ms == 0


def test_a_real_cable_gives_the_serial_number_of_its_sensor(bench, monkeypatch):
    fixed = sys.modules[Scc1Cable.__module__]._FIXED
    monkeypatch.setitem(fixed, (0xD0, b"\x03"), b"FTXEC7G1\x00")
    identity = bench().open().identity
    assert (identity.serial_number, identity.simulated) == ("0000000001", False)


@pytest.mark.parametrize(
    ("model", "name", "count"),
    [("SLF3S_0600F", "SLF3S-0600F", "6 uL/h"), ("SLF3S_1300F", "SLF3S-1300F", "120 uL/h")],
)
def test_one_count_is_by_the_scale_that_was_read(bench, model, name, count):
    sensor = bench(getattr(shdlc_sensor, model)).open()
    assert sensor.identity.model == name
    assert sensor.resolution == FLOW.parse("count", count)


def test_a_basal_rate_is_one_count_of_the_usual_sensor(bench):
    """At 0.15 mL/day a count is the whole flow: not informative, and the driver's resolution says so."""
    basal = FLOW.magnitude("rate", FLOW.parse("rate", "0.15 mL/day"))
    one = bench()
    with one.open() as coarse:
        assert FLOW.magnitude("count", coarse.resolution) / basal == pytest.approx(0.96)
    one.plug(shdlc_sensor.LD20_0600L)
    assert FLOW.magnitude("count", one.open().resolution) / basal == pytest.approx(0.1333, abs=1e-4)


def test_rows_are_one_interval_apart_and_sum_to_what_was_pumped(bench):
    one = bench(pulsation=0.0)
    sensor = one.open(interval="100 ms")
    sensor.prepare()
    for shot in range(80):
        one.world.plant.shot(0.35 + shot / 10.0)
    rows = [row for _ in range(10) for row in one.later(sensor, 1.0)]
    assert [column.name for column in sensor.columns] == COLUMNS
    assert [row[0] for row in rows] == pytest.approx([(n + 1) / 10 for n in range(100)])
    assert sum(row[1] for row in rows) * 0.1 / 3600 == pytest.approx(80 * 0.125, abs=0.01)
    assert {type(value) for row in rows for value in row} == {float, bool, int}


def test_more_than_one_frame_is_drained_at_once(bench):
    one = bench()
    sensor = one.open(interval="10 ms")
    sensor.prepare()
    assert len(one.later(sensor, 5.0)) == 500
    assert sensor.notes == []


def test_what_the_buffer_lost_is_counted_and_noted_once(bench):
    one = bench()
    sensor = one.open(interval="10 ms")
    sensor.prepare()
    rows = one.later(sensor, 60.0) + one.later(sensor, 60.0)
    assert [row[6] for row in rows if row[6]] == [6000 - 2048] * 2
    assert rows[0][0] == pytest.approx(60.0 - 20.47, abs=0.02)
    assert len(sensor.notes) == 1
    assert "before 39.5" in sensor.notes[0]


def test_what_the_line_lost_is_counted_as_well(bench):
    one = bench()
    sensor = one.open(interval="100 ms")
    sensor.prepare()
    one.wire.mute(end_s=5.0)
    with pytest.raises(InstrumentTimeout):
        one.later(sensor, 2.0)
    rows = one.later(sensor, 4.0)
    assert rows[0][6] + len(rows) == pytest.approx(one.clock.now() / 0.1, abs=1)
    assert rows[-1][0] - rows[0][0] == pytest.approx(0.1 * (len(rows) - 1))


def test_air_and_too_much_flow_are_flagged_in_rows_and_refused_by_a_reading(bench):
    one = bench(bubble=[["1 s", "2 s"]], shot="300 uL")
    sensor = one.open(interval="1 s")
    sensor.prepare()
    one.clock.sleep_until(1.5)
    with pytest.raises(NotStable, match="found air; prime"):
        sensor.read()
    one.clock.sleep_until(3.5)
    for time_s in (2.2, 2.5, 2.8):
        one.world.plant.shot(time_s)
    with pytest.raises(OverRange, match="32500 counts"):
        sensor.read()
    rows = sensor.drain()
    assert [row[3:5] for row in rows] == [(True, False), (False, False), (False, True)]


def test_a_reading_starts_a_measurement_where_none_runs(bench):
    flow = FLOW.magnitude("flow", bench().open().read())
    assert abs(flow) <= 18.0


def test_nothing_ready_yet_is_said(bench):
    sensor = bench().open(interval="10 s")
    sensor.prepare()
    with pytest.raises(NotStable, match="none ready"):
        sensor.read()
    assert sensor.drain() == []


def test_a_sensor_that_stopped_is_no_silence_without_end(bench):
    one = bench()
    sensor = one.open()
    sensor.prepare()
    one.later(sensor, 1.0)
    one.cable._measuring.stop()
    assert one.later(sensor, 1.0) == []
    with pytest.raises(InstrumentTimeout, match="the sensor has stopped: check its plug"):
        one.later(sensor, 5.0)


def test_a_measurement_that_an_earlier_host_left_is_ended(bench):
    one = bench()
    with one.open(interval="20 ms") as earlier:
        earlier.prepare()
    one.clock.sleep_until(100.0)
    sensor = one.open(interval="1 s")
    sensor.prepare()
    assert [row[0] for row in one.later(sensor, 2.0)] == [101.0, 102.0]


def test_alcohol_is_measured_as_alcohol_where_the_sensor_can(bench):
    assert bench().open(liquid="isopropyl alcohol").resolution == FLOW.parse("count", "6 uL/h")


def test_a_sensor_without_that_liquid_is_refused(bench):
    with pytest.raises(NotSupported, match="no calibration for the liquid"):
        bench(shdlc_sensor.LD20_0600L).open(liquid="isopropyl alcohol")


@pytest.mark.parametrize(
    ("options", "words"),
    [({"liquid": "ipa"}, "expected one of water, isopropyl alcohol, found 'ipa'"), ({"liquid": 3}, "found 3"),
     ({"interval": "70 s"}, "to 65535 ms"), ({"interval": "0.5 ms"}, "whole ms"), ({"line": "fast"}, "115200 8N1")],
)  # fmt: skip
def test_wrong_options_are_refused(bench, options, words):
    with pytest.raises(NotSupported, match=words):
        bench().open(**options)


def test_a_cable_set_to_another_type_of_sensor_is_refused_and_not_changed(bench):
    one = bench()
    one.cable._type = 2
    with pytest.raises(NotSupported, match="sensor type 3"):
        one.open()
    assert one.cable._type == 2


def test_an_old_error_is_cleared_and_noted_and_one_that_stays_is_refused(bench):
    one = bench()
    one.cable.fail(6)
    sensor = one.open()
    sensor.prepare()
    assert "last error 0000000106" in sensor.notes[0]
    one.cable._commands[0xD2] = lambda *_: b"\x00\x00\x00\x01\x06"  # says it, and clears nothing
    one.cable.fail(6)
    with pytest.raises(InstrumentError, match="stays"):
        sensor.prepare()


def test_the_sensors_own_check_is_noted(bench):
    one = bench()
    one.cable._commands[0x53] = lambda *_: bytes.fromhex("000a 0844 0007")
    sensor = one.open()
    sensor.prepare()
    assert sensor.notes == ["the sensor's own check says 0x0007, expected 0"]


def test_an_interval_that_was_not_taken_is_refused(bench):
    one = bench()
    sensor = one.open()
    one.cable._commands[0x33] = lambda *_: b"\x00\x01"
    with pytest.raises(InstrumentError, match="each 100 ms"):
        sensor.prepare()


def test_a_version_of_another_size_is_no_scc1(bench, monkeypatch):
    monkeypatch.setitem(sys.modules[Scc1Cable.__module__]._FIXED, (0xD1, b""), b"\x01")
    with pytest.raises(ProtocolError, match="version of 7 bytes"):
        bench().open()


def test_after_a_replug_it_is_the_same_sensor_and_measures_anew(bench):
    one = bench()
    sensor = one.open(interval="1 s")
    sensor.prepare()
    one.wire.drop()
    one.wire.replug()
    sensor.reconnect(TIME.parse("timeout", "5 s"))
    sensor.prepare()
    (row,) = one.later(sensor, 1.0)
    assert not math.isnan(row[1])


def test_without_the_library_it_says_what_to_install(bench, monkeypatch):
    monkeypatch.setitem(sys.modules, "sensirion_shdlc_driver", None)
    monkeypatch.delitem(sys.modules, "drivers.flow.shdlc_port", raising=False)
    with pytest.raises(NotSupported, match=r"pip install 'doseproof\[flow\]'"):
        bench().open()

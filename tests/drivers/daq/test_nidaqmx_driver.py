"""The driver of data acquisition devices on the simulated one: samples, times, and sound endings."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from drivers.arrays import rows_of
from drivers.daq.nidaqmx import open_nidaqmx
from drivers.errors import InstrumentError, LinkLost, NotSupported
from drivers.interfaces import ArraySource
from fixtures.simulated.nidaqmx_signals import load_cell_v_per_v, transducer_v

G_N = 9.80665


def test_it_says_who_answered_and_that_it_is_simulated(open_daq):
    identity = open_daq().identity
    assert str(identity) == "National Instruments SIM-9218, serial number SIM-0D05E001, firmware NI-DAQmx 26.0.0"
    assert identity.simulated


def test_opening_makes_no_task(open_daq, device):
    open_daq()
    assert device.tasks == {}


def test_rows_carry_the_times_of_the_sample_clock(ready, later):
    assert [row[0] for row in later(ready)] == pytest.approx(np.arange(10) / 10)
    assert [row[0] for row in later(ready)] == pytest.approx(1.0 + np.arange(10) / 10)
    assert "granted 10 Hz" in ready.notes[0]


def test_every_channel_agrees_with_the_plant(ready, world, later):
    for shot in range(200):
        world.plant.shot(0.5 * shot)
    rows = np.array(later(ready, 100.0))
    pressure = transducer_v(world.plant.line_pressure_kpa(rows[:, 0]))
    mass_g = world.plant.reservoir_g(rows[:, 0])
    assert np.ptp(pressure) > 0.1
    assert np.abs(rows[:, 1] - pressure).max() < 5 * 50e-6
    assert np.abs(rows[:, 2] - load_cell_v_per_v(mass_g)).max() < 6 * 20e-9
    assert np.abs(rows[:, 3] - 1e-3 * mass_g * G_N).max() < 6 * 20e-9 / 2e-3


def test_the_columns_are_those_of_the_options(open_daq):
    assert [(one.name, one.unit) for one in open_daq().columns] == [
        ("pressure_v", "V"), ("load_v_v", "V/V"), ("force_n", "N"),
    ]  # fmt: skip


def test_the_rate_is_the_granted_one(open_daq, later):
    daq = open_daq(rate="1000 Hz")
    assert daq.sample_rate.m_as("Hz") == 1000
    daq.prepare()
    assert daq.sample_rate.m_as("Hz") == pytest.approx(51_200 / 51)
    assert later(daq)[-1][0] == pytest.approx(1003 * 51 / 51_200, abs=1e-3)


def test_arrays_are_the_same_without_the_tuples(open_daq, world, log):
    daq = open_daq(rate="51200 Hz")
    daq.prepare()
    world.clock.sleep_until(2.0)
    log.drain()
    arrays = daq.drain_arrays()
    assert list(arrays) == ["t_s", "pressure_v", "load_v_v", "force_n"]
    assert {values.shape for values in arrays.values()} == {(102_400,)}
    assert np.ptp(np.diff(arrays["t_s"])) < 1e-9
    assert max(len(entry[3]) for entry in log.drain()) < 5000  # the samples are recorded once, not twice


def test_rows_and_arrays_are_the_same_to_the_last_bit(open_daq, later, world):
    with open_daq() as one:
        one.prepare()
        rows = later(one, 5.0)
        world.daq.daq._numbers = itertools.count(1)  # the noise follows the number of the task
    with open_daq() as other:
        assert isinstance(other, ArraySource)
        other.prepare()
        world.clock.sleep_until(world.clock.now() + 5.0)
        again = rows_of(other.drain_arrays())
    assert [row[1:] for row in again] == [row[1:] for row in rows]
    assert {type(value) for row in again for value in row} == {float}


def test_portions_do_not_change_the_samples(world, open_daq, later):
    many = open_daq()
    many.prepare()
    in_tens = [row for _ in range(5) for row in later(many)]
    many.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("drivers.daq.nidaqmx_acquisition._PORTION", 9)
        few = open_daq()
        few.prepare()
        assert len(later(few, 5.0)) == len(in_tens) == 50


def test_a_finite_acquisition_ends_by_itself(open_daq, later):
    daq = open_daq(samples=25)
    daq.prepare()
    assert [len(later(daq)) for _ in range(5)] == [10, 10, 5, 0, 0]
    assert later(daq, 60.0) == []


def test_the_wire_log_has_each_call_with_its_answer(ready, later, log):
    log.drain()
    later(ready)
    calls = [(direction, data.partition(b" ")[0]) for _, _, direction, data in log.drain()]
    assert calls[-2:] == [(">", b"ReadAnalogF64"), ("<", b"ReadAnalogF64")]
    assert len(calls) % 2 == 0


def test_two_cannot_have_it(open_daq):
    with open_daq(), pytest.raises(LinkLost, match="already open"):
        open_daq()


def test_closing_frees_the_converter_for_others(ready, device, open_daq):
    ready.close()
    ready.close()
    assert device.tasks == {}
    open_daq().prepare()
    with pytest.raises(LinkLost, match="closed"):
        ready.drain()
    with pytest.raises(LinkLost, match="closed"):
        ready.prepare()


def test_before_it_is_prepared_there_is_nothing_to_drain(open_daq):
    with pytest.raises(LinkLost, match=r"expected a running task.*prepare"):
        open_daq().drain()


def test_a_task_of_somebody_else_is_respected(open_daq, device):
    other = device.create("other")
    for channel in device.channels("Dev1/ai1", "", 10322, 1.0, 0.0):
        other.add(channel)
    other.set_timing(100.0, 10123, 1000)
    device.start(other)
    daq = open_daq()
    with pytest.raises(InstrumentError, match=r"-50103.*end it"):
        daq.prepare()
    assert set(device.tasks) == {"other"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"physical": "Dev1/ai99"}, "-200170"),
        ({"physical": "Dev1/ai4"}, "-200431"),
        ({"kind": "bridge", "range": ["-2 mV/V", "2 mV/V"]}, "-200431"),
    ],
)
def test_what_the_device_cannot_do_is_its_own_error(open_daq, change, code):
    channel = {"name": "pressure", "physical": "Dev1/ai0", "kind": "voltage", "range": ["-10 V", "10 V"], **change}
    with pytest.raises(InstrumentError, match=code) as caught:
        open_daq(channels=[channel]).prepare()
    assert caught.value.code == code


def test_a_rate_beyond_the_device_is_refused(open_daq):
    with pytest.raises(InstrumentError, match="-200077"):
        open_daq(rate="100 kHz").prepare()


def test_no_device_of_that_name(world, log):
    channel = {"name": "p", "physical": "Dev2/ai0", "kind": "voltage", "range": ["0 V", "1 V"]}
    options = {"grpc": world.daq.address, "channels": [channel]}
    with pytest.raises(LinkLost, match=r"expected a device of this name, found Dev1"):
        open_nidaqmx("Dev2", clock=world.clock, wire=log, options=options)


def test_a_machine_without_ni_daqmx_is_told_so(world, log):
    channel = {"name": "p", "physical": "Dev1/ai0", "kind": "voltage", "range": ["0 V", "1 V"]}
    with pytest.raises(LinkLost, match=r"expected NI-DAQmx on this machine, found none.*grpc"):
        open_nidaqmx("Dev1", clock=world.clock, wire=log, options={"channels": [channel]})


@pytest.mark.parametrize("missing", ["nidaqmx", "grpc"])
def test_a_missing_package_says_what_to_install(open_daq, monkeypatch, missing):
    monkeypatch.setitem(__import__("sys").modules, missing, None)
    monkeypatch.delitem(__import__("sys").modules, "drivers.daq.nidaqmx_calls", raising=False)
    with pytest.raises(NotSupported, match=r"pip install 'doseproof\[daq\]'"):
        open_daq()

"""What goes wrong between the driver and the device: each ends as an error of ours, and no sample is made up."""

from __future__ import annotations

import pytest

from calibration.units import TIME
from drivers.daq.nidaqmx_errors import SamplesLost
from drivers.errors import InstrumentError, InstrumentTimeout, LinkLost, WrongInstrument
from fixtures.simulated import nidaqmx_attributes

SOON = TIME.parse("timeout", "2 s")


def test_an_overrun_names_the_gap_and_goes_on(open_daq, world, later):
    daq = open_daq(rate="1600 Hz", buffer="1 s")
    daq.prepare()
    assert len(later(daq)) == 1600
    with pytest.raises(
        SamplesLost, match=r"about 16000 of each channel are missing from 1\.000 s to 11\.000 s"
    ) as lost:
        later(daq, 10.0)
    assert lost.value.code == "-200279"
    assert isinstance(lost.value, InstrumentError)
    rows = later(daq, 0.5)
    assert rows[0][0] == 11.0
    assert len(rows) == 800


def test_samples_that_were_promised_and_did_not_come_cost_none_of_the_others(ready, device, later):
    device.overpromise = 7
    rows = later(ready)
    assert [row[0] for row in rows] == pytest.approx([n / 10 for n in range(10)])
    assert all(row[1] > 0.4 for row in rows)  # and no zeros from the empty end of the array
    device.overpromise = 0
    assert [row[0] for row in later(ready)] == pytest.approx([1 + n / 10 for n in range(10)])


def test_a_read_whose_answer_is_lost_is_told_and_does_not_shift_the_times(ready, device, later):
    later(ready)
    device.swallow = 1
    with pytest.raises(InstrumentTimeout):
        later(ready)
    with pytest.raises(SamplesLost, match=r"found 10 samples .* did not arrive, from 1\.000 s to 2\.000 s"):
        later(ready)
    assert [row[0] for row in later(ready)] == pytest.approx([2 + n / 10 for n in range(20)])


def test_of_two_portions_the_one_that_came_is_kept(ready, device, later, monkeypatch):
    monkeypatch.setattr("drivers.daq.nidaqmx_acquisition._PORTION", 9)  # three samples of three channels
    portions = iter((0, 1))
    read = ready._acquisition._portion

    def second_is_lost(*arguments):
        device.swallow = next(portions, 0)
        return read(*arguments)

    monkeypatch.setattr(ready._acquisition, "_portion", second_is_lost)
    assert [row[0] for row in later(ready)] == pytest.approx([0.0, 0.1, 0.2])
    with pytest.raises(SamplesLost, match=r"found 3 samples"):
        later(ready)
    assert later(ready)[0][0] == pytest.approx(0.6)


def test_a_sample_clock_that_stands_still_is_a_timeout(ready, device, later):
    device.stall()
    assert later(ready) == []
    with pytest.raises(InstrumentTimeout, match=r"expected 10 samples a second, found none for 4 s"):
        later(ready, 3.0)


def test_an_unplugged_device_is_a_lost_link(ready, device, later):
    device.unplug()
    with pytest.raises(LinkLost, match="-201003"):
        later(ready)
    with pytest.raises(LinkLost, match=r"expected a running task"):
        later(ready)
    with pytest.raises(LinkLost):
        ready.prepare()


def test_after_a_replug_it_works_again(ready, device, later, world):
    device.unplug()
    with pytest.raises(LinkLost):
        later(ready)
    device.replug()
    ready.reconnect(SOON)
    ready.prepare()
    assert later(ready)[0][0] == 1.0


def test_a_replug_that_does_not_come_is_a_lost_link_in_the_end(ready, device, world):
    device.unplug()
    with pytest.raises(LinkLost):
        ready.reconnect(SOON)
    assert world.clock.now() == 2.0


def test_another_unit_in_its_place_is_refused(ready, later, monkeypatch):
    monkeypatch.setitem(nidaqmx_attributes.DEVICE, 0x632, 0xBAD)
    with pytest.raises(WrongInstrument, match=r"expected .*SIM-0D05E001.*found .*SIM-00000BAD"):
        ready.reconnect(SOON)
    with pytest.raises(LinkLost):
        ready.drain()


def test_a_device_that_does_not_call_itself_simulated_is_believed(open_daq, monkeypatch):
    monkeypatch.setitem(nidaqmx_attributes.DEVICE, 0x22CA, False)
    identity = open_daq().identity
    assert identity.serial_number == "0D05E001"
    assert not identity.simulated


def test_a_server_that_says_nothing_is_a_timeout(open_daq, device, later):
    daq = open_daq(timeout="300 ms")
    daq.prepare()
    device.mute()
    with pytest.raises(InstrumentTimeout, match=r"expected an answer in time, found none"):
        later(daq)
    device.unmute()
    assert later(daq)[0][0] == 0.0


def test_a_silent_server_lets_nobody_in(open_daq, device):
    device.mute()
    with pytest.raises(InstrumentTimeout):
        open_daq(timeout="300 ms")
    device.unmute()
    assert open_daq().identity.simulated


def test_a_server_that_dies_is_a_lost_link(ready, world, later):
    world.daq.close()
    with pytest.raises(LinkLost, match=r"expected the device server, found none"):
        later(ready)
    ready.close()


def test_no_server_at_all_is_a_lost_link(open_daq, world):
    world.daq.close()
    with pytest.raises(LinkLost, match=r"expected the device server, found none"):
        open_daq()

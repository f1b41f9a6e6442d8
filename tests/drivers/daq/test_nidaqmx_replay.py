"""On a tape of its wire the driver makes the same calls, with the same arguments, and has the same rows and errors."""

from __future__ import annotations

import numpy as np
import pytest

from drivers.clock import WallClock
from drivers.daq.nidaqmx import open_nidaqmx
from drivers.daq.nidaqmx_replay_grpc import TapeChannel
from drivers.replay_tape import Tape, TapeError
from fixtures.simulated.nidaqmx_server import DaqServer

FAST = {"rate": "1600 Hz", "buffer": "1 s"}
PRESSURE = {"name": "pressure", "physical": "Dev1/ai0", "kind": "voltage", "range": ["-10 V", "10 V"]}


def opener(world, **options):
    table = {"grpc": world.daq.address, "rate": "10 Hz", "channels": [PRESSURE], **options}
    return lambda address, clock, wire: open_nidaqmx(address, clock=clock, wire=wire, options=table)


@pytest.fixture
def live(taped, world, log):
    """Opens and prepares the driver; ``later(taped)`` drains a second later."""

    def make(**options):
        made = taped(opener(world, **options), "Dev1", world.clock, log)
        made("prepare")
        return made

    return make


@pytest.fixture
def later(world):
    def drain(made, seconds=1.0):
        world.clock.sleep_until(world.clock.now() + seconds)
        return made("drain")

    return drain


def test_rows_and_times_come_again_and_no_server_is_needed(live, later, world):
    made = live()
    assert [len(later(made)) for _ in range(3)] == [10, 10, 10]
    world.daq.close()
    assert made.again() == made.outcomes


def test_of_a_long_read_the_log_has_a_digest_and_the_stream_has_the_samples(live, later):
    made = live(**FAST)
    later(made)
    assert made.again() == made.outcomes
    (read,) = [data for _, _, way, data in made.entries if way == "<" and data.startswith(b"ReadAnalogF64")]
    assert read.startswith(b'ReadAnalogF64#{"array": 1600, "read": 1600, "sha256": "')
    assert len(read) < 200


def test_a_sample_of_the_stream_that_was_changed_is_told(live, later):
    made = live(**FAST)
    later(made, 0.5)
    later(made, 0.5)
    changed = {name: values.copy() for name, values in made.recorded.items()}
    changed["pressure_v"][900] = np.nextafter(changed["pressure_v"][900], 1.0)
    with pytest.raises(TapeError, match=r"t = 1.0\d* s: expected samples 800 to 1600 of the recorded stream"):
        made.again(recorded=changed)


def test_an_overrun_comes_again_and_what_was_read_after_it_is_in_place(live, later):
    made = live(**FAST)
    for seconds in (0.5, 10.0, 0.5):
        later(made, seconds)
    assert made.outcomes[3] == "SamplesLost"
    assert made.again() == made.outcomes


def test_samples_that_were_lost_with_their_call_are_not_looked_for_in_the_stream(live, later, monkeypatch, device):
    """Two portions, of which the second fails."""
    monkeypatch.setattr("drivers.daq.nidaqmx_acquisition._PORTION", 800)
    made = live(**FAST)
    later(made)
    portion, told = made.instrument._acquisition._portion, []

    def once(*arguments):
        told.append(None)
        if len(told) == 2:
            device.unplug()
        return portion(*arguments)

    monkeypatch.setattr(made.instrument._acquisition, "_portion", once)
    later(made), later(made)
    assert "LinkLost" in made.outcomes
    assert made.again() == made.outcomes


def test_fewer_samples_than_were_promised_come_again(live, later, device):
    made = live(**FAST)
    device.overpromise = 7
    assert len(later(made)) == 1600
    assert made.again() == made.outcomes


def test_a_stalled_clock_an_unplugged_device_and_a_replug_come_again(live, later, device):
    made = live()
    device.stall()
    later(made), later(made, 3.0)
    device.unplug()
    later(made), made("prepare")
    device.replug()
    made("prepare"), later(made)
    assert made.outcomes[3:6] == ["InstrumentTimeout", "LinkLost", "LinkLost"]
    assert made.again() == made.outcomes


def test_a_server_that_died_is_a_lost_link_again(live, later, world):
    made = live()
    world.daq.close()
    assert later(made) == "LinkLost"
    assert made.again() == made.outcomes


@pytest.mark.parametrize(
    ("option", "call"),
    [
        ({"rate": "20 Hz"}, "CfgSampClkTiming"),
        ({"channels": [{**PRESSURE, "range": ["-5 V", "10 V"]}]}, "CreateAIVoltageChan"),
        ({"channels": [{**PRESSURE, "physical": "Dev1/ai1"}]}, "CreateAIVoltageChan"),
    ],
)
def test_another_configuration_is_told_at_its_call(live, later, world, option, call):
    made = live()
    later(made)
    with pytest.raises(TapeError, match=f"expected b'{call} .* sent, found b'{call} .* sent"):
        made.again(opener(world, **option))


def test_events_are_not_on_a_tape_and_asking_for_them_is_a_difference():
    with Tape("Dev1", []) as tape:
        events = TapeChannel(tape).unary_stream("/nidaqmx_grpc.NiDAQmx/RegisterEveryNSamplesEvent")
        with pytest.raises(TapeError, match=r"found events asked for by RegisterEveryNSamplesEvent"):
            events(b"")


def test_a_log_of_before_the_digests_is_told_and_not_misread(live, later):
    made = live(**FAST)
    later(made)
    with pytest.raises(TapeError, match=r"expected an answer of ReadAnalogF64, found b'ReadAnalogF64 \[12814 bytes\]'"):
        made.again(change=lambda data: b"ReadAnalogF64 [12814 bytes]" if b"sha256" in data else data)


def test_in_real_time_the_rows_come_again_but_for_the_microseconds_of_the_host(taped, world, log):
    clock = WallClock()
    server = DaqServer(world.plant, clock.now, 0, waits=True)
    try:
        made = taped(opener(world, grpc=server.address, rate="1600 Hz"), "Dev1", clock, log)
        made("prepare")
        for _ in range(3):
            clock.sleep_until(clock.now() + 0.1)
            made("drain")
    finally:
        server.close()
    rows, again = (np.concatenate(outcomes[2:]) for outcomes in (made.outcomes, made.again()))
    assert len(rows) > 400
    assert (rows[:, 1:] == again[:, 1:]).all()
    assert ((rows[:, 0] - again[:, 0] >= 0.0) & (rows[:, 0] - again[:, 0] < 0.01)).all()

"""A fast channel beside slow ones in a real run: every sample is there, and what is lost is told."""

import numpy as np
import pytest

from fixtures.simulated.nidaqmx_signals import transducer_v
from fixtures.simulated.world import opened
from rig.execute.calls import DRAIN_ARRAYS
from rig.execute.phases import BENCH_FAULT, COMPLETED
from rig.record import Record
from rig.replay import replay_record
from rig.runner import run

RATE_HZ = 51_200 / 32
DAQ = """
[[instrument]]
name = "daq"
driver = "nidaqmx"
address = "Dev1"
model = "SIM-9218"
serial_number = "SIM-0D05E001"
{more}
[instrument.options]
grpc = "{grpc}"
rate = "{rate} Hz"
{options}
channels = [
    {{ name = "one", physical = "Dev1/ai0", kind = "voltage", range = ["-10 V", "10 V"] }},
    {{ name = "other", physical = "Dev1/ai1", kind = "voltage", range = ["-10 V", "10 V"] }},
]
"""


@pytest.fixture
def go(station, free_port, tmp_path):
    """Runs three quarters of a minute of delivery with a fast channel; gives the outcome and the record."""

    def started(*, more="", options="", meanwhile=lambda _: None):
        port = free_port()
        bench = station.bench(f"nidaqmx_port = {port}")
        daq = DAQ.format(grpc=f"127.0.0.1:{port}", rate=RATE_HZ, more=more, options=options)
        bench.write_text(bench.read_text() + daq)
        protocol = station.protocol(
            flow="1 mL/h", leg="", stabilization="22.5 s", analysis="22.5 s", sample_interval="22.5 s"
        )

        def act(event):
            if event.kind == "phase" and event.data["edge"] == "begin":
                meanwhile(opened("simulated"))

        outcome = run(protocol, bench, tmp_path / "run", observers=[act])
        return outcome, Record.open(outcome.folder)

    return started


def numbers(record):
    """Which sample of the device each recorded one is; in simulated time it starts when the run does."""
    return np.rint((record.stream("daq")["t_s"] - record.start["started_s"]) * RATE_HZ).astype(int).tolist()


def test_every_sample_of_a_fast_channel_is_in_the_record(go):
    seen = {}
    outcome, record = go(meanwhile=lambda world: seen.update(plant=world.plant))
    rows = record.stream("daq")
    assert outcome.end.kind == COMPLETED
    assert numbers(record) == list(range(len(rows["t_s"])))
    assert np.ptp(rows["t_s"]) > 45.0
    assert np.abs(rows["one_v"] - transducer_v(seen["plant"].line_pressure_kpa(rows["t_s"]))).max() < 0.001
    assert not record.events("witness")


def test_slow_channels_are_recorded_as_ever(go):
    _, record = go()
    assert np.ptp(np.diff(record.stream("balance")["t_s"])) < 1e-9
    assert len(record.stream("balance")["t_s"]) > 45
    assert record.start["identities"]["daq"]["model"] == "SIM-9218"


def test_each_drain_leaves_its_mark(go):
    _, record = go()
    wire = record.stream("wire")
    marks = wire["data"][(wire["link"] == "Dev1") & (wire["direction"] == "=")].tolist()
    assert marks[:2] == [b"open", b"prepare"]
    assert set(marks[2:]) == {DRAIN_ARRAYS.encode()}
    channels = {channel.name: channel for channel in replay_record(record)}
    assert "more than a serial line" in channels["daq"].not_replayed
    assert not any(channel.differences for channel in channels.values())


def test_samples_that_did_not_arrive_are_events_and_a_gap_of_their_length(go):
    outcome, record = go(meanwhile=lambda world: setattr(world.daq.daq, "swallow", 1))
    problems = [(data["problem"], data["text"]) for _, data in record.events("witness")]
    assert [problem for problem, _ in problems] == ["InstrumentTimeout", "SamplesLost"]
    missing = set(range(numbers(record)[-1])) - set(numbers(record))
    assert f"found {len(missing)} samples of each channel" in problems[1][1]
    assert outcome.end.kind == COMPLETED


def test_overruns_without_end_are_a_fault_of_the_bench(go):
    outcome, record = go(more='interval = "10 s"', options='buffer = "1 s"')  # a device has 10 000 at least: 6.25 s
    assert outcome.end.kind == BENCH_FAULT
    assert "SamplesLost 3 times in a row" in outcome.end.cause
    assert "drain more often, or set a longer buffer" in record.events("witness")[0][1]["text"]

"""A whole station: nine instruments of three kinds on one plant, and every channel agrees with what the plant did.

And the record of it, replayed, gives every channel again.
"""

import socket
import sys
from pathlib import Path

import numpy as np
import pytest

from fixtures.simulated.nidaqmx_signals import load_cell_v_per_v, transducer_v
from fixtures.simulated.world import opened
from rig.record import Record
from rig.replay import replay_record
from rig.runner import run

BENCHES = Path(__file__).parents[2] / "fixtures" / "benches"
FULL = BENCHES / "simulated_full.toml"


@pytest.fixture(scope="module")
def station(tmp_path_factory, free_port):
    """The protocol of two minutes, once for all tests: outcome, record, and the plant that was there."""
    folder, seen = tmp_path_factory.mktemp("full"), {}
    text = FULL.read_text().replace('calibration = "', f'calibration = "{BENCHES.as_posix()}/')
    for port in ("31762", "31763"):
        text = text.replace(port, free_port())
    (folder / "bench.toml").write_text(text)

    def keep(event):
        if event.kind == "phase":
            seen["plant"] = opened("simulated").plant

    outcome = run(BENCHES / "protocols" / "quick.toml", folder / "bench.toml", folder / "run", observers=[keep])
    return outcome, Record.open(outcome.folder), seen["plant"]


def during_delivery(record, rows):
    (begin,) = [t for t, data in record.events("phase") if data == data | {"name": "delivery", "edge": "begin"}]
    (end,) = [t for t, data in record.events("phase") if data == {"name": "delivery", "edge": "end"}]
    return {name: values[(rows["t_s"] > begin + 30) & (rows["t_s"] < end)] for name, values in rows.items()}


def test_it_opens_names_everybody_and_passes(station):
    outcome, record, _ = station
    identities = record.start["identities"]
    assert len(identities) == 9
    assert all(identity["serial_number"].startswith("SIM-") for identity in identities.values())
    assert outcome.assessment.verdict.outcome == "pass"


def test_the_balance_agrees_within_its_u(station):
    outcome, _, plant = station
    facts = outcome.assessment.findings[0].facts
    truth = plant.delivered_ul(facts["end_s"]) - plant.delivered_ul(facts["start_s"])
    assert abs(facts["delivered_ul"] - truth) < 2 * facts["u_delivered_ul"]


def test_the_flow_sensor_agrees_within_its_counts(station):
    _, record, plant = station
    rows = during_delivery(record, record.stream("flow"))
    hours = (rows["t_s"][-1] - rows["t_s"][0]) / 3600
    truth = (plant.pumped_ul(rows["t_s"][-1]) - plant.pumped_ul(rows["t_s"][0])) / hours
    assert rows["flow_ul_h"].mean() == pytest.approx(truth, rel=0.03)


def test_the_air_agrees_within_its_calibration(station):
    _, record, plant = station
    rows = record.stream("environment")
    truth = np.array([plant.air.temperature_c(t) for t in rows["t_s"]])
    assert np.abs(rows["temperature_c"] - truth).max() < 0.2


def test_the_counter_counted_every_step(station):
    _, record, plant = station
    steps = record.stream("counter")["steps"]
    shots = plant.shots(record.stream("counter")["t_s"][-1]) if callable(plant.shots) else plant.shots
    assert steps[-1] == 16 * shots


def test_supply_and_multimeter_see_the_same_terminals(station):
    _, record, _ = station
    supply, meter = record.stream("supply")["voltage_v"], record.stream("dmm")["voltage_v"]
    assert np.abs(supply.mean() - meter.mean()) < 0.005
    assert record.stream("back-pressure")["pressure_kpa"] == pytest.approx(0.0, abs=0.1)


def test_the_daq_agrees_sample_for_sample(station):
    _, record, plant = station
    rows = record.stream("daq")
    line, cell = transducer_v(plant.line_pressure_kpa(rows["t_s"])), load_cell_v_per_v(plant.reservoir_g(rows["t_s"]))
    assert len(rows["t_s"]) > 1000
    assert np.abs(rows["line_v"] - line).max() < 0.001
    assert np.abs(rows["reservoir_v_v"] - cell).max() < 2e-7


# --- the record of it, replayed ----------------------------------------------------------------------------------


@pytest.fixture
def altered(station, monkeypatch):
    """Replays the record with a column of a stream changed: ``altered("daq", "line_v", function)``."""
    stream = Record.stream

    def replay(channel, column, change):
        def changed(self, name):
            columns = stream(self, name)
            return {**columns, column: change(columns)} if name == channel else columns

        monkeypatch.setattr(Record, "stream", changed)
        return {found.name: found.differences for found in replay_record(station[1])}

    return replay


def test_every_channel_is_replayed_without_a_difference(station, monkeypatch):
    monkeypatch.setattr("pyvisa.ResourceManager", None)  # nothing is opened
    monkeypatch.setattr("grpc.insecure_channel", None)
    _, record, _ = station
    found = replay_record(record)
    assert {channel.name: (channel.not_replayed, channel.differences) for channel in found} == {
        name: ("", []) for name in record.start["identities"]
    }
    assert [channel.rows for channel in found] == [record.health[channel.name].rows for channel in found]
    assert {channel.later_s for channel in found} == {0.0}


def test_without_the_client_libraries_their_channels_are_named_and_the_others_replayed(station, monkeypatch):
    for missing in ("pyvisa.constants", "nidaqmx"):
        monkeypatch.setitem(sys.modules, missing, None)
    found = {channel.name: channel.not_replayed for channel in replay_record(station[1])}
    assert {name for name, why in found.items() if why} == {"supply", "dmm", "counter", "back-pressure", "daq"}
    assert "pip install 'doseproof[daq]'" in found["daq"]


def test_a_changed_byte_in_an_answer_of_visa_is_a_difference(altered):
    def change(wire):
        """The last digit but one of the mantissa, in the tenth answer of the multimeter on TCP."""
        dmm = [link.endswith("SOCKET") for link in wire["link"]]
        answer = np.nonzero(dmm & (wire["direction"] == "<"))[0][10]
        data = wire["data"].copy()
        data[answer] = data[answer][:6] + bytes([data[answer][6] ^ 1]) + data[answer][7:]
        return data

    found = altered("wire", "data", change)
    (told,) = found.pop("dmm")
    assert told.startswith("row ")
    assert not any(found.values())


def test_a_changed_sample_is_a_difference(altered):
    found = altered("daq", "line_v", lambda rows: np.where(np.arange(rows["line_v"].size) == 500, 0.0, rows["line_v"]))
    (told,) = found.pop("daq")
    assert told.startswith("row 500: expected (")
    assert not any(found.values())

"""The drivers, driven from the wire log of a record, read what they read then; any difference is told."""

import re
import shutil
import socket
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import numpy as np
import pytest

from calibration.units import FLOW, VOLUME
from drivers.balance.mt_sics import MtSics
from drivers.errors import LinkLost
from drivers.wire_log import WireLog
from fixtures.simulated.serving import served
from fixtures.simulated.world import open_world, opened
from rig.bench import open_bench, parse_bench
from rig.errors import EvidenceError
from rig.execute.calls import CALLS, call_text, mark_calls, read_call
from rig.record import Record, RecordWriter
from rig.record.times import link_latency, utc_of
from rig.replay import LATER_S, replay_record
from rig.runner import run

BENCHES = Path(__file__).parents[2] / "fixtures" / "benches"
SIMULATED = BENCHES / "simulated.toml"
SHORT = BENCHES / "protocols" / "short.toml"
FOLDER = "/tmp/doseproof-bench"  # noqa: S108 - as the bench file names it
COMMAND = [sys.executable, "-c", "from rig.cli import main; main()", "record", "replay"]


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    """A record of nine simulated minutes."""
    return run(SHORT, SIMULATED, tmp_path_factory.mktemp("sealed") / "run").folder


def by_name(folder):
    return {channel.name: channel for channel in replay_record(Record.open(folder))}


def test_a_simulated_run_comes_out_identical_to_the_last_bit(sealed):
    found, record = by_name(sealed), Record.open(sealed)

    assert [channel.differences for channel in found.values()] == [[], [], []]
    assert {name: channel.rows for name, channel in found.items()} == {name: record.health[name].rows for name in found}
    assert {channel.later_s for channel in found.values()} == {0.0}


SERIAL = {"sbi": "sbi", "and-balance": "and-balance", "radwag": "radwag", "flow": "slf3x"}


def added(name, driver):
    """The table of one more instrument of the simulated world, with the identity that it answers."""
    with open_world({}) as world:
        factory = entry_points(group="doseproof.drivers")[driver].load()
        made = factory(world.address(name), clock=world.clock, wire=WireLog(), options={})
        found = made.identity
        made.close()
    head = f'[[instrument]]\nname = "{name}"\ndriver = "{driver}"\naddress = "sim://simulated/{name}"\n'
    return f'{head}model = "{found.model}"\nserial_number = "{found.serial_number}"\n'


def test_every_serial_instrument_comes_out_identical(tmp_path):
    text = SIMULATED.read_text("utf-8").replace('"calibration/', f'"{BENCHES}/calibration/')
    more = "".join(added(name, driver) for name, driver in SERIAL.items())
    (tmp_path / "bench.toml").write_text(text.replace("[environment]", f"{more}[environment]"), "utf-8")

    folder = run(SHORT, tmp_path / "bench.toml", tmp_path / "run").folder

    assert {channel.name: channel.differences for channel in by_name(folder).values()} == {
        name: [] for name in ("device", "balance", *SERIAL, "environment")
    }


def test_a_streaming_balance_comes_out_identical(tmp_path):
    text = SIMULATED.read_text("utf-8").replace('"calibration/', f'"{BENCHES}/calibration/')
    text = text.replace("[witness.vessel]", '[witness.options]\nmode = "stream"\n\n[witness.vessel]')
    (tmp_path / "bench.toml").write_text(text, "utf-8")

    found = by_name(run(SHORT, tmp_path / "bench.toml", tmp_path / "run").folder)

    assert (found["balance"].differences, found["balance"].rows > 1000) == ([], True)


def test_replaying_twice_in_one_process_is_the_same(sealed):
    assert by_name(sealed) == by_name(sealed)


def test_a_driver_that_reads_otherwise_today_is_told_row_by_row(sealed, monkeypatch):
    drain = MtSics.drain
    monkeypatch.setattr(MtSics, "drain", lambda self: [(t, g + 1e-9, *rest) for t, g, *rest in drain(self)])

    found = by_name(sealed)

    assert len(found["balance"].differences) == 11
    assert found["balance"].differences[0].startswith("row 0: expected (")
    assert not found["device"].differences


def test_a_driver_that_asks_otherwise_today_is_stopped_with_time_and_bytes(sealed, monkeypatch):
    monkeypatch.setattr("drivers.balance.mt_sics._SI", b"S\r\n")

    (told,) = by_name(sealed)["balance"].differences

    assert "expected b'SI\\r\\n' sent, found b'S\\r\\n' sent" in told


def test_a_driver_on_another_transport_is_named_as_not_replayed(sealed, monkeypatch):
    def visa_only(address, **_):
        raise LinkLost(f"{address}: expected to open it through VISA")

    monkeypatch.setattr("drivers.balance.mt_sics.SerialLink", visa_only)

    found = by_name(sealed)

    assert found["balance"].not_replayed.startswith("its driver finds no tape for its transport (LinkLost: replay://")
    assert (found["balance"].differences, found["device"].differences) == ([], [])


def test_errors_of_a_noisy_wire_come_again(tmp_path):
    folder = tmp_path / "run"

    def spoil(event):
        if event.kind == "phase" and event.data["edge"] == "begin" and event.data["name"] == "delivery":
            for name in ("balance", "pump"):
                opened("simulated").wire(name).garble(0.002, direction="from")

    run(SHORT, SIMULATED, folder, observers=[spoil])
    marks = Record.open(folder).stream("wire")

    assert any(b" ! " in data for data, way in zip(marks["data"], marks["direction"], strict=True) if way == "=")
    assert [channel.differences for channel in by_name(folder).values()] == [[], [], []]


@pytest.mark.parametrize("name", ["balance", "environment", "pump"])
def test_a_pulled_serial_cable_is_pulled_again(tmp_path, name):
    def pull(event):
        if event.kind == "phase" and (event.data["edge"], event.data["name"]) == ("begin", "delivery"):
            world = opened("simulated")
            world.wire(name).drop(start_s=world.clock.now() + 20.0)

    folder = run(SHORT, SIMULATED, tmp_path / "run", observers=[pull]).folder

    assert b"drain ! LinkLost" in set(Record.open(folder).stream("wire")["data"])
    assert [channel.differences for channel in by_name(folder).values()] == [[], [], []]


SUPPLY = """
[[instrument]]
name = "supply"
driver = "scpi-supply"
address = "ASRLsim://simulated/supply::INSTR"
model = "E36312A"
serial_number = "SIM-PSU-0001"
"""
VISA_FAULTS = {
    "InstrumentTimeout": lambda wire, now_s: wire.mute(start_s=now_s + 20.0, end_s=now_s + 26.0),
    "ProtocolError": lambda wire, now_s: wire.truncate(start_s=now_s + 20.0, end_s=now_s + 26.0),
    "LinkLost": lambda wire, now_s: wire.drop(start_s=now_s + 20.0),
}


@pytest.mark.parametrize("fault", VISA_FAULTS)
def test_errors_of_a_visa_instrument_come_again(tmp_path, fault):
    text = SIMULATED.read_text("utf-8").replace('"calibration/', f'"{BENCHES}/calibration/')
    (tmp_path / "bench.toml").write_text(text.replace("[environment]", f"{SUPPLY}[environment]"), "utf-8")

    def spoil(event):
        if event.kind == "phase" and (event.data["edge"], event.data["name"]) == ("begin", "delivery"):
            world = opened("simulated")
            VISA_FAULTS[fault](world.wire("supply"), world.clock.now())

    folder = run(SHORT, tmp_path / "bench.toml", tmp_path / "run", observers=[spoil]).folder
    found = by_name(folder)

    assert f"drain ! {fault}".encode() in set(Record.open(folder).stream("wire")["data"])
    assert {name: (one.differences, one.not_replayed) for name, one in found.items()} == dict.fromkeys(found, ([], ""))
    assert found["supply"].rows > 10


DAQ = """
[[instrument]]
name = "daq"
driver = "nidaqmx"
address = "Dev1"
model = "SIM-9218"
serial_number = "SIM-0D05E001"
[instrument.options]
grpc = "127.0.0.1:31765"
timeout = "30 s"
rate = "1600 Hz"
channels = [{ name = "line", physical = "Dev1/ai0", kind = "voltage", range = ["-10 V", "10 V"] }]
"""


@pytest.fixture(scope="module")
def with_daq(tmp_path_factory):
    """A record with fast samples, of which the wire log has digests only."""
    folder = tmp_path_factory.mktemp("daq")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    text = SIMULATED.read_text("utf-8").replace('"calibration/', f'"{BENCHES}/calibration/')
    text = text.replace("[world_options]", f"[world_options]\nnidaqmx_port = {port}")
    text = text.replace("[environment]", f"{DAQ.replace('31765', port)}[environment]")
    (folder / "bench.toml").write_text(text, "utf-8")
    return run(BENCHES / "protocols" / "quick.toml", folder / "bench.toml", folder / "run").folder


def test_fast_samples_come_from_the_stream_and_have_the_digest_of_their_read(with_daq):
    found = by_name(with_daq)
    reads = [data for data in Record.open(with_daq).stream("wire")["data"] if data.startswith(b"ReadAnalogF64#")]

    assert (found["daq"].differences, found["daq"].not_replayed) == ([], "")
    assert found["daq"].rows > 100_000
    assert len(reads) > 100


def test_a_changed_fast_sample_is_a_difference_although_the_wire_log_has_only_a_digest(with_daq, monkeypatch):
    stream = Record.stream

    def changed(self, name):
        columns = stream(self, name)
        bent = np.arange(columns["t_s"].size) == 54_321
        return {**columns, "line_v": columns["line_v"] + 1e-6 * bent} if name == "daq" else columns

    monkeypatch.setattr(Record, "stream", changed)
    (told,) = by_name(with_daq)["daq"].differences

    assert re.search(r"expected samples 5\d+ to 5\d+ of the recorded stream with the digest \w{12} of the read", told)


def test_a_record_without_a_manifest_is_replayed_to_its_last_mark(tmp_path):
    with open_bench(parse_bench((SIMULATED).read_text("utf-8"), "bench.toml")) as bench:
        writer = writer_of(bench, tmp_path / "run")
        rows = writer.rows("balance")
        rows.extend(row for _ in range(5) for row in bench.laboratory()["balance"].drain())
        bench.wire.channel("sim://simulated/balance").sent(9.0, b"SI\r\n")  # and then the host died
        writer.close()

    found = by_name(tmp_path / "run")

    assert (found["balance"].rows, found["balance"].differences) == (5, [])
    assert "the last 1 entries" in found["balance"].note


def test_a_record_from_before_the_marks_is_not_replayed_and_says_so(sealed, tmp_path, monkeypatch):
    monkeypatch.setattr("rig.runner.mark_calls", lambda _: None)
    folder = run(SHORT, SIMULATED, tmp_path / "run").folder

    found = by_name(folder)

    assert {channel.not_replayed for channel in found.values()} == {"the wire log holds no calls of its driver"}


def test_a_record_without_wire_is_refused(tmp_path):
    inputs = {"bench.toml": (SIMULATED).read_bytes()}
    RecordWriter(tmp_path / "run", start={"schema": 1}, inputs=inputs, channels={}).close()

    with pytest.raises(EvidenceError, match="found an empty one; there is nothing to replay"):
        replay_record(Record.open(tmp_path / "run"))


RATE, PORTION = FLOW.quantity(0.1 + 0.2 + 6), VOLUME.quantity(1 / 3 + 1)


@pytest.mark.parametrize(("call", "arguments"), [("set_rate", (RATE,)), ("bolus", (PORTION, RATE))])
def test_arguments_come_back_to_the_last_bit(call, arguments):
    found, again, _ = read_call(call_text(call, arguments))

    pairs = zip(CALLS[call], again, arguments, strict=True)
    assert found == call
    assert all(kind.magnitude("x", new) == kind.magnitude("x", old) for kind, new, old in pairs)


def test_utc_of_a_reading_and_latency_of_a_link(sealed):
    record = Record.open(sealed)
    latency = link_latency(record)

    assert utc_of(record, 60.0).isoformat() == "2026-01-01T00:01:00+00:00"
    assert set(latency) == {f"sim://simulated/{name}" for name in ("pump", "balance", "environment")}
    assert record.manifest["end"]["latency"]["sim://simulated/balance"]["max_s"] == 0.0


# --- in real time ------------------------------------------------------------------------------------------------


@pytest.fixture
def in_real_time(tmp_path):
    """A bench file of the simulated instruments on TCP and pseudo-terminals, in real time."""
    pytest.importorskip("pty", reason="pseudo-terminals are POSIX")
    text = (BENCHES / "realtime.toml").read_text("utf-8")
    with served("--pty", str(tmp_path / "tty"), "--tcp", "127.0.0.1") as ready:
        pty, tcp = ready["balance"]
        yield text.replace(FOLDER, str(tmp_path / "tty")).replace(pty, tcp)


def writer_of(bench, folder):
    """A record of an open bench whose calls are marked from now on."""
    mark_calls(bench)
    named = {"device": bench.device, **bench.laboratory()}
    inputs = {"bench.toml": bench.file.source.text.encode()}
    channels = {name: instrument.columns for name, instrument in named.items()}
    return RecordWriter(folder, start={"schema": 1}, inputs=inputs, channels=channels, wire=bench.wire)


def a_few_readings(bench, writer, seconds):
    named = {"device": bench.device, **bench.laboratory()}
    for instrument in named.values():
        instrument.prepare()
    bench.device.set_rate(FLOW.parse("rate", "1 mL/h"))
    bench.device.start()
    end_s = bench.clock.now() + seconds
    while bench.clock.now() < end_s:
        bench.device.keep_alive()
        for name, instrument in named.items():
            writer.rows(name).extend(instrument.drain())
        bench.clock.sleep_until(bench.clock.now() + 0.05)
    bench.device.stop()


def test_a_run_in_real_time_comes_out_identical_but_for_the_microseconds_of_the_host(in_real_time, tmp_path):
    folder = tmp_path / "run"
    with open_bench(parse_bench(in_real_time, "bench.toml")) as bench:
        writer = writer_of(bench, folder)
        a_few_readings(bench, writer, seconds=2.5)
        writer.close()

    found = by_name(folder)

    assert [channel.differences for channel in found.values()] == [[], [], []]
    assert found["balance"].rows > 10
    assert found["device"].rows > 1
    assert max(channel.later_s for channel in found.values()) < LATER_S


# --- the command -------------------------------------------------------------------------------------------------


def test_the_command_says_identical(sealed):
    told = subprocess.run([*COMMAND, str(sealed)], capture_output=True, text=True, timeout=60, check=False)

    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.count("identical") == 3


def test_the_command_refuses_an_altered_record(sealed, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(sealed, folder)
    (folder / "streams" / "wire.parquet").chmod(0o644)
    (folder / "streams" / "wire.parquet").write_bytes(b"PAR1")

    told = subprocess.run([*COMMAND, str(folder)], capture_output=True, text=True, timeout=60, check=False)

    assert (told.returncode, told.stdout) == (2, "")
    assert "streams/wire.parquet: changed" in told.stderr

"""A record from the first row to the seal, and every way in which it can be tampered with."""

import json
import os
import threading
from pathlib import Path

import pytest

from drivers.interfaces import Balance
from drivers.wire_log import WireLog
from rig.errors import EvidenceError
from rig.record import Record, RecordWriter
from rig.record.held import first_rows
from rig.record.seal import seal_streams, write_manifest
from rig.record.stream_reader import read_stream
from rig.record.syncer import Syncer

INPUTS = {"protocol.toml": b"schema = 1\n", "calibration/balance.toml": b"schema = 1\n"}


@pytest.fixture
def wire():
    return WireLog()


@pytest.fixture
def writer(tmp_path, wire):
    channels = {"balance": Balance.COLUMNS}
    return RecordWriter(tmp_path / "run", start={"schema": 1}, inputs=INPUTS, channels=channels, wire=wire)


def fill(writer, wire=None, count=100):
    for i in range(count):
        writer.rows("balance").append((float(i), 53.0, True, "ok"))
        if wire:
            wire.channel("balance").sent(float(i), b"SI\r\n")
    writer.event(3.0, "phase", name="delivery", edge="begin")


@pytest.fixture
def sealed(writer, wire):
    fill(writer, wire)
    writer.close()
    write_manifest(writer.folder, seal_streams(writer.folder), {"verdict": "pass"}, {"kind": "completed"})
    return writer.folder


def test_a_sealed_record_gives_back_rows_events_and_wire(sealed):
    record = Record.open(sealed)
    assert record.sealed
    assert record.stream("balance")["mass_g"].tolist() == [53.0] * 100
    assert record.events("phase") == [(3.0, {"name": "delivery", "edge": "begin"})]
    assert record.stream("wire")["data"][0] == b"SI\r\n"


def test_sealing_leaves_no_arrow_stream_and_nothing_writable(sealed):
    assert not list(sealed.rglob("*.arrows"))
    assert all(path.stat().st_mode & 0o222 == 0 for path in sealed.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", ["start.json", "result.json", "inputs/protocol.toml", "streams/balance.parquet"])
def test_a_changed_byte_is_found_and_the_file_named(sealed, name):
    path = sealed / name
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(EvidenceError, match=f"{name}: changed"):
        Record.open(sealed)


def test_a_missing_and_an_added_file_are_found(sealed):
    (sealed / "inputs/calibration/balance.toml").unlink()
    (sealed / "inputs/more.toml").write_text("x")
    with pytest.raises(EvidenceError) as found:
        Record.open(sealed)
    assert "inputs/calibration/balance.toml: missing" in str(found.value)
    assert "inputs/more.toml: added after sealing" in str(found.value)


def test_a_manifest_that_was_edited_does_not_hold(sealed):
    path = sealed / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["end"]["kind"] = "aborted"
    path.chmod(0o644)
    path.write_text(json.dumps(manifest))
    with pytest.raises(EvidenceError, match=r"manifest\.json: changed"):
        Record.open(sealed)


def test_a_record_that_was_never_sealed_is_read_to_its_last_batch(writer):
    fill(writer)
    writer.close()
    record = Record.open(writer.folder)
    assert not record.sealed
    assert len(record.stream("balance")["t_s"]) == 100


def test_sealing_can_be_done_again_after_a_crash(writer):
    fill(writer)
    writer.close()
    seal_streams(writer.folder)
    health = seal_streams(writer.folder)
    write_manifest(writer.folder, health, {}, {})
    assert Record.open(writer.folder).health["balance"].rows == 100


def test_the_content_digest_ignores_when_and_how_it_was_written(tmp_path):
    digests = []
    for name, pieces in (("one", [range(100)]), ("two", [range(30), range(30, 100)])):
        writer = RecordWriter(tmp_path / name, start={"at": name}, inputs=INPUTS, channels={"balance": Balance.COLUMNS})
        for piece in pieces:
            writer.rows("balance").extend((float(i), 53.0, True, "ok") for i in piece)
            writer.flush()
        writer.close()
        digests.append(Record.open(tmp_path / name).content_digest)
    assert digests[0] == digests[1]


def test_an_existing_folder_is_never_written_into(tmp_path):
    (tmp_path / "run").mkdir()
    with pytest.raises(EvidenceError, match="give a new folder"):
        RecordWriter(tmp_path / "run", start={}, inputs={}, channels={})


@pytest.mark.skipif(os.name != "posix", reason="needs /dev/full, which only POSIX systems have")
def test_a_full_disk_is_told_to_the_loop_and_spares_what_was_written(writer):
    fill(writer)
    writer.flush()
    stream = writer._streams["balance"]
    with Path("/dev/full").open("wb", buffering=0) as full:
        os.dup2(full.fileno(), stream._current._file.fileno())
        writer.rows("balance").append((100.0, 53.0, True, "ok"))
        writer.flush()
        with pytest.raises(EvidenceError, match="could not be written"):
            writer.close()


def test_a_disk_that_fails_while_it_is_waited_for_is_told_to_the_loop(writer, monkeypatch):
    def fails(_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fdatasync", fails, raising=False)
    fill(writer)
    writer.flush()
    with pytest.raises(EvidenceError, match=r"could not be written any further.*Input/output error"):
        writer.close()


def test_what_waited_for_the_disk_is_synced_once():
    begun, go_on, synced = threading.Event(), threading.Event(), []

    class Slow:
        def sync(self):
            synced.append(self)
            begun.set()
            go_on.wait(5)

    syncer, one, other = Syncer(), Slow(), Slow()
    syncer.ask([one])
    begun.wait(5)
    for streams in ([one], [one, other], [other]):
        syncer.ask(streams)
    go_on.set()
    syncer.close()
    assert (synced.count(one), synced.count(other)) == (2, 1)


def test_opening_something_else_says_what_was_expected(tmp_path):
    with pytest.raises(EvidenceError, match=r"expected a record \(a folder with start\.json\)"):
        Record.open(tmp_path)


def test_a_record_killed_before_its_first_row_opens_and_is_empty(writer):
    """Left open on purpose: nothing was flushed, as a kill leaves it."""
    record = Record.open(writer.folder)
    assert (record.sealed, record.all_events(), record.health["balance"].rows) == (False, [], 0)
    writer.close()


def test_what_is_settled_can_be_read_while_the_run_goes_on(writer):
    for rows in (100, 200):
        fill(writer)
        writer.settle()
        table, health = read_stream(writer.folder / "streams" / "balance.arrows", "balance")
        assert (table.num_rows, health.damage) == (rows, "")
    writer.close()


def test_a_disk_that_failed_does_not_settle(writer, monkeypatch):
    fill(writer)
    monkeypatch.setattr(writer._streams["balance"], "write", lambda _: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(EvidenceError, match="full"):
        writer.settle()


def test_the_first_rows_of_a_record_are_a_record(sealed):
    early = first_rows(Record.open(sealed), {"balance": 40, "events": 1})
    assert early.stream("balance", "mass_g")["mass_g"].size == 40
    assert early.events("phase") == [(3.0, {"name": "delivery", "edge": "begin"})]
    assert first_rows(Record.open(sealed), {"balance": 40, "events": 0}).events() == []


@pytest.mark.parametrize("longest_s", [0.05, None])
def test_a_slow_disk_is_waited_for_or_named(writer, monkeypatch, longest_s):
    slow, write = threading.Event(), writer._streams["balance"].write
    monkeypatch.setattr(writer._streams["balance"], "write", lambda rows: (slow.wait(20.0), write(rows)))
    fill(writer)
    if longest_s is None:
        threading.Timer(1.5, slow.set).start()
        writer.settle(None)
        assert read_stream(writer.folder / "streams" / "balance.arrows", "balance")[0].num_rows == 100
    else:
        with pytest.raises(EvidenceError, match=r"not written within 0\.05 s"):
            writer.settle(longest_s)
    slow.set()
    writer.close()


def test_a_channel_that_has_no_rows_yet_is_named(sealed):
    with pytest.raises(EvidenceError, match="expected the stream 'balance', found events"):
        first_rows(Record.open(sealed), {"balance": 0, "events": 1}).stream("balance")

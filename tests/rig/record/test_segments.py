"""A long stream goes on in the next file, and reads as one: while it is written, after a kill, sealed."""

import pytest

from drivers.interfaces import Balance
from rig.record import Record, RecordWriter
from rig.record.check import check_record
from rig.record.follower import EACH_S
from rig.record.rolling import RollingStream
from rig.record.seal import seal_streams
from rig.record.segment_reader import SegmentReader
from rig.record.segments import DEFAULT_LIMITS, SegmentLimits, growing_path, remakeable, sealed_path
from rig.record.stream_reader import read_all
from rig.record.stream_sealer import StreamSealer
from tests.rig.record.conftest import TEN_ROWS, TRUTH, follow, masses, rows, seal, streams_of


def test_a_stream_that_is_full_goes_on_in_the_next_file(rolled):
    folder = rolled()
    assert streams_of(folder) == ["balance.0002.arrows", "balance.0003.arrows", "balance.0004.arrows", "balance.arrows"]
    assert masses(folder) == TRUTH
    assert Record.open(folder).health["balance"].damage == ""


def test_a_sealed_record_of_many_segments_reads_as_one(rolled):
    record = Record.open(seal(rolled()))
    assert streams_of(record.folder) == [f"balance.000{number}.parquet" for number in (1, 2, 3, 4)]
    assert masses(record.folder) == TRUTH
    assert sum(batch.num_rows for batch in record.batches("balance")) == 35
    assert record.schema("balance").field("mass_g").metadata[b"unit"] == b"g"
    assert check_record(record.folder).state == "sealed"


def test_where_a_stream_is_cut_does_not_depend_on_its_batches(rolled):
    one, other = (rolled(name, batches) for name, batches in (("one", (35,)), ("other", (1,) * 35)))
    digests = [[part.digest for part in Record.open(seal(each)).health["balance"].segments] for each in (one, other)]
    assert digests[0] == digests[1]
    assert len(digests[0]) == 4


def test_the_content_digest_does_not_know_of_segments(rolled):
    cut, whole = rolled("cut"), rolled("whole", limits=DEFAULT_LIMITS)
    assert Record.open(cut).content_digest == Record.open(whole).content_digest
    assert Record.open(seal(cut)).content_digest == Record.open(seal(whole)).content_digest


def test_a_short_stream_is_one_file_and_its_manifest_is_of_schema_1(rolled):
    record = Record.open(seal(rolled(limits=DEFAULT_LIMITS)))
    assert streams_of(record.folder) == ["balance.parquet"]
    assert record.manifest["schema"] == 1
    assert set(record.manifest["streams"]["balance"]) == {"rows", "digest", "damage"}


def test_a_stream_is_cut_after_its_time_too(rolled):
    record = Record.open(seal(rolled(limits=SegmentLimits(duration_s=20.0))))
    assert [part.rows for part in record.health["balance"].segments] == [20, 15]


def test_a_row_that_is_larger_than_a_segment_is_a_segment(tmp_path):
    writer = RecordWriter(tmp_path / "run", start={"schema": 1}, inputs={}, channels={}, limits=SegmentLimits(100))
    for number in range(3):
        writer.event(float(number), "note", text="x" * 200)
    writer.close()
    assert [len(data["text"]) for _, data in Record.open(seal(writer.folder)).events("note")] == [200, 200, 200]


# What is sealed while the run goes on


@pytest.fixture
def followed(tmp_path):
    """A stream that is written and followed by hand; gives the stream and its sealer."""
    (tmp_path / "streams").mkdir()
    return RollingStream(tmp_path, "balance", Balance.COLUMNS, TEN_ROWS), StreamSealer(tmp_path, "balance")


def test_a_segment_is_sealed_while_the_next_is_written(followed, tmp_path):
    stream, sealer = followed
    stream.write(rows(15))
    stream.sync()
    follow(sealer, *stream.reached)
    assert sealed_path(tmp_path, "balance", 1).is_file()
    assert not growing_path(tmp_path, "balance", 1).exists()
    stream.write(rows(20, 15))
    assert read_all(SegmentReader(tmp_path, "balance"))[1].rows >= 20
    stream.close()
    health = sealer.finish()
    assert (health.rows, health.damage, len(health.segments)) == (35, "", 4)


def test_what_is_not_on_the_disk_is_not_followed(followed):
    stream, sealer = followed
    stream.write(rows(5))
    assert stream.reached == (1, 0)
    follow(sealer, *stream.reached)
    stream.sync()
    assert stream.reached == (1, 1)
    stream.close()


def test_a_run_that_is_followed_gives_the_bytes_of_one_that_is_not(rolled, new_writer):
    writer = new_writer("live")
    for start in range(35):
        writer.rows("balance").extend(rows(1, start))
        writer.flush()
    while growing_path(writer.folder, "balance").exists():  # until the follower was there
        assert not writer._follower._ended.wait(EACH_S / 10)
    writer.close()
    live, later = seal(writer.folder, writer.sealers), seal(rolled(batches=(1,) * 35))
    for name in streams_of(later):
        assert (live / "streams" / name).read_bytes() == (later / "streams" / name).read_bytes()


def test_a_kill_while_segments_are_sealed_loses_nothing(rolled):
    folder = rolled()
    follow(StreamSealer(folder, "balance"), 3, 0)
    assert streams_of(folder)[:2] == ["balance.0001.parquet", "balance.0002.parquet"]
    assert masses(folder) == TRUTH
    assert masses(seal(folder)) == TRUTH


def test_a_follower_that_fails_leaves_the_sealing_to_the_end(new_writer, monkeypatch):
    monkeypatch.setattr("rig.record.stream_sealer.put_in_place", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    writer = new_writer("live")
    writer.rows("balance").extend(rows(35))
    writer.settle()
    while "balance" in writer.sealers:
        assert not writer._follower._ended.wait(EACH_S / 10)
    writer.close()
    monkeypatch.undo()
    assert masses(seal(writer.folder, writer.sealers)) == TRUTH


def test_what_a_seal_left_that_was_cut_off_can_be_taken_away_and_no_other_segment(rolled):
    folder = rolled()
    follow(StreamSealer(folder, "balance"), 3, 0)
    seal_streams(folder)
    made = {path.name for path in remakeable(folder)}
    assert made == {"balance.0003.parquet", "balance.0004.parquet"}
    for path in remakeable(folder):
        path.unlink()
    assert masses(seal(folder)) == TRUTH

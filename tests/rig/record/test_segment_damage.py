"""A segment that is missing, swapped, doubled or damaged is named, sealed or not."""

import json
import shutil
from unittest.mock import Mock

import pytest

from rig.errors import EvidenceError
from rig.record import Record, RecordWriter
from rig.record.check import check_record
from rig.record.disk import sha256_file
from rig.record.finish import finish_seal
from rig.record.last_segments import last_segments
from rig.record.manifest import manifest_bytes, record_hash
from rig.record.salvage import broken_streams
from rig.record.seal import seal_streams
from rig.record.segments import SegmentLimits, sealed_path
from rig.record.stream_reader import health_of
from rig.record.stream_sealer import StreamSealer
from tests.rig.record.conftest import TRUTH, follow, masses, rows, seal, streams_of
from tests.rig.record.test_record_check import files_of, undetected


def writable(folder):
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


def resealed(folder, change):
    """Change the segments, and then every hash that the manifest has of them, as somebody careless would."""
    change(writable(folder) / "streams")
    path = folder / "manifest.json"
    manifest = json.loads(path.read_bytes())
    manifest["files"] = {
        one.relative_to(folder).as_posix(): {"sha256": sha256_file(one), "bytes": one.stat().st_size}
        for one in folder.rglob("*")
        if one.is_file() and one != path
    }
    path.write_bytes(manifest_bytes(manifest | {"record_sha256": record_hash(manifest)}))
    return folder


def swap(one, other, suffix):
    def change(streams):
        (streams / f"balance.{one}{suffix}").rename(streams / "x")
        (streams / f"balance.{other}{suffix}").rename(streams / f"balance.{one}{suffix}")
        (streams / "x").rename(streams / f"balance.{other}{suffix}")

    return change


def double(streams):
    shutil.copy(streams / "balance.0002.parquet", streams / "balance.0003.parquet")


def remove(streams):
    (streams / "balance.0002.parquet").unlink()


SEALED = [
    (remove, "streams/balance.0002.parquet: missing"),
    (double, "streams/balance.0003.parquet: expected segment 3 of the stream, found segment 2"),
    (
        swap("0002", "0003", ".parquet"),
        "streams/balance.0002.parquet: expected segment 2 of the stream, found segment 3",
    ),
]


@pytest.mark.parametrize(("change", "said"), SEALED)
def test_a_sealed_segment_that_is_gone_swapped_or_doubled_is_named(rolled, change, said):
    assert said in check_record(resealed(seal(rolled()), change)).problems


@pytest.mark.parametrize("change", [change for change, _ in SEALED])
def test_the_manifest_names_the_file_first(rolled, change):
    folder = writable(seal(rolled()))
    change(folder / "streams")
    assert any(problem.startswith("streams/balance.000") for problem in check_record(folder).problems)


def test_a_segment_of_another_run_is_named(rolled):
    folder, other = seal(rolled("a")), seal(rolled("b", (12, 23)))
    mine, theirs = (each / "streams" / "balance.0002.parquet" for each in (folder, other))
    changed = resealed(folder, lambda _: shutil.copy(theirs, mine))
    assert "streams/balance.0002.parquet: it does not follow segment 1" in check_record(changed).problems[0]


def copy_second(streams):
    shutil.copy(streams / "balance.0002.arrows", streams / "balance.0003.arrows")


def empty_second(streams):
    (streams / "balance.0002.arrows").write_bytes(b"")


def test_any_byte_of_every_file_of_a_record_with_segments(tmp_path):
    limits = SegmentLimits(size_bytes=40)
    writer = RecordWriter(tmp_path / "run", start={"schema": 1}, inputs={}, channels={}, limits=limits)
    writer.event(0.0, "phase", name="delivery")
    writer.event(1.0, "phase", name="leg")
    writer.close()
    folder = seal(writer.folder)
    assert "streams/events.0002.parquet" in files_of(folder)
    missed = {name: positions for name in files_of(folder) if (positions := undetected(folder, name))}
    assert missed == {}
    assert check_record(folder).state == "sealed"


INTERRUPTED = [
    (lambda streams: (streams / "balance.0002.arrows").unlink(), 10, "segment 2 of 4: it is missing"),
    (lambda streams: (streams / "balance.arrows").unlink(), 0, "segment 1 of 4: it is missing"),
    (
        swap("0002", "0003", ".arrows"),
        10,
        "segment 2 of 4: after batch 0: expected segment 2 of the stream, found segment",
    ),
    (copy_second, 20, "segment 3 of 4: after batch 0: expected segment 3 of the stream, found segment 2"),
    (empty_second, 10, "segment 2 of 4: it is empty, and others follow"),
]


@pytest.mark.parametrize(("change", "left", "said"), INTERRUPTED)
def test_an_interrupted_record_is_read_to_the_segment_that_does_not_follow(rolled, change, left, said):
    folder = rolled()
    change(folder / "streams")
    health = Record.open(folder).health["balance"]
    assert (health.rows, health.damage[: len(said)]) == (left, said)
    assert any(said in problem for problem in check_record(folder).problems)


def test_rows_that_were_cut_off_between_two_segments_are_missed(rolled):
    """Cut at the edge of a batch, so that the file itself looks whole."""
    folder, path = rolled(batches=(5, 5, 5, 5, 5)), "streams/balance.arrows"
    data = (folder / path).read_bytes()
    (folder / path).write_bytes(data[: data.rindex(b"\xff\xff\xff\xff", 0, len(data) - 8)])
    health = Record.open(folder).health["balance"]
    assert (health.rows, "rows of segment 1 are missing" in health.damage) == (5, True)


@pytest.mark.parametrize("place", [0.3, 0.5, 0.9])
def test_a_damaged_sealed_segment_of_an_interrupted_record_is_noticed(rolled, place):
    folder = rolled()
    follow(StreamSealer(folder, "balance"), 3, 0)
    path = sealed_path(folder, "balance", 2)
    data = bytearray(path.read_bytes())
    data[int(len(data) * place)] ^= 1
    path.write_bytes(data)
    health = Record.open(folder).health["balance"]
    assert health.rows in {10, 35}  # a byte that says nothing changes nothing
    assert masses(folder) == TRUTH[: health.rows]


def test_what_lies_behind_a_damaged_segment_is_kept_though_not_read(rolled):
    folder = rolled()
    (folder / "streams" / "balance.0002.arrows").unlink()
    record = Record.open(seal(folder))
    assert streams_of(folder) == ["balance.0001.parquet", "balance.0003.arrows", "balance.0004.arrows"]
    assert record.stream("balance")["mass_g"].tolist() == TRUTH[:10]
    assert "segment 2 of 4" in record.health["balance"].damage
    assert check_record(folder).state == "sealed"


@pytest.fixture
def cut_off(monkeypatch):
    """Seals a record, and is killed between its manifest and the removal of its Arrow files."""

    def make(folder):
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr("pathlib.Path.unlink", Mock(side_effect=KeyboardInterrupt))
            seal(folder)
        return folder

    return make


@pytest.fixture
def left_behind(rolled, cut_off):
    return cut_off(rolled())


def test_a_kill_while_arrow_files_are_removed_leaves_a_sealed_record(left_behind):
    assert "balance.0003.arrows" in streams_of(left_behind)
    assert check_record(left_behind).state == "sealed"
    assert masses(left_behind) == TRUTH


def test_a_seal_that_was_cut_off_is_finished(left_behind):
    left = sorted(f"streams/{path.name}" for path in left_behind.glob("streams/*.arrows"))
    assert finish_seal(left_behind) == left
    assert check_record(left_behind).state == "sealed"
    assert finish_seal(left_behind) == []


def test_and_so_is_one_of_a_stream_whose_last_segment_is_torn(rolled, cut_off):
    folder = rolled()
    path = folder / "streams" / "balance.0004.arrows"
    path.write_bytes(path.read_bytes()[:-40])
    (problem,) = check_record(cut_off(folder)).problems
    assert "balance.0004.arrows: left by a seal that was cut off, torn as the manifest says" in problem
    assert "streams/balance.0004.arrows" in finish_seal(folder)
    assert check_record(folder).state == "sealed"


@pytest.mark.parametrize("change", [swap("0002", "0003", ".arrows"), copy_second])
def test_another_arrow_file_beside_a_sealed_segment_was_added(left_behind, change):
    change(left_behind / "streams")
    assert "streams/balance.0003.arrows: added after sealing" in check_record(left_behind).problems


def test_a_file_that_was_removed_while_it_is_written_is_told_to_the_loop(new_writer):
    writer = new_writer()
    (writer.folder / "streams" / "balance.arrows").unlink()
    writer.rows("balance").extend(rows(3))
    writer.flush()
    with pytest.raises(EvidenceError, match=r"the file was removed while it was written.*balance\.arrows"):
        writer.close()


def test_a_kill_tears_the_last_segment_and_no_other(rolled):
    folder = rolled()
    follow(StreamSealer(folder, "balance"), 3, 0)
    path = folder / "streams" / "balance.0004.arrows"
    path.write_bytes(path.read_bytes()[:-40])
    ends = {one.name: one for one in last_segments(folder)}
    assert (ends["balance"].path, ends["balance"].broken) == (path, "")
    assert health_of(ends["balance"].stream).damage != ""
    assert {name: health_of(one.stream).damage for name, one in ends.items() if name != "balance"} == {
        "events": "",
        "wire": "",
    }


@pytest.mark.parametrize("change", [copy_second, empty_second, swap("0002", "0003", ".arrows")])
def test_a_segment_that_is_broken_before_the_last_one_is_told(rolled, change):
    folder = rolled()
    change(folder / "streams")
    told = {one.name: one.broken for one in last_segments(folder)}
    assert told["balance"].startswith(("segment 2 of 4", "segment 3 of 4"))
    assert told["events"] == ""


def test_a_segment_that_was_begun_without_a_row_may_be_left_by_a_kill_of_the_seal(rolled):
    folder = rolled(batches=(20,))
    begun = folder / "streams" / "balance.0003.arrows"
    begun.touch()
    seal(folder)
    begun.touch()  # killed between the manifest and the removal of the Arrow files
    assert check_record(folder).problems == ()
    begun.write_bytes(b"x")
    assert check_record(folder).problems == ("streams/balance.0003.arrows: added after sealing",)


def test_a_power_cut_in_the_middle_of_a_roll_tears_the_segment_before_the_empty_one(rolled):
    folder = rolled(batches=(4, 6, 4, 6))
    second = folder / "streams" / "balance.0002.arrows"
    second.write_bytes(second.read_bytes()[:-60])
    (folder / "streams" / "balance.0003.arrows").touch()
    ends = {one.name: one for one in last_segments(folder)}
    assert (ends["balance"].path, ends["balance"].broken) == (second, "")
    assert broken_streams(folder) == []
    assert masses(seal(folder)) == TRUTH[:14]


def test_a_stream_whose_last_file_was_taken_away_is_read_up_to_there_and_told(rolled):
    """Its other segments are Parquet; it must not look like a stream that there never was."""
    folder = rolled()
    follow(StreamSealer(folder, "balance"), 4, 0)
    (folder / "streams" / "balance.0004.arrows").unlink()
    assert check_record(folder).problems[1:] == ("streams/balance: segment 4 of 4: it is missing",)
    assert masses(folder) == TRUTH[:30]
    assert broken_streams(folder) == ["streams/balance.0004.arrows: missing; no kill takes a file away"]
    assert "segment 4 of 4" in seal_streams(folder)["balance"].damage

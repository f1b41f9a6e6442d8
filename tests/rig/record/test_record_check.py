"""Every byte of a sealed record counts, and so does its place in the chain of the bench."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import Mock

import pytest

from rig.cli.app import run_app
from rig.errors import EvidenceError
from rig.record import Record, RecordWriter
from rig.record.bench_chain import chain_problems
from rig.record.check import check_record
from rig.record.manifest import manifest_bytes, record_hash
from rig.record.seal import seal_streams, write_manifest


@pytest.fixture
def sealed_in(tmp_path):
    """Seals the smallest record there is: no channel, one event."""

    def make(name, bench="station"):
        start = {"schema": 1, "bench": bench, "run": name}
        writer = RecordWriter(tmp_path / name, start=start, inputs={"protocol.toml": b"x = 1\n"}, channels={})
        writer.event(0.0, "phase", name="delivery")
        writer.close()
        write_manifest(writer.folder, seal_streams(writer.folder), {"verdict": "pass"}, {"kind": "completed"})
        return writer.folder

    return make


def undetected(folder, name):
    """Positions of a file at which another byte goes unnoticed."""
    path = folder / name
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    missed = []
    for position in range(len(data)):
        data[position] ^= 1
        path.write_bytes(data)
        if not any(problem.startswith(f"{name}: ") for problem in check_record(folder).problems):
            missed.append(position)
        data[position] ^= 1
    path.write_bytes(data)
    return missed


def files_of(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_any_byte_of_every_file(sealed_in):
    folder = sealed_in("one")
    missed = {name: positions for name in files_of(folder) if (positions := undetected(folder, name))}
    assert missed == {}
    assert check_record(folder).state == "sealed"


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data + b" ", lambda data: b" " + data])
def test_a_byte_less_or_more_is_found_in_every_file(sealed_in, change):
    folder = sealed_in("one")
    for name in files_of(folder):
        path, data = folder / name, (folder / name).read_bytes()
        path.chmod(0o644)
        path.write_bytes(change(data))
        assert any(problem.startswith(f"{name}: ") for problem in check_record(folder).problems)
        path.write_bytes(data)


def test_a_link_in_the_place_of_a_file_is_no_sealed_file(sealed_in, tmp_path):
    folder = sealed_in("one")
    (folder / "start.json").rename(tmp_path / "elsewhere.json")
    (folder / "start.json").symlink_to(tmp_path / "elsewhere.json")
    assert check_record(folder).problems == ("start.json: changed",)


@pytest.mark.parametrize("change", [lambda data: data + b"other readings", lambda data: data[:-8] + bytes(8) + b"x"])
def test_nothing_hides_behind_a_stream_that_a_kill_left(sealed_in, tmp_path, monkeypatch, change):
    """A kill while the streams are removed; the rows are those that were sealed."""
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("pathlib.Path.unlink", Mock(side_effect=KeyboardInterrupt))
        sealed_in("one")
    left = tmp_path / "one" / "streams" / "events.arrows"
    assert check_record(tmp_path / "one").state == "sealed"
    left.write_bytes(change(left.read_bytes()))
    assert check_record(tmp_path / "one").problems == ("streams/events.arrows: added after sealing",)


def test_a_record_names_the_one_before_it(sealed_in):
    first, second, other = (Record.open(sealed_in(*name)) for name in (("a",), ("b",), ("c", "another bench")))
    assert first.manifest["chain"] == {"bench": "station", "number": 1, "previous": None}
    assert second.manifest["chain"]["previous"] == first.manifest["record_sha256"]
    assert other.manifest["chain"]["number"] == 1
    assert chain_problems([first.folder, second.folder, other.folder]) == []


@pytest.mark.parametrize(("gone", "said"), [("b", "before c"), ("c", "the last record, c")])
def test_a_record_that_was_taken_away_is_missed(sealed_in, gone, said):
    folders = {name: sealed_in(name) for name in "abc"}
    shutil.rmtree(folders.pop(gone))
    assert [said in problem for problem in chain_problems([*folders.values()])] == [True]


def test_a_fork_is_found(sealed_in, tmp_path):
    first = sealed_in("a")
    shutil.rmtree(tmp_path / ".chain")
    shutil.move(first, tmp_path / "moved")
    (tmp_path / "moved" / "manifest.json").rename(tmp_path / "manifest.json")
    second = sealed_in("b")
    (tmp_path / "manifest.json").rename(tmp_path / "moved" / "manifest.json")
    assert "the chain has a fork" in chain_problems([tmp_path / "moved", second])[0]


def test_a_copy_in_another_folder_is_no_fork(sealed_in, tmp_path):
    first, second = sealed_in("a"), sealed_in("b")
    copy = shutil.copytree(first, tmp_path / "usb stick" / "a")
    assert chain_problems([first, second, copy]) == []


def test_a_last_record_that_was_sealed_anew_is_not_the_one_that_was_noted(sealed_in):
    first, last = sealed_in("a"), sealed_in("b")
    seal_anew(last)
    assert check_record(last).state == "sealed"
    (problem,) = chain_problems([first, last])
    assert "the last record, b (number 2), was noted with SHA-256" in problem
    assert "it was sealed anew, or another record" in problem


def test_what_follows_a_record_that_was_sealed_anew_shows_it_too(sealed_in):
    first, last = sealed_in("a"), sealed_in("b")
    seal_anew(last)
    third = sealed_in("c")
    (problem,) = chain_problems([first, last, third])
    assert "the record before c (number 2," in problem


def test_a_kill_before_the_manifest_is_no_record_that_was_sealed_anew(sealed_in):
    first, killed = sealed_in("a"), sealed_in("b")
    (killed / "manifest.json").unlink()
    assert chain_problems([first, killed]) == []


def seal_anew(folder):
    """Say that it ended otherwise, with every hash that follows."""
    path = folder / "manifest.json"
    path.chmod(0o644)
    manifest = json.loads(path.read_bytes()) | {"end": {"kind": "aborted"}}
    path.write_bytes(manifest_bytes(manifest | {"record_sha256": record_hash(manifest)}))


def test_records_sealed_at_the_same_time_are_one_chain(sealed_in, tmp_path):
    with ThreadPoolExecutor(6) as pool:
        folders = list(pool.map(sealed_in, "abcdef"))
    assert chain_problems(folders) == []
    assert sorted(Record.open(folder).manifest["chain"]["number"] for folder in folders) == [1, 2, 3, 4, 5, 6]


def test_a_lost_note_is_found_again_from_the_records(sealed_in, tmp_path):
    sealed_in("a")
    shutil.rmtree(tmp_path / ".chain")
    assert Record.open(sealed_in("b")).manifest["chain"]["number"] == 2


def test_a_kill_between_the_note_and_the_manifest_makes_no_hole(sealed_in):
    first, killed = sealed_in("a"), sealed_in("b")
    (killed / "manifest.json").unlink()
    third = Record.open(sealed_in("c"))
    assert third.manifest["chain"]["previous"] == Record.open(first).manifest["record_sha256"]


@pytest.mark.parametrize("name", ["start.json", "manifest.json"])
def test_a_record_of_a_newer_version_says_so(sealed_in, name):
    path = sealed_in("one") / name
    path.chmod(0o644)
    path.write_bytes(manifest_bytes(json.loads(path.read_bytes()) | {"schema": 3}))
    with pytest.raises(EvidenceError, match="newer version"):
        Record.open(path.parent)


def test_the_command_names_the_file_and_ends_with_two(sealed_in, capsys):
    good, bad = sealed_in("a"), sealed_in("b")
    assert run_app(["record", "check", str(good)]) == 0
    (bad / "more.txt").write_text("x")
    assert run_app(["record", "check", str(good.parent)]) == 2
    said = capsys.readouterr().out
    assert "b: changed" in said
    assert "more.txt: added after sealing" in said

"""The folders of records against what the store has seen of them: each record that does not fit is named."""

import json
import shutil

import pytest

from rig.record.manifest import manifest_bytes, record_hash
from rig.record.seal import seal_streams, write_manifest
from rig.store.chains import chain_differences
from rig.store.index import index_records
from rig.store.rebuild import rebuild
from rig.store.store import Store


@pytest.fixture
def records(store, made_record):
    """Four of one bench, the last one never sealed; all in the store."""
    for name in ("01", "02", "03"):
        made_record(name)
    folder = made_record("04", seal=False).parent
    assert index_records(store, [folder], "tester").problems == []
    return folder


def problems(store):
    return chain_differences(store).problems


def seal_anew(folder, **changed):
    """Another manifest, with every hash that follows."""
    path = folder / "manifest.json"
    path.chmod(0o644)
    manifest = json.loads(path.read_bytes()) | changed
    path.write_bytes(manifest_bytes(manifest | {"record_sha256": record_hash(manifest)}))


def test_what_is_as_the_store_saw_it_has_no_problem(store, records):
    assert problems(store) == []
    assert chain_differences(store).away == []


@pytest.mark.parametrize("name", ["02", "03", "04"])
def test_a_record_that_is_gone_is_named(store, records, name):
    shutil.rmtree(records / name)
    assert f"missing: {name} (bench station, run run-{name}" in problems(store)[0]


def test_the_end_of_a_chain_that_was_cut_off_with_its_note_is_missed(store, records):
    """The chain by itself shows nothing: its note was put back as it was."""
    shutil.rmtree(records / "03")
    shutil.rmtree(records / ".chain")
    (line,) = problems(store)
    assert "missing: 03 (bench station, run run-03, number 3, SHA-256" in line


def test_a_record_that_was_slipped_in_is_named(store, records, made_record):
    made_record("05")
    made_record("06", seal=False)
    told = problems(store)
    assert "extra: 05 (number 4, SHA-256" in told[0]
    assert "extra: 06, never sealed, is not in the store" in told[1]


def test_a_record_that_was_sealed_anew_is_named(store, records):
    seal_anew(records / "02", end={"kind": "aborted"})
    assert any("re-sealed: 02 (bench station" in line for line in problems(store))


def test_taking_it_in_again_does_not_hide_it(store, records):
    seal_anew(records / "03", end={"kind": "aborted"})
    assert index_records(store, [records / "03"], "tester").problems == []
    assert any("re-sealed: 03 (bench station" in line and "has seen 2 seals" in line for line in problems(store))


def test_one_that_got_another_place_in_the_chain_too(store, records):
    seal_anew(records / "02", chain={"bench": "station", "number": 7, "previous": None})
    assert any("re-sealed, and re-ordered (number 7 now): 02" in line for line in problems(store))


def test_records_that_changed_places_are_named(store, records):
    (records / "01").rename(records / "x")
    (records / "02").rename(records / "01")
    (records / "x").rename(records / "02")
    told = [line for line in problems(store) if "re-ordered" in line]
    assert [name in line for name, line in zip(("01", "02"), told, strict=True)] == [True, True]


def test_a_seal_that_is_gone_is_named(store, records):
    (records / "03" / "manifest.json").unlink()
    assert "03 (bench station" in problems(store)[0]
    assert "the seal is gone" in problems(store)[0]


def test_a_record_that_is_sealed_now_is_to_be_taken_in(store, records):
    folder = records / "04"
    write_manifest(folder, seal_streams(folder), {"verdict": {"outcome": "fail"}}, {"kind": "completed"})
    assert "sealed since the store saw it; take it in" in problems(store)[0]


def test_a_second_record_of_a_run_is_named_and_a_copy_is_not(store, records):
    shutil.copytree(records / "02", records / "copy")
    assert problems(store) == []
    seal_anew(records / "copy", end={"kind": "aborted"}, chain=None)
    assert any("extra: copy " in line and "second record of the run of 02" in line for line in problems(store))


def test_one_that_was_moved_and_taken_in_leaves_no_hole(store, records, tmp_path):
    shutil.move(records / "02", tmp_path / "archive" / "02")
    assert "missing: 02" in problems(store)[0]
    index_records(store, [tmp_path / "archive"], "tester")
    assert problems(store) == []


def test_a_folder_that_is_not_here_is_told_and_of_a_file_it_is_a_problem(store, records):
    records.rename(records.with_name("unplugged"))
    found = chain_differences(store)
    lines = found.problems if store.engine.dialect.name == "sqlite" else found.away
    assert lines == [f"{records}: 4 records that the store saw there are not on this machine"]


def test_a_rebuilt_store_says_what_did_not_come_back(records, tmp_path):
    shutil.rmtree(records / "02")
    with Store.open(tmp_path / "again.sqlite") as again:
        (problem,) = rebuild(again, [records], "tester").problems
    assert "the record before 03 (number 2," in problem


def test_a_bench_of_another_machine_with_a_folder_of_that_name_is_only_told(store, records, made_record):
    index_records(store, [made_record("05", bench="next door")], "tester")
    for path in (*records.glob("0[1-4]"), records / ".chain"):
        shutil.rmtree(path)
    found = chain_differences(store)
    if store.engine.dialect.name == "sqlite":
        assert ["missing: 0" in line for line in found.problems] == [True] * 4
    else:
        assert found.away == [f"{records}: 4 records that the store saw there are not on this machine"]
        assert found.problems == []

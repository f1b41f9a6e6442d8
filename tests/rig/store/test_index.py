"""Records into the store and back out: each once, none that was changed, and all of them again after a loss."""

import shutil

import pytest
from sqlalchemy import func, select

from rig.errors import EvidenceError
from rig.record import Record
from rig.store.compare import compare_runs
from rig.store.errors import StoreError
from rig.store.history import find_run, history
from rig.store.index import index_records
from rig.store.rebuild import rebuild
from rig.store.store import Store
from rig.store.tables import CALIBRATIONS, METADATA, PLACES, RUNS


def index(store, folder):
    return index_records(store, [folder], "tester")


def counts(store):
    with store.reading() as connection:
        tables = [table for table in METADATA.sorted_tables if table.name != "audit"]
        return {table.name: connection.execute(select(func.count()).select_from(table)).scalar() for table in tables}


@pytest.fixture
def records(made_record):
    """Three of one device, the last interrupted; a fourth of another one on another bench."""
    made_record("01", error=1.0)
    made_record("02", error=3.0, outcome="fail", operator="A. Weber")
    made_record("03", seal=False)
    other = {"device": {"serial_number": "SN-2", "model": "X"}}
    return made_record("04", identities=other, bench="other").parent


def test_each_record_is_taken_in_once(store, records):
    first, second = index(store, records), index(store, records)
    assert (first.new, first.interrupted, first.problems) == (4, 1, [])
    assert (second.new, second.known) == (0, 4)
    assert store.problems() == []


def test_a_changed_record_is_not_taken_in_and_the_others_are(store, records):
    path = records / "01" / "start.json"
    path.chmod(0o644)
    path.write_text(path.read_text().replace("SN-1", "SN-9"))
    report = index(store, records)
    assert report.new == 3
    assert "start.json: changed" in report.problems[0]
    with pytest.raises(StoreError, match="SN-9"):
        history(store, device="SN-9")


def test_the_history_of_a_device_is_the_newest_first(store, records):
    index(store, records)
    lines = history(store, device="SN-1")
    assert [(line.outcome, line.value) for line in lines] == [("never sealed", None), ("fail", 3.0), ("pass", 1.0)]
    assert (lines[1].expanded, lines[1].operator, lines[1].evidence_class) == (0.5, "A. Weber", "device")


def test_the_history_of_a_requirement_a_hazard_and_a_bench(store, records):
    index(store, records)
    assert len(history(store, requirement="REQ-1")) == len(history(store, requirement="HAZ-1")) == 4
    assert [line.serial_number for line in history(store, bench="other")] == ["SN-2"]
    assert len(history(store, requirement="REQ-1", device="SN-1", limit=2)) == 2


@pytest.mark.parametrize("asked", [{"device": "SN-7"}, {"requirement": "REQ-7"}, {"bench": "7"}, {}])
def test_a_name_that_nobody_knows_is_no_empty_history(store, records, asked):
    index(store, records)
    with pytest.raises(StoreError, match=r"it knows|expected a device"):
        history(store, **asked)


def test_two_runs_side_by_side(store, records):
    index(store, records)
    found = compare_runs(store, find_run(store, "run-01"), find_run(store, str(records / "02")))
    assert found.differing == {"started_utc": ("2026-01", "2026-02"), "operator": ("", "A. Weber")}
    assert "calibration balance" in found.same
    (pair,) = found.findings
    assert (pair.difference, round(pair.en, 3), pair.verdicts) == (2.0, 2.828, ("pass", "fail"))


@pytest.mark.parametrize("name", ["run-0", "run-", "nothing", "", "%"])
def test_a_run_is_named_without_doubt(store, records, name):
    index(store, records)
    with pytest.raises(StoreError, match="expected the id of one run"):
        find_run(store, name)


def test_a_run_is_found_by_the_hash_of_its_record(store, records):
    index(store, records)
    assert find_run(store, Record.open(records / "02").manifest["record_sha256"][:12]) == "run-02"


def test_one_that_moved_is_found_in_its_new_place(store, records, tmp_path):
    index(store, records)
    shutil.move(records / "01", tmp_path / "archive" / "01")
    assert index(store, tmp_path / "archive").new == 1
    with store.reading() as connection:
        places = connection.execute(select(PLACES.c.folder).where(PLACES.c.run == "run-01")).scalars().all()
    assert len(places) == 2
    assert find_run(store, str(tmp_path / "archive" / "01")) == "run-01"


def test_a_record_that_is_sealed_later_gets_its_verdict(store, records, made_record):
    from rig.record.seal import seal_streams, write_manifest

    index(store, records)
    folder = records / "03"
    write_manifest(
        folder, seal_streams(folder), {"verdict": {"outcome": "inconclusive"}, "findings": []}, {"kind": "lost"}
    )
    assert index(store, records).new == 1
    assert history(store, device="SN-1")[0].outcome == "inconclusive"


def test_a_store_that_was_lost_comes_back_from_the_records(store, records, tmp_path):
    index(store, records)
    with Store.open(tmp_path / "again.sqlite") as again:
        assert rebuild(again, [records], "tester").new == 4
        assert counts(again) == counts(store)
        assert again.problems() == []
        with pytest.raises(StoreError, match="expected an empty store"):
            rebuild(again, [records], "tester")


def test_a_folder_that_is_not_there_says_so(store, tmp_path):
    with pytest.raises(EvidenceError, match="expected a folder with runs"):
        index(store, tmp_path / "nothing")


def test_a_real_record_of_the_shelf(store):
    from pathlib import Path

    report = index(store, Path(__file__).parents[2] / "shelf")
    assert report.problems == []
    line = history(store, requirement="REQ-FLOW-MEAN")[0]
    assert (line.serial_number, line.outcome, line.evidence_class) == ("SIM-EMU-0001", "pass", "simulated")
    with store.reading() as connection:
        assert "SIM-BAL-0001" in connection.execute(select(CALIBRATIONS.c.serial_number)).scalars().all()
        assert connection.execute(select(RUNS.c.modified)).scalar() is False

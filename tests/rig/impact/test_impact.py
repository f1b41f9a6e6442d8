"""A balance that reads 3 % too much, a record that does not know it, and the verdict once it does.

The pump moves 12 % too much, within its limit of 14.5 %; the balance makes 15.4 % of it, and the run fails. With the
slope error in the record it passes. (No balance is that bad: the size lets a short run decide.)
"""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from calibration.book import Book
from calibration.errors import CalibrationError
from calibration.record import load_calibration_record
from rig.assessment import assess
from rig.cli.app import run_app
from rig.errors import EvidenceError
from rig.impact.affected import find_affected
from rig.impact.corrected import Corrected
from rig.impact.recompute import recompute
from rig.impact.stored import stored_runs
from rig.impact.uses import find_uses
from rig.record import Record
from rig.runner import run
from tests.calibration.test_book import AIR

SHORT = Path(__file__).parents[3] / "fixtures" / "benches" / "protocols" / "short.toml"
WORLD = "gain = 1.12\nsensitivity_error = 0.03"
WEIGHT = {
    "name": "weight 100 g, F1",
    "serial_number": "W-77",
    "certificate": "K-12345",
    "laboratory": "D-K-00000",
    "calibrated_on": date(2026, 1, 1),
    "valid_until": date(2099, 12, 31),
    "value": "100.00012 g",
    "expanded": "0.10 mg",
    "entered_by": "A. Weber",
    "checked_by": "M. Klein",
}
BALANCE = {
    "kind": "balance",
    "method": "house method 7",
    "performed_by": "A. Weber",
    "performed_on": date(2026, 1, 1),
    "valid_until": date(2099, 12, 31),
    "instrument": {"manufacturer": "Mettler-Toledo", "model": "XPR205", "serial_number": "SIM-BAL-0001"},
    "standards": [WEIGHT],
    "surroundings": AIR,
    "balance": {
        "repeatability": "0.02 mg",
        "resolution": "0.01 mg",
        "linearity": "0.1 mg",
        "linearity_increment": "0.02 mg",
        "sensitivity": "0.0003 %",
        "slope_error": "0 %",
        "adjusted_temperature": "22 degC",
        "adjusted_pressure": "1013.25 hPa",
        "adjusted_humidity": "45 %",
        "weights_density": "8000 kg/m3",
        "capacity": "220 g",
    },
}


@pytest.fixture(scope="module")
def lab(station_in, tmp_path_factory):
    """A book in which record 1 was wrong and record 2 is right, and two runs: one with each balance record."""
    folder = tmp_path_factory.mktemp("lab")
    book = Book(folder / "calibration")
    wrong = book.append(BALANCE)
    for name, calibration in (("wrong", wrong), ("stated", None)):
        (folder / name).mkdir()
        bench = station_in(folder / name).bench(WORLD, calibration=calibration)
        run(SHORT, bench, folder / "runs" / name)
    right = book.append({**BALANCE, "balance": {**BALANCE["balance"], "slope_error": "3 %"}})
    return folder, wrong, right


@pytest.fixture
def uses(lab):
    folder, wrong, _ = lab
    runs = list(stored_runs([folder / "runs"]))
    return find_uses(runs, find_affected(str(wrong), runs, Book(folder / "calibration")))


@pytest.fixture
def impact(lab, monkeypatch, capsys):
    folder, *_ = lab
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("DOSEPROOF_BOOK", raising=False)

    def call(*arguments):
        code = run_app(["calibration", "impact", "--runs", "runs", *map(str, arguments)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_a_corrected_record_changes_the_verdict(lab, uses):
    found = recompute(uses[0], Corrected.from_files([lab[2]]))
    assert (found.old.verdict.outcome, found.new.verdict.outcome) == ("fail", "pass")
    mean = found.pairs[0]
    assert (mean.name, mean.changed) == ("mean_flow_error", True)
    assert mean.old.value - mean.new.value == pytest.approx(1.12 * 3.0, abs=0.02)  # percent of what was programmed


def test_nothing_in_the_sealed_record_is_touched(lab, uses):
    before = Record.open(uses[0].run.folder)
    recompute(uses[0], Corrected.from_files([lab[2]]))
    after = Record.open(uses[0].run.folder)
    assert after.manifest == before.manifest
    assert assess(after).verdict.outcome == "fail"


def test_a_run_is_found_by_the_hash_of_its_copy(lab, uses):
    wrong = lab[1]
    assert [use.run.folder.name for use in uses] == ["wrong"]
    assert uses[0].channels == {"balance": load_calibration_record(wrong).sha256}
    assert (uses[0].protocol, uses[0].device, uses[0].verdict) == ("SHORT-1000", "DP-MP1 SIM-MP-0001", "fail")


@pytest.mark.parametrize("named", ["W-77", "w-77", "K-12345"])
def test_a_standard_leads_to_every_record_and_run_that_stands_on_it(lab, named):
    folder, wrong, right = lab
    runs = list(stored_runs([folder / "runs"]))
    affected = find_affected(named, runs, Book(folder / "calibration"))
    assert affected.records.keys() == {load_calibration_record(path).sha256 for path in (wrong, right)}
    assert [use.run.folder.name for use in find_uses(runs, affected)] == ["wrong"]


def test_a_record_that_only_a_run_has_is_found_through_its_copy(lab, tmp_path):
    runs = list(stored_runs([lab[0] / "runs"]))
    affected = find_affected("W-77", runs, Book(tmp_path / "no-book"))
    assert [use.run.folder.name for use in find_uses(runs, affected)] == ["wrong"]


def test_an_unknown_standard_says_which_are_known(lab):
    runs = list(stored_runs([lab[0] / "runs"]))
    with pytest.raises(CalibrationError, match=r"found 'W-78'.*known are K-12345, .*, W-77"):
        find_affected("W-78", runs, Book(lab[0] / "calibration"))


def test_a_changed_record_cannot_be_recomputed_and_says_why(lab, tmp_path):
    shutil.copytree(lab[0] / "runs" / "wrong", tmp_path / "changed")
    result = tmp_path / "changed" / "result.json"
    result.chmod(0o644)
    result.write_text(result.read_text().replace('"fail"', '"pass"'))
    runs = list(stored_runs([tmp_path]))
    use = find_uses(runs, find_affected(str(lab[1]), runs, Book(tmp_path)))[0]
    found = recompute(use, Corrected.from_files([lab[2]]))
    assert not found.changed
    assert "result.json: changed" in found.reason


def test_a_correction_of_another_unit_is_no_correction(lab, uses, tmp_path):
    other = {**BALANCE, "instrument": {**BALANCE["instrument"], "serial_number": "B-2"}}
    found = recompute(uses[0], Corrected.from_files([Book(tmp_path).append(other)]))
    assert "no corrected record of SIM-BAL-0001, balance was given" in found.reason


def test_a_calibration_of_a_channel_that_has_none_is_refused(lab, uses):
    record = load_calibration_record(lab[2])
    with pytest.raises(
        EvidenceError, match="expected a calibration for one of balance, environment, found one for dmm"
    ):
        assess(Record.open(uses[0].run.folder), {"dmm": record})


def test_the_command_shows_old_and_new_and_ends_with_3(impact, lab):
    code, out, _ = impact(lab[1], "--corrected", lab[2])
    assert code == 3
    for part in (
        "runs/wrong",
        "fail becomes pass",
        "mean flow error",
        "CHANGED",
        "1 of 2 runs used",
        "1 verdict changes",
    ):
        assert part in out


def test_without_a_correction_the_runs_are_listed_and_it_ends_with_0(impact, lab):
    code, out, _ = impact(load_calibration_record(lab[1]).sha256[:8])
    assert code == 0
    assert "1 of 2 runs used the record with SHA-256" in out
    assert "CHANGED" not in out


@pytest.mark.parametrize(("supposed", "code"), [("0 %", 0), ("0.02 %", 0), ("3 %", 3)])
def test_a_supposed_slope_error_tells_how_far_it_would_reach(impact, supposed, code):
    assert impact("W-77", "--slope-error", supposed)[0] == code


def test_json_holds_both_sides(impact, lab):
    said = json.loads(impact(lab[1], "--corrected", lab[2], "--json")[1])
    [found] = said["runs"]
    assert (said["changed"], said["searched"]) == (1, 2)
    assert (found["old"]["verdict"]["outcome"], found["new"]["verdict"]["outcome"]) == ("fail", "pass")


def test_a_run_that_cannot_be_looked_into_is_never_passed_over(impact, lab):
    broken = lab[0] / "runs" / "broken"
    broken.mkdir()
    (broken / "manifest.json").write_text("{")
    code, out, _ = impact(lab[1])
    shutil.rmtree(broken)
    assert code == 3
    assert "broken: manifest.json: expected the list of files" in out


def test_a_run_that_was_never_sealed_is_found_by_hashing_its_copy(lab, tmp_path):
    killed = tmp_path / "2026" / "killed"
    (killed / "inputs" / "calibration").mkdir(parents=True)
    shutil.copy(lab[1], killed / "inputs" / "calibration" / "balance.toml")
    (killed / "start.json").write_text("{}")
    [found] = stored_runs([tmp_path, tmp_path / "2026"])  # named twice, found once
    assert found.copies == {"balance": load_calibration_record(lab[1]).sha256}


def test_a_run_that_cannot_be_recomputed_is_told_and_ends_with_3(impact, lab, tmp_path):
    shutil.copytree(lab[0] / "runs" / "wrong", tmp_path / "changed")
    (tmp_path / "changed" / "note.txt").write_text("added later")
    code, out, _ = impact(lab[1], "--runs", tmp_path, "--slope-error", "0 %")
    assert code == 3
    assert "of 1 nothing can be said" in out
    assert "note.txt: added after sealing" in out


def test_no_runs_at_all_is_a_mistake_and_not_an_answer(impact, lab, tmp_path):
    code, _, err = impact(lab[1], "--runs", tmp_path / "nowhere")
    assert code == 2
    assert "expected a folder with runs, found none" in err


def test_the_report_beside_a_record_is_listed_whatever_it_is_called(impact, lab, capsys):
    folder = lab[0] / "runs"
    assert run_app(["report", str(folder / "wrong"), "--out", str(folder / "any-name.pdf")]) == 0
    (folder / "foreign.pdf").write_bytes(b"no PDF")
    capsys.readouterr()
    said = json.loads(impact(lab[1], "--json")[1])
    for name in ("any-name.pdf", "any-name.html", "foreign.pdf"):
        (folder / name).unlink()
    assert said["runs"][0]["reports"] == [str(folder / "any-name.pdf")]
    assert [one["place"] for one in said["unknown"]] == [str(folder / "foreign.pdf")]


def test_no_folder_is_broken_apart_on_a_narrow_terminal(impact, lab, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = impact(lab[1], "--corrected", lab[2])
    assert "fail, with the correction pass  CHANGED  runs/wrong" in out
    assert "SIM-BAL-0001, balance, of 2026-01-01" in out

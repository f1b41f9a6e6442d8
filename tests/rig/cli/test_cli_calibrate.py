"""The first calibration of a newcomer: a project, a procedure, a record, a bench that names it."""

from __future__ import annotations

import pytest

from calibration.book import Book
from rig.cli.app import run_app


@pytest.fixture
def lab(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run_app(["init", "lab"]) == 0
    monkeypatch.chdir(tmp_path / "lab")
    capsys.readouterr()
    return tmp_path / "lab"


def calibrate(kind="thermometer", *more, operator=("--operator", "A. Weber")):
    return run_app(["calibrate", f"procedures/{kind}.toml", "--bench", "benches/simulated.toml", *operator, *more])


def test_a_record_is_filed_and_the_line_for_the_bench_file_is_told(lab, capsys):
    assert calibrate("balance_check") == 0
    assert calibrate("environment", "--checked-by", "M. Klein") == 0
    shown = capsys.readouterr().out
    for part in ("Filed: ", 'calibration = "calibration/SIM-ENV-0001/environment"', "checked by", "M. Klein"):
        assert part in shown
    assert Book(lab / "benches" / "calibration").in_force("SIM-ENV-0001", "environment").record.number == 1


def test_no_line_is_told_for_a_check_that_no_bench_file_may_name(lab, capsys):
    assert calibrate("thermometer") == 0
    shown = capsys.readouterr().out
    assert "For the channel" not in shown
    assert "No bench file names this record" in shown


def test_a_bench_file_may_name_the_newest_record_of_the_book(lab, capsys):
    assert calibrate("balance") == 0
    bench = lab / "benches" / "simulated.toml"
    bench.write_text(bench.read_text().replace("calibration/SIM-BAL-0001.toml", "calibration/SIM-BAL-0001/balance"))
    assert run_app(["bench", "check", "benches/simulated.toml"]) == 0
    assert "2027-01-01" in capsys.readouterr().out


def test_an_edited_record_stops_the_bench(lab, capsys):
    assert calibrate("balance") == 0
    record = Book(lab / "benches" / "calibration").in_force("SIM-BAL-0001", "balance").path
    record.chmod(0o644)
    record.write_text(record.read_text().replace('capacity = "220 g"', 'capacity = "820 g"'))
    bench = lab / "benches" / "simulated.toml"
    bench.write_text(bench.read_text().replace("calibration/SIM-BAL-0001.toml", "calibration/SIM-BAL-0001/balance"))
    assert run_app(["bench", "check", "benches/simulated.toml"]) == 2
    assert "changed after its seal" in capsys.readouterr().err


def test_a_trial_shows_its_record_and_files_nothing(lab, capsys):
    assert calibrate("thermometer", "--trial") == 0
    shown = capsys.readouterr().out
    assert "Trial 1 of SIM-ENV-0001, thermometer-temperature" in shown
    assert "degree 1 through 5 points" in shown
    assert Book(lab / "benches" / "calibration").units() == {}


def test_the_readings_of_a_trial_are_never_filed(lab, capsys):
    bench = lab / "benches" / "simulated.toml"
    sound = bench.read_text()
    bench.write_text(sound.replace("[world_options]", "[world_options]\nsensitivity_error = 1e-5", 1))
    assert calibrate("balance_check", "--trial") == 4
    bench.write_text(sound)
    assert calibrate("balance_check") == 0
    assert "Going on after step" not in capsys.readouterr().out
    record = Book(lab / "benches" / "calibration").in_force("SIM-BAL-0001", "balance-check").record
    assert record.properties["verdict"] == "held"


def test_one_person_does_not_check_what_they_did(lab, capsys):
    assert calibrate("balance_check", "--checked-by", "a. weber ") == 2
    assert "expected another person than the operator" in capsys.readouterr().err


def test_nobody_calibrates_nothing(lab, capsys):
    assert calibrate(operator=()) == 2
    assert "expected to know who calibrates" in capsys.readouterr().err


def test_a_shifted_balance_is_filed_and_ends_with_4(lab, capsys):
    bench = lab / "benches" / "simulated.toml"
    bench.write_text(bench.read_text().replace("[world_options]", "[world_options]\nsensitivity_error = 1e-5", 1))
    assert calibrate("balance_check") == 4
    assert "SIM-BAL-0001 has shifted" in capsys.readouterr().err


def test_a_refused_result_ends_with_4_and_the_reason(lab, capsys):
    bench = lab / "benches" / "simulated.toml"
    bench.write_text(bench.read_text().replace("[world_options]", '[world_options]\nnoise = "0.5 mg"', 1))
    assert calibrate("balance") == 4
    assert "noise: expected at most 0.1 mg" in capsys.readouterr().err


def test_a_real_bench_needs_somebody_at_the_terminal(lab, capsys, monkeypatch):
    monkeypatch.setattr("rig.calibrate.bench.Station.simulated", False)
    assert calibrate() == 2
    assert "there is no terminal to answer at" in capsys.readouterr().err


@pytest.mark.parametrize("line", ['average = "0.1 s"', 'column = "nothing"'])
def test_what_cannot_be_carried_out_says_which_record_stays_in_force(lab, capsys, line):
    assert calibrate("thermometer") == 0
    procedure, key = lab / "procedures" / "thermometer.toml", line.split()[0]
    others = [one for one in procedure.read_text().splitlines() if not one.startswith(key)]
    procedure.write_text("\n".join([line, *others]))
    assert calibrate("thermometer") == 4
    assert "nothing was written; record 1 of 2026-01-01, valid until 2027-01-01, stays in" in capsys.readouterr().err


def test_of_a_unit_out_of_service_no_record_is_in_force(lab, capsys):
    assert calibrate("thermometer") == 0
    why = ["--reason", "dropped", "--approved-by", "M. Klein", "--operator", "A. Weber"]
    assert run_app(["calibration", "retire", "SIM-ENV-0001", *why]) == 0
    assert calibrate("thermometer") == 4
    told = capsys.readouterr().err
    assert "out of service" in told
    assert "in force" not in told

"""The other commands: what they show, and that they change nothing."""

import errno
import json
import shutil

import pytest


def test_verify_says_that_every_digit_came_again(rig, sealed):
    done = rig("verify", sealed)
    assert done.code == 0
    assert "the same verdict, and every reported digit again" in done.out


def test_verify_as_json_is_json_and_nothing_else(rig, sealed):
    result = json.loads(rig("verify", sealed, "--json").out)
    assert result["verdict"]["outcome"] == "pass"
    again = result["recomputation"]
    assert (again["compared"], again["differences"]) == (True, [])
    assert [line.split(":")[0] for line in again["versions"][:2]] == ["recorded with", "computed again with"]
    assert result["findings"][0]["name"] == "mean_flow_error"


def test_verify_draws_beside_the_budget_where_it_is_asked_to(rig, sealed):
    done = rig("verify", sealed, "--monte-carlo", "2e5")
    assert done.code == 0
    assert "by 200,000 draws (JCGM 101)" in done.out
    told = json.loads(rig("verify", sealed, "--json", "--monte-carlo", "200000").out)["monte_carlo"]
    assert told["draws"] == 200_000
    assert told["statement"] in done.out


@pytest.mark.parametrize("asked", ["many", "100", "1e5.5", "300000.5", "nan", "1e12"])
def test_verify_says_how_many_draws_there_may_be(rig, sealed, asked):
    done = rig("verify", sealed, "--monte-carlo", asked)
    assert done.code == 2
    assert "expected a whole number of draws from 200,000 to 50,000,000" in " ".join(done.err.split())


def test_verify_lists_what_came_out_differently(rig, sealed, monkeypatch):
    monkeypatch.setattr("rig.verify_record.compare", lambda *_: ["findings[0].value: sealed 1.0, recomputed 2.0"])
    done = rig("verify", sealed)
    assert done.code == 2
    assert "findings[0].value: sealed 1.0, recomputed 2.0" in done.err
    assert "every reported digit" not in done.out


def test_record_show_is_an_inventory(rig, sealed):
    done = rig("record", "show", sealed)
    assert done.code == 0
    for part in ("A. Weber", "SHORT-1000", "SIM-BAL-0001", "balance", "delivery begins", "content digest", "completed"):
        assert part in done.out


def test_a_folder_with_two_records_asks_which(rig, sealed, tmp_path):
    for name in ("one", "two"):
        (tmp_path / "many" / name).mkdir(parents=True)
        (tmp_path / "many" / name / "start.json").write_text("{}")
    done = rig("verify", "many")
    assert done.code == 2
    assert "many/one" in done.err
    assert "many/two" in done.err


def test_bench_check_names_everybody(rig, simulated):
    done = rig("bench", "check", simulated)
    assert done.code == 0
    for part in ("DP-MP1", "SIM-MP-0001", "firmware", "2099-12-31", "simulated, not device evidence", "Ready"):
        assert part in done.out


def test_bench_check_refuses_a_calibration_that_is_out_of_date(rig, gained, simulated, tmp_path):
    old = (simulated.parent / "calibration" / "SIM-BAL-0001.toml").read_text()
    stale = tmp_path / "stale.toml"
    stale.write_text(old.replace("2026-01-01", "2024-01-01").replace("2099-12-31", "2024-12-31"))
    bench = gained(1.0)
    bench.write_text(bench.read_text().replace(f"{simulated.parent}/calibration/SIM-BAL-0001.toml", str(stale)))
    done = rig("bench", "check", bench)
    assert done.code == 4
    assert "out of date" in done.err


def test_bench_check_predicts_what_a_protocol_will_achieve(rig, simulated, short):
    done = rig("bench", "check", simulated, "--protocol", short)
    assert done.code == 0
    for part in ("Predicted uncertainty of SHORT-1000, at least 4:1", "mean flow error", "14.5 %", "air_kg_m3"):
        assert part in done.out


def test_bench_check_says_what_the_gate_has_against_a_protocol(rig, simulated, short, tmp_path):
    hasty = tmp_path / "hasty.toml"
    hasty.write_text(short.read_text().replace("evaporation_", "# evaporation_") + "\n[gate]\nratio = 10")
    done = rig("bench", "check", simulated, "--protocol", hasty)
    assert done.code == 4
    assert "mean_flow_error: expected U of at most 1.45 % (limit 14.5 %, 10:1), found" in done.err


def test_a_calibration_that_ends_soon_is_said_and_refuses_nothing(rig, short, gained, simulated, tmp_path):
    record = (simulated.parent / "calibration" / "SIM-BAL-0001.toml").read_text()
    (tmp_path / "soon.toml").write_text(record.replace("2099-12-31", "2026-01-21"))  # simulated time begins with 2026
    bench = gained(1.0)
    bench.write_text(bench.read_text().replace(f"{simulated.parent}/calibration/SIM-BAL-0001.toml", "soon.toml"))
    checked, run = rig("bench", "check", bench), rig("run", short, "--bench", bench)
    assert (checked.code, run.code) == (0, 0)
    for said in (checked.out, run.err):
        assert "balance: the calibration of SIM-BAL-0001 ends in 20 days, on 2026-01-21" in said


def test_a_calibration_that_lasts_is_not_spoken_of(rig, short, simulated):
    assert "the calibration of" not in rig("run", short, "--bench", simulated).err


@pytest.mark.parametrize("name", ["protocol", "bench"])
def test_schema_is_a_json_schema(rig, name):
    assert json.loads(rig("schema", name).out)["type"] == "object"


def test_version_names_the_revision_and_the_installation(rig):
    done = rig("--version")
    assert done.code == 0
    assert "doseproof" in done.out
    assert "installation" in done.out


def test_init_lays_out_a_project_that_runs(rig, tmp_path):
    assert rig("init", "lab").code == 0
    done = rig("run", "lab/protocols/short.toml", "--bench", "lab/benches/simulated.toml", "--out", "lab/records")
    assert done.code == 0
    assert (tmp_path / "lab" / "acceptance" / "test_continuous_infusion.py").is_file()


def test_init_overwrites_nothing(rig, tmp_path):
    (tmp_path / "lab").mkdir()
    mine = tmp_path / "lab" / "mine.toml"
    mine.write_text("kept")
    assert rig("init", "lab").code == 2
    assert [*(tmp_path / "lab").iterdir()] == [mine]


def test_init_says_that_a_file_is_in_the_way(rig, tmp_path):
    (tmp_path / "lab").write_text("mine")
    done = rig("init", "lab")
    assert done.code == 2
    assert "found a file" in done.err
    assert (tmp_path / "lab").read_text() == "mine"


def test_init_leaves_nothing_of_a_project_that_the_disk_did_not_take(rig, tmp_path, monkeypatch):
    copied = []

    def full(source, place, copy=shutil.copyfile):
        copied.append(copy(source, place))
        if len(copied) == 9:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    done = rig("init", "lab")
    assert (done.code, "No space left on device" in done.err) == (2, True)
    assert [*(tmp_path / "lab").iterdir()] == []
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    assert rig("init", "lab").code == 0


def test_qualify_prints_a_table_and_files_the_result(rig, simulated, tmp_path):
    (tmp_path / "calibration").mkdir()
    shutil.copy(simulated.parent / "calibration" / "standards.toml", tmp_path / "calibration")
    done = rig("qualify", simulated, "--short", "--operator", "A. Weber")
    assert done.code == 0, done.err
    assert all(
        said in done.out for said in ("mass 100 g", "flow gauge", "fault stall", "skipped: voltage", "QUALIFIED")
    )
    assert (tmp_path / "calibration" / "benches" / "simulated" / "0001-qualification.toml").is_file()


def test_a_bench_that_is_not_qualified_is_exit_4_and_never_1(rig, simulated, tmp_path, gained):
    (tmp_path / "calibration").mkdir()
    shutil.copy(simulated.parent / "calibration" / "standards.toml", tmp_path / "calibration")
    done = rig("qualify", gained(1.03), "--short", "--operator", "A. Weber")
    assert done.code == 4
    assert "NOT QUALIFIED" in done.out
    assert "does not cover the bias" in done.out

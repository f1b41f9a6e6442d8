"""The how-to of docs/calibration.md, walked as a newcomer walks it: lay out, calibrate, name the record, go on."""

import pytest

from rig.cli.app import run_app
from rig.cli.run_command import packaged_benches
from rig.scaffold.project import lay_out

BENCH = "benches/simulated.toml"


@pytest.fixture
def project(tmp_path, monkeypatch):
    folder = tmp_path / "my-lab"
    lay_out(folder, packaged_benches())
    monkeypatch.chdir(folder)
    return folder


def name_the_record(project):
    """The line that the command says goes into the bench file."""
    bench = project / BENCH
    old, new = "calibration/SIM-BAL-0001.toml", "calibration/SIM-BAL-0001/balance"
    assert old in bench.read_text()
    bench.write_text(bench.read_text().replace(old, new))


def test_what_comes_after_the_first_calibration_goes_on_with_it(project, capsys):
    calibrated = run_app(["calibrate", "procedures/balance.toml", "--bench", BENCH, "--operator", "A. Weber"])
    assert (calibrated, 'calibration = "calibration/SIM-BAL-0001/balance"' in capsys.readouterr().out) == (0, True)
    name_the_record(project)
    assert run_app(["bench", "check", BENCH]) == 0
    assert run_app(["run", "protocols/quick.toml", "--bench", BENCH, "--yes"]) == 0
    checked = run_app(["calibrate", "procedures/balance_check.toml", "--bench", BENCH, "--operator", "A. Weber"])
    assert checked == 0
    assert run_app(["qualify", BENCH, "--short", "--operator", "A. Weber"]) == 0


def test_a_plan_that_names_a_missing_file_is_refused_before_anybody_weighs(project, capsys):
    (project / "protocols" / "quick_check_weight.toml").unlink()
    plan = ["--plan", "procedures/qualification.toml", "--short"]
    assert run_app(["qualify", BENCH, *plan, "--operator", "A. Weber"]) == 2
    said = capsys.readouterr()
    assert "quick_check_weight.toml" in said.err
    assert "steps on" not in said.out + said.err


def test_every_bench_and_protocol_that_a_procedure_needs_is_laid_out(project):
    assert {path.name for path in (project / "benches").glob("*.toml")} >= {"simulated.toml", "simulated_full.toml"}
    text = (project / "procedures" / "qualification.toml").read_text()
    assert all((project / "protocols" / name).exists() for name in ("quick.toml", "quick_check_weight.toml"))
    assert "../protocols/quick_check_weight.toml" in text

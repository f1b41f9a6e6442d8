"""``rig campaign`` from the outside: exit codes, table, what it says of a file that is wrong."""

import pytest

from rig.cli.app import run_app
from tests.rig.campaign.conftest import BENCH, PROTOCOLS


@pytest.fixture
def campaign(folder, tmp_path, capsys):
    """The command on the small folder; exit code, stdout and stderr."""

    def run(*more):
        places = [f"--protocols={place}" for place in PROTOCOLS]
        where = [f"--faults={folder}", f"--bench={BENCH}", f"--out={tmp_path / 'out'}", "--workers=1"]
        code = run_app(["campaign", *where, *places, *more])
        return code, *capsys.readouterr()

    return run


def test_a_right_campaign_ends_with_0_and_its_tables(campaign, tmp_path):
    code, out, err = campaign()
    assert code == 0
    assert "Who was blamed" in out
    assert "3/3" in err
    assert (tmp_path / "out" / "detection.html").read_text(encoding="utf-8").count("FLT-MORE") == 1


def test_a_false_pass_ends_with_4_and_is_named(folder, campaign):
    path = folder / "more.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("detectable = 50", "detectable = 2"), encoding="utf-8")
    code, out, _err = campaign()
    assert code == 4
    assert "missed: run" in out


def test_a_fault_that_there_is_not(campaign):
    code, _out, err = campaign("--only=FLT-NOBODY")
    assert code == 2
    assert "there is no fault FLT-NOBODY" in err

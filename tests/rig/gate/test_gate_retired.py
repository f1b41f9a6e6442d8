"""An instrument that was taken out of service stops a run before it starts, calibrated or not."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from calibration.book import Book
from calibration.retire import Why, retire
from rig.errors import BenchError
from rig.runner import run

BENCHES = Path(__file__).parents[3] / "fixtures" / "benches"
DROPPED = Why("dropped on the floor", "A. Weber", "M. Klein")


@pytest.fixture
def benches(tmp_path):
    shutil.copytree(BENCHES, tmp_path / "benches")
    return tmp_path / "benches"


def quick(benches, folder, **more):
    return run(benches / "protocols" / "quick.toml", benches / "simulated.toml", folder, **more)


def test_it_is_refused_with_who_and_why_and_nothing_is_written(benches, tmp_path):
    retire(Book(benches / "calibration"), "SIM-BAL-0001", DROPPED, date(2026, 1, 1))
    with pytest.raises(BenchError, match=r"balance: SIM-BAL-0001 is out of service: .*dropped on the floor"):
        quick(benches, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_not_for_release_goes_past_it_and_the_verdict_says_so(benches, tmp_path):
    retire(Book(benches / "calibration"), "SIM-BAL-0001", DROPPED, date(2026, 1, 1))
    verdict = quick(benches, tmp_path / "run", not_for_release=True).assessment.verdict
    assert any("SIM-BAL-0001 is out of service" in block for block in verdict.release_blocks)


def test_back_in_service_it_runs(benches, tmp_path):
    book = Book(benches / "calibration")
    retire(book, "SIM-BAL-0001", DROPPED, date(2026, 1, 1))
    retire(book, "SIM-BAL-0001", Why("repaired", "A. Weber", "M. Klein"), date(2026, 1, 1), back=True)
    assert quick(benches, tmp_path / "run").assessment.verdict.outcome == "pass"


def test_a_weight_out_of_service_is_no_check_weight(benches, tmp_path):
    retire(Book(benches / "calibration"), "SIM-W-50", DROPPED, date(2026, 1, 1))
    protocol = benches / "protocols" / "quick_check_weight.toml"
    with pytest.raises(BenchError, match="check weight: SIM-W-50 is out of service"):
        run(protocol, benches / "simulated.toml", tmp_path / "run")

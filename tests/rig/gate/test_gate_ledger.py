"""What was removed from a book does not let a run start, and a run remembers how far the ledger went."""

import json
import shutil
import tomllib

import pytest

from calibration.book import Book
from rig.bench import load_bench
from rig.cli.app import run_app
from rig.errors import FileError
from rig.runner import run
from tests.calibration.test_book import AIR
from tests.rig.gate.test_gate_balance_check import BENCHES

SHORT = BENCHES / "protocols" / "short.toml"


@pytest.fixture
def filed(station, tmp_path):
    """A book with two records of the balance, and a bench that names the newest."""
    tables = tomllib.loads((BENCHES / "calibration" / "SIM-BAL-0001.toml").read_text()) | {"surroundings": AIR}
    del tables["schema"]
    book = Book(tmp_path / "calibration")
    paths = [book.append({**tables, "certificate": f"K-{number}"}) for number in (1, 2)]
    return book, paths, station.bench(calibration="calibration/SIM-BAL-0001/balance")


def cut(book, number):
    """Takes the last record and the last entries of the ledger away."""
    for path in sorted((book.folder / "ledger").iterdir())[number:]:
        path.unlink()


def test_a_record_that_was_removed_does_not_put_the_one_before_in_force(filed):
    _, (_, newest), bench = filed
    newest.unlink()
    with pytest.raises(FileError, match=r"0002-balance\.toml: expected this file, which entry 2"):
        load_bench(bench)


def test_a_run_finds_a_ledger_that_was_cut_after_it(filed, tmp_path, capsys):
    book, (_, newest), bench = filed
    run(SHORT, bench, tmp_path / "runs" / "one")
    asked = ["calibration", "ledger", "--book", str(book.folder), "--runs", str(tmp_path / "runs")]
    assert run_app(asked) == 0
    assert "is whole: 2 entries" in capsys.readouterr().out
    newest.unlink()
    cut(book, 1)
    load_bench(bench)  # the book alone does not know
    assert run_app(asked) == 4
    assert "started after entry 2" in capsys.readouterr().out
    said = json.loads((tmp_path / "runs" / "one" / "start.json").read_text())["books"]
    assert [(one["book"], one["entries"]) for one in said] == [("calibration", 2)]


def test_a_broken_ledger_is_one_reason_among_the_others(filed, station, record, gate_of):
    book, *_ = filed
    (book.folder / "ledger" / "000001.toml").unlink()
    shutil.copytree(book.folder, record().parent, dirs_exist_ok=True)
    bench = station.bench(calibration=record(('certificate = "SIM-CERT-BAL-0001"\n', "")))
    told = gate_of(bench, station.protocol(for_release="true")).told()
    assert [one for one in told if "balance: " in one and "the ledger is broken" in one]
    assert [one for one in told if "expected a sealed record or a certificate" in one]


def test_what_was_put_in_by_hand_is_taken_in_by_name_and_reason(filed, capsys):
    book, (_, newest), _ = filed
    (other := book.folder / "SIM-BAL-0002").mkdir()
    shutil.copy(newest, other / "0001-balance.toml")
    asked = ["calibration", "ledger", "--book", str(book.folder)]
    assert run_app(asked) == 4
    assert "not in the ledger of the book" in capsys.readouterr().out
    assert run_app([*asked, "--take-in", "from the old share", "--operator", "A. Weber"]) == 0
    assert "from the old share (A. Weber)" in (book.folder / "ledger" / "000003.toml").read_text()

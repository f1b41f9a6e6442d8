"""How far a wrong standard reaches: through the balance to what was calibrated on it, to check weights and benches."""

from __future__ import annotations

import copy
import hashlib
import json

import pytest

from calibration.book import Book
from calibration.record import load_calibration_record
from calibration.record_write import record_text
from rig.cli.app import run_app
from rig.impact.affected import find_affected
from rig.impact.stored import stored_runs
from rig.impact.uses import find_uses
from rig.qualify.record import file_qualification
from tests.calibration.test_book import LOAD_CELL
from tests.rig.impact.test_impact import BALANCE, WEIGHT

WITH_BALANCE = {"name": "balance XPR205", "serial_number": "SIM-BAL-0001", "laboratory": "own laboratory"}


def stands_on(record, serial):
    """A record that was made with another one, which takes the place of a certificate."""
    tables = copy.deepcopy(LOAD_CELL)
    tables["instrument"]["serial_number"] = serial
    tables["standards"] = [WEIGHT | WITH_BALANCE | {"certificate": f"calibration record {record.sha256}"}]
    return tables


@pytest.fixture
def book(tmp_path):
    return Book(tmp_path / "calibration")


@pytest.fixture
def chain_of_three(book):
    """A balance on the weight W-77, a pump on that balance, and something on that pump."""
    made = [load_calibration_record(book.append(BALANCE))]
    for serial in ("MP-0007", "MP-0008"):
        made.append(load_calibration_record(book.append(stands_on(made[-1], serial))))
    return made


@pytest.fixture
def stored(tmp_path):
    """Leaves a run with some inputs, as its manifest names them."""

    def store(name, **inputs):
        folder = tmp_path / "runs" / name
        listed = {}
        for below, content in inputs.items():
            path = folder / "inputs" / below.replace("__", "/")
            path = path.with_suffix(".toml")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            listed[path.relative_to(folder).as_posix()] = {"sha256": hashlib.sha256(content).hexdigest()}
        (folder / "manifest.json").write_text(json.dumps({"files": listed}))
        (folder / "start.json").write_text('{"started_utc": "2026-03-02T10:00:00+00:00", "protocol": "P"}')
        return folder

    return store


def used(tmp_path, book, what):
    runs = list(stored_runs([tmp_path / "runs"]))
    return {use.run.folder.name: use.channels for use in find_uses(runs, find_affected(what, runs, book))}


@pytest.mark.parametrize("what", ["W-77", "the file", "the hash"])
def test_what_was_calibrated_on_the_balance_is_reached_as_well(tmp_path, book, chain_of_three, stored, what):
    balance, _, last = chain_of_three
    path = book.in_force("MP-0008", "load-cell-hx711").path
    stored("one", calibration__device=path.read_bytes())
    stored("other", calibration__device=b"schema = 1")
    named = {"the file": str(book.in_force("SIM-BAL-0001", "balance").path), "the hash": balance.sha256[:12]}
    assert used(tmp_path, book, named.get(what, what)) == {"one": {"device": last.sha256}}


def test_each_record_says_through_which_one_it_is_reached(book, chain_of_three):
    balance, pump, last = chain_of_three
    affected = find_affected("W-77", [], book)
    assert affected.stands_on == {balance.sha256: None, pump.sha256: balance.sha256, last.sha256: pump.sha256}


def test_a_standard_that_was_only_a_check_weight_leads_to_the_run(tmp_path, book, stored):
    copied = record_text({"schema": 1, "standard": [WEIGHT]}).encode()
    stored("weighed", check_weight=copied)
    stored("without", calibration__balance=b"schema = 1")
    assert used(tmp_path, book, "W-77") == {"weighed": {"check weight": hashlib.sha256(copied).hexdigest()}}
    assert used(tmp_path, book, "k-12345").keys() == {"weighed"}


def test_a_noise_record_leads_to_the_runs_that_used_it(tmp_path, book, chain_of_three, stored):
    path = book.in_force("SIM-BAL-0001", "balance").path
    stored("quiet", noise__balance=path.read_bytes())
    assert used(tmp_path, book, str(path)) == {"quiet": {"noise/balance": chain_of_three[0].sha256}}


def test_a_qualification_is_named_by_record_and_by_weight(tmp_path, book, chain_of_three, stored, capsys, qualified_on):
    stored("one", calibration__device=b"schema = 1")
    by_record = file_qualification(book.folder, qualified_on("station-1", chain_of_three[1].sha256, "W-1"))
    by_weight = file_qualification(book.folder, qualified_on("station-2", "0" * 64, "W-77"))
    file_qualification(book.folder, qualified_on("station-3", "0" * 64, "W-1"))
    run_app(["calibration", "impact", "W-77", "--runs", str(tmp_path / "runs"), "--book", str(book.folder), "--json"])
    said = json.loads(capsys.readouterr().out)["qualifications"]
    assert [one["sha256"] for one in said] == [by_record.record.sha256, by_weight.record.sha256]


@pytest.fixture
def qualified_on():
    """Tables of a qualification that stands on a record and a weight."""

    def tables(bench, sha256, weight):
        unit = {"manufacturer": "M", "model": "XPR205", "serial_number": "B-1", "firmware": ""}
        day = BALANCE["performed_on"]
        return {
            "form": "short",
            "verdict": "qualified",
            "bench": bench,
            "bench_sha256": "0" * 64,
            "plan_sha256": "0" * 64,
            "method": "house method 12",
            "performed_by": "A. Weber",
            "performed_on": day,
            "valid_until": BALANCE["valid_until"],
            "evidence_class": "simulated",
            "software": {},
            "instruments": [{"channel": "balance", **unit}],
            "calibrations": [{"channel": "balance", "serial_number": "B-1", "sha256": sha256, "valid_until": day}],
            "standards": [{"serial_number": weight, "certificate": "K"}],
            "items": [{"name": "mass 50 g", "what": "mass", "verdict": "passed", "statement": "held"}],
        }

    return tables

"""The matrix: every gap is a row, and the latest run counts."""

import csv
import io

import pytest

from rig.cli.app import run_app
from rig.impact.stored import stored_runs
from rig.requirements.catalogue import load_catalogue
from rig.requirements.evidence import evidence
from rig.requirements.suites import read_suites
from rig.requirements.trace import trace
from tests.rig.requirements.conftest import SUITE


def rows_of(folder, runs=()):
    return trace(load_catalogue(folder), read_suites(folder), evidence(stored_runs(runs)))


def gaps(rows):
    return [(row.requirement or (*row.hazards, *row.tests)[0], row.gap) for row in rows if row.gap]


def test_what_nobody_tests_stands_in_the_matrix(suites):
    rows = rows_of(suites())
    assert gaps(rows) == [("REQ-FLOW", "no evidence"), ("REQ-STOP", "no test"), ("HAZ-FREE-FLOW", "untested hazard")]


def test_a_test_for_nothing_and_a_test_for_the_unknown(suites):
    more = SUITE + '\n@pytest.mark.requirement("REQ-NEW")\ndef test_new(): ...\n\ndef test_orphan(): ...\n'
    assert gaps(rows_of(suites(suite=more)))[-2:] == [
        ("REQ-NEW", "unknown id"),
        ("test_flow.py::test_orphan", "orphan test"),
    ]


@pytest.mark.parametrize(("later", "gap"), [("pass", ""), ("fail", "not shown"), ("", "not shown")])
def test_the_latest_run_counts_whatever_it_found(suites, run_of, later, gap):
    run_of("b-first", "REQ-FLOW", "pass")
    runs = run_of("a-second", "REQ-FLOW", later, started="2026-03-02T10:00:00+00:00")
    first = rows_of(suites(), [runs])[0]
    assert (first.gap, first.evidence.day) == (gap, "2026-03-02")


def test_a_run_that_cannot_be_read_shows_nothing(suites, run_of):
    runs = run_of("run", "REQ-FLOW", "pass")
    (runs / "run" / "inputs" / "protocol.toml").write_text("requirements = 5")
    assert rows_of(suites(), [runs])[0].gap == "no evidence"


def test_the_command_shows_gaps_and_ends_with_1(suites, run_of, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    code = run_app(["trace", str(suites()), "--runs", str(run_of("run", "REQ-FLOW", "pass"))])
    said = capsys.readouterr().out
    assert code == 1
    assert "2 requirements, 1 of them tested and shown (1 on a device); 2 gaps." in said
    assert "untested hazard" in said


def test_evidence_alone_that_is_missing_ends_with_3(suites, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    more = SUITE + '\n@pytest.mark.requirement("REQ-STOP")\ndef test_stop():\n    """It stops."""\n'
    assert run_app(["trace", str(suites(suite=more))]) == 3


def test_the_same_as_csv(suites, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run_app(["trace", str(suites()), "--csv", "-"])
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["requirement"], row["gap"]) for row in rows[:2]] == [
        ("REQ-FLOW", "no evidence"),
        ("REQ-STOP", "no test"),
    ]

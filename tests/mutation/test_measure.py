"""The whole measurement, on a small project with known gaps in its tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.nightly

MEASURE = Path(__file__).with_name("measure.py")
CODE = """
LIMIT = 40.0

def overtime(hours):
    if hours <= LIMIT:
        return 0.0
    return hours - LIMIT

def forgotten(hours):
    return hours
"""
TESTS = """
from wages import overtime

def test_ten_hours_more():
    assert overtime(50.0) == 10.0

def test_a_short_week():
    assert overtime(30.0) == 0.0
"""
#: At the limit itself both branches give zero.
SAME = "wages/__init__.py | overtime | if hours <= LIMIT: -> if hours < LIMIT:"
KILLED = "wages/__init__.py | overtime | return hours - LIMIT -> return hours + LIMIT"
GAP = "wages/__init__.py | forgotten | return hours -> return None"


@pytest.fixture
def measured(tmp_path):
    """Measures the small project, with some mutants said to be equivalent; exit code and report."""
    (tmp_path / "wages").mkdir()
    (tmp_path / "wages" / "__init__.py").write_text(CODE)
    (tmp_path / "test_wages.py").write_text(TESTS)

    def run(*equivalent, floor=0):
        rows = "".join(f'[[equivalent]]\nmutant = "{key}"\nreason = "a test of the list"\n' for key in equivalent)
        (tmp_path / "equivalent.toml").write_text(rows)
        places = ["--code", "wages", "--tests", "test_wages.py", "--root", ".", "--folder", "found"]
        options = ["--equivalent", "equivalent.toml", "--floor", str(floor)]
        command = [sys.executable, str(MEASURE), *places, *options]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    return run


def test_survivors_are_named_and_the_table_at_import_is_mutated(measured):
    code, report, told = measured()
    assert code == 0, told
    assert "wages/__init__.py:5: survived in overtime\n  - if hours <= LIMIT:\n  + if hours < LIMIT:" in report
    assert "wages/__init__.py:10: no test runs it in forgotten" in report
    assert "killed    wages/__init__.py | module | LIMIT = 40.0 -> LIMIT = 81.0" in told
    assert "8 of 8 mutants tried: 6 killed, 1 survived, 1 uncovered" in report


def test_below_the_floor_is_a_failure_and_what_is_equivalent_is_not_counted(measured):
    assert measured(floor=95)[0] == 1
    code, report, told = measured(SAME, GAP, floor=95)
    assert code == 0, told
    assert "2 equivalent, listed with reasons and not counted" in report


def test_a_mutant_that_a_test_kills_may_not_be_called_equivalent(measured):
    code, report, _ = measured(SAME, KILLED)
    assert code == 1
    assert f"not equivalent, a test kills it: {KILLED}" in report


def test_a_mutant_that_exists_no_more_may_not_stay_in_the_list(measured):
    code, report, _ = measured(SAME, GAP.replace("hours", "days"))
    assert code == 1
    assert f"not equivalent, there is no such mutant: {GAP.replace('hours', 'days')}" in report

"""What pytest said of tests without a run: passed, blocked with the reason, failed; and which file counts."""

import pytest

from rig.cli.app import run_app
from rig.requirements.catalogue import load_catalogue
from rig.requirements.suites import read_suites
from rig.requirements.told import told
from rig.requirements.trace import trace

CASE = """<testcase classname="tests.acceptance.test_flow" name="test_flow{which}"><properties>
<property name="doseproof_evidence_class" value="simulated"/><property name="doseproof_device" value="MP-1 SN-1"/>
</properties>{inner}</testcase>"""
BLOCKED = '<skipped message="blocked: the pump has no alarm&#10;    wiring"/>'
FAILED = '<failure message="it does not flow"/>'


@pytest.fixture
def junit(tmp_path):
    """Writes a file of pytest with one case for each inner text."""

    def make(*inner, day="2026-03-01"):
        cases = "".join(CASE.format(which=f"[{n}]", inner=one) for n, one in enumerate(inner))
        path = tmp_path / f"junit-{day}.xml"
        path.write_text(f'<testsuites><testsuite timestamp="{day}T08:00:00">{cases}</testsuite></testsuites>')
        return path

    return make


@pytest.fixture
def row_of(suites):
    """The row of the requirement that has a test, by what some files say."""

    def make(*files):
        folder = suites()
        tests = read_suites(folder)
        return trace(load_catalogue(folder), tests, {}, told(files, tests))[0]

    return make


def test_a_test_that_passed_shows_its_requirement_where_no_run_does(row_of, junit):
    row = row_of(junit("", ""))
    assert (row.gap, row.why) == ("", "")
    assert (row.evidence.verdict, row.evidence.day) == ("pass", "2026-03-01")
    assert (row.evidence.evidence_class, row.evidence.device) == ("simulated", "MP-1 SN-1")


@pytest.mark.parametrize(
    ("inner", "gap", "why"),
    [
        (("", BLOCKED), "blocked", "the pump has no alarm"),
        (("", BLOCKED, FAILED), "not shown", "it does not flow"),
    ],
)
def test_the_worst_of_all_parameters_counts(row_of, junit, inner, gap, why):
    row = row_of(junit(*inner))
    assert (row.gap, row.why) == (gap, why)


def test_what_was_blocked_on_one_bench_may_have_run_on_another(row_of, junit):
    ran, later = junit("", day="2026-03-01"), junit(BLOCKED, day="2026-03-02")
    assert row_of(later, ran).gap == ""
    assert row_of(junit(FAILED, day="2026-03-03"), ran).gap == "not shown"


def test_a_case_of_another_module_is_none_of_these(row_of, junit):
    path = junit("")
    path.write_text(path.read_text().replace("test_flow", "test_overflow"))
    assert row_of(path).gap == "no evidence"


def test_the_command_says_why_it_is_blocked_and_ends_with_1_for_the_other_gaps(suites, junit, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "140")
    code = run_app(["trace", str(suites()), "--runs", str(suites()), "--junit", str(junit(BLOCKED))])
    assert code == 1
    assert "blocked: the pump has no alarm" in capsys.readouterr().out


def test_what_goes_to_a_customer_stands_on_sealed_runs(suites, junit, tmp_path):
    arguments = ["--junit", str(junit("")), "--reqif", "a.reqif", "--out", str(tmp_path / "b.reqif")]
    assert run_app(["trace", str(suites()), *arguments]) == 2

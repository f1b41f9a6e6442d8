"""The leak suite passes on a tight line, fails on each fault of it, and is blocked where the bench lacks a witness."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest

from calibration.record_write import record_text
from rig.bench import load_bench
from rig.protocol import load_protocol
from rig.runner import run

BENCHES = Path(__file__).parents[2] / "fixtures" / "benches"
SUITES = Path(__file__).parents[1] / "acceptance"


@pytest.fixture
def bench_file(tmp_path):
    """The bench with three witnesses, with options of its world, and without what is named."""

    def make(options, without=""):
        table = tomllib.loads((BENCHES / "simulated_leak.toml").read_text(encoding="utf-8"))
        table["world_options"] |= options
        table["device"]["load_cell"] = str(BENCHES / table["device"]["load_cell"])
        for part in (*table["witness"], table["environment"]):
            part["calibration"] = str(BENCHES / part["calibration"])
        table["witness"] = [part for part in table["witness"] if part["name"] != without]
        if without == "load_cell":
            del table["device"]["load_cell"]
        path = tmp_path / "leak_bench.toml"
        path.write_text(record_text(table), encoding="utf-8")
        return path

    return make


@pytest.fixture
def suite_on(pytester, bench_file):
    """Runs the suite in a process of its own."""

    def run_it(*options, without=""):
        shutil.copytree(SUITES, pytester.path / "acceptance", ignore=shutil.ignore_patterns("campaign", "__pycache__"))
        bench = str(bench_file({}, without))
        arguments = ("-p", "no:cacheprovider", "-rA", "--bench", bench, *options, "acceptance/test_leak.py")
        return pytester.runpytest_subprocess(*arguments)

    return run_it


@pytest.mark.slow
def test_on_a_tight_line_it_passes_and_tells_which_leak_it_would_have_seen(suite_on):
    result = suite_on()
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(["*The smallest leak that would have been seen is 9 uL/h.*"])


@pytest.mark.parametrize(
    ("without", "told"),
    [
        ("flow", "*blocked: ACC-LEAK requires 3 witnesses*has 2: balance at the tip, device.load-cell*"),
        ("load_cell", "*blocked: ACC-LEAK requires 3 witnesses*has 2: balance at the tip, flow at the pump outlet*"),
    ],
)
def test_without_a_witness_it_is_blocked_and_says_which(suite_on, without, told):
    result = suite_on(without=without)
    result.assert_outcomes(skipped=4)
    result.stdout.fnmatch_lines([told])


#: Protocol, what is wrong, the finding that must fail, what the leak says of it.
FAULTS = [
    ("disconnect", {"connection_leak": 1.0}, "leak", "disconnected"),
    ("disconnect", {"connection_leak": 0.3}, "leak", "leak"),
    pytest.param("leak", {"connection_leak": 0.06}, "leak", "leak", marks=pytest.mark.slow),
    pytest.param("leak", {"connection_leak": 1.0}, "leak", "disconnected", marks=pytest.mark.nightly),
    # 5 % in all, which is no more than the limit, and all of it in one half hour
    pytest.param(
        "leak",
        {"connection_leak": 0.3, "connection_leak_during": [["2 h", "2.5 h"]]},
        "witnesses",
        "leak",
        marks=pytest.mark.nightly,
    ),
]


@pytest.mark.parametrize(("protocol", "options", "finding", "says"), FAULTS)
def test_a_line_with_the_fault_fails(bench_file, tmp_path, protocol, options, finding, says):
    bench = load_bench(bench_file(options))
    outcome = run(load_protocol(SUITES / "protocols" / f"{protocol}.toml", bench.limits), bench, tmp_path / "run")
    found = {one.name: one for one in outcome.assessment.findings}
    assert outcome.assessment.verdict.outcome == "fail", outcome.assessment.verdict.reasons
    assert found[finding].verdict == "fail", found[finding].statement
    assert found["leak"].facts["says"] == says


def test_a_small_leak_that_the_balance_alone_passes_is_why_there_are_three(bench_file, tmp_path):
    """Ten percent lie within the 14.5 % of the flow error; the witnesses do not agree all the same."""
    bench = load_bench(bench_file({"connection_leak": 0.1}))
    asked = load_protocol(SUITES / "protocols" / "disconnect.toml", bench.limits)
    found = {one.name: one.verdict for one in run(asked, bench, tmp_path / "run").assessment.findings}
    assert (found["mean_flow_error"], found["witnesses"]) == ("pass", "fail")

"""Suites that take the pump into their hand fail on a pump with the fault, and alarms that come at a wrong time.

Each runs in a process of its own, from a copy, on the simulated bench with something wrong about the pump.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rig.bench import open_bench
from rig.control import Control
from rig.execute.acts import undoable
from rig.protocol import load_protocol, parse_protocol
from rig.runner import run
from tests.rig.test_suites_find_faults import PROTOCOLS, QUICK, SLOW

SUITES = Path(__file__).parents[1] / "acceptance"
BENCHES = Path(__file__).parents[2] / "fixtures" / "benches"

#: It takes a line for whole that has no end, and acts on it.
NO_LINE_END = """
from fixtures.simulated import mock_pump, pump_frames
class Hasty(pump_frames.LineBuffer):
    def take(self, data):
        return super().take(data if data.endswith(b"\\n") else data + b"\\n")
mock_pump.LineBuffer = Hasty
"""
#: It gives two boluses at once.
EAGER = """
from fixtures.simulated.pump_commands import PumpCommands
bolus = PumpCommands._bolus
def eager(self, arguments, now_s):
    if self._core.motion.state == "B":
        self._core.motion.halt("I")
    return bolus(self, arguments, now_s)
PumpCommands._bolus = eager
"""
HANDS = [
    ("test_telemetry.py", NO_LINE_END, "test_an_order_that_is_damaged_or_cut_short_is_not_applied*cut-line"),
    ("test_telemetry.py", NO_LINE_END, "test_half_a_program_delivers_nothing"),
    ("test_patient_bolus.py", EAGER, "test_while_a_bolus_is_given_no_other_is"),
]


@pytest.fixture
def suite_on(pytester):
    """Runs one suite of the acceptance set in a process of its own; gives the result."""

    def run_it(module, *, fault="", also="requirements.toml", options=""):
        for name in (module, "requirements.toml", "hazards.toml", also):
            shutil.copy(SUITES / name, pytester.path / Path(name).name)
        text = (BENCHES / "simulated.toml").read_text(encoding="utf-8")
        text = text.replace('calibration = "', f'calibration = "{BENCHES.as_posix()}/')
        text = text.replace("seed = 1\n", f"seed = 1\n{options}\n")
        (pytester.path / "bench.toml").write_text(text, encoding="utf-8")
        pytester.makeconftest(fault)
        return pytester.runpytest_subprocess("-p", "no:cacheprovider", "-rA", "--bench", "bench.toml", module)

    return run_it


@pytest.mark.parametrize(("module", "fault", "test"), HANDS, ids=lambda v: v if v.startswith("test_") else "")
def test_a_pump_with_the_fault_fails_in_the_hand(suite_on, module, fault, test):
    suite_on(module, fault=fault).stdout.fnmatch_lines([f"FAILED *{test}*"])


def test_a_pump_that_goes_on_after_a_reset_fails(suite_on):
    result = suite_on("test_telemetry.py", options="firmware = { resumes = true }")
    result.stdout.fnmatch_lines(["FAILED *test_a_pump_that_was_reset_has_no_program_and_says_so*"])


def test_a_pump_that_declares_a_lockout_and_has_none_fails(suite_on):
    result = suite_on("test_patient_bolus.py", options="firmware = { no_lockout = true }")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["FAILED *test_within_its_lockout_a_bolus_is_refused_and_after_it_given*"])


@pytest.mark.parametrize(
    ("drift", "failed"),
    [
        ("-0.00015", ["until_the_next_visit"]),
        pytest.param("-0.0002", ["at_each_visit"], marks=pytest.mark.nightly),
    ],
)
def test_a_pump_that_ages_fails_before_it_is_too_late(suite_on, drift, failed):
    """Five percent a year: each of six visits passes, and the next one would come too late."""
    result = suite_on("test_follow_up.py", also="protocols/visit.toml", options=f"gain_drift_per_day = {drift}")
    result.stdout.fnmatch_lines([f"FAILED *{name}*" for name in failed])


#: The bubble detector in the place of an alarm of the pump, at a time at which the pump's own would not come.
STANDS_IN = [
    ("low_reservoir", '"low-reservoir"', {"bubble": [["5000 s", "14000 s"]]}, "reservoir_low"),  # far too early
    ("stall_alarm", '"stall"', {"bubble": [["12000 s", "13000 s"]]}, "event_stall"),  # after two hours
]


@pytest.mark.parametrize(("protocol", "alarm", "options", "finding"), STANDS_IN)
def test_an_alarm_at_the_wrong_time_fails(bench_with, tmp_path, protocol, alarm, options, finding):
    bench = bench_with({"reservoir": "3 mL"} | options)
    text = (PROTOCOLS / f"{protocol}.toml").read_text(encoding="utf-8").replace(f"alarm = {alarm}", 'alarm = "bubble"')
    outcome = run(parse_protocol(text, protocol, bench.limits), bench, tmp_path / "run", control=Control())
    found = {one.name: one for one in outcome.assessment.findings}[finding]
    assert found.verdict == "fail", found.statement


@pytest.mark.parametrize(
    ("ends", "verdict"), [("11 h", "pass"), pytest.param("9 h", "fail", marks=pytest.mark.nightly)]
)
def test_the_notice_of_an_indicator_in_hours_instead_of_days(bench_with, tmp_path, ends, verdict):
    """Three hours in the place of ninety days: the indicator comes at 7 h, and then the battery ends."""
    bench = bench_with({})
    text = (PROTOCOLS / "battery_notice.toml").read_text(encoding="utf-8")
    for long, short in (('"100 days"', '"20 h"'), ('">= 90 days"', '">= 3 h"')):
        text = text.replace(long, short)
    text += f'[[acts]]\nat = "{ends}"\nnote = "end"\nsupply = "0 V"\n'
    outcome = run(parse_protocol(text, "notice", bench.limits), bench, tmp_path / "run", control=Control())
    found = {one.name: one for one in outcome.assessment.findings}
    assert found["battery_indicator"].verdict == "pass", found["battery_indicator"].statement
    assert found["battery_notice"].verdict == verdict, found["battery_notice"].statement


def test_every_protocol_has_its_fault_and_can_be_carried_out(bench_with):
    """Nothing stands in the folder that nobody has seen to fail, or that hands cannot do."""
    seen = {"battery_notice", "screening_50", "screening_75", "visit"}  # by tests of their own, or as _100
    seen |= {"leak", "disconnect"}  # test_suite_leak.py, on a bench with three witnesses
    seen |= {case[0] for case in (*QUICK, *SLOW, *STANDS_IN)}
    bench = bench_with({})
    asked = {path.stem: load_protocol(path, bench.limits) for path in PROTOCOLS.glob("*.toml")}
    with open_bench(bench) as opened:
        assert {name for name, one in asked.items() if undoable(one.acts, opened, unattended=True)} == set()
    assert set(asked) - seen == set()


def test_a_wrong_concentration_is_found_by_assay_and_not_by_volume(bench_with, tmp_path):
    """Programmed for 2000 ug/mL, filled with 500: the volume is right, and a quarter of the dose."""
    bench = bench_with({})
    text = (PROTOCOLS / "bridge.toml").read_text(encoding="utf-8").replace('"1985 ug/mL"', '"500 ug/mL"')
    outcome = run(parse_protocol(text, "bridge", bench.limits), bench, tmp_path / "run", control=Control())
    found = {one.name: one.verdict for one in outcome.assessment.findings}
    assert (found["dose"], found["mean_flow_error"], outcome.assessment.verdict.outcome) == ("fail", "pass", "fail")

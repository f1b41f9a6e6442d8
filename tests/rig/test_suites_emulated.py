"""The acceptance suites, as they are, on the real firmware in the emulator: a few in CI, all of them at night.

What is blocked there is blocked for a reason that stands here; a suite that begins to be blocked is seen.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from rig.validation.run import read_run

ROOT = Path(__file__).parents[2]
BENCHES = ROOT / "fixtures" / "benches"

#: Tests that the emulated bench cannot do, and a word of the reason that must be told.
BLOCKED = {
    "test_the_replacement_indicator_leaves_ninety_days": "last 90 days",
    "test_no_24_hours_give_more_or_less_than_programmed": "24 hours last a day",
    "test_what_leaves_the_reservoir_arrives_at_the_tip": "three hours",
    "test_in_each_hour_three_witnesses_agree": "three hours",
    "test_the_steps_of_the_pump_are_what_arrives": "three hours",
    "test_the_catheter_has_not_come_off": "requires 3 witnesses",
    "test_a_tube_wears_within_the_limit": "last 10 h",
    "test_the_mode_delivers_its_smallest_rate": "lasts 3 h",
    "test_the_mode_is_left_again": "lasts 3 h",
    "test_the_smallest_rate_is_delivered": "last 16 h",
    "test_at_the_smallest_rate_the_pump_tells_the_truth": "last 16 h",
    "test_a_screening_dose_has_its_volume": "a syringe is judged and no pump",
    "test_a_screening_dose_lasts_at_least_its_minute": "a syringe is judged and no pump",
    "test_a_stopped_pump_does_not_flow": "in an hour of stop",
}


@pytest.fixture
def cases_on(tmp_path):
    """Runs suites on a bench in a process of their own; gives what came of each test."""

    def run_them(bench, *suites):
        words = (sys.executable, "-m", "pytest", "-q", "-n", "0", "--bench", str(bench), "--junitxml", "suites.xml")
        paths = [str(ROOT / "tests" / "acceptance" / suite) for suite in suites]
        config = ("-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT), "--records", "records", "-m", "")
        done = subprocess.run([*words, *config, *paths], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (tmp_path / "suites.xml").is_file(), done.stdout + done.stderr
        return read_run(tmp_path / "suites.xml").cases

    return run_them


def failed(cases):
    return {case.name: case.said for case in cases if case.outcome == "failed"}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_what_the_firmware_is_told_and_how_it_meets_an_occlusion(emulator, cases_on):
    """Damaged orders, a reset, half a program; an occlusion of its line, and kinks that are none."""
    cases = cases_on(BENCHES / "emulated_supply.toml", "test_telemetry.py", "test_catheter.py")
    assert failed(cases) == {}
    assert Counter(case.outcome for case in cases) == {"passed": 11}


@pytest.mark.nightly
@pytest.mark.timeout(7200)
def test_the_whole_set_on_the_firmware(emulator, cases_on):
    cases = cases_on(BENCHES / "emulated_supply.toml", "")
    blocked = {case.name.partition("[")[0]: case.said for case in cases if case.outcome == "skipped"}
    assert failed(cases) == {}
    assert set(blocked) == set(BLOCKED)
    assert {name: said for name, said in blocked.items() if BLOCKED[name] not in said} == {}


@pytest.mark.nightly
@pytest.mark.timeout(3600)
def test_a_catheter_that_has_come_off_on_the_firmware(emulator, cases_on):
    """The load cell is the one that the firmware reads, by the record that was made of it."""
    cases = cases_on(BENCHES / "emulated_leak.toml", "test_leak.py")
    outcomes = {case.name: case.outcome for case in cases}
    assert (outcomes["test_the_catheter_has_not_come_off"], failed(cases)) == ("passed", {})


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_short_protocols_on_the_model_of_the_firmware(cases_on, tmp_path):
    """The whole profile on the simulated pump, in seconds: a protocol that decides nothing shows here."""
    text = (BENCHES / "emulated_supply.toml").read_text(encoding="utf-8")
    calibration = 'calibration = "', f'calibration = "{BENCHES.as_posix()}/'
    for old, new in (("emulated", "simulated"), ("SIM-EMU-", "SIM-MP-"), calibration):
        text = text.replace(old, new)
    (tmp_path / "bench.toml").write_text(text, encoding="utf-8")
    cases = cases_on(tmp_path / "bench.toml", "")
    assert failed(cases) == {}
    assert {case.name.partition("[")[0] for case in cases if case.outcome == "skipped"} == set(BLOCKED)

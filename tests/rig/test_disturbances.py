"""What no pump can cause, seen in the readings alone: a weight that falls, a door that stands open."""

import numpy as np
import pytest

from fixtures.simulated.world import opened
from rig.assessment import assess
from rig.findings.disturbance import rises
from rig.record import Record
from rig.runner import run
from rig.verify_record import compare

#: A run with short legs, so that what the draught does to the noise decides.
SHORT = {"flow": "1 mL/h", "leg": "10 min", "stabilization": "22.5 s", "analysis": "45 s", "sample_interval": "22.5 s"}
MAX_RATE_UL_H = 1000.0
TIME_S = np.arange(0.0, 60.0)


def hands_do(act, values, phase="delivery"):
    def observe(event):
        if event.kind == "phase" and (event.data["name"], event.data["edge"]) == (phase, "begin"):
            opened("simulated").hands.do(act, values)

    return observe


def found(outcome, name):
    return next((one for one in outcome.assessment.findings if one.name == name), None)


@pytest.fixture
def quick(station, tmp_path):
    def go(*observers, options="", **changes):
        asked = station.protocol(**(SHORT | changes))
        return run(asked, station.bench(options), tmp_path / "run", observers=observers)

    return go


def test_a_door_open_until_nothing_can_be_decided_makes_the_run_invalid(quick):
    doors = hands_do("open-door", {}), hands_do("close-door", {}, "evaporation-after")
    outcome = quick(*doors, options='draught_noise = "4 mg"')
    (reason,) = outcome.assessment.verdict.reasons
    assert outcome.assessment.verdict.outcome == "invalid"
    assert "times as much during the delivery as in the evaporation-" in reason
    assert "not decided: mean_flow_error" in reason


def test_a_door_that_makes_no_difference_is_told_and_does_no_harm(quick):
    """Over three quarters of an hour 1 mg is nothing: the pump passes, with the noise that there was."""
    doors = hands_do("open-door", {}), hands_do("close-door", {}, "evaporation-after")
    outcome = quick(*doors, analysis="45 min")
    assert outcome.assessment.verdict.outcome == "pass"
    assert found(outcome, "scatter").value == pytest.approx(50.0, rel=0.4)
    assert outcome.assessment.delivery.noise.sd == pytest.approx(1e-3, rel=0.3)


def test_a_pump_that_fails_beyond_doubt_fails_with_the_door_open_too(quick):
    doors = hands_do("open-door", {}), hands_do("close-door", {}, "evaporation-after")
    outcome = quick(*doors, options="gain = 1.4", analysis="45 min")
    assert found(outcome, "scatter") is not None
    assert outcome.assessment.verdict.outcome == "fail"


@pytest.mark.parametrize("pulse", ["pulsation = 0.9", "stall = [['21 min', '22 min']]", "line_time_constant = '0.2 s'"])
def test_a_pump_that_delivers_unevenly_is_no_draught(quick, pulse):
    if "line" in pulse:
        pulse = "compliance = '0.01 uL/kPa'"
    assert found(quick(options=pulse, analysis="15 min"), "scatter") is None


def test_a_recomputed_record_says_the_same(quick):
    record = Record.open(quick(hands_do("open-door", {})).folder)
    assert compare(record.result, assess(record).as_json()) == []


def test_by_chance_it_is_rare(quick, station, tmp_path):
    seen = [
        found(run(station.protocol(**SHORT), station.bench(f"seed = {n}"), tmp_path / f"r{n}"), "scatter")
        for n in range(20, 26)
    ]
    assert seen == [None] * 6


def counted(reading_g):
    return np.flatnonzero(rises(TIME_S, reading_g, MAX_RATE_UL_H)[1])


def test_a_weight_that_lies_still_is_a_step_and_a_flow_that_goes_on_is_none():
    fell = np.where(TIME_S > 30.0, 1.0 - np.exp(-(TIME_S - 30.0)), 0.0)
    pours = np.clip(TIME_S - 30.0, 0.0, None)
    assert counted(fell).size
    assert not counted(pours).size


def test_a_blocked_line_that_opens_and_a_drop_are_no_weights():
    burst = np.where(TIME_S > 30.0, 0.15 * (1.0 - np.exp(-(TIME_S - 30.0) / 2.0)), 0.0)
    assert not counted(burst).size


def test_a_step_after_which_nothing_was_read_proves_nothing():
    last = np.where(TIME_S > 56.0, 1.0, 0.0)
    assert not counted(last).size


def test_slow_readings_show_it_too():
    slow = np.arange(0.0, 900.0, 15.0)
    assert np.flatnonzero(rises(slow, np.where(slow > 400.0, 1.0, 0.0), MAX_RATE_UL_H)[1]).size

"""Every table of findings at once on records that do not hold what they ask for: reasons, and no number."""

import json

import pytest

from fixtures.simulated.world import opened
from rig.assessment import assess
from rig.control import Control
from rig.record import Record
from rig.runner import run
from rig.verify_record import compare
from tests.rig.findings.conftest import BEGAN_S, files, flow

PROGRAM = [
    f'{flow("6.25 uL/h", 3)}\nchanges = [{{ at = "2 h", flow = "25 uL/h" }}]',
    'kind = "single_bolus"\nvolume = "12.5 uL"\nflow = "50 uL/h"',
    'kind = "minimum_rate"\nduration = "4 h"',
    'kind = "stop"\nduration = "1 h"',
]
HOURS = 8.25
EVERYTHING = """
[findings.bolus]
limit = "14.5 %"
[findings.rate_windows]
lengths = ["8.25 h"]
limit = "20 %"
[findings.day_schedule]
limit = "30 %"
delay_limit = "30 min"
[findings.reprogramming]
limit = "20 min"
[findings.minimum_rate]
limit = "30 %"
[findings.stop]
residual_limit = "5 uL"
flow_limit = "5 uL/h"
[findings.dose]
of = ["analysis", "bolus"]
limit = "20 %"
[findings.occlusion]
closed = "5 h"
opened = "6 h"
detection_limit = "1 h"
missed_limit = "10 uL"
[findings.back_pressure]
steps = [{ start = "10 min", end = "1 h", pressure = "0 kPa" }, { start = "4 h", end = "7 h", pressure = "5 kPa" }]
limit = "5 %/kPa"
[findings.compliance]
closed = "5 h"
until = "6 h"
channel = "gauge"
limit = "1 uL/kPa"
[[findings.events]]
name = "stall"
cause = "5 h"
limit = "1 h"
dose_limit = "5 uL"
[findings.recovery]
cut = "5 h"
back = "6 h"
limit = "20 %"
[findings.reservoir]
book_limit = "10 uL"
low_setting = "1 mL"
low_limit = "1 uL"
ask = true
refill_limit = "14.5 %"
[findings.battery]
channel = "supply"
current_limit = "30 mA"
[findings.screening]
volume = "1 mL"
after = "5 h"
before = "5.5 h"
limit = "5 %"
[assay]
concentration = "2000 ug/mL"
U = "20 ug/mL"
certificate = "C"
lot = "L"
"""


class Abort:
    """Stops the run at a time of its clock: a follower."""

    def __init__(self, world, control, at_s):
        self.control, self.at_s, self.now_s = control, at_s, world.clock.now()

    def advance(self, to_s, stop):  # noqa: ARG002 - the signature of a follower
        if to_s >= self.at_s:
            self.control.abort("a test says so")
        self.now_s = max(self.now_s, to_s)
        return to_s


def carry_out(station, folder, abort_s=None):
    control = Control(unattended="yes")

    def observe(event):
        if event.kind == "phase" and abort_s is not None and event.data["edge"] == "begin":
            world = opened("simulated")
            world.clock.add_follower(Abort(world, control, abort_s))

    made = files(station, HOURS, PROGRAM, EVERYTHING, "")
    return run(*made, folder, control=control, observers=[observe], not_for_release=True)


@pytest.mark.parametrize("hours", [-0.5, 0.05, 4.0])
def test_a_run_that_was_cut_short_decides_nothing_that_it_did_not_see(station, tmp_path, hours):
    outcome = carry_out(station, tmp_path / "run", BEGAN_S + 3600 * hours)
    found = {finding.name: finding for finding in outcome.assessment.findings}
    assert outcome.assessment.verdict.outcome == "inconclusive", outcome.assessment.verdict.reasons
    assert found["mean_flow_error"].verdict == "inconclusive"
    passed = [name for name, finding in found.items() if finding.verdict == "pass"]
    assert passed == [] or hours > 1
    json.dumps(outcome.assessment.as_json())


def test_a_whole_run_gives_the_same_numbers_again(station, tmp_path):
    outcome = carry_out(station, tmp_path / "run")
    again = assess(Record.open(outcome.folder))
    assert compare(outcome.assessment.as_json(), again.as_json()) == []
    undecided = {f.name for f in again.findings if f.verdict == "inconclusive"}
    assert {"compliance", "battery", "reservoir_refill", "screening"} <= undecided
    decided = {f.name: f.verdict for f in again.findings if f.verdict in {"pass", "fail"}}
    assert decided["occlusion_detection"] == decided["event_stall"] == "fail"
    passed = "dose", "dose_bolus", "minimum_rate", "stop_flow", "reprogramming_1"
    assert {decided[name] for name in passed} == {"pass"}

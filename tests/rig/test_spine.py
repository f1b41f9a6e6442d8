"""The main job, end to end on the simulated bench: does the verdict follow from what the plant really did?"""

import pytest

from fixtures.simulated.world import opened
from rig.errors import BenchError
from rig.runner import run
from tests.rig.conftest import program

DECLARED = """
temperature = "22 degC"
temperature_half_width = "0.5 K"
pressure = "1013.25 hPa"
pressure_half_width = "{half_width}"
humidity = "45 %"
humidity_half_width = "5 %"
"""


def mean_flow(outcome):
    return next(f for f in outcome.assessment.findings if f.name == "mean_flow_error")


def at_phase(name, act):
    """An observer that acts on the open world when a phase begins."""

    def observe(event):
        if event.kind == "phase" and event.data["name"] == name and event.data["edge"] == "begin":
            act(opened("simulated"))

    return observe


def test_a_sound_pump_passes_and_the_truth_lies_within_u(station, tmp_path):
    truth = {}
    keep = lambda world: truth.update(plant=world.plant)  # noqa: E731
    outcome = run(station.protocol(), station.bench(), tmp_path / "run", observers=[at_phase("delivery", keep)])
    found = mean_flow(outcome)
    begin, end = found.facts["start_s"], found.facts["end_s"]
    delivered = truth["plant"].delivered_ul(end) - truth["plant"].delivered_ul(begin)
    assert outcome.assessment.verdict.outcome == "pass"
    assert abs(found.facts["delivered_ul"] - delivered) < 2 * found.facts["u_delivered_ul"]


def test_twenty_percent_too_much_fails(station, tmp_path):
    outcome = run(station.protocol(), station.bench("gain = 1.20"), tmp_path / "run")
    assert outcome.assessment.verdict.outcome == "fail"
    assert mean_flow(outcome).value == pytest.approx(20.0, abs=1.0)


def test_thirteen_percent_with_u_of_three_is_inconclusive(station, tmp_path):
    """The air is only declared, and that makes U: 13 % lies within the limit, but not by U."""
    bench = station.bench("gain = 1.13", environment=DECLARED.format(half_width="2.8 hPa"))
    outcome = run(station.protocol(analysis="2 h"), bench, tmp_path / "run")
    found = mean_flow(outcome)
    assert found.expanded == pytest.approx(3.0, abs=0.4)
    assert found.value == pytest.approx(13.0, abs=1.0)
    assert outcome.assessment.verdict.outcome == "inconclusive"


def test_a_pressure_front_moves_the_result_by_less_than_its_u(station, tmp_path):
    """20 hPa during the analysis are 1.3 mg on 53 mL of load: 5 % of these six hours."""
    protocol = station.protocol(analysis="4 h")
    front = 'front = [{ start = "3 h", duration = "2 h", change = "-20 hPa" }]'
    calm = mean_flow(run(protocol, station.bench(), tmp_path / "calm"))
    stormy = mean_flow(run(protocol, station.bench(front), tmp_path / "stormy"))
    assert abs(stormy.value - calm.value) < stormy.expanded


def test_without_measured_air_the_front_is_inside_a_larger_u(station, tmp_path):
    front = 'front = [{ start = "3 h", duration = "1 h", change = "-20 hPa" }]'
    bench = station.bench(front, environment=DECLARED.format(half_width="20 hPa"))
    outcome = run(station.protocol(analysis="2 h"), bench, tmp_path / "run", not_for_release=True)  # U is 16 %
    found = mean_flow(outcome)
    assert 5 < abs(found.value) < found.expanded


def test_without_measured_evaporation_nothing_can_be_released(station, tmp_path):
    outcome = run(station.protocol(leg=""), station.bench(), tmp_path / "run", not_for_release=True)
    verdict = outcome.assessment.verdict
    assert not verdict.releasable
    assert "evaporation was not measured before and after the delivery" in verdict.release_blocks
    assert mean_flow(outcome).expanded > 100


def test_a_run_for_release_without_evaporation_is_refused_before_it_starts(station, tmp_path):
    with pytest.raises(BenchError, match="protocol: a run for release: no evaporation leg before delivery"):
        run(station.protocol(leg="", for_release="true"), station.bench(), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_zero_tracking_would_swallow_the_flow_and_is_refused(station, tmp_path):
    with pytest.raises(BenchError, match="zero tracking"):
        run(station.protocol(), station.bench("zero_tracking = true"), tmp_path / "run")


def test_a_stall_of_one_hour_is_seen_whole(station, tmp_path):
    """One hour of no shots in four is -25 %, wherever it lies: the estimand is a difference of levels."""
    stall = 'stall = [["4 h", "5 h"]]'
    outcome = run(station.protocol(analysis="4 h"), station.bench(stall), tmp_path / "run")
    assert mean_flow(outcome).value == pytest.approx(-25.0, abs=1.0)
    assert outcome.assessment.verdict.outcome == "fail"


@pytest.mark.parametrize("gain", [0.9, 1.0, 1.1])
def test_a_claim_is_held_against_the_witness(station, tmp_path, gain):
    outcome = run(station.protocol(), station.bench(f"gain = {gain}"), tmp_path / "run")
    found = next(f for f in outcome.assessment.findings if f.name == "claim_agreement")
    assert found.value == pytest.approx(100 * (1 / gain - 1), abs=1.0)


DAY = program(
    {"kind": "continuous", "flow": "2.4 mL/day", "duration": "1 h"},
    {"kind": "single_bolus", "volume": "25 uL", "flow": "12 mL/day"},
    {"kind": "single_bolus", "volume": "6.25 uL", "flow": "6 mL/day"},
    {"kind": "stop", "duration": "10 min"},
    {"kind": "continuous", "flow": "1.2 mL/day"},
)


@pytest.mark.parametrize(("gain", "outcome"), [(1.0, "pass"), (1.25, "fail")])
def test_a_program_of_boluses_and_a_stop_is_delivered_and_judged_whole(station, tmp_path, gain, outcome):
    """The mean flow error is about volume, so it holds for a program that changes its rate; a trumpet does not."""
    protocol = station.protocol(stabilization="0 s", analysis="3 h")
    text = protocol.read_text()
    begin, end = text.index("[[program.segments]]"), text.index("[timing]")
    protocol.write_text(text[:begin] + DAY + text[end:] + '[findings.trumpet]\nwindows = ["1 h"]\n')
    found = run(protocol, station.bench(f"gain = {gain}"), tmp_path / "run")
    assert found.assessment.verdict.outcome == outcome
    assert mean_flow(found).value == pytest.approx(100 * (gain - 1), abs=0.5)
    assert found.assessment.trumpet is None

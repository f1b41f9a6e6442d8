"""The check weight before and after: a balance that moved makes the run invalid, and nothing else does."""

import io

import pytest
from rich.console import Console

from fixtures.simulated.world import opened
from rig.assessment import assess
from rig.cli.show import show_result
from rig.control import Control
from rig.errors import BenchError, FileError
from rig.record import Record
from rig.runner import run
from rig.verify_record import compare

WEIGHT = '[check_weight]\nserial = "SIM-W-50"\n'
#: How far evaporation may differ between the legs.
BETWEEN = """
[evaporation_between_legs]
half_width = "0.15 mg/h"
basis = "house method 12"
"""
STEP = 'sensitivity_step = [{ at = "2.5 h", change = 20e-6 }]'


def found(outcome):
    return {finding.name: finding for finding in outcome.assessment.findings}


def test_a_bench_that_held_is_not_invalid_and_the_weights_are_no_delivery(station, tmp_path):
    outcome = run(station.protocol(more=WEIGHT), station.bench(), tmp_path / "run")
    assert outcome.assessment.verdict.outcome == "pass"
    assert abs(found(outcome)["mean_flow_error"].value) < 1
    for name in ("check_weight_before", "check_weight_after", "check_weight"):
        assert found(outcome)[name].facts["check"] == "held"


def test_a_sensitivity_that_stepped_in_mid_run_makes_it_invalid_whatever_the_pump_did(station, tmp_path):
    """20 ppm are 1 mg of the load on the pan: 8 % of these two hours, and the pump, 10 % too high, reads as 18 %."""
    outcome = run(station.protocol(more=WEIGHT), station.bench(f"gain = 1.1\n{STEP}"), tmp_path / "run")
    assert found(outcome)["mean_flow_error"].value > 17.0
    assert found(outcome)["mean_flow_error"].verdict == "inconclusive"  # what the weight shows is in U
    assert outcome.assessment.verdict.outcome == "invalid"
    assert "check weight SIM-W-50 after the run" in outcome.assessment.verdict.reasons[0]


def test_a_balance_that_jumps_past_the_over_volume_stop_is_found_by_its_weight(station, tmp_path):
    """2000 ppm are 106 mg: more than the stop allows, and less than a weight that falls on the pan."""
    jump = 'sensitivity_step = [{ at = "2.5 h", change = 2e-3 }]'
    outcome = run(station.protocol(more=WEIGHT), station.bench(jump), tmp_path / "run")
    assert (outcome.end.kind, outcome.assessment.verdict.outcome) == ("safety-stop", "invalid")
    assert "check weight SIM-W-50 after the run" in outcome.assessment.verdict.reasons[0]


def test_a_pump_that_pours_fails_and_the_weight_clears_the_balance(station, tmp_path):
    outcome = run(station.protocol(more=WEIGHT), station.bench("gain = 40.0"), tmp_path / "run")
    assert (outcome.end.kind, outcome.assessment.verdict.outcome) == ("safety-stop", "fail")
    assert found(outcome)["check_weight"].facts["check"] == "held"
    assert Record.open(outcome.folder).events("action")[-1][1]["action"] == "stop"


@pytest.mark.parametrize(("more", "nobodys"), [(WEIGHT, False), ("", True)])
def test_a_fail_is_held_against_the_pump_where_the_weight_held(station, tmp_path, more, nobodys):
    """Forty percent too much is a fail either way; without a weight the balance may have done it."""
    outcome = run(station.protocol(more=more), station.bench("gain = 1.4"), tmp_path / "run")
    assert outcome.assessment.verdict.outcome == "fail"
    assert outcome.assessment.nobodys is nobodys
    page = io.StringIO()
    show_result(Console(file=page, width=400), outcome.assessment)
    assert ("whether the pump or the balance is at fault was not shown" in page.getvalue()) is nobodys
    assert ("the pump did not do what the protocol asks of it" in page.getvalue()) is not nobodys


def test_without_a_check_weight_the_same_step_goes_by_unseen(station, tmp_path):
    outcome = run(station.protocol(), station.bench(STEP), tmp_path / "run")
    assert outcome.assessment.verdict.outcome != "invalid"


def test_a_wrong_scale_that_stays_is_no_shift_but_cannot_be_released(station, tmp_path):
    outcome = run(station.protocol(more=WEIGHT), station.bench("sensitivity_error = 40e-6"), tmp_path / "run")
    verdict = outcome.assessment.verdict
    assert verdict.outcome == "pass"
    assert any("before the run differs by +2 mg from its certificate" in block for block in verdict.release_blocks)


def test_who_did_it_stands_in_the_record_and_the_record_needs_no_book(station, tmp_path):
    outcome = run(station.protocol(more=WEIGHT), station.bench(), tmp_path / "run", control=Control("yes"))
    record = Record.open(outcome.folder)
    answers = [data for _, data in record.events("answer")]
    assert len(answers) == 12
    assert answers[0]["answer"] == "Put weight SIM-W-50 (50 g) on the pan of the balance, centre."
    assert {data["who"] for data in answers} == {"simulated hands"}
    assert compare(record.result, assess(record).as_json()) == []


def test_a_weight_that_stayed_on_or_was_never_there_is_not_determined(station, tmp_path):
    """Somebody else took it off at once: what is weighed then is nothing, and nothing is no shift."""

    def thief(event):
        if event.kind == "phase" and event.data["name"] == "check-weight-after-2-on" and event.data["edge"] == "begin":
            opened("simulated").hands.do("clear-pan", {})

    outcome = run(station.protocol(more=WEIGHT), station.bench(), tmp_path / "run", observers=[thief])
    assert outcome.assessment.verdict.outcome == "pass"
    assert "placement 2, found" in found(outcome)["check_weight"].statement
    assert any("was not weighed before and after" in block for block in outcome.assessment.verdict.release_blocks)


def test_a_run_that_ends_before_its_second_check_says_so(station, tmp_path):
    control = Control()

    def stop(event):
        if event.kind == "phase" and event.data["name"] == "evaporation-after":
            control.abort("enough")

    outcome = run(station.protocol(more=WEIGHT), station.bench(), tmp_path / "run", control=control, observers=[stop])
    assert "check-weight-after-0-off" in found(outcome)["check_weight"].statement
    assert outcome.assessment.verdict.outcome == "inconclusive"


@pytest.mark.parametrize("serial", ["W-77", "SIM-W-3"])
def test_a_weight_that_is_not_in_the_book_is_refused_with_its_line(station, tmp_path, serial):
    with pytest.raises(FileError, match=rf"check_weight.serial: .*expected the standard '{serial}'"):
        run(station.protocol(more=f'[check_weight]\nserial = "{serial}"'), station.bench(), tmp_path / "run")


def test_a_check_weight_for_release_is_asked_for_before_the_start(station, tmp_path):
    with pytest.raises(BenchError, match="no check weight before and after"):
        run(station.protocol(for_release="true"), station.bench(), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_with_legs_check_weight_and_what_no_reading_shows_a_run_for_release_starts(station, tmp_path):
    protocol = station.protocol(for_release="true", more=WEIGHT + BETWEEN)
    outcome = run(protocol, station.bench_with_noise(), tmp_path / "run")
    assert outcome.assessment.verdict.release_blocks == (
        "the evidence is simulated: it says nothing about an implantable pump",
    )


def test_a_balance_that_wanders_is_not_released_without_its_noise_record(station, tmp_path):
    walks = station.bench("drift_walk_mg = 0.1")
    outcome = run(station.protocol(more=WEIGHT), walks, tmp_path / "run")
    (block,) = outcome.assessment.verdict.release_blocks[2:]
    assert block.startswith("the balance wandered in the evaporation legs (p < 1e-6)")
    assert "name its noise record in the bench file" in block


def test_an_average_of_too_few_readings_is_refused(station, tmp_path):
    with pytest.raises(FileError, match=r"check_weight.average: expected 6 readings or more"):
        run(station.protocol(more=f'{WEIGHT}average = "3 s"'), station.bench(), tmp_path / "run")


def test_nobody_puts_a_weight_on_a_bench_without_hands(station, tmp_path, monkeypatch):
    monkeypatch.delattr("fixtures.simulated.world.Hands.do")
    monkeypatch.setattr("fixtures.simulated.world.Hands", lambda *_: None)
    with pytest.raises(BenchError, match="needs a person, and the run is unattended"):
        run(station.protocol(more=WEIGHT), station.bench(), tmp_path / "run", control=Control("yes"))

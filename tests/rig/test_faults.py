"""What breaks during a run, and who gets the blame: a broken bench is invalid, a broken pump is not."""

from pathlib import Path

import pytest

from fixtures.simulated.world import opened
from rig.assessment import assess
from rig.control import Control
from rig.errors import BenchError, EvidenceError
from rig.record import Record
from rig.runner import run
from rig.verify_record import compare

BENCHES = Path(__file__).parents[2] / "fixtures" / "benches"


def when_delivering(act):
    """An observer that acts once on the open world when delivery begins."""

    def observe(event):
        if event.kind == "phase" and (event.data["name"], event.data["edge"]) == ("delivery", "begin"):
            act(opened("simulated"))

    return observe


@pytest.fixture
def go(station, tmp_path):
    """Run two hours with something going wrong; gives the outcome."""

    def _go(act=lambda _: None, options="", extra=(), **more):
        protocol = station.protocol(flow="2.4 mL/day")  # a shot each 4.5 s
        seen = [when_delivering(act), *extra]
        return run(protocol, station.bench(options), tmp_path / "run", observers=seen, **more)

    return _go


def rests(world):
    """Whether the pump moves nothing in the seconds after the run, before its dead-man could stop it."""
    now = world.clock.now()
    pumped = world.plant.pumped_ul(now)
    world.devices["pump"].move(now + 10.0)
    return world.plant.pumped_ul(now + 10.0) == pumped


def later(world, hours=1.5):
    return world.clock.now() + hours * 3600


WITNESS_FAULTS = {
    "silent": (lambda w: w.wire("balance").mute(start_s=later(w)), "InstrumentTimeout"),
    "garbage": (lambda w: w.wire("balance").garble(0.5, start_s=later(w)), "ProtocolError"),
    "half lines": (lambda w: w.wire("balance").truncate(start_s=later(w)), "balance"),
    "unplugged": (lambda w: w.wire("balance").drop(start_s=later(w)), "LinkLost"),
    "air sensors silent": (lambda w: w.wire("environment").mute(start_s=later(w)), "environment"),
}


@pytest.mark.parametrize("fault", WITNESS_FAULTS)
def test_a_witness_that_breaks_makes_the_run_invalid_and_stops_the_pump(go, fault):
    act, named = WITNESS_FAULTS[fault]
    worlds = []
    outcome = go(lambda world: (act(world), worlds.append(world)))
    verdict = outcome.assessment.verdict
    assert verdict.outcome == "invalid"
    assert named in verdict.reasons[0]
    assert Record.open(outcome.folder).sealed
    assert rests(worlds[0])


def test_one_garbled_reading_is_a_gap_and_no_fault(go):
    outcome = go(lambda w: w.wire("balance").garble(1.0, start_s=later(w), end_s=later(w) + 1.5))
    assert outcome.assessment.verdict.outcome == "pass"
    assert Record.open(outcome.folder).events("witness")


def test_a_silent_device_is_not_the_bench_s_fault(go):
    """The mock pump stops by its dead-man; the witness goes on and shows what that did."""
    outcome = go(lambda w: w.wire("pump").mute(start_s=later(w), direction="both"))
    verdict = outcome.assessment.verdict
    assert verdict.outcome == "fail"
    assert outcome.end.kind == "completed"
    assert any("does not answer" in reason for reason in verdict.reasons)


def test_a_device_whose_cable_is_pulled_is_not_invalid_either(go):
    outcome = go(lambda w: w.wire("pump").drop(start_s=later(w)))
    assert outcome.assessment.verdict.outcome == "fail"


def test_a_device_that_resets_is_seen_and_not_restarted(go):
    def reset(world):
        world.devices["pump"].schedule_reset(later(world), "W")

    outcome = go(reset)
    verdict = outcome.assessment.verdict
    assert verdict.outcome == "fail"
    assert any("reset" in reason for reason in verdict.reasons)


def test_a_pump_that_runs_away_is_stopped_and_fails(go):
    outcome = go(options="gain = 40.0")
    assert outcome.end.kind == "safety-stop"
    assert outcome.assessment.verdict.outcome == "fail"


def test_an_abort_stops_the_pump_and_says_what_was_not_decided(go):
    control = Control()
    outcome = go(lambda _: control.abort("operator pressed Ctrl-C"), control=control)
    verdict = outcome.assessment.verdict
    assert verdict.outcome == "inconclusive"
    assert "operator pressed Ctrl-C" in verdict.reasons[0]
    assert Record.open(outcome.folder).sealed


def test_a_missing_balance_is_refused_and_never_simulated(station, tmp_path):
    bench = station.bench()
    bench.write_text(bench.read_text().replace("sim://simulated/balance", "/dev/there-is-no-balance"))
    with pytest.raises(BenchError, match="balance at /dev/there-is-no-balance: LinkLost"):
        run(station.protocol(), bench, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_another_serial_number_is_refused(station, tmp_path):
    with pytest.raises(BenchError, match="expected serial number 'B000', found 'SIM-BAL-0001'"):
        run(station.protocol(), station.bench(balance="B000"), tmp_path / "run")


def test_an_expired_calibration_is_refused_and_overridden_only_with_a_mark(station, tmp_path):
    text = (BENCHES / "calibration" / "SIM-BAL-0001.toml").read_text()
    record = tmp_path / "expired.toml"
    record.write_text(text.replace("2099-12-31", "2025-12-31").replace("performed_on = 2026", "performed_on = 2025"))
    bench = station.bench(calibration=str(record))
    with pytest.raises(BenchError, match="out of date"):
        run(station.protocol(), bench, tmp_path / "refused")
    outcome = run(station.protocol(), bench, tmp_path / "marked", not_for_release=True)
    assert any("out of date" in block for block in outcome.assessment.verdict.release_blocks)


def test_every_attempt_is_kept(go, station, tmp_path):
    go()
    with pytest.raises(EvidenceError, match="every attempt is kept"):
        run(station.protocol(), station.bench(), tmp_path / "run")


def test_a_required_prompt_holds_the_phase_and_the_answer_is_recorded(station, tmp_path):
    more = '[[prompts]]\nat = "evaporation_before"\ntext = "Is the line clamped?"'
    control = Control()

    def answer_later(event):
        if event.kind == "prompt":
            assert event.data["text"] == "Is the line clamped?"
            control.answer(event.data["key"], "yes", who="mk")

    outcome = run(
        station.protocol(more=more), station.bench(), tmp_path / "run", control=control, observers=[answer_later]
    )
    ((_, said),) = Record.open(outcome.folder).events("answer")
    assert (said["answer"], said["who"]) == ("yes", "mk")


def test_a_prompt_answered_no_ends_the_run_before_anything_moves(station, tmp_path):
    more = '[[prompts]]\nat = "before"\ntext = "Is the beaker empty?"'
    outcome = run(station.protocol(more=more), station.bench(), tmp_path / "run", control=Control(unattended="no"))
    assert outcome.end.kind == "aborted"
    assert not Record.open(outcome.folder).events("action")


def test_the_same_run_again_has_the_same_content_and_every_digit(station, tmp_path):
    records = [Record.open(run(station.protocol(), station.bench(), tmp_path / name).folder) for name in ("one", "two")]
    assert records[0].content_digest == records[1].content_digest
    again = assess(records[0]).as_json()
    assert compare(records[1].result, again) == []
    again["findings"][0]["value"] *= 1 + 1e-8
    assert compare(records[1].result, again) != []


def test_a_cut_short_run_gives_the_same_result_from_any_folder(go, tmp_path):
    """No path of a folder gets into what is sealed, and the reason is the plain one."""
    control = Control()
    outcome = go(lambda _: control.abort("that will do"), control=control)
    moved = outcome.folder.rename(tmp_path / "moved")
    again = assess(Record.open(moved)).as_json()
    assert compare(Record.open(moved).result, again) == []
    assert str(tmp_path) not in (moved / "result.json").read_text()
    assert "before the analysis did" in again["findings"][0]["statement"]


def test_a_weight_dropped_as_delivery_begins_stops_the_run_and_the_bench_is_at_fault(go):
    """The stop comes before any level after the beginning could be read; that is no defect of the analysis."""
    outcome = go(lambda world: world.hands.do("place-weight", {"mass": "1 g"}))
    assert outcome.end.kind == "safety-stop"
    assert Record.open(outcome.folder).sealed
    assert outcome.assessment.verdict.outcome == "invalid"
    assert "something was put on it" in outcome.assessment.verdict.reasons[0]


@pytest.mark.parametrize("worse", ["gain = 60.0", 'gain = 40.0\nnoise = "5 mg"'])
def test_a_pump_that_pours_is_never_taken_for_a_weight(go, worse):
    outcome = go(options=worse)
    assert (outcome.end.kind, outcome.assessment.verdict.outcome) == ("safety-stop", "fail")


def test_a_safety_stop_stays_one_whatever_happens_while_it_is_watched(go):
    """The pump is told nothing more; a cable that is pulled in these seconds does not excuse it."""
    worlds = []

    def pull(event):
        if event.kind == "fault":
            worlds[0].wire("balance").drop()

    outcome = go(worlds.append, options="gain = 40.0", extra=[pull])
    told = [data["action"] for _, data in Record.open(outcome.folder).events("action")]
    assert (outcome.end.kind, outcome.assessment.verdict.outcome) == ("safety-stop", "fail")
    assert told[-1] == "stop"
    assert rests(worlds[0])

"""Ways in which a run came to a wrong end before: each of them once, on the simulated bench."""

import pytest

from fixtures.simulated.world import opened
from rig.control import Control
from rig.errors import BenchError, FileError
from rig.record import Record
from rig.runner import run
from rig.verify_record import recomputed

CONTINUOUS = '[[program.segments]]\nkind = "continuous"\nflow = "0.15 mL/day"\n'
SHORT = {"leg": "10 min", "stabilization": "15 min", "analysis": "1 h"}


@pytest.fixture
def broken(station, tmp_path):
    """Run a protocol with something odd about it; gives the outcome and the plant's truth over the same span."""

    def _broken(edit=lambda text: text, observe=lambda _: None, options="", control=None, marked=False, **shape):
        worlds = {}
        protocol = station.protocol(**{**SHORT, **shape})
        protocol.write_text(edit(protocol.read_text()))
        watch = [observe, lambda _: worlds.setdefault("one", opened("simulated"))]
        how = {"observers": watch, "control": control, "not_for_release": marked}
        outcome = run(protocol, station.bench(options), tmp_path / "run", **how)
        return outcome, worlds.get("one")

    return _broken


def program(text):
    return lambda protocol: protocol.replace(CONTINUOUS, text)


def mean_flow(outcome):
    return next(f for f in outcome.assessment.findings if f.name == "mean_flow_error")


def miss(outcome, world):
    """How far the measured volume lies from the plant's truth, as a part of U."""
    facts = mean_flow(outcome).facts
    truth = world.plant.delivered_ul(facts["end_s"]) - world.plant.delivered_ul(facts["start_s"])
    return abs(facts["delivered_ul"] - truth) / (2 * facts["u_delivered_ul"])


CORNERS = {
    "a faster start": CONTINUOUS.replace("0.15", "2.4") + 'duration = "15 min"\n' + CONTINUOUS,
    "a bolus first": CONTINUOUS
    + 'duration = "15 min"\n[[program.segments]]\nkind = "single_bolus"\nvolume = "3 uL"\nflow = "1 mL/h"\n'
    + CONTINUOUS,
}


@pytest.mark.parametrize("corner", CORNERS)
def test_a_level_never_stands_on_both_sides_of_a_change_of_flow(broken, corner):
    outcome, world = broken(program(CORNERS[corner]))
    assert miss(outcome, world) < 1


def test_a_level_soon_after_the_start_does_not_look_back_at_the_pump_that_stood(broken):
    outcome, _ = broken(stabilization="1 min")
    assert abs(mean_flow(outcome).value) < 2 * mean_flow(outcome).expanded / 3


def test_a_run_that_is_aborted_at_once_can_be_verified(broken):
    control = Control()
    control.abort("before anything")
    outcome, _ = broken(control=control)
    assert recomputed(Record.open(outcome.folder)).differences == ()
    assert outcome.assessment.verdict.outcome == "inconclusive"


def test_a_pump_that_never_started_leaves_a_sealed_record(broken):
    def unplug(event):
        if event.kind == "phase" and event.data["name"] == "delivery" and event.data["edge"] == "begin":
            opened("simulated").wire("pump").mute(direction="to")

    outcome, _ = broken(observe=unplug)
    assert Record.open(outcome.folder).sealed
    assert outcome.assessment.verdict.outcome == "fail"


def test_a_stop_that_was_not_heard_is_repeated_before_the_leg(broken):
    """The pump does not hear the first stop; without another one it would run through the whole leg."""

    def deafen(event):
        if event.kind == "phase" and event.data["name"] == "delivery" and event.data["edge"] == "begin":
            world = opened("simulated")
            end = world.clock.now() + event.data["duration_s"]
            world.wire("pump").mute(start_s=end - 0.6, end_s=end + 1.5, direction="to")

    outcome, _ = broken(observe=deafen)
    stops = [data for _, data in Record.open(outcome.folder).events("action") if data["action"] == "stop"]
    assert stops[-1]["done"]
    assert mean_flow(outcome).expanded < 5


def test_a_trumpet_with_a_limit_never_goes_missing(broken):
    more = '[findings.trumpet]\nwindows = ["1 h"]\nlimit = "20 %"'
    changing = CONTINUOUS + 'duration = "45 min"\n' + CONTINUOUS.replace("0.15", "0.3")
    outcome, _ = broken(program(changing), more=more, marked=True)
    assert outcome.assessment.verdict.outcome == "inconclusive"
    assert any("no constant rate" in reason for reason in outcome.assessment.verdict.reasons)


def test_without_evaporation_an_honest_claim_is_not_called_a_lie(broken):
    outcome, _ = broken(leg="", marked=True)
    claim = next(f for f in outcome.assessment.findings if f.name == "claim_agreement")
    assert claim.verdict == "inconclusive"
    assert outcome.assessment.verdict.outcome == "inconclusive"


UNDECIDABLE = {
    "a rule that nobody offers": (
        lambda text: text.replace("[findings.claim", 'rule = "nope"\n[findings.claim'),
        {},
        r"findings.mean_flow_error.rule: .*found 'nope'",
    ),
    "no flow": (
        program(CONTINUOUS + 'duration = "15 min"\n[[program.segments]]\nkind = "stop"\n'),
        {},
        "nothing is programmed during the analysis",
    ),
    "less than a cycle": (str, {"analysis": "30 min"}, "less than one declared cycle"),
    "a question at no leg": (
        str,
        {"leg": "", "more": '[[prompts]]\nat = "evaporation_after"\ntext = "Clamped?"'},
        "it would never be asked",
    ),
}


@pytest.mark.parametrize("case", UNDECIDABLE)
def test_what_could_not_be_decided_is_refused_before_the_start(broken, tmp_path, case):
    edit, shape, message = UNDECIDABLE[case]
    with pytest.raises(FileError, match=message):
        broken(edit, **shape)
    assert not (tmp_path / "run").exists()


def test_an_observer_whose_pipe_is_gone_does_not_end_the_run(broken):
    def closed(event):
        raise BrokenPipeError(32, "Broken pipe")

    outcome, _ = broken(observe=closed)
    assert outcome.assessment.verdict.outcome == "pass"
    assert any("observer was lost" in data["text"] for _, data in Record.open(outcome.folder).events("note"))


def test_a_balance_that_is_tared_during_delivery_is_no_fault_of_the_pump(broken):
    def press_tare(event):
        if event.kind == "phase" and event.data["name"] == "delivery" and event.data["edge"] == "begin":
            world = opened("simulated")
            balance, due_s = world.devices["balance"], world.clock.now() + 1800
            taken = balance.receive

            def receive(data, now_s):
                if now_s >= due_s and balance.receive is receive:
                    balance.receive = taken
                    taken(b"T\r\n", now_s)
                taken(data, now_s)

            balance.receive = receive
            world.wire("balance").delay(0.0, end_s=due_s + 60)

    outcome, _ = broken(observe=press_tare)
    verdict = outcome.assessment.verdict
    assert verdict.outcome == "invalid"
    assert "tared or touched" in verdict.reasons[0]
    assert recomputed(Record.open(outcome.folder)).differences == ()


def test_a_room_in_which_the_calibration_does_not_hold_is_refused_before_the_start(broken, tmp_path):
    with pytest.raises(BenchError, match=r"balance: .*35"):
        broken(options='temperature = "35 degC"')
    assert not (tmp_path / "run").exists()

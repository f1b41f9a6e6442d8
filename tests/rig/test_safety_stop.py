"""After a safety stop: nothing is done any more, what is seen is written down, and nothing excuses the pump."""

from rig import events
from rig.control import Control
from rig.record import Record
from rig.runner import run

WEIGHT = '[check_weight]\nserial = "SIM-W-50"\n'


def found(outcome):
    return {finding.name: finding for finding in outcome.assessment.findings}


def jumping(*steps):
    """A balance whose reading of all that stands on it moves, at so many hours, by such a part."""
    told = ", ".join(f'{{ at = "{hours} h", change = {change} }}' for hours, change in steps)
    return f"sensitivity_step = [{told}]"


def test_a_pump_that_goes_on_after_the_stop_is_left_to_its_dead_man_and_never_excused(station, tmp_path):
    """It confirms the stop, and says that it runs: nobody weighs beside it, and no heartbeat keeps it pouring."""
    pours = 'firmware = { late_stop = "5 h", rate_factor = 150.0 }'
    outcome = run(station.protocol(more=WEIGHT), station.bench(pours), tmp_path / "run")
    assert (outcome.end.kind, outcome.assessment.verdict.outcome) == ("safety-stop", "inconclusive")
    assert "check-weight-after-0-off" in found(outcome)["check_weight"].statement


def test_nothing_of_the_program_is_done_after_the_stop(station, tmp_path):
    """An act in the delivery that was stopped would move the pump beside a person with a weight in the hand."""
    act = '[[acts]]\nat = "20 min"\nnote = "reset"\ntext = "Press reset."\ndo = "press-reset"\n'
    outcome = run(station.protocol(more=act + WEIGHT), station.bench("gain = 40.0"), tmp_path / "run")
    record = Record.open(outcome.folder)
    assert outcome.end.kind == "safety-stop"
    assert not [data for _, data in record.events("note") if data.get("text") == "reset"]
    assert [data["name"] for _, data in record.events("phase") if data["edge"] == "end"].count("delivery") == 1


def test_a_balance_that_went_back_after_the_stop_passes_nothing(station, tmp_path):
    """What it shows at the end is no more than is allowed, and liquid does not leave the beaker."""
    bench = station.bench(jumping((2.5, 2e-3), (2.502, -2e-3)))
    outcome = run(station.protocol(), bench, tmp_path / "run")
    stopped = found(outcome)["over_volume"]
    assert outcome.end.kind == "safety-stop"
    assert stopped.value < stopped.limits[1]
    assert (stopped.verdict, stopped.statement.count("Not a pass")) == ("inconclusive", 1)


def test_a_volume_that_stays_too_much_is_a_fail(station, tmp_path):
    outcome = run(station.protocol(), station.bench("gain = 40.0"), tmp_path / "run")
    stopped = found(outcome)["over_volume"]
    assert (stopped.verdict, stopped.statement.count("Not a pass")) == ("fail", 0)


def test_what_ends_a_run_that_was_stopped_already_is_written_down_beside_it(station, tmp_path):
    """The safety stop stays the end; a reviewer sees that somebody broke the run off before it was over."""
    control = Control()

    def impatient(event):
        if event.kind == events.FAULT and event.data["kind"] == "safety-stop":
            control.abort("Ctrl-C")

    bench = station.bench("gain = 40.0")
    outcome = run(station.protocol(more=WEIGHT), bench, tmp_path / "run", control=control, observers=[impatient])
    told = [data["kind"] for _, data in Record.open(outcome.folder).events(events.FAULT)]
    assert (outcome.end.kind, told) == ("safety-stop", ["safety-stop", "aborted"])

"""The pump's battery fails in a run: the bench is not to blame, and the record shows what happened."""

import pytest

from fixtures.simulated.world import opened
from rig.record import Record
from rig.runner import run


class Battery:
    """Plays voltages on the simulated supply as the clock goes on: a follower that looks at each half second."""

    def __init__(self, world, points):
        self.supply, self.begin_s = world.devices["supply"], world.clock.now()
        self.points, self.now_s = points, world.clock.now()

    def advance(self, to_s, stop):  # noqa: ARG002 - the signature of a follower
        for after_s, volts in self.points:
            if self.now_s < self.begin_s + after_s <= to_s:
                self.supply.receive(b"VOLT %.3f,(@1)\n" % volts, self.begin_s + after_s)
        self.now_s = max(self.now_s, to_s)
        return to_s


@pytest.fixture
def go(station, tmp_path):
    def _go(*points, more=""):
        def observe(event):
            if event.kind == "phase" and (event.data["name"], event.data["edge"]) == ("delivery", "begin"):
                world = opened("simulated")
                world.clock.add_follower(Battery(world, points))

        bench = station.bench('pump_battery = "3.3 V"')
        protocol = station.protocol(flow="2.4 mL/day", leg="20 min", more=more)
        return run(protocol, bench, tmp_path / "run", observers=[observe])

    return _go


def reasons(outcome):
    return " ".join(outcome.assessment.verdict.reasons)


def test_a_ramp_to_brown_out_is_a_reset_of_the_device_and_fails(go):
    ramp = [(5400.0 + 10.0 * n, 3.3 - 0.1 * n) for n in range(8)]
    outcome = go(*ramp, (5475.0, 3.3))
    assert outcome.assessment.verdict.outcome == "fail"
    assert "it was reset" in reasons(outcome)
    rows = Record.open(outcome.folder).stream("device")
    assert set(rows["boots"]) == {1, 2}
    assert set(rows["state"][rows["boots"] == 2].astype(str)) == {"idle"}


def test_a_battery_that_is_gone_is_a_silent_device(go):
    outcome = go((5400.0, 0.0))
    assert outcome.end.kind == "completed"
    assert outcome.assessment.verdict.outcome == "fail"
    assert "does not answer" in reasons(outcome)


WAITED_FOR = """
[[findings.events]]
name = "end"
cause = { at = "90 min" }
detected_by = "silence"
limit = "5 min"
"""


def test_a_silence_that_is_waited_for_is_no_order_refused(go):
    """What the pump was told after its end it could not carry out, and nobody expected it to."""
    outcome = go((5400.0, 0.0), more=WAITED_FOR)
    found = {finding.name: finding.verdict for finding in outcome.assessment.findings}
    assert found["event_end"] == "pass"
    assert "did not carry out" not in reasons(outcome)


def test_a_sag_above_the_threshold_passes(go):
    outcome = go((5400.0, 2.75), (5410.0, 3.3))
    assert outcome.assessment.verdict.outcome == "pass"
    assert set(Record.open(outcome.folder).stream("device")["boots"]) == {1}

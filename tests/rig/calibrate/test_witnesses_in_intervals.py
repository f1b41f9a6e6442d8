"""Witnesses compared in parts of a run: what comes and goes is found where it was, and named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fixtures.simulated.weights import Weight
from fixtures.simulated.world import opened
from rig.assessment import assess
from rig.findings.witnesses import witnessed
from rig.record import Record
from rig.runner import run
from rig.verify_record import compare

CHECKED = '\n[check_weight]\nserial = "SIM-W-50"'
THIRDS = '\n[witnesses]\nrequired = 3\ninterval = "40 min"'
#: The delivery begins 22 min into a run with a check weight; the parts end 1, 41, 81 and 121 min after that.
MIDDLE = "0.6854 h to 1.352 h"


class Knock:
    """Somebody lays something on the load cell and takes it off again: a follower that looks as the clock goes on."""

    def __init__(self, world, on_s, off_s):
        self.plant, self.now_s, self.knocks = world.plant, world.clock.now(), [(on_s, True), (off_s, False)]

    def advance(self, to_s, stop):  # noqa: ARG002 - the signature of a follower
        while self.knocks and to_s >= self.knocks[0][0]:
            at_s, on = self.knocks.pop(0)
            cell, left_g = self.plant.load_cell, self.plant.left_g(at_s)
            (cell.put if on else cell.remove)(Weight("a screw", 0.1), left_g, at_s)
        self.now_s = max(self.now_s, to_s)
        return to_s


def knocked(on_s, off_s):
    def observe(event):
        if event.kind == "phase" and (event.data["name"], event.data["edge"]) == ("delivery", "begin"):
            world = opened("simulated")
            world.clock.add_follower(Knock(world, on_s, off_s))

    return observe


@pytest.fixture
def two_hours(lab, bench_with, protocol):
    """Verdict and the row of the witnesses, of two hours of which every fifth second is read."""

    def ran(more=THIRDS, observers=(), **options):
        asked = protocol(CHECKED + more, analysis="7200 s", coarse=True)
        outcome = run(asked, bench_with(**options), lab.folder / "run", observers=list(observers))
        again = assess(Record.open(outcome.folder))
        assert compare(Record.open(outcome.folder).result, again.as_json()) == []
        return again.verdict, next(f for f in again.findings if f.name == "witnesses")

    return ran


def states(row):
    return {one["interval"]: one["state"] for one in row.facts["intervals"]}


def test_all_parts_and_the_whole_agree(two_hours):
    verdict, row = two_hours()
    assert (verdict.outcome, row.verdict) == ("pass", "pass")
    assert set(states(row).values()) == {"agree"}
    assert [round(one["programmed_ul"]) for one in row.facts["intervals"]] == [2000, 667, 667, 667]
    assert (row.facts["alpha"], row.facts["false_alarm"]) == (0.00025, 0.001)


def test_a_leak_for_twenty_minutes_is_a_fail_in_its_part(two_hours):
    verdict, row = two_hours(connection_leak=0.25, connection_leak_during=[["65 min", "85 min"]])
    assert (verdict.outcome, row.facts["interval"]) == ("fail", MIDDLE)
    assert row.facts["between"] == ["pump outlet", "tip"]
    assert row.value == pytest.approx(-83.3, abs=4 * row.u)
    assert row.statement.startswith(f"fail: in {MIDDLE}, which says most of 4 compared: the volume differs")


def test_a_load_cell_that_was_touched_and_put_back_is_no_leak(two_hours):
    _, row = two_hours(observers=[knocked(2400.0, 6500.0)])
    found = states(row)
    assert found["the whole span"] == found[MIDDLE] == "agree"
    assert list(found.values()).count("nodes differ") == 2
    assert row.verdict == "inconclusive"
    assert "the opposite shows in" in row.statement


def test_the_whole_alone_does_not_see_it(two_hours):
    verdict, row = two_hours("\n[witnesses]\nrequired = 3", observers=[knocked(2400.0, 6500.0)])
    assert (verdict.outcome, row.verdict) == ("pass", "pass")
    assert "intervals" not in row.facts


def test_a_flow_sensor_that_repeats_itself_is_named(two_hours):
    verdict, row = two_hours(flow_stuck=[["64.3 min", "84.3 min"]])
    assert (verdict.outcome, row.facts["interval"]) == ("inconclusive", MIDDLE)
    assert row.facts["blamed"] == "flow"
    assert states(row)["0.01875 h to 0.6854 h"] == "agree"


def test_no_part_spans_a_gap_of_the_flow_sensor(two_hours):
    """Air in it for five minutes: the part with the gap, and the whole, have two witnesses left."""
    _, row = two_hours(bubble=[["70 min", "75 min"]])
    silent = {one["interval"]: sorted(one["silent"]) for one in row.facts["intervals"]}
    assert silent == {
        "the whole span": ["flow"], "0.01875 h to 0.6854 h": [], MIDDLE: ["flow"], "1.352 h to 2.019 h": []
    }  # fmt: skip
    assert row.verdict == "inconclusive"


def test_a_part_at_whose_end_the_balance_has_a_gap_is_not_compared_and_nothing_passes(lab, bench_with, protocol):
    outcome = run(protocol(CHECKED + THIRDS, analysis="7200 s", coarse=True), bench_with(), lab.folder / "run")
    found = outcome.assessment
    end_s = found.span.start_s + 2400.0
    kept = abs(found.delivery.time_s - end_s) > 60.0
    holed = replace(found.delivery, time_s=found.delivery.time_s[kept], reading_g=found.delivery.reading_g[kept])
    (row,) = witnessed(found.evidence, holed, found.span, "").findings
    assert (row.verdict, sorted(row.facts["not_compared"])) == ("inconclusive", ["0.01875 h to 0.6854 h", MIDDLE])
    assert "the record has a gap there" in row.statement
    assert row.facts["alpha"] == 0.00025  # declared before the run, and no larger for what is missing

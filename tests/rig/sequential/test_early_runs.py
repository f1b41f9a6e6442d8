"""Whole runs on simulated time: what ends early, what does not, and what is said of it afterwards."""

import json
import signal
import subprocess
import sys

import pytest

from fixtures.simulated.world import opened
from rig.assessment import assess
from rig.control import Control
from rig.errors import EvidenceError
from rig.record import Record, RecordWriter
from rig.verify_record import recomputed

#: Legs of twelve minutes each, the stabilization, and the whole analysis with its overrun [s].
FULL_S = 2 * 720.0 + 45.0 + 1800.0 + 7.0
#: The pump delivers 4.99 % too much with this gain: within the limit by less than any guard band.
BORDERLINE = "gain = 1.05"
#: Half a percent of the flow.
BETWEEN = '[evaporation_between_legs]\nhalf_width = "5 mg/h"\nbasis = "house method 12"'


def mean_flow(assessment):
    return next(one for one in assessment.findings if one.name == "mean_flow_error")


def test_a_good_pump_passes_at_the_first_look(early, looks_of):
    outcome = early()
    found, (look,) = mean_flow(outcome.assessment), looks_of(Record.open(outcome.folder))
    assert (outcome.assessment.verdict.outcome, look["decision"], look["at_s"]) == ("pass", "pass", 360.0)
    assert outcome.simulated_s == pytest.approx(FULL_S - 1800.0 + 360.0, abs=5.0)
    assert found.facts["cycles"] == 16
    assert found.facts["end_s"] - found.facts["start_s"] == pytest.approx(360.0)
    assert "Decided early: look 1 at 6 min" in found.statement


def test_a_look_knows_what_both_checks_will_leave_open_by_plan(early, looks_of):
    """A weight of 5 g leaves 0.24 mg of the load: 0.24 % of the 100 uL before the first look."""
    outcome = early(more='[check_weight]\nserial = "SIM-W-5"')
    record, found = Record.open(outcome.folder), mean_flow(outcome.assessment)
    (look,), planned = looks_of(record), found.facts["sequential"]["plan"]["looks"][0]
    assert look["look"]["u_percent"] == pytest.approx(0.24, abs=0.03)
    assert look["look"]["u_percent"] == pytest.approx(planned["u_percent"], rel=0.10)
    assert found.facts["sequential"]["as_recorded"]
    assert found.u >= look["look"]["u_percent"]
    assert assess(record).as_json() == outcome.assessment.as_json()


def test_the_leg_and_the_check_of_the_end_follow_an_early_end(early):
    phases = Record.open(early().folder).events("phase")
    ends = [data["name"] for _, data in phases if data["edge"] == "end"]
    assert ends == ["evaporation-before", "delivery", "evaporation-after"]


@pytest.mark.parametrize(("gain", "error"), [(1.10, 10.0), (1.20, 20.0), (0.85, -15.0)])
def test_a_bad_pump_fails_at_the_first_look(early, gain, error):
    outcome = early(f"gain = {gain}")
    found = mean_flow(outcome.assessment)
    assert outcome.assessment.verdict.outcome == "fail"
    assert found.value == pytest.approx(error, abs=0.2)
    assert found.facts["sequential"]["stopped"] == 0


def test_a_borderline_pump_gets_its_full_length(early, looks_of):
    outcome = early(BORDERLINE)
    looks, found = looks_of(Record.open(outcome.folder)), mean_flow(outcome.assessment)
    assert [one["decision"] for one in looks] == ["go on"] * 8
    assert outcome.simulated_s == pytest.approx(FULL_S, abs=5.0)
    assert outcome.assessment.verdict.outcome == "inconclusive"
    assert "No look decided, so the run had its full length" in found.statement
    assert found.facts["sequential"]["last"]["spent"] <= 0.02276


@pytest.mark.parametrize(("between", "looked"), [("", [360.0 + 180.0 * n for n in range(8)]), (BETWEEN, [360.0])])
def test_much_evaporation_ends_nothing_early_but_where_it_is_known_to_stay(early, looks_of, between, looked):
    """60 mg/h are 6 % of the flow: one leg is good for twice as much or nothing, unless the protocol declares less."""
    outcome = early('evaporation = "60 mg/h"', more=between)
    assert [one["at_s"] for one in looks_of(Record.open(outcome.folder))] == looked
    assert outcome.assessment.verdict.outcome == "pass"


def test_nothing_is_looked_at_before_the_required_duration(early, looks_of):
    outcome = early(looks='required = "10 min"\nevery = "3 min"')
    (look,) = looks_of(Record.open(outcome.folder))
    assert look["at_s"] == 720.0


def test_the_plan_is_in_the_record_before_anything_was_delivered(early, looks_of):
    outcome = early(BORDERLINE)
    record = Record.open(outcome.folder)
    planned, made = record.start["sequential"]["looks"], looks_of(record)
    assert [one["time_s"] for one in planned[:-1]] == [one["at_s"] for one in made]
    assert [one["allowed"] for one in planned[:-1]] == [one["look"]["allowed"] for one in made]
    for one, other in zip(planned, made, strict=False):
        assert other["look"]["u_percent"] == pytest.approx(one["u_percent"], rel=0.2)


@pytest.mark.parametrize("options", ["", BORDERLINE, "gain = 1.2"])
def test_a_verified_record_reaches_the_same_looks_and_every_digit(early, looks_of, options):
    record = Record.open(early(options).folder)
    again = recomputed(record)
    assert again.compared
    assert again.differences == ()
    assert mean_flow(again.assessment).facts["sequential"]["as_recorded"]
    assert json.loads(json.dumps(mean_flow(again.assessment).facts["sequential"]["looks"])) == looks_of(record)


def test_the_same_run_again_gives_the_same_record(early):
    digests = {Record.open(early(folder=name).folder).content_digest for name in ("one", "two")}
    assert len(digests) == 1


def hands_at(kind, act, **wanted):
    """An observer whose hands do something when an event comes."""

    def observe(event):
        if event.kind == kind and wanted.items() <= event.data.items():
            opened("simulated").hands.do(act, {})

    return observe


def test_a_look_with_the_door_open_decides_nothing(early, looks_of):
    doors = [
        hands_at("phase", "open-door", name="delivery", edge="begin"),
        hands_at("look", "close-door", number=0),
    ]
    outcome = early(observers=doors)
    first = looks_of(Record.open(outcome.folder))[0]
    assert (first["decision"], first["look"]) == ("none", None)
    assert "times as much during the delivery" in first["why"]
    assert recomputed(Record.open(outcome.folder)).differences == ()


def test_a_disk_that_does_not_keep_up_lets_a_look_decide_nothing(early, looks_of, monkeypatch):
    settle, turns = RecordWriter.settle, iter([True])

    def late(writer, longest_s=None):
        if next(turns, False):
            raise EvidenceError("the disk is too slow")
        settle(writer, longest_s)

    monkeypatch.setattr(RecordWriter, "settle", late)
    outcome = early()
    looks = looks_of(Record.open(outcome.folder))
    assert [(one["decision"], one["why"]) for one in looks] == [("none", "the disk is too slow"), ("pass", "")]
    assert outcome.assessment.verdict.outcome == "pass"
    assert recomputed(Record.open(outcome.folder)).differences == ()


def test_a_device_that_was_reset_is_watched_to_the_end(early, looks_of):
    """Only the full length shows what the reset did to the patient (decision 0008)."""

    def reset(event):
        if event.kind == "phase" and (event.data["name"], event.data["edge"]) == ("delivery", "begin"):
            opened("simulated").devices["pump"].schedule_reset(event.t_s + 30.0, "W")

    looks = looks_of(Record.open(early(observers=[reset]).folder))
    assert [one["decision"] for one in looks] == ["none"] * 8
    assert all("the device: it was reset" in one["why"] for one in looks)


def test_an_abort_between_looks_is_no_verdict(early, looks_of):
    control = Control()
    stop = lambda event: event.kind == "look" and control.abort("enough")  # noqa: E731
    outcome = early(BORDERLINE, observers=[stop], control=control)
    assert len(looks_of(Record.open(outcome.folder))) == 1
    assert outcome.assessment.verdict.outcome == "inconclusive"
    assert mean_flow(outcome.assessment).value is None


def test_an_abort_after_the_look_that_passed_is_no_pass(early):
    control = Control()
    stop = lambda event: event.data.get("name") == "evaporation-after" and control.abort("enough")  # noqa: E731
    outcome = early(observers=[stop], control=control)
    assert outcome.assessment.verdict.outcome == "inconclusive"
    assert mean_flow(outcome.assessment).facts["sequential"]["stopped"] == 0


KILLED = """
import os, signal, sys
from pathlib import Path
from rig.runner import run
def watch(event):
    if event.kind == "phase" and event.data["name"] == "evaporation-after":
        os.kill(os.getpid(), signal.SIGKILL)
run(*map(Path, sys.argv[1:4]), observers=[watch])
"""


def test_a_host_that_dies_after_an_early_end_leaves_no_pass(station, text, tmp_path):
    protocol, folder = tmp_path / "early.toml", tmp_path / "killed"
    protocol.write_text(text())
    command = [sys.executable, "-c", KILLED, protocol, station.bench(), folder]
    assert subprocess.run(command, timeout=100, check=False).returncode == -signal.SIGKILL
    assert assess(Record.open(folder)).verdict.outcome == "inconclusive"

"""What the pump is told of its reservoir before anything moves: in the record and wire log, and only where it fits."""

from pathlib import Path

import pytest

from fixtures.simulated.pump_commands import PumpCommands
from rig.control import Control
from rig.protocol import parse_protocol
from rig.record import Record
from rig.replay import replay_record
from rig.runner import run

PROTOCOL = Path(__file__).parents[1] / "acceptance" / "protocols" / "low_reservoir.toml"
#: Six minutes at the greatest rate, and a filling that is 50 uL above the alarm.
SHORT = (
    ('"3.5 h"', '"6 min"'), ('"30 min"', '"1 min"'), ('"5 min"', '"10 s"'), ('"400 uL/h"', '"1 mL/h"'),
    ('reservoir = "3 mL"', 'reservoir = "2.05 mL"'), ("[timing]", '[timing]\nsample_interval = "10 s"'),
    ('fill_u = "20 uL"', 'fill_u = "0.5 uL"'), ("-200 uL / +290 uL", "-5 uL / +5 uL"),
)  # fmt: skip


@pytest.fixture
def outcome_on(tmp_path):
    """Runs the alarm on a bench, in minutes; gives what came of it."""

    def make(bench, *changes):
        text = PROTOCOL.read_text(encoding="utf-8")
        for old, new in (*SHORT, *changes):
            text = text.replace(old, new)
        return run(parse_protocol(text, "low", bench.limits), bench, tmp_path / "run", control=Control())

    return make


def told(outcome):
    """What the pump was told of its reservoir: content, alarm, and whether it took it."""
    actions = [data for _, data in Record.open(outcome.folder).events("action") if data["action"] == "fill"]
    return [(data["volume_ul"], data["alarm_ul"], data["done"]) for data in actions]


def low(outcome):
    return next(one for one in outcome.assessment.findings if one.name == "reservoir_low")


def test_the_pump_is_told_what_was_filled_in_and_its_alarm_comes(bench_with, outcome_on):
    outcome = outcome_on(bench_with({}))
    assert told(outcome) == [(2050.0, 2000.0, True)]
    assert low(outcome).verdict == "pass", low(outcome).statement
    assert [channel.differences for channel in replay_record(Record.open(outcome.folder))] == [[], [], [], []]


def test_a_filling_that_the_finding_declares_comes_before_that_of_the_program(bench_with, outcome_on):
    outcome = outcome_on(bench_with({}), ("[findings.reservoir]", '[findings.reservoir]\nfill = "2.06 mL"'))
    assert told(outcome) == [(2060.0, 2000.0, True)]


def test_a_pump_whose_bench_declares_no_such_alarm_is_told_nothing(bench_with, outcome_on):
    bench = bench_with({})
    bench = bench.model_copy(update={"device": bench.device.model_copy(update={"features": ()})})
    assert told(outcome_on(bench)) == []


def test_an_old_firmware_is_the_bench_files_mistake_and_nothing_moves(bench_with, outcome_on, monkeypatch):
    def older(self, core, make=PumpCommands.__init__):
        make(self, core)
        del self._table["RE"]

    monkeypatch.setattr(PumpCommands, "__init__", older)
    outcome = outcome_on(bench_with({}))
    actions = [data["action"] for _, data in Record.open(outcome.folder).events("action")]
    assert (told(outcome), actions) == ([(2050.0, 2000.0, False)], ["fill"])
    assert outcome.assessment.verdict.outcome == "invalid"
    assert "the bench declares what its pump cannot" in " ".join(outcome.assessment.verdict.reasons)

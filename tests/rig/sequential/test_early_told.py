"""What people are told of the looks: at the terminal, by the gate, in the procedure and in the report."""

import io
from pathlib import Path

import pypdf
import pytest

from rig.cli.bench_command import check_command
from rig.record import Record
from rig.report.before import make_procedure
from rig.report.made import make_report
from rig.runner import run
from rig.words import event_text


@pytest.fixture
def files(station, text, tmp_path):
    protocol = tmp_path / "early.toml"
    protocol.write_text(text())
    return protocol, Path(station.bench())


def pages(report):
    found = "\n".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(report.pdf())).pages)
    return " ".join(found.split())


def test_the_gate_shows_when_the_run_may_end_and_what_passes_then(files, capsys):
    assert check_command(files[1], files[0]) == 0
    told = capsys.readouterr().out
    assert "Looks, power spending of 2.28 %" in told
    assert "27 min" in told
    assert told.count("±4.9") >= 5


def test_the_procedure_holds_the_plan_of_looks(files):
    said = pages(make_procedure(*files, ""))
    assert "Looks as planned before the run, power spending of 2.28 %" in said
    assert "Looks as they were made" not in said


def test_the_report_shows_plan_spending_and_what_each_look_found(early):
    said = pages(make_report(Record.open(early().folder)))
    for words in (
        "Looks as planned before the run, power spending of 2.28 %",
        "Looks as they were made, one evaporation leg known",
        "6 min of 30 min: ended by look 1 of 8",
        "a little biased towards what ended it",
        "Decided early",
    ):
        assert words in said


def test_a_report_of_fixed_length_has_no_looks(station, tmp_path):
    outcome = run(station.protocol(), station.bench(), tmp_path / "run")
    assert "Looks as" not in pages(make_report(Record.open(outcome.folder)))


def test_events_of_looks_read_as_sentences(early, looks_of):
    record = Record.open(early("gain = 1.05").folder)
    (planned,) = (data for _, data in record.events("looks"))
    assert event_text("looks", planned).startswith("may be decided early: looks after 6 min, 9 min, 12 min")
    first = event_text("look", looks_of(record)[0])
    assert "look 1 at 6 min: error +4.99 %" in first
    assert first.endswith("the run goes on")
    nothing = looks_of(record)[0] | {"look": None, "why": "the door was open"}
    assert event_text("look", nothing) == "look 1 at 6 min: nothing decided here: the door was open"

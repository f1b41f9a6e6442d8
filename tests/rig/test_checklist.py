"""The set-up checklist: answered by somebody, refused where an answer cannot be, kept with the record."""

import pytest

from rig.assessment import assess
from rig.checklist_answers import Answers, read_answers
from rig.control import Control
from rig.errors import BenchError, FileError
from rig.record import Record
from rig.runner import run
from rig.verify_record import compare

USE = '[checklist]\nuse = "standard"\n'
GOOD = {
    "warm-up": "yes", "draught-static": "yes", "thermal-soak": "26 h", "no-tare": "yes", "fluid-lot": "W-2026-03",
    "fluid-density": "997.8 kg/m3", "degassed": "yes", "primed": "yes", "bubbles": "yes", "leak-check": "0.1 kPa",
    "needle": "yes", "oil-film": "yes", "height": "5 cm", "dead-volume": "50 uL", "tubing-lot": "T-1",
    "tubing-revolutions": "1200", "device-identifier": "MP-0001", "beaker-capacity": "20 mL", "decontamination": "yes",
    "zero-tracking": "yes",
}  # fmt: skip


@pytest.fixture
def go(station, tmp_path):
    """Run with answers; changes of GOOD are given, None leaves one out."""

    def _go(changes=(), *, control=None, prepared=True, **more):
        given = {key: value for key, value in (GOOD | dict(changes)).items() if value is not None}
        answers = Answers(given, "M. Keller") if prepared else None
        protocol = station.protocol(**({"leg": "20 min", "stabilization": "20 min", "more": USE} | more))
        return run(protocol, station.bench(), tmp_path / "run", control=control, answers=answers)

    return _go


def test_answers_are_in_the_record_with_who_and_when_and_block_nothing(go):
    outcome = go()
    record = Record.open(outcome.folder)
    entries = {entry["id"]: entry for entry in record.start["checklist"]}
    assert (entries["thermal-soak"]["answer"], entries["thermal-soak"]["who"]) == ("26 h", "M. Keller")
    assert entries["warm-up"]["when"].startswith("2026-01-01")
    assert len(record.events("checklist")) == len(entries)
    after = {data["key"]: data["answer"] for _, data in record.events("answer")}
    assert after["checklist-decontamination"] == "yes"
    assert not any("checklist" in block for block in outcome.assessment.verdict.release_blocks)
    assert compare(record.result, assess(record).as_json()) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"needle": "no"}, r"needle .*expected yes, found 'no'"),
        ({"warm-up": None}, "warm-up .*expected an answer, found none"),
        ({"thermal-soak": "10 min"}, "expected at least 2 h, found '10 min'"),
        ({"thermal-soak": "26"}, "thermal-soak"),
        ({"leak-check": "5 kPa"}, "expected at most 1 kPa"),
        ({"beaker-capacity": "60 uL"}, "expected at least .* uL, found '60 uL'"),
        ({"tubing-revolutions": "nan"}, "expected a number"),
        ({"neddle": "yes"}, "neddle: no such item"),
    ],
)
def test_a_no_a_gap_or_a_value_that_cannot_be_refuses_the_start(go, tmp_path, changes, said):
    with pytest.raises(BenchError, match=said):
        go(changes)
    assert not (tmp_path / "run").exists()


def test_a_no_after_the_run_ends_nothing_and_blocks_the_release(go):
    verdict = go({"decontamination": "no"}).assessment.verdict
    assert verdict.outcome == "pass"
    assert "checklist: decontamination: expected yes, found 'no'" in verdict.release_blocks


def test_nobody_answers_an_unattended_run_and_that_blocks_its_release(go):
    outcome = go(prepared=False, control=Control("yes"))
    assert outcome.assessment.verdict.outcome == "pass"
    assert "the set-up checklist was answered by nobody" in outcome.assessment.verdict.release_blocks


def test_an_unattended_run_for_release_is_refused(go):
    weight = '[check_weight]\nserial = "SIM-W-50"\n'
    with pytest.raises(BenchError, match="needs the answers of a person"):
        go(prepared=False, control=Control("yes"), for_release="true", more=USE + weight)


def test_a_laboratory_s_own_list_and_answers_from_a_file(station, tmp_path):
    own = 'schema = 1\nname = "ours"\n[[item]]\nid = "lamp"\ntext = "Lamp {}?"\n'
    (tmp_path / "ours.toml").write_text(own)
    (tmp_path / "answers.toml").write_text('lamp = "yes"\n')
    answers = Answers(read_answers(tmp_path / "answers.toml"), "mk")
    protocol = station.protocol(leg="20 min", more='[checklist]\nuse = "ours.toml"')
    outcome = run(protocol, station.bench(), tmp_path / "run", answers=answers)
    assert Record.open(outcome.folder).input_path("checklist.toml").read_text() == own


@pytest.mark.parametrize(
    ("text", "said"), [("lamp = true", "expected text"), ("lamp = ", "not TOML"), ("[lamp]\na = 1", "expected text")]
)
def test_answers_that_are_no_text_are_refused_with_their_key(tmp_path, text, said):
    (tmp_path / "answers.toml").write_text(text)
    with pytest.raises(FileError, match=said):
        read_answers(tmp_path / "answers.toml")

"""A rise at once that the program does not know passes nothing; how a pump delivers is none."""

import pytest

from rig.assessment import assess
from rig.delivery import from_record
from rig.delivery.readings import usable
from rig.record import Record
from rig.runner import run

QUICK = {"flow": "6 mL/day", "leg": "20 min", "stabilization": "3 min", "analysis": "3 h", "sample_interval": "3 min"}
ACT = '[[acts]]\nat = "1 h"\nnote = "looked"\ntext = "Close the door."\ndo = "close-door"\n'


def found(assessment):
    return {one.name: one for one in assessment.findings}


@pytest.fixture
def judged(station, tmp_path, monkeypatch):
    """Judges one run again as if the balance had risen at these times of the analysis, by so much [mg]."""

    def go(*rises, gain=0.75, options="", more="", revision=None):
        folder = tmp_path / "run"
        if not folder.exists():
            run(station.protocol(more=more, **QUICK), station.bench(f"gain = {gain}\n{options}"), folder)
        record = Record.open(folder)
        if revision is not None:
            record.start["evaluation"] = revision
        began_s = assess(record).span.start_s

        def risen(of, name):
            time_s, reading_g, left_out = usable(of, name)
            steps_g = sum(1e-3 * by_mg * (time_s > began_s + 60.0 * minutes) for minutes, by_mg in rises)
            return time_s, reading_g + steps_g, left_out

        with monkeypatch.context() as patched:
            patched.setattr(from_record, "usable", risen)
            return assess(record)

    return go


def test_a_pump_that_delivers_too_little_does_not_pass_by_a_rise(judged):
    """A quarter of 750 mg is missing, and 150 are put on the pan."""
    assert judged().verdict.outcome == "fail"
    judgement = judged((80.0, 150.0))
    assert found(judgement)["mean_flow_error"].verdict == "pass"
    told = found(judgement)["sudden_rise"]
    assert (told.verdict, told.value) == ("inconclusive", pytest.approx(150.0, abs=1.0))
    assert "rose by 150 mg at once" in told.statement
    assert judgement.verdict.outcome == "inconclusive"


def test_a_rise_before_the_analysis_and_one_that_comes_back_are_none(judged):
    assert "sudden_rise" not in found(judged((-2.0, 30.0), gain=1.0))
    assert "sudden_rise" not in found(judged((80.0, 30.0), (80.1, -30.0), gain=1.0))


def test_what_comes_again_and_again_is_how_the_pump_delivers(judged):
    portions = [(10.0 + 20.0 * number, 6.0) for number in range(8)]
    assert "sudden_rise" not in found(judged(*portions, gain=1.0))
    assert found(judged(*portions[:-1], (150.0, 40.0), gain=1.0))["sudden_rise"].value == pytest.approx(40.0, abs=1.0)
    assert found(judged(*portions[:3], gain=1.0))["sudden_rise"].facts["rises"] == 3


@pytest.mark.parametrize(("more", "revision"), [(ACT, None), ("", 2)])
def test_where_somebody_acts_on_the_line_and_in_older_records_it_is_not_looked_for(judged, more, revision):
    assert "sudden_rise" not in found(judged((80.0, 150.0), more=more, revision=revision))


def test_a_pump_in_shots_with_a_line_that_gives_has_none(judged):
    assert "sudden_rise" not in found(judged(gain=1.0, options="compliance = '0.01 uL/kPa'\npulsation = 0.9"))

"""Readings that are missing for a while: joined where the balance proves that it stood untouched, and told."""

import numpy as np
import pytest

from rig.assessment import assess
from rig.delivery import from_record
from rig.delivery.gaps import Gap, Gaps
from rig.delivery.readings import usable
from rig.errors import EvidenceError
from rig.record import Record
from rig.runner import run

QUICK = {"flow": "6 mL/day", "leg": "20 min", "stabilization": "3 min", "analysis": "3 h", "sample_interval": "3 min"}


def found(assessment):
    return {one.name: one for one in assessment.findings}


@pytest.fixture
def judged(station, tmp_path, monkeypatch):
    """Judges one run again as if readings were missing in mid-analysis, and another level were there behind them."""

    def go(gap_s, step_mg=0.0, gain=1.0, revision=None):
        folder = tmp_path / "run"
        if not folder.exists():
            run(station.protocol(**QUICK), station.bench(f"gain = {gain}"), folder)
        record = Record.open(folder)
        if revision is not None:
            record.start["evaluation"] = revision
        span = assess(record).span
        middle_s = (span.start_s + span.end_s) / 2

        def missing(of, name):
            time_s, reading_g, left_out = usable(of, name)
            there = (time_s < middle_s) | (time_s > middle_s + gap_s)
            shifted_g = reading_g + 1e-3 * step_mg * (time_s > middle_s)
            return time_s[there], shifted_g[there], left_out

        with monkeypatch.context() as patched:
            patched.setattr(from_record, "usable", missing)
            return assess(record)

    return go


def test_a_gap_over_which_all_went_on_is_joined_told_and_in_u(judged):
    whole, joined = judged(0.0), judged(900.0)
    told, error = found(joined)["gaps"], found(joined)["mean_flow_error"]
    assert "gaps" not in found(whole)
    assert (told.verdict, told.value, told.facts["gaps"][0]["joined"]) == (
        "informative",
        pytest.approx(900, abs=4),
        True,
    )
    assert error.value == pytest.approx(found(whole)["mean_flow_error"].value, abs=0.05)
    assert error.expanded > 2 * found(whole)["mean_flow_error"].expanded
    hidden = next(line for line in error.facts["budget"] if line["name"] == "gaps_ul")
    assert hidden["u"] == pytest.approx(told.facts["gaps"][0]["within_ul"] / np.sqrt(3.0), rel=1e-6)


@pytest.mark.parametrize("step_mg", [-25.0, 25.0])
def test_no_volume_spans_a_gap_over_which_something_else_was_gained(judged, step_mg):
    """Fifteen minutes give 62 mg, and 25 more or less would turn this pump of +15 % or +12 % into one that passes."""
    judgement = judged(900.0, step_mg)
    error = found(judgement)["mean_flow_error"]
    assert (error.verdict, error.value) == ("inconclusive", None)
    assert "nothing shows that the balance stood untouched" in error.statement
    assert found(judgement)["gaps"].facts["gaps"][0]["joined"] is False
    assert judgement.verdict.outcome == "inconclusive"


def test_a_pump_that_stood_still_over_the_gap_is_not_known_from_a_hand_on_the_balance(judged):
    assert found(judged(1800.0, -125.0))["mean_flow_error"].verdict == "inconclusive"


def test_a_level_that_is_lower_behind_the_gap_is_the_benchs_fault(judged):
    judgement = judged(600.0, -80.0, gain=1.25)
    assert judgement.verdict.outcome == "invalid"
    assert "it did not come back" in judgement.verdict.reasons[0]


def test_a_fall_of_a_few_milligrams_between_two_readings_is_seen_too(judged):
    """A pump of +25 % that a fall of 60 mg in 750 would let pass."""
    assert judged(0.0, gain=1.25).verdict.outcome == "fail"
    for step_mg in (-60.0, -8.0):
        assert judged(0.0, step_mg).verdict.outcome == "invalid"


def test_a_record_of_an_earlier_revision_is_judged_as_it_was(judged):
    old = judged(900.0, -25.0, revision=2)
    assert "gaps" not in found(old)
    assert found(old)["mean_flow_error"].value is not None


def test_only_what_lies_over_a_gap_is_concerned():
    gaps = Gaps((Gap(100.0, 400.0, 5.0, 5.5, 1.0), Gap(1000.0, 1300.0, 9.0, 5.0, 1.0)))
    gaps.refuse(0.0, 900.0)
    gaps.refuse(1300.0, 2000.0)
    with pytest.raises(EvidenceError, match=r"from t = 1000 s to 1300 s.*gained 9 uL, where 5 uL.*give or take 1 uL"):
        gaps.refuse(900.0, 1400.0)
    assert [gaps.half_width_ul(*ends) for ends in ((0.0, 100.0), (0.0, 500.0), (500.0, 900.0))] == [0.0, 1.0, 0.0]
    assert gaps.half_width_ul(0.0, 2000.0) == pytest.approx(np.sqrt(2.0))
    levels = np.array([50.0, 500.0, 900.0, 1500.0])
    assert gaps.covariance(levels) * 3.0 == pytest.approx(
        np.array([[0, 0, 0, 0], [0, 1, 1, 1], [0, 1, 1, 1], [0, 1, 1, 2]])
    )


def test_a_needle_that_drips_may_hold_back_a_drop():
    gap = Gap(0.0, 300.0, gained_ul=12.0, expected_ul=5.0, within_ul=1.0)
    assert [gap.joined(drop_ul) for drop_ul in (0.0, 5.9, 6.0)] == [False, False, True]

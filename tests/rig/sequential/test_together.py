"""A look and the complete data decide together, and nothing passes that not both support."""

import pytest

from rig.findings.decided_early import _together
from rig.sequential.look import Looked
from rig.verify.rules import decide_numbers

VALUE = {"pass": 0.0, "inconclusive": 5.0, "fail": 9.0}


def together(look, complete, number=1):
    decision = decide_numbers(VALUE[complete], 0.1, lower=-5.0, upper=5.0, rule="guard-band-U", k=2.0)
    before = Looked(0, 360.0, 400.0, {}, "go on", value=3.0)
    made = [before, Looked(1, 540.0, 580.0, {}, look, "the door was open" if look == "none" else "", 3.0)]
    return _together(decision, made, number)


@pytest.mark.parametrize("verdict", ["pass", "fail"])
def test_what_both_say_is_the_verdict(verdict):
    found = together(verdict, verdict)
    assert found.verdict == verdict
    assert "and the complete data agree" in found.statement


@pytest.mark.parametrize("look", ["pass", "none", "go on"])
def test_complete_data_that_show_a_failure_fail(look):
    assert together(look, "fail").verdict == "fail"


@pytest.mark.parametrize(
    ("look", "complete"),
    [("pass", "inconclusive"), ("fail", "inconclusive"), ("fail", "pass"), ("none", "pass"), ("go on", "pass")],
)
def test_what_not_both_support_is_inconclusive(look, complete):
    found = together(look, complete)
    assert found.verdict == "inconclusive"
    assert found.statement.startswith("inconclusive: look 2 at 9 min said")


def test_at_full_length_the_complete_data_decide():
    assert [together("go on", one, None).verdict for one in VALUE] == [*VALUE]


def test_a_look_that_would_have_failed_it_keeps_a_full_run_from_passing():
    """With a corrected calibration the looks may come out otherwise than in the run."""
    assert together("fail", "pass", None).verdict == "inconclusive"

"""A fail is the pump's where something stands for the balance, or where the pump did it by its own word."""

import pytest

from rig.attribution import fail_is_the_pumps
from rig.finding import Finding

WEIGHED = Finding("mean_flow_error", "fail", "+20 %")
HELD = Finding("check_weight", "informative", "held", unit="mg", facts={"check": "held"})
SHIFTED = Finding("check_weight", "informative", "shifted", unit="mg", facts={"check": "shifted"})


def three(speaks=(True, True, True), state="agree"):
    rows = [{"name": str(number), "speaks": one} for number, one in enumerate(speaks)]
    return Finding("witnesses", "pass", "", unit="uL", facts={"witnesses": rows, "state": state})


@pytest.mark.parametrize("beside", [HELD, three()])
def test_what_was_weighed_is_held_against_the_pump_where_something_stands_for_the_balance(beside):
    assert fail_is_the_pumps([WEIGHED, beside], [])


@pytest.mark.parametrize(
    "beside",
    [
        [],
        [SHIFTED],
        [Finding("check_weight", "informative", "not determined", unit="mg")],
        [three((True, True, False))],
        [three(state="one alone")],
        [three(state="nodes differ")],
        [Finding("witnesses", "informative", "not determined", unit="uL")],
    ],
)
def test_without_that_it_is_held_against_nobody(beside):
    assert not fail_is_the_pumps([WEIGHED, *beside], [])


def test_what_the_pump_did_itself_needs_no_balance():
    assert fail_is_the_pumps([WEIGHED], ["it was reset at t = 3 s (boot 2)"])
    assert fail_is_the_pumps([WEIGHED, Finding("event_reset", "fail", "too late", unit="s")], [])
    assert not fail_is_the_pumps([WEIGHED, Finding("event_reset", "pass", "in time", unit="s")], [])

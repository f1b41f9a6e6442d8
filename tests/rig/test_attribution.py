"""A fail is the pump's where something stands for the balance, or where the pump did it by its own word."""

import pytest

from rig.attribution import fail_is_the_pumps
from rig.finding import Finding

WEIGHED = Finding("mean_flow_error", "fail", "+20 %")


def weights(before="held", after="held", shift="held"):
    """The three rows of a check weight."""
    rows = {"check_weight_before": before, "check_weight_after": after, "check_weight": shift}
    return [Finding(name, "informative", said, unit="mg", facts={"check": said}) for name, said in rows.items()]


def three(speaks=(True, True, True), state="agree"):
    rows = [{"name": str(number), "speaks": one} for number, one in enumerate(speaks)]
    return Finding("witnesses", "pass", "", unit="uL", facts={"witnesses": rows, "state": state})


@pytest.mark.parametrize("beside", [weights(), [three()]])
def test_what_was_weighed_is_held_against_the_pump_where_something_stands_for_the_balance(beside):
    assert fail_is_the_pumps([WEIGHED, *beside], [])


@pytest.mark.parametrize(
    "beside",
    [
        [],
        weights(shift="shifted"),
        weights(before="shifted", after="shifted"),
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


@pytest.mark.parametrize(("name", "unit"), [("start_up", "s"), ("recovery_resumed", "s"), ("event_stall_dose", "uL")])
def test_a_time_that_is_reckoned_from_the_balance_needs_one_that_was_checked(name, unit):
    assert not fail_is_the_pumps([Finding(name, "fail", "too late", unit=unit)], [])

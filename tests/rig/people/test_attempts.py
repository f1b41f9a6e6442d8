"""Replacing an invalid attempt: a cause, a second person, and an investigation after the second one."""

import pytest

from rig.people.attempts import attempts_of, open_investigation
from rig.people.errors import RefusedError
from rig.people.replacements import approve_replacement, ask_replacement, close_investigation
from rig.people.sign import sign
from rig.store.index import index_record

CAUSE = "the draught shield was left open"


@pytest.fixture
def invalid(made_record):
    return made_record("01", outcome="invalid")


def replace(store, folder, people):
    ask_replacement(store, folder, people["op"], CAUSE)
    return approve_replacement(store, folder, people["app"])


def test_a_replaced_attempt_stays_in_the_list_with_its_cause(store, people, invalid, made_record):
    replace(store, invalid, people)
    index_record(store, made_record("02"), "tester")
    found = [(a.number, a.outcome, a.standing, a.cause) for a in attempts_of(store, "P-1", "SN-1")]
    assert found == [(1, "invalid", "replaced", CAUSE), (2, "pass", "counts", "")]


@pytest.mark.parametrize("outcome", ["pass", "fail", "inconclusive"])
def test_an_attempt_that_says_something_counts(store, people, made_record, outcome):
    with pytest.raises(RefusedError, match="expected an invalid attempt"):
        ask_replacement(store, made_record("01", outcome=outcome), people["op"], CAUSE)


def test_a_cause_is_asked_for(store, people, invalid):
    with pytest.raises(RefusedError, match="assignable cause"):
        ask_replacement(store, invalid, people["op"], "bad")


def test_who_asked_does_not_approve(store, people, invalid):
    ask_replacement(store, invalid, people["app"], CAUSE)
    with pytest.raises(RefusedError, match="a second person must approve"):
        approve_replacement(store, invalid, people["app"])
    with pytest.raises(RefusedError, match="expected the role approver"):
        approve_replacement(store, invalid, people["op"])
    assert attempts_of(store, "P-1", "SN-1")[0].standing == "replacement asked"


def test_nothing_is_replaced_that_nobody_asked_for_or_twice(store, people, invalid):
    with pytest.raises(RefusedError, match="nobody has asked"):
        approve_replacement(store, invalid, people["app"])
    replace(store, invalid, people)
    for again in (
        lambda: ask_replacement(store, invalid, people["op"], CAUSE),
        lambda: replace(store, invalid, people),
    ):
        with pytest.raises(RefusedError, match="already"):
            again()


def test_the_second_replacement_opens_an_investigation(store, people, invalid, made_record):
    second, third = (made_record(name, outcome="invalid") for name in ("02", "03"))
    assert len(replace(store, invalid, people)) == 1
    assert [one.body["step"] for one in replace(store, second, people)][1] == "investigation opened"
    assert open_investigation(store, "P-1", "SN-1")
    with pytest.raises(RefusedError, match="an investigation of P-1 on SN-1 is open"):
        ask_replacement(store, third, people["op"], CAUSE)
    close_investigation(store, second, people["app2"], "the shield has a new latch")
    assert not open_investigation(store, "P-1", "SN-1")
    ask_replacement(store, third, people["op"], CAUSE)
    assert store.problems() == []


def test_another_device_is_another_test(store, people, invalid, made_record):
    other = made_record("02", outcome="invalid", identities={"device": {"serial_number": "SN-2", "model": "X"}})
    replace(store, invalid, people)
    assert len(replace(store, other, people)) == 1


def test_there_must_be_something_to_close(store, people, invalid):
    with pytest.raises(RefusedError, match="no investigation"):
        close_investigation(store, invalid, people["app"], "the shield has a new latch")


@pytest.fixture
def performed(store, people, made_record):
    """The third attempt, which passed."""
    folder = made_record("03")
    sign(store, folder, people["op"], "performed")
    return folder


@pytest.mark.parametrize("outcome", ["fail", "invalid"])
def test_a_pass_after_another_attempt_is_approved_only_with_the_reason(store, people, made_record, performed, outcome):
    index_record(store, made_record("01", outcome=outcome), "tester")
    for reason in ("", "trust me"):
        with pytest.raises(RefusedError, match=rf"attempt 1 of this test \(2026-01\) ended {outcome}"):
            sign(store, performed, people["app"], "approved", reason)
    sign(store, performed, people["app"], "approved", "the first set had a kinked catheter")


def test_nothing_is_to_be_explained_of_a_replaced_a_good_or_a_later_attempt(
    store, people, invalid, made_record, performed
):
    replace(store, invalid, people)
    for name, outcome in (("02", "pass"), ("04", "fail")):
        index_record(store, made_record(name, outcome=outcome), "tester")
    sign(store, performed, people["app"], "approved")


def test_nothing_is_approved_while_an_investigation_is_open(store, people, invalid, made_record, performed):
    second = made_record("02", outcome="invalid")
    for folder in (invalid, second):
        replace(store, folder, people)
    with pytest.raises(RefusedError, match="an investigation of P-1 on SN-1 is open"):
        sign(store, performed, people["app"], "approved", "the shield has a new latch")
    close_investigation(store, second, people["app2"], "the shield has a new latch")
    sign(store, performed, people["app"], "approved")

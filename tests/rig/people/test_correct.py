"""Corrections are held against the record: what stood there is looked up, and a remark claims no old value."""

import pytest

from rig.people.correct import correct, remark
from rig.people.errors import RefusedError
from rig.people.sign import sign
from rig.people.signatures import amendments_in, signatures_of
from rig.people.statements import statements_of

WRONG = {
    "another old value": (
        "start.json: operator",
        "Somebody Else",
        r"as it stands \('A. Weber'\)",
    ),
    "no such file": ("nonsense.bin: foo", "1", r"expected a file of the record \(inputs/.*start\.json\)"),
    "no such field": ("start.json: operatr", "A. Weber", r"'operatr'; it has operator"),
    "a table": ("start.json: identities.device", "", "expected a field of start.json"),
    "a file away": ("../02/start.json: operator", "A. Weber", "expected a file of the record"),
    "readings": ("streams/events.parquet: t", "0", "expected a file of the record"),
    "free text": ("a typing error", "x", "expected what is corrected as FILE: FIELD.*--remark"),
}


@pytest.fixture
def record(made_record):
    return made_record("01", operator="A. Weber")


@pytest.mark.parametrize(("what", "old", "said"), WRONG.values(), ids=WRONG)
def test_what_does_not_stand_in_the_record_is_not_corrected(store, people, record, what, old, said):
    with pytest.raises(RefusedError, match=said):
        correct(store, record, people["op"], what, (old, "y"), "no reason")
    assert statements_of(record) == []


STANDING = {
    "text": ("start.json: operator", "A. Weber"),
    "a number": ("start.json: schema", "1"),
    "an item of a list": ("inputs/protocol.toml: requirements[0]", "REQ-1"),
    "a date": ("inputs/calibration/balance.toml: valid_until", "2027-01-01"),
    "nothing": ("result.json: findings[0].nu", ""),
}


@pytest.mark.parametrize(("what", "old"), STANDING.values(), ids=STANDING)
def test_what_stands_there_is_corrected(store, people, record, what, old):
    correct(store, record, people["op"], what, (old, "y"), "was another one")
    (one,) = amendments_in(statements_of(record))
    assert (one.what, one.old, one.new) == (what, old, "y")


def test_after_a_correction_the_corrected_value_stands(store, people, record):
    correct(store, record, people["op"], "start.json: operator", ("A. Weber", "Anna Weber"), "was short")
    with pytest.raises(RefusedError, match=r"as it stands \('Anna Weber'\)"):
        correct(store, record, people["op"], "start.json: operator", ("A. Weber", "B. Weber"), "was short")
    correct(store, record, people["op"], "start.json: operator", ("Anna Weber", "Anna B. Weber"), "was short")


def test_a_remark_has_no_old_value_and_makes_a_new_version_all_the_same(store, people, record):
    sign(store, record, people["op"], "performed")
    remark(store, record, people["op"], "the light was on until 09:00", "was left out")
    (one,) = amendments_in(statements_of(record))
    assert (one.what, one.old, one.new, one.why) == ("remark", None, "the light was on until 09:00", "was left out")
    assert [one.stands for one in signatures_of(record)] == [False]


@pytest.mark.parametrize(("text", "why"), [(" ", "was left out"), ("the light was on", " ")])
def test_a_remark_says_something_and_why(store, people, record, text, why):
    with pytest.raises(RefusedError, match=r"expected (the remark|why), found nothing"):
        remark(store, record, people["op"], text, why)

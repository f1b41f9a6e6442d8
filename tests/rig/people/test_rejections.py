"""A rejection stands until who rejected, or an approver who has no part in it, answers it by its number."""

import pytest

from rig.people.correct import correct
from rig.people.errors import RefusedError
from rig.people.login import Credentials
from rig.people.sign import sign
from rig.people.signatures import signatures_of
from rig.people.users import add_user

TYPING = ("start.json: protocol", ("P-1", "P-2"), "a typing error")
ANSWER = "rejection 2: weighed again in the shade"


@pytest.fixture
def rejected(store, people, made_record):
    """Performed, and rejected by the reviewer: statement 2."""
    folder = made_record("01")
    sign(store, folder, people["op"], "performed")
    sign(store, folder, people["rev"], "rejected", "the balance stood in the sun")
    return folder


@pytest.fixture
def corrected(store, people, rejected):
    """The performer corrects it after that, and signs the new version."""
    correct(store, rejected, people["op"], *TYPING)
    sign(store, rejected, people["op"], "performed")
    return rejected


def standing(folder):
    return [(one.name, one.stands) for one in signatures_of(folder) if one.rejects]


def test_no_correction_of_the_performer_takes_a_rejection_away(store, people, corrected):
    assert standing(corrected) == [("The rev", False)]
    for reason in ("", "it was looked at again, and is sound"):
        with pytest.raises(RefusedError, match=r"rejected by The rev \(the balance stood in the sun\).*'rejection 2'"):
            sign(store, corrected, people["app"], "approved", reason)


def test_an_approval_that_names_it_and_says_why_answers_it(store, people, corrected):
    given = sign(store, corrected, people["app"], "approved", ANSWER)
    assert given.body["answers"] == [2]
    assert standing(corrected) == []
    assert [one.said for one in signatures_of(corrected)][1] == "rejected (answered since)"


@pytest.mark.parametrize("reason", ["rejection 2", "rejection 2: ok", "rejection 12: weighed again in the shade"])
def test_a_number_is_no_reason_and_another_number_no_name(store, people, corrected, reason):
    with pytest.raises(RefusedError, match=r"the reason must say why|no correction takes that away"):
        sign(store, corrected, people["app"], "approved", reason)


def test_once_the_approved_version_is_corrected_the_rejection_stands_again(store, people, corrected):
    sign(store, corrected, people["app"], "approved", ANSWER)
    correct(store, corrected, people["op2"], "start.json: bench", ("station", "bench 2"), "was moved")
    assert standing(corrected) == [("The rev", False)]


def test_who_rejected_withdraws_it_for_good(store, people, corrected):
    sign(store, corrected, people["rev"], "withdrawn", "Rejection 2: the shade is on the photograph")
    correct(store, corrected, people["op2"], "start.json: bench", ("station", "bench 2"), "was moved")
    assert standing(corrected) == []
    sign(store, corrected, people["op"], "performed")
    sign(store, corrected, people["app"], "approved")


def test_what_was_withdrawn_may_be_rejected_again_and_not_be_withdrawn_twice(store, people, rejected):
    with pytest.raises(RefusedError, match="already"):
        sign(store, rejected, people["rev"], "rejected", "the balance stood in the sun")
    sign(store, rejected, people["rev"], "withdrawn", ANSWER)
    with pytest.raises(RefusedError, match="none stands"):
        sign(store, rejected, people["rev"], "withdrawn", ANSWER)
    sign(store, rejected, people["rev"], "rejected", "the shade was not there after all")
    assert standing(rejected) == [("The rev", True)]


@pytest.fixture
def both(store, people, admin):
    """An operator who is an approver too."""
    add_user(store, "both", "Both", {"operator", "approver"}, admin.password, admin)
    return Credentials("both", admin.password)


def test_who_corrected_does_not_answer_it(store, people, both, rejected):
    correct(store, rejected, both, *TYPING)
    sign(store, rejected, people["op"], "performed")
    for meaning in ("approved", "withdrawn"):
        with pytest.raises(RefusedError, match="both corrected the record"):
            sign(store, rejected, both, meaning, ANSWER)
    sign(store, rejected, people["app"], "withdrawn", ANSWER)


def test_who_performed_does_not_answer_it(store, people, both, rejected):
    sign(store, rejected, both, "performed")
    with pytest.raises(RefusedError, match="both performed the run"):
        sign(store, rejected, both, "withdrawn", ANSWER)


def test_another_reviewer_does_not_withdraw_it(store, people, admin, rejected):
    add_user(store, "rev2", "Rev 2", {"reviewer"}, admin.password, admin)
    with pytest.raises(RefusedError, match="rev2 is no approver"):
        sign(store, rejected, Credentials("rev2", admin.password), "withdrawn", ANSWER)


def test_of_two_rejections_both_are_answered(store, people, rejected):
    sign(store, rejected, people["app2"], "rejected", "the operator was alone")
    with pytest.raises(RefusedError, match=r"rejected by The app2.*'rejection 3'"):
        sign(store, rejected, people["app"], "approved", ANSWER)
    sign(store, rejected, people["app"], "approved", f"{ANSWER}; rejection 3: R. Oot was there")
    assert standing(rejected) == []

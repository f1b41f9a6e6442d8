"""A run that was killed is an attempt: no later one is approved until a second person approved its cause."""

import json
import shutil

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rig.errors import EvidenceError
from rig.people.attempts import attempts_of, open_investigation
from rig.people.errors import RefusedError
from rig.people.replacements import approve_replacement, ask_replacement, close_investigation
from rig.people.sign import sign
from rig.people.statements import Statement
from rig.record.seal import seal_streams, write_manifest
from rig.store.audit import Entry
from rig.store.history import audit_entries
from rig.store.index import index_begun, index_record, index_records
from rig.store.keys import signed
from rig.store.statements import statement_rows

CAUSE = "the building lost its power"
LATER = {"who": "op", "at_utc": "2026-11-28T12:00:00+00:00", "reason": CAUSE, "streams": {}}
INTERRUPTED = {"kind": "interrupted", "cause": CAUSE, "sealed_later": LATER}


@pytest.fixture
def passed(store, people, made_record):
    """The fifth attempt, which passed and was performed."""
    folder = made_record("05")
    sign(store, folder, people["op"], "performed")
    return folder


def approve(store, folder, people, reason="the first set had a kinked catheter"):
    return sign(store, folder, people["app"], "approved", reason)


def seal_later(folder, outcome="inconclusive"):
    """As ``rig record seal`` does; a record that was made by hand has nothing to be assessed."""
    result = {"verdict": {"outcome": outcome, "reasons": [], "release_blocks": []}, "findings": []}
    write_manifest(folder, seal_streams(folder), result, INTERRUPTED)
    return folder


def account_for(store, folder, people):
    ask_replacement(store, folder, people["op"], CAUSE)
    return approve_replacement(store, folder, people["app"])


def test_no_reason_is_good_enough_for_a_run_that_was_killed(store, people, made_record, passed):
    index_begun(store, made_record("01", seal=False), "tester")
    with pytest.raises(RefusedError, match=r"attempt 1 .* was killed, and its record was never sealed; a second"):
        approve(store, passed, people)


def test_nor_for_one_that_was_sealed_later_until_a_second_person_approved_its_cause(store, people, made_record, passed):
    folder = made_record("01", seal=False)
    index_begun(store, folder, "tester")
    index_record(store, seal_later(folder), "tester")
    assert standing(store) == "cause missing"
    with pytest.raises(RefusedError, match="was interrupted; a second person must approve an assignable cause"):
        approve(store, passed, people)
    ask_replacement(store, folder, people["op"], CAUSE)
    assert standing(store) == "replacement asked"
    with pytest.raises(RefusedError, match="was interrupted"):
        approve(store, passed, people)
    approve_replacement(store, folder, people["app"])
    assert standing(store) == "replaced"
    approve(store, passed, people, reason="")
    assert store.problems() == []


def standing(store):
    return attempts_of(store, "P-1", "SN-1")[0].standing


def test_the_same_person_cannot_answer_for_it(store, people, made_record):
    folder = seal_later(made_record("01", seal=False))
    ask_replacement(store, folder, people["app"], CAUSE)
    with pytest.raises(RefusedError, match="a second person must approve"):
        approve_replacement(store, folder, people["app"])


def test_a_killed_run_whose_data_show_a_fail_stays_a_fail(store, people, made_record, passed):
    """The cause of the kill is approved, and the fail is still to be explained."""
    account_for(store, seal_later(made_record("01", seal=False), "fail"), people)
    assert (standing(store), attempts_of(store, "P-1", "SN-1")[0].cause) == ("counts", CAUSE)
    with pytest.raises(RefusedError, match="ended fail and was not replaced"):
        approve(store, passed, people, reason="")
    approve(store, passed, people)


def test_the_second_killed_run_opens_an_investigation(store, people, made_record, passed):
    first, second = (seal_later(made_record(name, seal=False)) for name in ("01", "02"))
    account_for(store, first, people)
    assert [one.body["step"] for one in account_for(store, second, people)][1] == "investigation opened"
    assert open_investigation(store, "P-1", "SN-1")
    with pytest.raises(RefusedError, match="an investigation of P-1 on SN-1 is open"):
        approve(store, passed, people)
    close_investigation(store, second, people["app2"], "the station has a battery now")
    approve(store, passed, people, reason="")


def test_a_run_that_was_stopped_by_hand_is_to_be_explained(store, people, made_record, passed):
    """Ctrl-C before a fail shows is the polite kill."""
    folder = made_record("01", outcome="inconclusive", end={"kind": "aborted", "cause": "operator pressed Ctrl-C"})
    index_record(store, folder, "tester")
    with pytest.raises(RefusedError, match="ended inconclusive and was not replaced; the reason must say why"):
        approve(store, passed, people, reason="")
    approve(store, passed, people)


@pytest.mark.parametrize("seal", [True, False])
def test_an_attempt_beside_the_record_is_not_left_out(store, people, made_record, passed, seal):
    """The store was not told of it."""
    made_record("01", outcome="fail", seal=seal)
    with pytest.raises(RefusedError, match=r"records/01 is an attempt at this test that the store does not know"):
        approve(store, passed, people)


def test_nor_one_where_the_store_saw_another_attempt(store, people, made_record, passed, tmp_path):
    for name in ("01", "02"):
        shutil.move(made_record(name), tmp_path / "elsewhere" / name)
    index_record(store, tmp_path / "elsewhere" / "01", "tester")
    with pytest.raises(RefusedError, match=r"elsewhere/02 is an attempt at this test that the store does not know"):
        approve(store, passed, people)


def test_other_tests_and_later_attempts_keep_nothing_back(store, people, made_record, passed):
    other = {"device": {"serial_number": "SN-2", "model": "X"}}
    made_record("01", seal=False, identities=other)
    made_record("02", seal=False, protocol="P-2")
    index_begun(store, made_record("06", seal=False), "tester")
    approve(store, passed, people, reason="")


CHANGES = {
    "another device": ("start.json", "SN-1", "SN-9"),
    "another test": ("start.json", "P-1", "P-9"),
    "another run": ("start.json", "2026-01", "2027-01"),
    "another limit": ("inputs/protocol.toml", "REQ-1", "REQ-9"),
}


@pytest.mark.parametrize(("name", "old", "new"), CHANGES.values(), ids=CHANGES)
def test_what_a_run_began_with_is_not_changed_before_it_is_sealed(store, people, made_record, passed, name, old, new):
    folder = made_record("01", seal=False)
    index_begun(store, folder, "tester")
    path = folder / name
    path.write_text(path.read_text().replace(old, new))
    seal_later(folder)
    assert "changed since the run began" in index_records(store, [folder], "tester").problems[0]
    with pytest.raises((RefusedError, EvidenceError), match="changed since the run began"):
        ask_replacement(store, folder, people["op"], CAUSE)
    with pytest.raises(RefusedError, match="was killed, and its record was never sealed"):
        approve(store, passed, people)


def test_a_clock_that_was_set_back_between_two_runs_hides_none(store, people, made_record):
    """The killed one began later by the clock, and earlier by the trail."""
    index_begun(store, made_record("01", seal=False, started_utc="2099-01"), "tester")
    folder = made_record("05")
    sign(store, folder, people["op"], "performed")
    with pytest.raises(RefusedError, match=r"\(2099-01, run run-01\) was killed"):
        approve(store, folder, people)


def test_nor_one_that_failed(store, people, made_record):
    index_record(store, made_record("01", outcome="fail", started_utc="2099-01"), "tester")
    folder = made_record("05")
    sign(store, folder, people["op"], "performed")
    with pytest.raises(RefusedError, match=r"\(2099-01\) ended fail and was not replaced"):
        approve(store, folder, people, reason="")
    approve(store, folder, people)


def test_a_folder_that_was_deleted_stays_an_attempt(store, people, made_record, passed):
    folder = made_record("01", seal=False)
    index_begun(store, folder, "tester")
    shutil.rmtree(folder)
    with pytest.raises(RefusedError, match="was killed, and its record was never sealed"):
        approve(store, passed, people)


def test_the_trail_says_that_it_began(store, made_record):
    index_begun(store, made_record("01", seal=False), "tester")
    (entry,) = audit_entries(store, ["run-01"])
    assert entry["action"] == "run.begun"
    assert {"start_sha256", "inputs_sha256"} < json.loads(entry["new"]).keys()


def test_a_cause_that_a_foreign_key_approved_counts_for_nothing(store, people, made_record, passed):
    """Taken in by a version that did not look at the key."""
    folder = seal_later(made_record("01", seal=False))
    asked = ask_replacement(store, folder, people["op"], CAUSE).body
    said = {name: value for name, value in asked.items() if name not in {"public_key", "signature"}}
    said |= {"number": 2, "step": "replacement approved", "who": "app", "previous": Statement(asked).sha256}
    forged = Statement(signed(Ed25519PrivateKey.generate(), said))
    with store.writing() as writer:
        writer.record(Entry("tester", "run.indexed", "run", "run-01"), statement_rows(forged))
    assert standing(store) == "replacement asked"
    with pytest.raises(RefusedError, match="was interrupted") as refused:
        approve(store, passed, people)
    assert "of an attempt at this test: 0002-attempt.json (replacement approved" in str(refused.value)

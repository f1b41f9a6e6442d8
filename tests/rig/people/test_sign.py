"""Signatures: what each means, who may give it, to what it is bound, and everything that is refused."""

import json
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from rig.cli.app import run_app
from rig.errors import EvidenceError
from rig.people import stating
from rig.people.correct import correct
from rig.people.errors import LoginError, RefusedError
from rig.people.login import Credentials
from rig.people.sign import not_reproduced, sign
from rig.people.signatures import signatures_of
from rig.people.statements import Statement, statements_folder, statements_of, write_statement
from rig.people.users import add_user
from rig.record import Record
from rig.record.disk import sha256_file
from rig.record.manifest import manifest_bytes, record_hash
from rig.report.annex import annex_of_store
from rig.store import checkpoint
from rig.store.audit import Entry
from rig.store.checkpoint import checkpoint_problems
from rig.store.errors import StoreError
from rig.store.extract import report_extract
from rig.store.history import audit_entries
from rig.store.index import index_records
from rig.store.keys import signed as sealed_by
from rig.store.rebuild import rebuild
from rig.store.statements import missing_statements
from rig.store.store import Store
from rig.store.tables import AUDIT, SIGNATURES

SHELF = Path(__file__).parents[2] / "shelf"


@pytest.fixture
def record(made_record):
    return made_record("01")


@pytest.fixture
def signed(store, people, record):
    """Performed, reviewed and approved."""
    for name, meaning in (("op", "performed"), ("rev", "reviewed"), ("app", "approved")):
        sign(store, record, people[name], meaning)
    return record


def test_a_signature_says_who_when_and_what_it_means(store, signed, clock):
    given = signatures_of(signed)
    assert [(one.name, one.meaning, one.stands) for one in given] == [
        ("The op", "performed", True),
        ("The rev", "reviewed", True),
        ("The app", "approved", True),
    ]
    assert {one.when_utc for one in given} == {"2026-11-28T08:00:00.000000+00:00"}
    assert {one.version for one in given} == {Record.open(signed).manifest["record_sha256"]}
    assert store.problems() == []


def test_a_correction_makes_a_version_that_nobody_has_signed(store, signed, people):
    correct(store, signed, people["op"], "start.json: operator", ("", "The op"), "was left out")
    assert [one.stands for one in signatures_of(signed)] == [False, False, False]
    sign(store, signed, people["op"], "performed")
    assert [one.stands for one in signatures_of(signed)] == [False, False, False, True]
    assert Record.open(signed).start["operator"] == ""


@pytest.mark.parametrize(
    "what",
    [
        ("", "a", "b", "why"),
        ("start.json: bench", "station", "station", "x"),
        ("start.json: bench", "station", "b", ""),
    ],
)
def test_a_correction_names_what_it_corrects_and_why(store, record, people, what):
    with pytest.raises(RefusedError, match="expected"):
        correct(store, record, people["op"], what[0], what[1:3], what[3])


def test_the_performer_does_not_approve(store, people, made_record, admin):
    add_user(store, "both", "Both", {"operator", "approver"}, "correct horse battery", admin)
    both = Credentials("both", "correct horse battery")
    record, other = made_record("01"), made_record("02", operator="Both")
    sign(store, record, both, "performed")
    sign(store, other, people["op"], "performed")
    for folder in (record, other):
        with pytest.raises(RefusedError, match="both performed the run"):
            sign(store, folder, both, "approved")


REFUSED = {
    "the wrong role": ("op", "reviewed", "", "expected the role"),
    "an administrator": ("root", "approved", "", "expected the role approver"),
    "nobody performed it": ("app", "approved", "", "nobody has signed this version as performed"),
    "a rejection without a reason": ("rev", "rejected", " ", "needs a reason"),
    "an unknown meaning": ("op", "liked", "", "expected a meaning"),
}


@pytest.mark.parametrize(("name", "meaning", "reason", "said"), REFUSED.values(), ids=REFUSED)
def test_what_may_not_be_signed_is_refused_and_noted(store, people, record, name, meaning, reason, said):
    with pytest.raises(RefusedError, match=said):
        sign(store, record, people[name], meaning, reason)
    assert signatures_of(record) == ()
    with store.reading() as connection:
        last = connection.execute(select(AUDIT).order_by(AUDIT.c.seq.desc())).mappings().first()
    assert (last["who"], last["action"]) == (name, f"signature.{meaning}.refused")


EVIDENCE = {
    "simulated": ({"evidence_class": "simulated"}, "evidence is simulated"),
    "surrogate": ({"evidence_class": "surrogate"}, "evidence is surrogate"),
    "invalid": ({"outcome": "invalid"}, "verdict is invalid"),
    "blocked": ({"blocks": ["evaporation was not measured"]}, "evaporation was not measured"),
}


@pytest.mark.parametrize(("how", "said"), EVIDENCE.values(), ids=EVIDENCE)
def test_what_cannot_be_released_is_not_approved(store, people, made_record, how, said):
    record = made_record("01", **how)
    sign(store, record, people["op"], "performed")
    with pytest.raises(RefusedError, match=said):
        sign(store, record, people["app"], "approved")


def test_what_is_approved_is_computed_again_first(store, people, record):
    """This one was made by hand: it has no bench file, and nothing follows from it."""
    sign(store, record, people["op"], "performed")
    with pytest.raises(RefusedError, match="cannot be computed again"):
        sign(store, record, people["app"], "approved")


def test_a_sealed_result_that_differs_when_computed_again_is_listed(tmp_path):
    """The shelf's record, sealed anew with another number in its result."""
    folder = Path(shutil.copytree(SHELF / "emulated-firmware-15min", tmp_path / "copy"))
    assert not_reproduced(Record.open(folder)) == []
    for path in folder.rglob("*.json"):
        path.chmod(0o644)
    result, manifest = (json.loads((folder / name).read_text()) for name in ("result.json", "manifest.json"))
    result["findings"][0]["value"] += 1.0
    (folder / "result.json").write_text(json.dumps(result))
    manifest["files"]["result.json"]["sha256"] = sha256_file(folder / "result.json")
    manifest["record_sha256"] = record_hash(manifest)
    (folder / "manifest.json").write_bytes(manifest_bytes(manifest))
    (difference,) = not_reproduced(Record.open(folder))
    assert "computed again, the result differs: findings[0].value" in difference


def test_a_rejected_version_is_not_approved(store, people, record):
    sign(store, record, people["op"], "performed")
    sign(store, record, people["rev"], "rejected", "the balance stood in the sun")
    with pytest.raises(RefusedError, match="was rejected"):
        sign(store, record, people["app"], "approved")
    assert signatures_of(record)[1].reason == "the balance stood in the sun"


def test_nobody_signs_twice(store, people, record):
    sign(store, record, people["op"], "performed")
    with pytest.raises(RefusedError, match="already"):
        sign(store, record, people["op"], "performed")
    sign(store, record, people["op2"], "performed")


def test_an_unsealed_record_is_not_signed(store, people, made_record):
    with pytest.raises(RefusedError, match="never sealed"):
        sign(store, made_record("01", seal=False), people["op"], "performed")


def test_a_changed_record_is_not_signed(store, people, record):
    path = record / "result.json"
    path.chmod(0o644)
    path.write_text(path.read_text().replace("pass", "fail"))
    with pytest.raises(RefusedError, match=r"result\.json: changed"):
        sign(store, record, people["op"], "performed")


def test_a_record_that_claims_more_than_its_instruments_answered_is_not_signed(store, people, made_record):
    who = {"device": {"serial_number": "SIM-MP-0001", "model": "X"}}
    with pytest.raises(RefusedError, match=r"claims the evidence class 'device'.*follows 'simulated'"):
        sign(store, made_record("01", identities=who), people["op"], "performed")


def test_a_record_that_was_sealed_anew_is_not_signed(store, people, made_record, record):
    """Every hash of it holds; the store knows the one from before."""
    sign(store, record, people["op"], "performed")
    shutil.rmtree(record)
    shutil.rmtree(statements_folder(record))
    made_record("01", error=0.0)
    with pytest.raises(RefusedError, match="sealed before with another content"):
        sign(store, record, people["op2"], "performed")


def test_a_wrong_password_signs_nothing(store, people, record):
    with pytest.raises(LoginError):
        sign(store, record, Credentials("op", "no password of op"), "performed")
    assert not statements_folder(record).exists()


def test_any_byte_of_a_statement_counts(store, people, record):
    sign(store, record, people["op"], "performed")
    (path,) = statements_folder(record).iterdir()
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    for position in range(len(data)):
        data[position] ^= 1
        path.write_bytes(data)
        with pytest.raises(EvidenceError, match="0001-signature"):
            statements_of(record)
        data[position] ^= 1


def test_the_check_of_a_record_looks_at_its_statements(store, people, record, capsys):
    sign(store, record, people["op"], "performed")
    assert run_app(["record", "check", str(record)]) == 0
    (path,) = statements_folder(record).iterdir()
    path.chmod(0o644)
    path.write_text(path.read_text().replace("The op", "The king"))
    assert run_app(["record", "check", str(record)]) == 2
    assert "0001-signature.json: changed" in capsys.readouterr().out


def test_a_statement_that_was_taken_away_leaves_a_hole(signed):
    next(statements_folder(signed).glob("0002-*")).unlink()
    with pytest.raises(EvidenceError, match=r"0003-signature.*taken away"):
        statements_of(signed)


def test_a_rejection_that_was_taken_away_still_stands(store, people, record):
    """It was the last statement, so the chain of the others has no hole."""
    sign(store, record, people["op"], "performed")
    sign(store, record, people["rev"], "rejected", "the balance stood in the sun")
    (statements_folder(record) / "0002-signature.json").unlink()
    with pytest.raises(RefusedError, match=r"0002-signature\.json \(rejected, The rev, .*not beside the record"):
        sign(store, record, people["app"], "approved")
    assert [one.meaning for one in signatures_of(record)] == ["performed"]


def test_a_correction_that_was_taken_away_still_stands(store, people, record):
    sign(store, record, people["op"], "performed")
    correct(store, record, people["op"], "start.json: operator", ("", "The op"), "was left out")
    (statements_folder(record) / "0002-correction.json").unlink()
    with pytest.raises(RefusedError, match=r"0002-correction\.json \(correction, The op, .*not beside the record"):
        sign(store, record, people["app"], "approved")


def test_a_statement_taken_away_while_somebody_signs_is_seen_by_the_signature(store, people, record, monkeypatch):
    """After the record was looked at, and before anything is written."""
    sign(store, record, people["op"], "performed")
    monkeypatch.setattr(stating, "statements_of", lambda _: [])
    with pytest.raises(RefusedError, match=r"0001-signature\.json \(performed"):
        sign(store, record, people["op"], "performed")


@pytest.fixture
def forged(store, people, record):
    """Its performer's signature, made again with a key that somebody made at home."""
    body = dict(sign(store, record, people["op"], "performed").body)
    said = {name: value for name, value in body.items() if name not in {"public_key", "signature"}}
    said |= {"number": 2, "previous": statements_of(record)[0].sha256, "who": "app2", "meaning": "approved"}
    write_statement(record, Statement(sealed_by(Ed25519PrivateKey.generate(), said)))
    return record


def test_a_statement_by_an_unknown_key_is_neither_signed_upon_nor_taken_in(store, people, forged):
    assert len(statements_of(forged)) == 2
    with pytest.raises(RefusedError, match=r"0002-signature\.json .*signed by an unknown key"):
        sign(store, forged, people["rev"], "reviewed")
    assert "unknown key" in index_records(store, [forged], "tester").problems[0]
    with store.reading() as connection:
        assert len(connection.execute(select(SIGNATURES)).all()) == 1


def test_a_statement_by_an_unknown_key_is_seen_by_the_signature_too(store, people, forged, monkeypatch):
    """After the record was looked at, and before anything is written."""
    monkeypatch.setattr(stating, "index_record", lambda *_: "")
    with pytest.raises(RefusedError, match="signed by an unknown key"):
        sign(store, forged, people["rev"], "reviewed")


@pytest.fixture
def taken_in(store, people, forged):
    """As a version without that check did: the forged approval has its row and its entry."""
    statement = statements_of(forged)[1]
    with store.writing() as writer:
        entry = Entry("tester", "run.indexed", "run", "run-01")
        writer.record(entry, missing_statements(writer.connection, [statement]))
    return forged


def test_what_an_earlier_version_took_in_is_not_believed_when_it_is_used(store, people, taken_in, monkeypatch):
    said = r"0002-signature\.json \(approved, The op, .*signed by an unknown key"
    with pytest.raises(RefusedError, match=said):
        sign(store, taken_in, people["rev"], "reviewed")
    assert "unknown key" in index_records(store, [taken_in], "tester").problems[0]
    with pytest.raises(EvidenceError, match=said):
        annex_of_store(Record.open(taken_in), store, "tester")


def test_the_checks_name_it(store, taken_in, where, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(checkpoint, "key_path", lambda _: tmp_path / "store.key")
    assert run_app(["store", "check", "--store", where]) == 2
    assert "0002-signature.json (approved, The op" in capsys.readouterr().err
    assert run_app(["record", "check", str(taken_in), "--store", where]) == 2
    assert "signed by an unknown key" in capsys.readouterr().out


def test_one_that_was_taken_away_again_is_not_asked_for(store, people, taken_in):
    (statements_folder(taken_in) / "0002-signature.json").unlink()
    sign(store, taken_in, people["rev"], "reviewed")


def test_what_a_rebuilt_store_brought_back_is_signed_upon(signed, tmp_path, admin):
    with Store.open(tmp_path / "again" / "again.sqlite") as again:
        assert rebuild(again, [signed.parent], "tester").problems == []
        add_user(again, "root", "The Administrator", {"administrator"}, "correct horse battery", None)
        add_user(again, "new", "The new", {"reviewer"}, "correct horse battery", admin)
        sign(again, signed, Credentials("new", "correct horse battery"), "reviewed")
        (taken_over,) = [one for one in audit_entries(again) if one["action"] == "key.taken over"]
    assert taken_over["entity_id"] == statements_of(signed)[0].body["public_key"]
    assert [one.name for one in signatures_of(signed)][-1] == "The new"


def test_all_statements_taken_away_are_named_when_the_record_is_indexed(store, signed):
    shutil.rmtree(statements_folder(signed))
    (problem,) = index_records(store, [signed], "tester").problems
    for words in ("0001-signature.json (performed", "0002-signature.json (reviewed", "0003-signature.json (approved"):
        assert words in problem


def test_a_statement_beside_another_record_is_refused(signed, made_record):
    other = made_record("02")
    shutil.copytree(statements_folder(signed), statements_folder(other))
    with pytest.raises(EvidenceError, match="put beside another record"):
        signatures_of(other)


def test_a_signature_that_the_disk_refuses_is_not_in_the_store(store, people, record):
    statements_folder(record).write_text("in the way")
    with pytest.raises(EvidenceError, match="could not be written"):
        sign(store, record, people["op"], "performed")
    with store.reading() as connection:
        assert connection.execute(select(SIGNATURES)).all() == []


def test_a_signature_that_the_database_refuses_is_not_beside_the_record(store, people, record):
    """At the very end: the file was written, and the transaction is not kept."""

    def full(_):
        if [*statements_folder(record).glob("*.json")]:
            raise OperationalError("COMMIT", {}, OSError("disk full"))

    event.listen(store.engine, "commit", full)
    with pytest.raises(StoreError, match="nothing of it was kept"):
        sign(store, record, people["op"], "performed")
    event.remove(store.engine, "commit", full)
    assert signatures_of(record) == ()
    sign(store, record, people["op"], "performed")


def test_signatures_come_back_with_the_records(signed, tmp_path):
    with Store.open(tmp_path / "again.sqlite") as again:
        rebuild(again, [signed.parent], "tester")
        with again.reading() as connection:
            bodies = connection.execute(select(SIGNATURES.c.body).order_by(SIGNATURES.c.meaning)).scalars().all()
    assert [json.loads(body)["who"] for body in bodies] == ["app", "op", "rev"]


def test_a_report_gets_everything_at_once(store, signed):
    found = report_extract(store, signed)
    assert [one.standing for one in found.attempts] == ["counts"]
    assert [one["action"] for one in found.audit][:2] == ["run.indexed", "signature.performed"]
    assert checkpoint_problems(store, json.loads(json.dumps(found.checkpoint))) == []
    assert found.checkpoint["seq"] >= found.audit[-1]["seq"]
    assert not found.investigation_open

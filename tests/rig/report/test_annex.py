"""What people added to a record goes into its report, and can be checked from the report alone."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rig.assessment import assess
from rig.cli.app import run_app
from rig.errors import EvidenceError
from rig.people import passwords
from rig.people.correct import correct, remark
from rig.people.login import Credentials
from rig.people.sign import sign
from rig.people.statements import statements_folder
from rig.people.users import add_user
from rig.record import Record
from rig.report.annex import IN_STORE, annex_beside, annex_of_store, annexes_beside, annexes_of_store
from rig.report.annex_check import annex_lines
from rig.report.check import check_report, read_index
from rig.report.embedded import embedded_files, open_pdf
from rig.report.made import make_campaign, make_report, report_of
from rig.report.people import Annex
from rig.store.keys import signed as sealed_by
from rig.store.store import Store

WORD = "correct horse battery"


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(passwords, "PARAMETERS", {"time_cost": 1, "memory_cost": 8, "parallelism": 1})
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def store(place):
    with Store.open(place / "lab.sqlite") as opened:
        add_user(opened, "root", "The Administrator", {"administrator"}, WORD, None)
        for name, role in (("op", "operator"), ("rev", "reviewer")):
            add_user(opened, name, f"The {name}", {role}, WORD, Credentials("root", WORD))
        yield opened


@pytest.fixture
def signed(store, quick, reseal, place):
    """Performed, corrected, and performed again; reviewed before the correction only."""
    folder = reseal(quick, place / "records" / "run").folder
    sign(store, folder, Credentials("op", WORD), "performed")
    sign(store, folder, Credentials("rev", WORD), "reviewed")
    correct(store, folder, Credentials("op", WORD), "start.json: operator", ("A. Weber", "The op"), "wrong name")
    sign(store, folder, Credentials("op", WORD), "performed")
    return Record.open(folder)


def words(pdf):
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def test_signatures_go_with_the_record_and_need_no_store(signed):
    annex = annex_beside(signed)
    assert [(one.name, one.stands) for one in annex.signatures] == [
        ("The op", False),
        ("The rev", False),
        ("The op", True),
    ]
    text = words(make_report(signed, annex=annex).pdf())
    assert "performed by The op, 2 given to another version, before a correction" in text
    assert "start.json: operator A. Weber The op wrong name The op" in text
    assert "No extract of an audit trail" in text


def test_an_approval_of_an_earlier_version_authorises_nothing(signed):
    body = dict(annex_beside(signed).statements[1]) | {"meaning": "approved"}
    annex = replace(annex_beside(signed), statements=(body, *annex_beside(signed).statements[2:]))
    assert "nobody: not signed" in words(make_report(signed, annex=annex).pdf())


def test_a_rejection_stands_in_the_box_of_page_one(signed, store):
    sign(store, signed.folder, Credentials("rev", WORD), "rejected", "the catheter was another one")
    front = make_report(signed, annex=annex_beside(signed)).document.front
    assert front[0].lines[0] == "REJECTED by The rev: the catheter was another one"


def test_a_remark_is_printed_without_an_old_value(signed, store):
    remark(store, signed.folder, Credentials("op", WORD), "the light was on", "was left out")
    text = words(make_report(signed, annex=annex_of_store(signed, store, "tester")).pdf())
    assert "remark - the light was on was left out The op" in text
    assert "remark: the light was on" in text


@pytest.fixture
def rejected_before(signed, store):
    """Rejected, and corrected after that."""
    sign(store, signed.folder, Credentials("rev", WORD), "rejected", "the catheter was another one")
    correct(store, signed.folder, Credentials("op", WORD), "start.json: bench", ("simulated", "bench 2"), "was moved")
    return signed


@pytest.fixture
def sound(rejected_before):
    """As if its verdict named nothing against a release, now or when it was sealed, so that people alone are heard."""
    assessment = assess(rejected_before)
    sound = replace(assessment, verdict=replace(assessment.verdict, release_blocks=()))
    assessment.evidence.record.result.update(json.loads(json.dumps(sound.as_json())))
    return sound


def box(assessment, annex):
    return report_of(assessment, "", annex, attach=True).document.front[0].lines


def test_what_is_rejected_or_investigated_may_not_be_released(sound, rejected_before):
    annex = annex_beside(rejected_before)
    assert box(sound, Annex())[-1] == "May be released as device evidence."
    assert box(sound, annex)[-1] == "Not to be released: rejected by The rev."
    assert box(sound, Annex(investigation=True))[-1] == "Not to be released: an investigation of the test is open."


def test_a_rejection_of_an_earlier_version_stands_on_page_one_as_such(rejected_before):
    report = make_report(rejected_before, annex=annex_beside(rejected_before))
    said = "REJECTED by The rev (an earlier version; a correction answers no rejection): the catheter was another one"
    assert report.document.front[0].lines[0] == said
    text = words(report.pdf())
    assert "an earlier one: the rejection stands" in text
    assert "nobody: rejected" in text


def test_the_store_brings_attempts_trail_and_a_checkpoint(signed, store):
    annex = annex_of_store(signed, store, "tester")
    assert (annex.looked_in, [one.standing for one in annex.attempts]) == (IN_STORE, ["counts"])
    text = words(make_report(signed, annex=annex).pdf())
    assert "signature.reviewed" in text
    assert f"meaning reviewed; version {signed.manifest['record_sha256'][:16]}..." in text
    assert "start.json: operator: A. Weber to The op" in text
    assert str(signed.folder.parent) not in text
    assert f"Checkpoint of the trail entry {annex.checkpoint['seq']}" in text


def test_a_report_with_the_stores_part_is_made_again_from_itself(signed, store):
    pdf = make_report(signed, annex=annex_of_store(signed, store, "tester")).pdf()
    found = check_report(pdf)
    assert found.pages_compared
    assert any(line.startswith("statements of people: 4, about this record") for line in found.lines)
    assert any(line.startswith("checkpoint of the audit trail: entry ") for line in found.lines)


@pytest.mark.parametrize("where", ["statements", "checkpoint"])
def test_whatever_is_changed_in_it_is_found(signed, store, where):
    made_from = json.loads(json.dumps(make_report(signed, annex=annex_of_store(signed, store, "tester")).made_from))
    changed = made_from["annex"][where]
    (changed[1] if where == "statements" else changed)["at_utc"] = "2026-01-01T00:00:00+00:00"
    with pytest.raises(EvidenceError, match="changed"):
        list(annex_lines(made_from))


def forged_report(record, store):
    """With an approval as its last statement, which somebody signed with a key of his own."""
    annex = annex_of_store(record, store, "tester")
    said = {name: value for name, value in annex.statements[3].items() if name not in {"public_key", "signature"}}
    forged = sealed_by(Ed25519PrivateKey.generate(), said | {"meaning": "approved"})
    return make_report(record, annex=replace(annex, statements=(*annex.statements[:3], forged)))


def test_a_statement_by_another_key_than_the_checkpoint_is_named(signed, store):
    made_from = forged_report(signed, store).made_from
    (line,) = [line for line in annex_lines(made_from) if line.startswith("NOT signed with the key of the checkpoint")]
    assert "statement 4 (approved, The op)" in line


def test_the_store_names_it_in_a_report_that_was_made_before(signed, store, capsys):
    Path("R.pdf").write_bytes(forged_report(signed, store).pdf())
    assert run_app(["store", "check", "R.pdf", "--store", "lab.sqlite"]) == 2
    assert "0004-signature.json (approved, The op" in capsys.readouterr().err


def test_a_statement_that_was_left_out_is_missed(signed):
    annex = annex_beside(signed)
    made_from = make_report(signed, annex=replace(annex, statements=annex.statements[1:])).made_from
    with pytest.raises(EvidenceError, match="taken away"):
        list(annex_lines(made_from))


def test_a_report_with_the_store_misses_a_statement_that_was_taken_away(signed, store):
    (statements_folder(signed.folder) / "0004-signature.json").unlink()
    with pytest.raises(EvidenceError, match=r"0004-signature\.json \(performed, The op, .*not beside the record"):
        annex_of_store(signed, store, "tester")


def test_the_annex_comes_back_from_its_json(signed, store):
    annex = annex_of_store(signed, store, "tester")
    assert Annex.from_json(json.loads(json.dumps(annex.as_json()))) == annex


def test_a_report_from_the_command_line_is_a_checkpoint(signed, store, capsys):
    assert run_app(["report", str(signed.folder), "--store", "lab.sqlite", "--out", "R.pdf"]) == 0
    assert run_app(["store", "check", "R.pdf", "--store", "lab.sqlite"]) == 0
    assert "hold and 1 checkpoint" in capsys.readouterr().out
    content = read_index(embedded_files(open_pdf(Path("R.pdf").read_bytes())))
    assert content["made_from"]["annex"]["checkpoint"]["seq"] > 0


@pytest.fixture
def pair(signed, quick, reseal, store, place):
    """The same record, and one of the day after that was rejected."""
    second = reseal(quick, place / "records" / "second", run="another", started_utc="2026-12-24T08:00:00+00:00")
    sign(store, second.folder, Credentials("rev", WORD), "rejected", "the catheter was another one")
    return [signed, second]


def test_a_campaign_says_who_signed_or_rejected_which_record(pair):
    report = make_campaign(pair, annexes=annexes_beside(pair))
    assert "Run 2: REJECTED by The rev: the catheter was another one" in report.document.front[0].lines
    assert report.document.front[0].lines[-1].startswith("Not to be released: run 2 rejected by The rev; ")
    text = words(report.pdf())
    assert "1 run The op operator performed" in text
    assert "2 second The rev reviewer rejected: the catheter was another one" in text
    assert "1 run start.json: operator A. Weber The op wrong name The op" in text
    assert "Not signed: none of the records." in words(make_campaign(pair).pdf())
    half = {"run": annexes_beside(pair)["run"]}
    assert "2 second - - not signed" in words(make_campaign(pair, annexes=half).pdf())


def test_a_campaign_has_the_audit_trail_of_each_of_its_records(pair, store):
    document = make_campaign(pair, annexes=annexes_of_store(pair, store, "tester")).document
    (section,) = [one for one in document.sections if one.title.startswith("Signatures")]
    (trail,) = [one for one in section.blocks if getattr(one, "caption", "").startswith("Extract")]
    told = {(row[0], row[4].split(".")[-1]) for row in trail.rows}
    assert told >= {("1", "performed"), ("2", "rejected")}
    assert ("1", "rejected") not in told


def test_a_campaign_takes_one_checkpoint_along_and_is_made_again_from_itself(pair, store):
    found = check_report(make_campaign(pair, annexes=annexes_of_store(pair, store, "tester")).pdf())
    assert found.pages_compared
    assert [line.split(":")[0] for line in found.lines if "about this record" in line or "checkpoint" in line] == [
        "run, statements of people",
        "second, statements of people",
        "checkpoint of the audit trail",
    ]


def test_a_statement_that_was_changed_in_a_campaign_is_found(pair):
    made_from = json.loads(json.dumps(make_campaign(pair, annexes=annexes_beside(pair)).made_from))
    made_from["annexes"]["second"]["statements"][0]["meaning"] = "approved"
    with pytest.raises(EvidenceError, match="second, statement 1: changed"):
        list(annex_lines(made_from))


def test_a_campaign_from_the_command_line_is_a_checkpoint(pair, capsys):
    folders = [str(record.folder) for record in pair]
    assert run_app(["report", *folders, "--store", "lab.sqlite", "--out", "C.pdf"]) == 0
    assert run_app(["store", "check", "C.pdf", "--store", "lab.sqlite"]) == 0
    assert "hold and 1 checkpoint" in capsys.readouterr().out


def test_a_report_makes_no_store_where_there_is_none(quick, place, reseal, capsys):
    folder = reseal(quick, place / "records" / "run").folder
    assert run_app(["report", str(folder), "--out", "R.pdf"]) == 0
    assert not list(place.glob("*.sqlite"))
    assert run_app(["store", "check", "R.pdf"]) == 2
    assert "made without a store" in capsys.readouterr().err

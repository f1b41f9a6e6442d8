"""A report whose recomputation is not what was sealed says both results, with both versions, and nobody signs it."""

import io
import json
import shutil
import stat

import pypdf
import pytest

from rig.cli.app import run_app
from rig.errors import EvidenceError
from rig.evaluation import EVALUATION
from rig.record import Record
from rig.record.disk import sha256_file
from rig.record.manifest import manifest_bytes, record_hash
from rig.report.check import check_report
from rig.report.made import make_campaign, make_report
from rig.report.sign import refuse_unsignable
from rig.report.together import Several
from rig.report.versions import software
from rig.verify_record import recomputed


def sealed_otherwise(source, folder, value, outcome):
    """A copy whose sealed result another version of the code had made."""
    shutil.copytree(source, folder)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(path.stat().st_mode | stat.S_IWUSR)
    result, manifest = (json.loads((folder / name).read_text()) for name in ("result.json", "manifest.json"))
    result["findings"][0]["value"] = value
    result["verdict"]["outcome"] = outcome
    (folder / "result.json").write_text(json.dumps(result))
    manifest["files"]["result.json"]["sha256"] = sha256_file(folder / "result.json")
    (folder / "manifest.json").write_bytes(manifest_bytes(manifest | {"record_sha256": record_hash(manifest)}))
    return folder


@pytest.fixture(scope="module")
def other(quick, tmp_path_factory):
    return sealed_otherwise(quick, tmp_path_factory.mktemp("other") / "run", 12.5, "fail")


@pytest.fixture(scope="module")
def report(other, details):
    return make_report(Record.open(other), details)


@pytest.fixture(scope="module")
def pages(report):
    return [" ".join(one.extract_text().split()) for one in pypdf.PdfReader(io.BytesIO(report.pdf())).pages]


def test_page_one_says_both_results_with_both_versions(other, pages):
    then = Record.open(other).start["software"]
    for words in ("TWO RESULTS", "Sealed: FAIL, Mean flow error +12.5", f"recorded with doseproof {then['doseproof']}"):
        assert words in pages[0]
    assert "Recomputed: PASS" in pages[0]
    assert f"by doseproof {software()['doseproof']}, code {software()['code']}" in pages[0]
    assert "Decision and risk none: there are two results" in pages[0]


def test_each_difference_is_listed_and_the_matrix_shows_no_pass(pages):
    text = " ".join(pages)
    assert "verdict.outcome: sealed 'fail', recomputed 'pass'" in text
    assert "pass (sealed: fail)" in text
    assert "not to be released the sealed result does not come out again: sealed FAIL, recomputed PASS" in text


def test_it_is_never_signed_nor_to_be_released(report, pages):
    with pytest.raises(EvidenceError, match="the sealed result does not come out again: sealed FAIL, recomputed PASS"):
        refuse_unsignable(report)
    assert "Not to be released: there are two results" in pages[0]


def test_a_version_that_gives_the_sealed_result_does_not_take_such_a_report_for_a_good_one(quick, details, monkeypatch):
    """As it was made by a changed version; here every digit comes out again."""
    monkeypatch.setattr("rig.report.content.case.Case.differences", ("findings[0].value: sealed 1.0, recomputed 2.0",))
    pdf = make_report(Record.open(quick), details).pdf()
    monkeypatch.undo()
    with pytest.raises(EvidenceError, match=f"states another result than the sealed one.*(?s:.)*{software()['code']}"):
        check_report(pdf)


def test_the_versions_of_the_recomputation_are_printed_always(record, details):
    text = " ".join(" ".join(p.extract_text().split()) for p in reader(make_report(record, details)).pages)
    assert f"Every figure of this report recomputed with doseproof {software()['doseproof']}, code" in text
    assert f"GTC {software()['GTC']}" in text


def reader(report):
    return pypdf.PdfReader(io.BytesIO(report.pdf()))


def test_a_campaign_says_it_of_its_runs(other, quick, reseal, tmp_path):
    second = reseal(quick, tmp_path / "second", started_utc="2027-03-05T08:00:00+00:00")
    report = make_campaign([Record.open(other), second], several=Several(devices=True, benches=True))
    assert "TWO RESULTS: run 1: the sealed result" in report.document.front[0].lines[0]
    assert report.not_to_sign[0].startswith("run: the sealed result does not come out again")


def test_verify_prints_both_versions_beside_the_differences(other, capsys):
    assert run_app(["verify", str(other)]) == 2
    said = capsys.readouterr().err
    for words in ("recorded with: doseproof", "computed again with: doseproof", "libraries: the same versions"):
        assert words in said
    assert f"evaluation {EVALUATION} of the record, the present one: no change on purpose explains a" in said


def test_an_old_evaluation_is_named_with_what_was_changed_since(other):
    found = recomputed(Record.open(other))
    start = found.assessment.evidence.record.start
    start["evaluation"] = 1
    start["software"]["libraries"]["numpy"] = "1.0"
    assert "numpy 1.0 then" in found.versions[2]
    assert "2: evaporation may follow the room" in found.versions[3]

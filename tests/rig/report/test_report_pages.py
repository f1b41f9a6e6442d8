"""The report as a foreign reader sees it: what it says on every page, and the same bytes each time."""

import io
import itertools
import re
from dataclasses import replace
from pathlib import Path

import page
import pypdf
import pytest

from rig.assessment import assess
from rig.record import Record
from rig.report.annex import annex_beside
from rig.report.content.approval import approval
from rig.report.content.case import Case
from rig.report.content.matrix import Covered, matrix
from rig.report.content.page_one import first_of, page_one
from rig.report.content.whole import issued_at
from rig.report.details import Details, read_details
from rig.report.document import Column, Facts, Paragraph, Section, Table
from rig.report.html import html_text
from rig.report.made import make_report, report_of
from rig.report.pdf import page_images, pdf_bytes
from rig.report.people import Annex, Attempt, AuditEntry
from rig.report.plain import plain
from rig.runner import run

BENCHES = Path(__file__).parents[3] / "fixtures" / "benches"


@pytest.fixture(scope="module")
def assessment(record):
    return assess(record)


@pytest.fixture(scope="module")
def report(assessment, details):
    return report_of(assessment, details, Annex(), attach=True)


@pytest.fixture(scope="module")
def pdf(report):
    return report.pdf()


@pytest.fixture(scope="module")
def pages(pdf):
    return texts(pdf)


def texts(pdf):
    return [one.extract_text() for one in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def test_the_same_record_gives_the_same_bytes(record, details, pdf):
    assert make_report(record, details).pdf() == pdf


def test_a_foreign_validator_takes_it_for_an_archive(pdf):
    found = page.validate_pdf_bytes(pdf, profile=page.ValidationProfile.PDF_A_3A)
    # a known false alarm of the validator: a compressed stream that happens to end with a line feed
    assert {one.rule_id for one in found.failures} <= {"PDFA3A-STREAM-LENGTH-001"}


def test_every_page_says_which_report_it_is_and_what_evidence(report, pages):
    for number, text in enumerate(pages, 1):
        assert report.document.number in text
        assert "simulated: not device evidence" in text
        assert f"Page {number} of {len(pages)}" in text
    assert "End of verification report" in pages[-1]
    assert not any("End of verification report" in text for text in pages[:-1])


def test_page_one_has_what_a_metrologist_looks_for(pages, assessment):
    main = assessment.findings[0]
    for words in (
        "PASS", "SIM-MP-0001", "k = 2, effective degrees of freedom", "±14.5 %, acceptance limit ±", "guard-band-U",
        "risk that the true value lies beyond a limit < 0.1 %", "evaporation", "Dominant in U", "Check weight",
        "Not tested", "conformity with ISO 14708-4 is not claimed", "Attempts", "no action needed",
    ):  # fmt: skip
        assert words in " ".join(pages[0].split())
    assert f"± {main.expanded:.1f} %" in pages[0]


def test_every_requirement_and_hazard_is_found_and_what_nobody_tested_is_a_gap(pages):
    text = "\n".join(pages)
    for name in ("REQ-FLOW-MEAN", "REQ-OCCLUSION-TIME", "HAZ-OVER-INFUSION", "HAZ-UNDER-INFUSION", "HAZ-OCCLUSION"):
        assert name in text
    assert re.search(r"REQ-OCCLUSION-TIME[^\n]*GAP: not tested", text) or text.count("GAP: not tested") == 2


@pytest.fixture(scope="module")
def long_matrix(report):
    """240 requirements in one table: rows of a table that does not break are printed upon each other without a word."""
    many = "schema = 1\n" + "\n".join(f'[[requirement]]\nid = "REQ-{i:04}"\ntext = "number {i}"' for i in range(240))
    return small(report, matrix([Covered("T-1", "", (), ())], read_details(many, "many")[0])).pages


def small(report, *sections):
    """The report with these sections only, as a foreign reader has it."""
    return pypdf.PdfReader(io.BytesIO(pdf_bytes(replace(report.document, front=(), sections=sections))))


def test_many_requirements_are_all_there_row_by_row(long_matrix):
    found = [set(re.findall(r"REQ-\d{4}", one.extract_text())) for one in long_matrix]
    assert set().union(*found) == {f"REQ-{i:04}" for i in range(240)}
    assert max(map(len, found)) < 60


def test_no_two_rows_stand_upon_each_other(long_matrix):
    for one in long_matrix:
        apart = [a - b for a, b in itertools.pairwise(sorted(heights(one), reverse=True))]
        assert all(distance > 8.0 for distance in apart)


def heights(one):
    """Where on its page each requirement stands."""
    found = []
    one.extract_text(visitor_text=lambda text, cm, tm, *_: found.append(height(cm, tm)) if "REQ-" in text else None)
    return found


def height(cm, tm):
    """Of a text on its page, from the matrices of page and text."""
    return cm[1] * tm[4] + cm[3] * tm[5] + cm[5]


def test_the_clauses_a_to_p_stand_in_a_row_each(pages):
    text = pages[1]
    assert all(re.search(rf"(?m)^{letter} ", text) for letter in "abcdefghijklmnop")
    assert "nobody: not signed" in text
    assert "Pump laboratory, address 1 Example Road" in text


AT = "2026-03-0{}T10:00:00+00:00"
STALE = {"version": "0" * 64, "reason": "wrong catheter"}


def test_signatures_and_audit_are_printed_with_their_meaning(report, record, assessment):
    sha = record.manifest["record_sha256"]
    said = {"kind": "signature", "record_sha256": sha, "version": sha, "reason": ""}
    annex = Annex(
        (
            said | {"printed_name": "A. Weber", "roles": ["operator"], "meaning": "performed", "at_utc": AT.format(1)},
            said | {"printed_name": "R. Oot", "meaning": "reviewed", "at_utc": AT.format(1), **STALE},
            said | {"printed_name": "M. Klein", "meaning": "rejected", "at_utc": AT.format(2), **STALE},
        ),
        (AuditEntry(7, AT.format(1), "A. Weber", "signed", "done", "none to performed", "ab" * 32),),
    )
    case = Case(assessment, Details(schema=1), annex)
    text = " ".join(small(report, approval(case)).pages[-1].extract_text().split())
    assert "A. Weber operator performed 2026-03-01 10:00:00 UTC" in text
    assert "rejected: wrong catheter" in text
    assert "of another version: does not count" in text
    assert "an earlier one: the rejection stands" in text
    assert issued_at(case).isoformat() == "2026-03-02T10:00:00+00:00"


AUDITED = AuditEntry(7, AT.format(4), "A. Weber", "signed")
LATEST = {
    "an entry of the trail": (Annex(audit=(AUDITED,)), 4),
    "an attempt": (Annex(attempts=(Attempt("later", AT.format(5), "fail"),), audit=(AUDITED,)), 5),
    "the checkpoint": (Annex(audit=(AUDITED,), checkpoint={"at_utc": AT.format(6)}), 6),
}


@pytest.mark.parametrize(("annex", "day"), LATEST.values(), ids=LATEST)
def test_it_was_issued_at_the_latest_moment_that_it_tells(assessment, annex, day):
    assert issued_at(Case(assessment, Details(schema=1), annex)).isoformat() == AT.format(day)


def test_a_record_that_was_sealed_later_was_reported_later_still(assessment):
    manifest = assessment.evidence.record.manifest
    later = {"who": "A. Weber", "at_utc": AT.format(8), "reason": "the power failed"}
    record = replace(assessment.evidence.record, manifest=manifest | {"end": manifest["end"] | {"sealed_later": later}})
    case = Case(replace(assessment, evidence=replace(assessment.evidence, record=record)), Details(schema=1), Annex())
    assert issued_at(case).isoformat() == AT.format(8)


def test_no_warning_loses_its_end_on_page_one():
    warning = (
        "the balance wandered in the evaporation legs (p < 1e-6): going on like that it adds 0.08 uL to a standard "
        "uncertainty of 0.068 uL, which does not have it in it; record the balance without flow (rig zero-flow) and "
        "name its noise record in the bench file"
    )
    assert first_of([warning], "section Departures") == [warning]
    (cut,) = first_of(["much " * 200], "section Departures")
    assert cut.endswith("much … (in full: section Departures)")


def test_of_the_tools_validation_it_says_only_what_it_knows(pages):
    text = " ".join(" ".join(pages).split())
    assert "does not know whether one was made of the versions above" in text


def test_all_attempts_are_listed(quick, reseal, tmp_path):
    reseal(quick, tmp_path / "first")
    second = reseal(quick, tmp_path / "second", started_utc="2026-02-01T00:00:00+00:00")
    other = reseal(quick, tmp_path / "third", serial="SIM-MP-0009")
    annex = annex_beside(second)
    assert [(one.record, one.outcome) for one in annex.attempts] == [("first", "pass"), ("second", "pass")]
    assert other.folder.name not in {one.record for one in annex.attempts}
    case = Case(assess(second), Details(schema=1), annex)
    assert any("2 of 2: pass, pass" in value for _, value in page_one(case)[1].rows)


def test_the_page_for_a_browser_says_the_same_and_asks_for_nothing(report):
    html = report.html()
    assert not re.search(r'(?:src|href)="(?!data:)', html)
    assert "<script" not in html
    for section in plain(report.document)["sections"]:
        assert section["title"] in html
    assert html.count("<table>") == sum(one["kind"] == "table" for one in plain_blocks(report))
    assert f"End of verification report {report.document.number}" in html


def plain_blocks(report):
    content = plain(report.document)
    return [*content["front"], *(block for section in content["sections"] for block in section["blocks"])]


def test_what_looks_like_markup_is_printed_as_it_stands(report):
    text = "<b>A & B</b> #panic() $x$ *y* _z_"
    section = Section("x", (Paragraph(text), Facts((("name", text),)), Table("t", (Column("c"),), ((text,),))))
    found = small(report, section).pages[-1].extract_text()
    assert found.count(text) == 3
    assert html_text(replace(report.document, front=(), sections=(section,))).count("&lt;b&gt;A &amp; B&lt;/b&gt;") == 3


def test_pages_can_be_looked_at(report, pages):
    images = page_images(report.document, 40)
    assert len(images) == len(pages)
    assert all(image.startswith(b"\x89PNG") for image in images)


def test_a_run_that_was_never_sealed_is_reported_as_one(tmp_path, monkeypatch):
    monkeypatch.setattr("rig.runner.seal", lambda *_: pytest.fail("killed"))
    with pytest.raises(pytest.fail.Exception):
        run(BENCHES / "protocols" / "quick.toml", BENCHES / "simulated.toml", tmp_path / "run")
    report = make_report(Record.open(tmp_path / "run"))
    assert report.not_to_sign == ("the record was never sealed", "the evidence is simulated")
    text = texts(report.pdf())[0]
    assert "INCONCLUSIVE" in text
    assert "the record was never sealed" in text

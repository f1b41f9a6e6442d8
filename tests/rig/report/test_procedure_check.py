"""A procedure proves what was planned and nothing else; whatever only calls itself one is refused."""

from dataclasses import replace
from pathlib import Path

import pytest

from rig.cli.app import run_app
from rig.errors import EvidenceError
from rig.report import before
from rig.report.before import make_procedure
from rig.report.check import check_report
from rig.report.content.whole import report_number
from rig.report.document import Decision
from rig.report.made import make_report
from rig.report.wording import refuse_results

BENCHES = Path(__file__).parents[3] / "fixtures" / "benches"
QUICK = BENCHES / "protocols" / "quick.toml"
BENCH = BENCHES / "simulated.toml"


@pytest.fixture(scope="module")
def made(details):
    return make_procedure(QUICK, BENCH, details)


def posing(report, made_from, archives=()):
    """A report that says of itself what it is not, with every hash and number that follows."""
    document = replace(report.document, number=report_number(made_from))
    return replace(report, document=document, made_from=made_from, archives=archives).pdf()


def as_procedure(report, **more):
    """Of a report only what a procedure has."""
    kept = {name: report.made_from[name] for name in ("details", "software")}
    return {"kind": "procedure", "files": {}, **kept, **more}


def test_it_is_made_again_and_says_what_it_does_not_prove(made):
    found = check_report(made.pdf())
    assert (found.procedure, found.pages_compared, found.verdicts) == (True, True, {})
    assert any("the same bytes" in line for line in found.lines)
    assert any("it proves what was planned, and NOTHING about results" in line for line in found.lines)


def test_it_needs_no_file_of_this_machine(made, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("rig.files.read_source", lambda path: pytest.fail(f"read {path}"))
    assert check_report(made.pdf()).procedure


def test_nobody_takes_it_for_a_pass(made, tmp_path, capsys):
    path = tmp_path / "p.pdf"
    path.write_bytes(made.pdf())
    assert run_app(["report", "check", str(path)]) == 5
    assert "NOTHING about results" in capsys.readouterr().out


def test_a_checklist_goes_along(tmp_path, monkeypatch):
    text = QUICK.read_text().replace("[timing]", '[checklist]\nuse = "mine.toml"\n[timing]', 1)
    (tmp_path / "p.toml").write_text(text)
    question = '[[item]]\nid = "clamp"\nwhen = "before"\ntext = "Is the clamp open?"\nkind = "yes"\n'
    (tmp_path / "mine.toml").write_text(f'schema = 1\nname = "mine"\n{question}')
    pdf = make_procedure(tmp_path / "p.toml", BENCH).pdf()
    (tmp_path / "mine.toml").unlink()
    assert check_report(pdf).procedure


@pytest.mark.parametrize(("attach", "named"), [(True, r"run, run\.record\.zip"), (False, "run;")])
def test_a_report_with_its_records_is_none(record, attach, named):
    report = make_report(record, attach=attach)
    made_from = report.made_from | {"kind": "procedure"}
    with pytest.raises(EvidenceError, match=f"expected a procedure, which holds no results, .*{named}"):
        check_report(posing(report, made_from, report.archives))


def test_nor_one_without_records_and_archives(record):
    """The pages of a report of results, and nothing in the file to hold them against."""
    report = make_report(record, attach=False)
    with pytest.raises(EvidenceError, match=r"cannot be made again from what is attached to it: 'bench\.toml'"):
        check_report(posing(report, as_procedure(report)))


def test_nor_is_there_a_third_kind(record):
    report = make_report(record, attach=False)
    with pytest.raises(EvidenceError, match="expected a report of runs or a procedure, found 'statement'"):
        check_report(posing(report, as_procedure(report, kind="statement")))


def test_nor_one_with_the_files_of_an_honest_procedure(record, made):
    report = make_report(record, attach=False)
    forged = posing(report, made.made_from, made.archives)
    with pytest.raises(EvidenceError, match="the pages are not those that follow from the attached protocol"):
        check_report(forged)


def test_nor_an_honest_one_with_a_result_on_page_one(made):
    box = Decision("pass", "mean flow error +0.1 % ± 0.3 %", ())
    lying = replace(made, document=replace(made.document, front=(box, *made.document.front)))
    with pytest.raises(EvidenceError, match="they were changed; this is no procedure of this rig"):
        check_report(lying.pdf())


def test_other_versions_are_no_way_around_it(record, made):
    """Their pages cannot be made again, so nothing is known of them."""
    made_from = made.made_from | {"software": made.made_from["software"] | {"code": "0123456789abcdef"}}
    with pytest.raises(EvidenceError, match="could not be made again: that needs code 0123456789abcdef"):
        check_report(posing(make_report(record, attach=False), made_from, made.archives))


def test_another_state_of_the_code_that_prints_the_same_is_fine(made):
    made_from = made.made_from | {"software": made.made_from["software"] | {"code": "0123456789abcdef"}}
    assert check_report(posing(made, made_from, made.archives)).procedure


def test_what_cannot_be_checked_is_not_said(made):
    with pytest.raises(EvidenceError, match="found a difference in annex"):
        check_report(posing(made, made.made_from | {"annex": {"statements": []}}, made.archives))


def test_files_that_it_was_not_made_from_are_refused(made):
    other = replace(made.archives[-1], data=made.archives[-1].data + b"\n# more\n")
    with pytest.raises(EvidenceError, match="not those that the procedure was made from"):
        check_report(posing(made, made.made_from, (*made.archives[:-1], other)))


RESULTS = {
    "a verdict": 'title = "Verdict: the pump delivers"',
    "a stamp": 'title = "PASS"',
    "a word alone": 'title = "pass"',
    "a value": 'title = "mean flow error 0.1 % ± 0.3 %"',
    "a result": 'title = "Result: within limits"',
    "a release": 'title = "lot 7, approved for use"',
    "a sentence": 'title = "the pump passed"',
}


@pytest.mark.parametrize("title", RESULTS.values(), ids=RESULTS)
def test_words_of_a_result_are_refused_when_it_is_made_and_when_it_is_checked(tmp_path, monkeypatch, title):
    path = tmp_path / "p.toml"
    path.write_text(QUICK.read_text().replace('title = "Continuous infusion at 1 mL/h, quick"', title))
    with monkeypatch.context() as patch:
        patch.setattr(before, "refuse_results", lambda *_: None)
        pdf = make_procedure(path, BENCH).pdf()
    for attempt in (lambda: make_procedure(path, BENCH), lambda: check_report(pdf)):
        with pytest.raises(EvidenceError, match=r"protocol\.toml: title: "):
            attempt()


def test_so_are_they_in_the_details():
    with pytest.raises(EvidenceError, match=r"details: plan\.reference: 'Verdict' in 'VP-1\. Verdict: pass'"):
        refuse_results({}, '[plan]\nreference = "VP-1. Verdict: pass"\n')


@pytest.mark.parametrize(
    "text",
    ["air must not pass the filter", "the pump fails to sound its alarm", "mean flow within 14.5 %", "is it passable?"],
)
def test_words_of_a_plan_are_no_result(text):
    refuse_results({"protocol.toml": f'title = "{text}"'}, "")

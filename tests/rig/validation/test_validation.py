"""From functions and a run of their tests to a page: every gap is a row of it, and of the exit code."""

import doctest
import io
from collections import Counter
from importlib import import_module

import pytest
from pypdf import PdfReader

from rig.cli.app import run_app
from rig.errors import FileError
from rig.validation.coverage import covered
from rig.validation.document import gaps_of
from rig.validation.functions import load_functions
from rig.validation.run import read_run, read_runs
from tests.rig.validation.conftest import FAILED, FUNCTIONS, RUN, SKIPPED, STRANGER, TWO


def gaps(folder):
    found = gaps_of(load_functions(folder / "functions.toml"), read_run(folder / "results.xml"))
    return [(gap.function, gap.kind) for gap in found]


def test_tests_are_counted_where_they_belong(files):
    folder = files()
    shown = covered(load_functions(folder / "functions.toml"), read_run(folder / "results.xml"))
    assert [(one.function.id, dict(one.counts)) for one in shown] == [
        ("FN-ONE", {"passed": 3}),
        ("FN-TWO", {"passed": 1}),
    ]
    assert gaps(folder) == []


@pytest.mark.parametrize(
    ("old", "new", "gap"),
    [
        (TWO, FAILED, ("FN-TWO", "failed")),
        (TWO, TWO + FAILED.replace("failure", "error"), ("FN-TWO", "failed")),
        (TWO, SKIPPED, ("FN-TWO", "skipped")),
        (TWO, "", ("FN-TWO", "not run")),
        ("test_named[x]", "test_other", ("FN-ONE", "not run")),
        (TWO, TWO + STRANGER, ("", "no function")),
        ('name="doseproof.revision"', 'name="else"', ("", "unknown software")),
        ('modified" value="no"', 'modified" value="yes"', ("", "unknown software")),
    ],
)
def test_what_is_missing_is_a_gap(files, old, new, gap):
    assert gap in gaps(files(old, new))


@pytest.mark.parametrize(("old", "new", "code"), [("", "", 0), (TWO, FAILED, 1), (TWO, SKIPPED, 3), (TWO, "", 3)])
def test_the_exit_code_says_whether_there_is_a_gap(files, old, new, code):
    assert command(files(old, new)) == code


def command(folder):
    results, functions = str(folder / "results.xml"), str(folder / "functions.toml")
    return run_app(["validation", results, "--functions", functions, "--out", str(folder / "out")])


def test_runs_of_day_and_night_are_one(files):
    folder = files(TWO, "")
    (folder / "night.xml").write_text(RUN.replace("2026-03-01", "2026-03-02"))
    run = read_runs([folder / "results.xml", folder / "night.xml"])
    assert (len(run.cases), run.started[:10]) == (4, "2026-03-02")


def test_what_was_skipped_in_one_file_is_a_gap_whichever_is_named_first(files):
    folder = files(TWO, SKIPPED)
    (folder / "night.xml").write_text(RUN)
    both = [folder / "results.xml", folder / "night.xml"]
    found = [Counter(case.outcome for case in read_runs(order).cases) for order in (both, both[::-1])]
    assert found[0] == found[1]
    assert found[0]["skipped"] == 1


def test_runs_of_different_software_are_not_put_together(files):
    folder = files()
    (folder / "night.xml").write_text(RUN.replace("5a1e", "5a1f"))
    with pytest.raises(FileError, match=r"night.xml: expected the software of .*found another one \(revision\)"):
        read_runs([folder / "results.xml", folder / "night.xml"])


def test_three_pages_say_the_same(files):
    folder = files(TWO, FAILED)
    command(folder)
    paper = PdfReader(io.BytesIO((folder / "out" / "validation.pdf").read_bytes()))
    texts = [(folder / "out" / f"validation.{ending}").read_text() for ending in ("md", "html")]
    texts.append(" ".join(" ".join(page.extract_text() for page in paper.pages).split()))
    for text in texts:
        for said in ("1 of 2 functions shown", "FN-TWO", "1 is 2", "Does two.", "5a1e", "2026-03-01"):
            assert said in text


def test_the_same_run_gives_the_same_bytes(files):
    folder = files()
    command(folder)
    first = {path.name: path.read_bytes() for path in (folder / "out").iterdir()}
    command(folder)
    assert {path.name: path.read_bytes() for path in (folder / "out").iterdir()} == first


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"FN-TWO"', '"FN-ONE"', ":12: .*found FN-ONE again"),
        ('"high"', '"low"', ":8: "),
        ("tests/one/", "one/", ":10: "),
    ],
)
def test_a_list_that_cannot_be_used(files, old, new, told):
    folder = files(functions=FUNCTIONS.replace(old, new, 1))
    with pytest.raises(FileError, match=told):
        load_functions(folder / "functions.toml")


@pytest.mark.parametrize(("text", "told"), [("<a", "pytest --junitxml"), ("<testsuites/>", "found none")])
def test_what_is_no_run(tmp_path, text, told):
    (tmp_path / "results.xml").write_text(text)
    with pytest.raises(FileError, match=told):
        read_run(tmp_path / "results.xml")


@pytest.mark.parametrize("name", ["markdown", "tested"])
def test_examples(name):
    result = doctest.testmod(import_module(f"rig.validation.{name}"))
    assert result.attempted
    assert not result.failed

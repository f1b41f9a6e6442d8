"""What a campaign report says of each run: every number can be traced, and the parts of a test report are there."""

import io
import re
from dataclasses import replace

import numpy as np
import pypdf
import pytest

from rig.assessment import assess
from rig.record import Record
from rig.report.annex import annexes_beside
from rig.report.content.campaign import campaign
from rig.report.content.case import Case
from rig.report.content.population import population
from rig.report.details import read_details
from rig.report.document import Decision, Facts, Figure, Table
from rig.report.made import make_campaign
from rig.report.people import Annex, Attempt
from rig.report.together import Several
from rig.runner import run
from tests.rig.report.conftest import BENCHES

ALL = Several(devices=True, benches=True)
ONE_AT_B = {"bench": "station B"}


@pytest.fixture(scope="module")
def pumps(quick, reseal, tmp_path_factory):
    """Two runs of one pump on two benches, and one of another."""
    folder = tmp_path_factory.mktemp("campaign")
    made = ((1, "SIM-MP-0001", {}), (2, "SIM-MP-0002", ONE_AT_B), (3, "SIM-MP-0001", ONE_AT_B))
    return [
        reseal(quick, folder / f"run{i}", serial=serial, started_utc=f"2026-03-0{i}T08:00:00+00:00", **changed)
        for i, serial, changed in made
    ]


@pytest.fixture(scope="module")
def cases(pumps, details):
    return [Case(assess(pump), read_details(details, "details")[0], Annex()) for pump in pumps]


@pytest.fixture(scope="module")
def document(cases):
    return campaign(cases, "DP-TEST")


def section(document, begins):
    return next(one for one in document.sections if one.title.startswith(begins))


def text_of(blocks):
    """All words of lists and of the box."""
    facts = [" ".join(row) for one in blocks if isinstance(one, Facts) for row in one.rows]
    return "\n".join([*facts, *(line for one in blocks if isinstance(one, Decision) for line in one.lines)])


def tables(document, begins):
    return [block for block in section(document, begins).blocks if isinstance(block, Table)]


def test_the_clauses_a_to_p_stand_in_a_row_each(document):
    (table,) = tables(document, "Identification")
    assert [row[0] for row in table.rows] == list("abcdefghijklmnop")
    here = {row[0]: row[2] for row in table.rows}
    assert here["c"] == "benches simulated, station B; location not stated"
    assert "serial numbers SIM-MP-0001, SIM-MP-0002" in here["g"]
    assert here["i"].startswith("2026-03-01 08:00:00 UTC to")
    assert here["o"] == "nobody: no run was approved"


def test_the_budget_of_every_run_is_there_and_the_lines_that_count_beside_each_other(document, cases):
    (overview,) = tables(document, "Uncertainty")
    for number, case in enumerate(cases, 1):
        budget = next(one for one in tables(document, f"Run {number}") if one.caption.startswith("Budget"))
        assert budget.rows[-1][5] == overview.rows[number - 1][2] == f"{case.main.u:.4f}"
    shares = [float(text) for text in overview.rows[0][5:]]
    assert sum(shares) == pytest.approx(100.0, abs=0.05 * len(shares))


def test_every_number_of_the_first_table_is_found_again_behind_it(document, cases):
    listed, decided = tables(document, "Results")
    assert [row[5:7] for row in listed.rows] == [row[2:4] for row in decided.rows]
    assert [row[-1] for row in decided.rows] == [case.record_sha256[:12] for case in cases]
    assert [row[-1] for row in tables(document, "Data")[0].rows] == [case.record_sha256 for case in cases]


def test_what_decides_nothing_stands_quantity_by_quantity(document):
    (table,) = tables(document, "Shown")
    names = [row[1] for row in table.rows]
    assert [row[0] for row in table.rows] == ["1", "2", "3"] * 3
    assert names == [name for name in dict.fromkeys(names) for _ in range(3)]


def test_each_bench_names_the_calibration_records_that_vouch_for_it_with_due_dates(document):
    found = {one.caption: one for one in tables(document, "Benches") if one.caption.startswith("Calibration records")}
    assert [caption.split(": ")[1] for caption in found] == ["simulated", "station B"]
    for table in found.values():
        due = [column.heading for column in table.columns].index("due")
        assert [row[due] for row in table.rows] == ["2099-12-31", "2099-12-31"]
        assert len(table.notes) == 2
        assert all("SHA-256" in note for note in table.notes)


def test_an_instrument_that_was_there_in_some_runs_only_is_told_with_their_numbers(document):
    table = next(one for one in tables(document, "Benches") if one.caption.endswith("began: station B"))
    assert [row[3::2] for row in table.rows if row[0] == "device"] == [("SIM-MP-0002", "2"), ("SIM-MP-0001", "3")]
    assert [row[-1] for row in table.rows if row[0] == "balance"] == ["all"]


def test_every_run_has_a_picture_and_page_one_shows_the_tolerance_interval(document):
    figures = [block for block in document.blocks() if isinstance(block, Figure)]
    assert [one.name for one in figures] == ["devices", "run-1", "run-2", "run-3"]
    assert b"tolerance interval" in figures[0].svg
    assert b"acceptance zone" in figures[0].svg


def test_attempts_that_are_not_in_the_report_are_told_on_page_one(cases):
    known = Annex(attempts=(Attempt("elsewhere", "2026-02-28T08:00:00+00:00", "fail", record_sha256="ab" * 32),))
    text = text_of(campaign([replace(cases[0], annex=known), *cases[1:]], "DP-TEST").front)
    assert "1 more attempt is known and is NOT in this report" in text
    assert "3 of 4 that are known" in text


def test_runs_of_one_device_are_each_others_attempts_and_are_told_once(pumps, details):
    report = make_campaign(pumps, details, annexes_beside(pumps), several=ALL)
    (table,) = [one for one in tables(report.document, "Departures") if one.caption == "All attempts"]
    assert [row[-1].split(" (")[0] for row in table.rows] == ["run1", "run2", "run3"]
    assert "no others than these 3 are known" in text_of(report.document.front)


def test_a_reader_finds_every_number_of_the_tolerance_interval(document, cases):
    people = population(cases)
    facts = dict(section(document, "Devices like these").blocks[0].rows)
    assert facts["Factor k"] == f"{people.factor:.4f}" == "36.5192"  # two devices, 95/95: Odeh and Owen's integral
    assert f"{people.sd:.3g} %" in facts["Standard deviation s"]


def test_parts_of_other_makers_and_the_time_base_are_told_with_their_runs(document):
    assert ("numpy", np.__version__, "arrays", "all") in tables(document, "Software")[1].rows
    assert ("Time base", "simulated, synchronised", "all") in tables(document, "Environment")[1].rows
    assert [row[0] for row in tables(document, "Environment")[0].rows] == ["1", "2", "3"]


def test_a_plan_without_a_rationale_for_the_sample_size_is_marked(document):
    lists = [block for block in section(document, "Method").blocks if isinstance(block, Facts)]
    facts = {name: text for one in lists for name, text in one.rows}
    assert facts["Sample size"] == "2 devices, 3 runs that count; the tolerance interval counts devices"
    assert facts["Rationale"].startswith("not stated: the plan must give one")


def test_page_one_says_in_how_many_runs_the_check_weight_stood_on_the_pan(reseal, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    run(BENCHES / "protocols" / "quick_check_weight.toml", BENCHES / "simulated.toml", first)
    again = reseal(first, second, started_utc="2026-03-05T08:00:00+00:00")
    text = text_of(make_campaign([Record.open(first), again]).document.front)
    assert re.search(r"Check weight before and after in 2 of 2 runs; largest shift \S+ ± \S+ mg in run [12]", text)


def test_the_unsigned_pdf_is_the_same_bytes_each_time(pumps, details):
    again = [make_campaign(order, details, several=ALL) for order in (pumps, pumps[::-1])]
    assert again[0].pdf() == again[1].pdf()
    assert again[0].html() == again[1].html()


def test_the_page_for_a_browser_fetches_nothing(pumps, details):
    page = make_campaign(pumps, details, several=ALL).html()
    assert page.count("data:image/svg+xml;base64,") == 4
    assert not [word for word in ("http://", "https://", "<script", "<link") if word in page]


def test_every_run_begins_a_page_of_its_own(document):
    from rig.report.pdf import pdf_bytes

    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf_bytes(document))).pages]
    for number in (1, 2, 3):
        titles = [page for page in pages if f"Run {number}: SIM-MP" in page.split("devices", 1)[1][:60]]
        assert len(titles) == 1

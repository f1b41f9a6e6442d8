"""Whatever somebody typed is printed so that it can be read, and nothing of it leaves the page."""

import io
from dataclasses import replace

import pypdf
import pytest

from rig.report.document import Column, Document, Facts, Section, Table
from rig.report.letters import BREAK, breakable, printable, visible
from rig.report.pdf import pdf_bytes
from rig.report.plain import plain

ODD = "李雷 🎉 bell\u0007 turned\u202eround"
EMPTY = Document("Report", "x", "DP-1", "procedure: no results", None, "lab", (), ())


def pages(*blocks):
    document = replace(EMPTY, sections=(Section("s", blocks),))
    return pypdf.PdfReader(io.BytesIO(pdf_bytes(document))).pages


def test_what_no_font_has_is_told_by_its_number_and_not_by_an_empty_box():
    text = pages(Facts((("name", f"{ODD} Łukasz Ωμέγα Привет"),)))[0].extract_text()
    assert "[U+674E][U+96F7] [U+1F389] bell[U+0007] turned[U+202E]round Łukasz Ωμέγα Привет" in " ".join(text.split())


def test_a_browser_has_more_fonts_but_nothing_turns_the_text_round_there_either():
    said = plain(replace(EMPTY, sections=(Section("s", (Facts((("n", ODD),)),)),)))["sections"][0]["blocks"][0]["rows"]
    assert said == [{"name": "n", "value": "李雷 🎉 bell[U+0007] turned[U+202E]round", "code": False}]


def test_only_a_hash_is_printed_as_one_and_not_every_text_of_its_length():
    rows = (("hash", "ab" * 32), ("words", "U = 1.3 to 2.0 % (k = 2); dominant in 12 of 12 runs: evaporation"))
    assert len(rows[1][1]) == len(rows[0][1])
    said = plain(replace(EMPTY, sections=(Section("s", (Facts(rows),)),)))["sections"][0]["blocks"][0]["rows"]
    assert [row["code"] for row in said] == [True, False]


@pytest.mark.parametrize(
    "text", ["REQ-FLOW-MEAN", "a" * 40, "ab" * 32, "2026-11-28T05-08-37Z-A-RATHER-LONG-NAME-OF-A-RECORD"]
)
def test_ids_hashes_and_names_of_records_are_never_cut(text):
    assert breakable(text) == text


def test_a_word_that_is_wider_than_any_column_gets_places_to_break():
    assert breakable(f"a {'x' * 70} b").split(BREAK) == [f"a {'x' * 30}", "x" * 30, f"{'x' * 10} b"]
    assert visible("line\nline") == "line\nline"
    assert printable({"a": ["b", 1, None, True]}) == {"a": ["b", 1, None, True]}


def test_a_row_that_is_longer_than_a_page_goes_on_on_the_next():
    words = [f"w{i:04}" for i in range(3000)]
    found = pages(Table("t", (Column("id"), Column("in words", share=1.0)), (("REQ-1", " ".join(words)),)))
    assert len(found) > 2
    text = " ".join(one.extract_text() for one in found)
    assert all(word in text for word in words)


def test_a_long_list_of_facts_goes_on_too_and_a_short_one_stays_together():
    rows = tuple((f"n{i}", "some words " * 20) for i in range(40))
    assert len(pages(Facts(rows))) > 2
    told = plain(replace(EMPTY, sections=(Section("s", (Facts(rows), Facts(rows[:3]))),)))["sections"][0]["blocks"]
    assert [block["together"] for block in told] == [False, True]

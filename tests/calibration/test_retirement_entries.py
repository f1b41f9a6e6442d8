"""Entries by which a unit is out of service: what one must say, in which order, and who may be retired."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from calibration.book import Book
from calibration.errors import CalibrationError
from calibration.record_seal import sealed_text
from calibration.record_write import record_text
from calibration.retire import Why, retire
from calibration.retirement import entries_of, read_retirement, refuse_retired, retirement_of
from tests.calibration.test_book import LOAD_CELL

TODAY = date(2026, 6, 1)
DROPPED, REPAIRED = (Why(reason, "A. Weber", "M. Klein") for reason in ("dropped", "repaired"))
HASH = "0" * 64
ENTRY = {
    "schema": 1,
    "kind": "retirement",
    "serial_number": "MP-0007",
    "number": 1,
    "state": "retired",
    "on": TODAY,
    "reason": "dropped",
    "entered_by": "A. Weber",
    "approved_by": "M. Klein",
}
SECOND = {"number": 2, "supersedes": HASH, "state": "in service"}
AIR_RECORD = Path(__file__).parents[2] / "fixtures" / "benches" / "calibration" / "SIM-ENV-0001.toml"


def read(**changes):
    return read_retirement(sealed_text(record_text(ENTRY | changes)).encode(), "retired-0001.toml")


@pytest.fixture
def book(tmp_path):
    made = Book(tmp_path / "calibration")
    made.append(LOAD_CELL)
    return made


def test_an_entry_tells_who_when_and_why():
    assert read().told == "taken out of service on 2026-06-01 by A. Weber, approved by M. Klein: dropped"
    assert read(**SECOND).told.startswith("put back in service on 2026-06-01 by A. Weber")
    assert read(number=3, supersedes=HASH).state == "retired"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"approved_by": "a. weber"}, "approved_by: expected another person than entered_by, found 'a. weber' twice"),
        ({"supersedes": HASH}, "number: expected 1 and nothing superseded, or the next number with the hash before"),
        ({"number": 2, "state": "in service"}, "number: expected 1 and nothing superseded"),
        ({"number": 0}, "number: "),
        ({"state": "in service"}, "state: expected each entry to change it, found 'in service' as entry 1"),
        (SECOND | {"state": "retired"}, "state: expected each entry to change it, found 'retired' as entry 2"),
        ({"state": "lost"}, "state: "),
        ({"reason": " "}, "reason: "),
        ({"schema": 2}, "schema: "),
        ({"extra": 1}, "extra: "),
    ],
)
def test_an_entry_that_cannot_be_is_refused(changes, told):
    with pytest.raises(CalibrationError, match=f"retired-0001.toml: not a usable entry of a retirement; (?s:.*){told}"):
        read(**changes)


@pytest.mark.parametrize("content", [b"\xff", b"schema = "])
def test_an_entry_that_is_no_toml_is_refused(content):
    with pytest.raises(CalibrationError, match=r"retired-0001\.toml: expected a TOML file in UTF-8, found: "):
        read_retirement(content, "retired-0001.toml")


def test_an_entry_that_was_edited_is_refused():
    content = sealed_text(record_text(ENTRY)).replace("dropped", "mislaid").encode()
    with pytest.raises(CalibrationError, match=r"retired-0001\.toml: the file was changed after its seal"):
        read_retirement(content, "retired-0001.toml")


def test_entries_follow_from_each_other(book):
    first = retire(book, "MP-0007", DROPPED, TODAY)
    second = retire(book, "MP-0007", REPAIRED, TODAY, back=True)
    one, two = entries_of(book.folder, "MP-0007")
    assert (first.name, second.name) == ("retired-0001.toml", "retired-0002.toml")
    assert (one.number, one.supersedes, two.number, two.supersedes) == (1, None, 2, one.sha256)
    assert (one.ledger is not None, one.ledger != two.ledger) == (True, True)
    assert retirement_of(book.folder, "MP-0007") is None
    refuse_retired(book.folder, "MP-0007")


def test_an_entry_of_another_unit_breaks_the_entries(book):
    first = retire(book, "MP-0007", DROPPED, TODAY)
    (book.folder / "MP-0008").mkdir()
    shutil.copy(first, book.folder / "MP-0008")
    told = "expected number 1 of MP-0008 that supersedes nothing|expected number 1 of MP-0008 that supersedes .*, found"
    with pytest.raises(CalibrationError, match=rf"retired-0001\.toml: the entries are broken: ({told})"):
        entries_of(book.folder, "MP-0008")


def test_who_is_out_of_service_is_refused_with_what_was_entered(book):
    retire(book, "MP-0007", DROPPED, TODAY)
    with pytest.raises(CalibrationError, match=r"MP-0007 is out of service: taken .*: dropped; take another one"):
        refuse_retired(book.folder, "MP-0007")


def test_an_instrument_whose_record_lies_beside_the_folders_can_be_retired(book):
    shutil.copy(AIR_RECORD, book.folder)
    (book.folder / "broken.toml").write_text("no toml")
    retire(book, "SIM-ENV-0001", DROPPED, TODAY)
    assert retirement_of(book.folder, "SIM-ENV-0001").records == {}
    with pytest.raises(CalibrationError, match="found 'MP-9'; known are MP-0007, SIM-ENV-0001; nothing was written"):
        retire(book, "MP-9", DROPPED, TODAY)


def test_in_an_empty_book_nothing_can_be_retired(tmp_path):
    with pytest.raises(CalibrationError, match="known are none; nothing was written"):
        retire(Book(tmp_path), "MP-0007", DROPPED, TODAY)


def test_every_chain_that_holds_is_named_and_a_broken_one_is_not(book):
    """A unit can be retired whatever became of its records."""
    other = book.append({**LOAD_CELL, "channel": "ad7124"})
    book.append({**LOAD_CELL, "channel": "ad7124"})
    other.unlink()
    retire(book, "MP-0007", DROPPED, TODAY)
    assert [*retirement_of(book.folder, "MP-0007").records] == ["load-cell-hx711"]


def test_what_is_in_service_is_not_put_back_twice(book):
    retire(book, "MP-0007", DROPPED, TODAY)
    retire(book, "MP-0007", REPAIRED, TODAY, back=True)
    with pytest.raises(CalibrationError, match="expected MP-0007 to be out of service, found: put back in service on"):
        retire(book, "MP-0007", REPAIRED, TODAY, back=True)
    assert retire(book, "MP-0007", DROPPED, TODAY).name == "retired-0003.toml"


def test_a_refused_entry_says_that_nothing_was_written(book):
    with pytest.raises(CalibrationError, match=r"retired-0001\.toml: not a usable entry(?s:.*)\nnothing was written$"):
        retire(book, "MP-0007", Why(" ", "A. Weber", "M. Klein"), TODAY)
    assert not (book.folder / "MP-0007" / "retired-0001.toml").exists()

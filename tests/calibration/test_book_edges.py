"""What lies in a book, what it is called, and who may file what on which day."""

from __future__ import annotations

import copy
from datetime import date

import pytest

from calibration.book import Book, resolve_calibration, safe_name, same_person
from calibration.errors import CalibrationError
from calibration.retire import Why, retire
from tests.calibration.test_book import LOAD_CELL

STATED = 'kind = "environment"\n[instrument]\nserial_number = "SIM-ENV-0001"\n'
CHAIN = ("MP-0007", "load-cell-hx711")
IN_FORCE = "nothing was written; record 1 of 2026-03-02, valid until 2027-03-01, stays in force"


@pytest.fixture
def book(tmp_path):
    return Book(tmp_path / "calibration")


@pytest.fixture
def tables():
    return copy.deepcopy(LOAD_CELL)


def of(serial):
    tables = copy.deepcopy(LOAD_CELL)
    tables["instrument"]["serial_number"] = serial
    return tables


def test_every_record_is_listed_chains_first_and_nothing_else(book):
    filed = [book.append(of(serial)) for serial in ("MP-0008", "MP-0007", "MP-0007")]
    retire(book, "MP-0008", Why("dropped", "A. Weber", "M. Klein"), date(2026, 6, 1))
    (book.folder / "B-2.toml").write_text(STATED)
    (book.folder / "B-1.toml").write_text("no toml: it may be a broken record, which its reader refuses")
    (book.folder / "notes.toml").write_bytes('kind = "list of things to do in µL"'.encode())
    (book.folder / "standards.toml").write_text(STATED)
    (book.folder / "tolerances.toml").write_text(STATED)
    (book.folder / "MP-0007" / "notes.toml").write_text(STATED)
    beside = [book.folder / "B-1.toml", book.folder / "B-2.toml"]
    assert book.stated() == beside
    assert book.files() == [filed[1], filed[2], filed[0], *beside]


def test_units_and_chains_come_in_the_order_of_their_names(book):
    for serial in ("MP-0008", "MP-0007"):
        book.append(of(serial))
    book.append({**of("MP-0007"), "channel": "ad7124"})
    assert book.units() == {"MP-0007": ["load-cell-ad7124", "load-cell-hx711"], "MP-0008": ["load-cell-hx711"]}
    assert list(book.units()) == ["MP-0007", "MP-0008"]


def test_units_are_known_from_their_files_where_there_is_no_ledger(book):
    """A book from before there were ledgers."""
    import shutil

    for channel in ("hx711", "ad7124"):
        book.append({**of("MP-0007"), "channel": channel})
    shutil.rmtree(book.folder / "ledger")
    assert book.units() == {"MP-0007": ["load-cell-ad7124", "load-cell-hx711"]}


def test_what_a_unit_left_in_deeper_folders_makes_no_chain(book):
    """Qualifications are in the ledger, and are no calibrations; nor is an entry that it was taken out of service."""
    from calibration.ledger_write import file_in_book

    book.append(of("MP-0007"))
    file_in_book(book.folder, book.folder / "MP-0007" / "qualification" / "0001-oq.toml", b"a = 1\n")
    retire(book, "MP-0007", Why("dropped", "A. Weber", "M. Klein"), date(2026, 6, 1))
    assert book.units() == {"MP-0007": ["load-cell-hx711"]}


def test_a_book_that_is_empty_says_that_it_knows_none(book):
    with pytest.raises(CalibrationError, match="expected a record of MP-1, pump; known are none; calibrate it with"):
        book.in_force("MP-1", "pump")


def test_the_known_ones_are_named(book, tables):
    book.append(tables)
    book.append({**tables, "channel": "ad7124"})
    with pytest.raises(CalibrationError, match=r"known are MP-0007 \(load-cell-ad7124, load-cell-hx711\); calibrate"):
        book.in_force("MP-1", "pump")


@pytest.mark.parametrize("gone", ["instrument", "kind"])
def test_a_record_without_a_name_is_refused(book, tables, gone):
    del tables[gone]
    with pytest.raises(CalibrationError, match=r"expected instrument\.serial_number and kind .*, found none"):
        book.append(tables)
    with pytest.raises(CalibrationError, match=r"expected instrument\.serial_number and kind"):
        book.append({**tables, "kind": "pump", "instrument": None})


def test_what_stays_is_told_before_anything_is_filed(book, tables):
    assert book.stays(*CHAIN) == "nothing was written; no record is in force for this unit"
    book.append(tables)
    assert book.stays(*CHAIN) == IN_FORCE
    retire(book, "MP-0007", Why("dropped", "A. Weber", "M. Klein"), date(2026, 6, 1))
    with pytest.raises(CalibrationError, match="MP-0007 is out of service"):
        book.stays(*CHAIN)


def test_an_older_calibration_supersedes_none_that_is_newer(book, tables):
    book.append(tables)
    with pytest.raises(CalibrationError, match="a day from that of the record before on, 2026-03-02, found 2026-03-01"):
        book.append({**tables, "performed_on": date(2026, 3, 1)})
    assert book.append(tables, today=date(2026, 3, 2)).name == "0002-load-cell-hx711.toml"


def test_a_record_knows_what_was_filed_before_it(book, tables):
    from calibration.ledger import read_ledger

    book.append(tables)
    head = read_ledger(book.folder).head
    record = book.trial(tables)
    assert (record.schema_version, record.number, record.ledger) == (3, 2, head)
    assert record.supersedes == book.in_force(*CHAIN).record.sha256


def test_a_record_without_a_channel_is_filed_by_its_kind(book, tables):
    del tables["channel"]
    assert book.append(tables).relative_to(book.folder).as_posix() == "MP-0007/0001-load-cell.toml"
    assert resolve_calibration(book.folder / "MP-0007" / "load-cell") == book.in_force("MP-0007", "load-cell").path


def test_the_chain_of_a_channel_is_not_that_of_its_kind(book, tables):
    """A record that somebody renamed: its name says one chain, its text another."""
    path = book.append(tables)
    path.rename(path.with_name("0001-load-cell.toml"))
    with pytest.raises(CalibrationError, match="expected a record of MP-0007, load-cell, found one of MP-0007, load-c"):
        book.history("MP-0007", "load-cell")


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "-a", ".hidden", "a b", "ü"])
def test_a_name_that_could_leave_its_folder_is_refused(name):
    with pytest.raises(CalibrationError, match="unit: expected letters, digits"):
        safe_name(name, "unit")


@pytest.mark.parametrize("name", ["MP-0007", "a", "0", "a.b_c-d"])
def test_a_plain_name_is_itself(name):
    assert safe_name(name, "unit") == name


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("A. Weber", " a. WEBER ", True), ("A. Weber", "M. Klein", False), ("A. Weber", None, False)],
)
def test_a_person_is_one_however_the_name_is_written(one, other, same):
    assert same_person(one, other) is same

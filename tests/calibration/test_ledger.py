"""The ledger of a book knows every file that was ever filed: one that is gone, put in or edited is found by name."""

import copy
import shutil
from datetime import date

import pytest

from calibration.book import Book
from calibration.due import due
from calibration.errors import CalibrationError
from calibration.ledger import read_ledger
from calibration.ledger_write import take_in
from calibration.retire import Why, retire
from calibration.retirement import retirement_of
from tests.calibration.test_book import LOAD_CELL, chain

TODAY = date(2026, 6, 1)
DROPPED = Why("dropped on the floor", "A. Weber", "M. Klein")
CHAIN = ("MP-0007", "load-cell-hx711")


@pytest.fixture
def tables():
    return copy.deepcopy(LOAD_CELL)


@pytest.fixture
def book(tmp_path):
    return Book(tmp_path / "calibration")


@pytest.fixture
def old_book(book, tables):
    """A book of one record from before there were ledgers."""
    first = book.append(tables)
    shutil.rmtree(book.folder / "ledger")
    return book, first


def states(book):
    return {one.name: (one.state, one.reason) for one in due(book, TODAY)}


def test_the_newest_record_that_was_removed_is_missed_by_name(book, tables):
    *_, newest = chain(book, tables, 2)
    newest.unlink()
    with pytest.raises(CalibrationError, match=r"0002-load-cell-hx711\.toml: expected this file.*ledger"):
        book.in_force(*CHAIN)
    with pytest.raises(CalibrationError, match="0002-load-cell-hx711"):
        book.append(tables)


def test_a_chain_of_which_nothing_is_left_is_still_known(book, tables):
    book.append(tables).unlink()
    assert book.units() == {"MP-0007": ["load-cell-hx711"]}
    state, reason = states(book)["MP-0007, load-cell-hx711"]
    assert (state, "0001-load-cell-hx711.toml: expected this file" in reason) == ("broken", True)


def test_a_unit_out_of_service_does_not_come_back_by_removing_its_entry(book, tables):
    book.append(tables)
    retire(book, "MP-0007", DROPPED, TODAY).unlink()
    with pytest.raises(CalibrationError, match=r"retired-0001\.toml: expected this file"):
        retirement_of(book.folder, "MP-0007")
    assert states(book)["MP-0007, load-cell-hx711"][0] == "broken"


def test_a_file_that_was_put_in_is_in_force_once_somebody_has_taken_it_in(book, tables, tmp_path):
    book.append(tables)
    copied = Book(shutil.copytree(book.folder, tmp_path / "other"))
    added = copied.append(tables)
    shutil.copy(added, book.folder / "MP-0007")
    with pytest.raises(CalibrationError, match=r"0002-load.*not in the ledger.*rig calibration ledger --take-in"):
        book.in_force(*CHAIN)


@pytest.mark.parametrize("number", [1, 2])
def test_an_entry_that_was_removed_or_edited_breaks_the_ledger(book, tables, number):
    chain(book, tables, 3)
    path = book.folder / "ledger" / f"{number:06d}.toml"
    content = path.read_text()
    path.unlink()
    with pytest.raises(CalibrationError, match="the ledger is broken"):
        book.in_force(*CHAIN)
    path.write_text(content.replace("MP-0007", "MP-0008"))
    with pytest.raises(CalibrationError, match="the ledger is broken"):
        book.in_force(*CHAIN)


def test_a_ledger_that_was_cut_is_missed_by_a_later_record(book, tables):
    chain(book, tables, 2)
    later = copy.deepcopy(tables) | {"instrument": LOAD_CELL["instrument"] | {"serial_number": "MP-0008"}}
    book.append(later)
    (book.folder / "MP-0007" / "0002-load-cell-hx711.toml").unlink()
    for number in (2, 3):
        (book.folder / "ledger" / f"{number:06d}.toml").unlink()
    take_in(book.folder, "copied by hand")
    with pytest.raises(CalibrationError, match=r"MP-0008/0001.*filed after entry .* which the ledger does not have"):
        book.in_force("MP-0008", "load-cell-hx711")


def test_a_ledger_that_is_gone_is_missed_by_the_records(book, tables):
    chain(book, tables, 2)
    shutil.rmtree(book.folder / "ledger")
    with pytest.raises(CalibrationError, match="which the ledger does not have"):
        book.in_force(*CHAIN)


def test_a_book_from_before_there_were_ledgers_is_accepted_and_gets_one_with_its_next_record(old_book, tables):
    book, first = old_book
    assert book.in_force(*CHAIN).path == first
    book.append(tables)
    begun, filed = read_ledger(book.folder).entries
    assert (begun.file, begun.note) == ("MP-0007/0001-load-cell-hx711.toml", "in the book before the ledger was begun")
    assert (filed.file, filed.previous, filed.note) == ("MP-0007/0002-load-cell-hx711.toml", begun.head, None)


def test_two_who_file_at_the_same_time_are_both_in_the_ledger(book, tables, monkeypatch):
    book.append(tables)
    stale = read_ledger(book.folder)
    chain(book, tables, 1)
    readings = iter([stale, stale])  # once to see whether there is a ledger, once for the number of the entry
    monkeypatch.setattr(
        "calibration.ledger_write.read_ledger", lambda folder: next(readings, None) or read_ledger(folder)
    )
    retire(book, "MP-0007", DROPPED, TODAY)
    assert [one.file for one in read_ledger(book.folder).entries][-1] == "MP-0007/retired-0001.toml"
    assert retirement_of(book.folder, "MP-0007").state == "retired"
    assert next(readings, None) is None


def test_no_unit_is_called_as_the_ledger(book, tables):
    tables["instrument"]["serial_number"] = "ledger"
    with pytest.raises(CalibrationError, match="serial number: expected another name than 'ledger'"):
        book.append(tables)

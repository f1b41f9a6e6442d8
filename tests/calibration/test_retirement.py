"""A unit that is out of service vouches for nothing new; the book says who decided it and why, and forgets nothing."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from calibration.book import Book
from calibration.due import due, retired
from calibration.errors import CalibrationError
from calibration.retire import Why, retire
from calibration.retirement import entries_of, retirement_of
from calibration.standards import load_standards
from tests.calibration.test_book import LOAD_CELL

TODAY = date(2026, 6, 1)
DROPPED = Why("dropped on the floor", "A. Weber", "M. Klein")
BENCHES = Path(__file__).parents[2] / "fixtures" / "benches"


@pytest.fixture
def book(tmp_path):
    made = Book(tmp_path / "calibration")
    made.append(LOAD_CELL)
    shutil.copy(BENCHES / "calibration" / "standards.toml", made.folder)
    return made


def names(book):
    return {one.name.partition(",")[0] for one in due(book, TODAY)}


def test_it_is_no_longer_due_and_its_records_stay(book):
    assert "MP-0007" in names(book)
    retire(book, "MP-0007", DROPPED, TODAY)
    assert "MP-0007" not in names(book)
    assert len(book.history("MP-0007", "load-cell-hx711")) == 1
    (entry,) = retired(book)
    assert entry.told == "taken out of service on 2026-06-01 by A. Weber, approved by M. Klein: dropped on the floor"
    assert entry.records == {"load-cell-hx711": book.in_force("MP-0007", "load-cell-hx711").record.sha256}


def test_no_new_record_of_it_is_filed(book):
    retire(book, "MP-0007", DROPPED, TODAY)
    with pytest.raises(CalibrationError, match="MP-0007 is out of service: taken out of service on 2026-06-01"):
        book.append(LOAD_CELL)
    assert len(book.history("MP-0007", "load-cell-hx711")) == 1


def test_it_comes_back_by_another_entry_and_both_stay(book):
    retire(book, "MP-0007", DROPPED, TODAY)
    retire(book, "MP-0007", Why("repaired", "A. Weber", "M. Klein"), TODAY, back=True)
    assert retirement_of(book.folder, "MP-0007") is None
    assert "MP-0007" in names(book)
    assert [one.state for one in entries_of(book.folder, "MP-0007")] == ["retired", "in service"]
    book.append(LOAD_CELL)


def test_a_standard_can_be_taken_out_of_service_too(book):
    retire(book, "SIM-W-50", DROPPED, TODAY)
    assert "SIM-W-50" not in names(book)
    with pytest.raises(CalibrationError, match="SIM-W-50 is out of service"):
        load_standards(book.folder).find("SIM-W-50", on=TODAY)
    assert load_standards(book.folder).find("SIM-W-20", on=TODAY)


@pytest.mark.parametrize(
    ("unit", "why", "back", "told"),
    [
        ("MP-9999", DROPPED, False, "known are MP-0007, SIM-"),
        ("../MP-0007", DROPPED, False, "expected letters, digits"),
        ("MP-0007", DROPPED, True, "expected MP-0007 to be out of service, found: it never left service"),
        ("MP-0007", Why("  ", "A. Weber", "M. Klein"), False, "reason: expected a text, found '  '"),
        ("MP-0007", Why("dropped", "A. Weber", ""), False, "approved_by"),
        ("MP-0007", Why("dropped", "A. Weber", "a. weber "), False, "another person than entered_by"),
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(book, unit, why, back, told):
    before = sorted(book.folder.rglob("*"))
    with pytest.raises(CalibrationError, match=told):
        retire(book, unit, why, TODAY, back=back)
    assert sorted(book.folder.rglob("*")) == before


def test_twice_is_refused(book):
    retire(book, "MP-0007", DROPPED, TODAY)
    with pytest.raises(CalibrationError, match="to be in service, found: taken out of service on 2026-06-01"):
        retire(book, "MP-0007", DROPPED, TODAY)


@pytest.mark.parametrize("harm", ["edit", "remove the first", "another unit's"])
def test_entries_that_were_touched_are_broken_and_not_in_service(book, harm):
    first = retire(book, "MP-0007", DROPPED, TODAY)
    second = retire(book, "MP-0007", Why("repaired", "A. Weber", "M. Klein"), TODAY, back=True)
    if harm == "edit":
        second.chmod(0o644)
        second.write_text(second.read_text().replace("repaired", "as new"))
    elif harm == "remove the first":
        first.unlink()
    else:
        shutil.copytree(first.parent, book.folder / "SIM-W-50")
    broken = {one.serial_number for one in due(book, TODAY) if one.state == "broken"}
    assert broken == {"SIM-W-50" if harm == "another unit's" else "MP-0007"}

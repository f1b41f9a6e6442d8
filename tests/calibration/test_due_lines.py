"""Each line of what is due, word for word: units, records beside the folders, standards, and what cannot be read."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from calibration.due import Due, due, ending, retired
from calibration.errors import CalibrationError
from calibration.record import load_calibration_record
from calibration.retire import Why, retire
from tests.calibration.test_due_and_history import TODAY, book, standards_text, tolerated, weighed
from tests.calibration.test_results_of_records import curved

__all__ = ["book", "tolerated"]  # fixtures

AIR_RECORD = Path(__file__).parents[2] / "fixtures" / "benches" / "calibration" / "SIM-ENV-0001.toml"
DROPPED = Why("dropped", "A. Weber", "M. Klein")


def line_of(book, name, **asked):
    return next(one for one in due(book, asked.pop("today", TODAY), **asked) if one.name.startswith(name))


def test_a_unit_as_json_with_the_advice_on_it(tolerated):
    told = line_of(tolerated, "B-1").as_json()
    advised = told.pop("advised")
    assert told == {
        "what": "unit",
        "name": "B-1, balance",
        "state": "in force",
        "valid_until": "2027-03-01",
        "days_left": 98,
        "reason": "",
    }
    assert [sorted(one) for one in advised] == [["method", "on", "reason"]] * 2
    assert advised[0]["method"] == "staircase"
    assert advised[0]["on"] == (date(2026, 3, 1) + timedelta(days=int(365 * 1.1))).isoformat()
    assert "reached after" in advised[1]["reason"]


def test_what_is_broken_has_no_last_day_in_json():
    assert Due("unit", "B-1, balance", "broken", reason="gone").as_json() == {
        "what": "unit",
        "name": "B-1, balance",
        "state": "broken",
        "valid_until": None,
        "days_left": None,
        "reason": "gone",
        "advised": [],
    }


@pytest.mark.parametrize(
    ("state", "good"), [("broken", False), ("out of date", False), ("soon", True), ("in force", True)]
)
def test_only_what_is_in_force_may_be_used(state, good):
    one = Due("standard", "W-77, weight 100 g, F1", state)
    assert (one.acceptable, one.serial_number) == (good, "W-77")


def test_a_folder_that_is_not_there_is_no_empty_book(tmp_path):
    from calibration.book import Book

    with pytest.raises(CalibrationError, match=r"nowhere: expected the book, .* found none; give --book"):
        due(Book(tmp_path / "nowhere"), TODAY)


def test_a_broken_ledger_is_one_line_for_all_units(book):
    (book.folder / "ledger" / "000002.toml").unlink()
    (book.folder / "B-9.toml").write_text(AIR_RECORD.read_text())
    [found] = due(book, TODAY)
    assert (found.what, found.name, found.state, found.valid_until, found.days_left) == (
        "unit", "ledger", "broken", None, None,
    )  # fmt: skip
    assert "the ledger is broken" in found.reason


def test_a_record_beside_the_folders_has_the_days_that_it_says(book):
    shutil.copy(AIR_RECORD, book.folder)
    found = line_of(book, "SIM-ENV-0001")
    assert (found.what, found.name, found.state) == ("unit", "SIM-ENV-0001, SIM-ENV-0001.toml", "in force")
    assert (found.valid_until, found.reason, found.advised) == (date(2099, 12, 31), "", ())


def test_a_record_beside_the_folders_that_cannot_be_read_is_broken(book):
    (book.folder / "B-9.toml").write_text("no toml")
    found = line_of(book, "B-9.toml")
    assert (found.what, found.name, found.state, found.days_left) == ("unit", "B-9.toml", "broken", None)
    assert "B-9.toml: expected a TOML file in UTF-8" in found.reason


def test_a_chain_that_is_broken_is_a_line_of_its_unit(book):
    (book.folder / "B-1" / "0002-balance.toml").unlink()
    found = line_of(book, "B-1")
    assert (found.what, found.name, found.state, found.acceptable) == ("unit", "B-1, balance", "broken", False)
    assert "expected record 2" in found.reason


def test_standards_that_cannot_be_read_are_one_line(book):
    (book.folder / "standards.toml").write_text("schema = 1\n[[standard]]\nname = 'nothing else'")
    found = line_of(book, "standards.toml")
    assert (found.what, found.state, found.days_left, found.acceptable) == ("standard", "broken", None, False)
    assert "not a usable list of standards" in found.reason


def test_a_standard_names_its_certificate_and_that_nobody_confirmed_it(book):
    (book.folder / "standards.toml").write_text(standards_text())
    found = line_of(book, "W-77")
    assert (found.what, found.name, found.valid_until) == ("standard", "W-77, weight 100 g, F1", date(2027, 1, 9))
    assert found.reason == "certificate K-12345, unconfirmed"


def test_of_two_certificates_of_a_standard_the_newer_counts(book):
    older = standards_text().replace("schema = 1\n", "").replace("2022-01-01", "2020-01-01")
    older = older.replace("2027-01-09", "2021-12-31").replace("K-12345", "K-00001")
    (book.folder / "standards.toml").write_text(f"{standards_text()}\n{older}")
    [found] = [one for one in due(book, TODAY) if one.what == "standard"]
    assert (found.valid_until, "K-12345" in found.reason) == (date(2027, 1, 9), True)


def test_a_standard_whose_paper_is_gone_is_broken(book):
    paper = f'\nattachment = "K-12345.pdf"\nattachment_sha256 = "{"0" * 64}"'
    (book.folder / "standards.toml").write_text(standards_text() + paper)
    found = line_of(book, "W-77")
    assert (found.what, found.name, found.state) == ("standard", "W-77, weight 100 g, F1", "broken")
    assert (found.acceptable, found.valid_until) == (False, None)
    assert "K-12345.pdf: expected the certificate of W-77" in found.reason


def test_a_unit_of_which_it_is_not_known_whether_it_is_in_service_is_broken(book):
    path = retire(book, "B-1", DROPPED, TODAY)
    assert [one.reason for one in retired(book)] == ["dropped"]
    path.chmod(0o644)
    path.write_text(path.read_text().replace("dropped", "fallen"))
    [found] = due(book, TODAY)
    assert (found.name, found.state, found.valid_until, found.days_left) == ("B-1, balance", "broken", None, None)
    assert "retired-0001.toml" in found.reason
    assert retired(book) == []


def test_what_came_back_is_not_named_among_what_is_out_of_service(book):
    retire(book, "B-1", DROPPED, TODAY)
    retire(book, "B-1", Why("repaired", "A. Weber", "M. Klein"), TODAY, back=True)
    assert retired(book) == []


@pytest.mark.parametrize(
    ("days", "state", "told"),
    [
        (-1, "out of date", ""),
        (0, "soon", "ends today, on 2027-03-01"),
        (1, "soon", "ends tomorrow, on 2027-03-01"),
        (2, "soon", "ends in 2 days, on 2027-03-01"),
        (30, "soon", "ends in 30 days, on 2027-03-01"),
        (31, "in force", ""),
    ],
)
def test_thirty_days_before_its_end_it_is_said(book, days, state, told):
    today = date(2027, 3, 1) - timedelta(days=days)
    record = load_calibration_record(book.in_force("B-1", "balance").path)
    assert ending(record, today).removeprefix("the calibration of B-1 ") == told
    assert (line_of(book, "B-1", today=today).state, line_of(book, "B-1", today=today).days_left) == (state, days)


def test_another_warning_time_can_be_asked_for(book):
    assert line_of(book, "B-1", within_days=98).state == "soon"
    assert line_of(book, "B-1", within_days=97.9).state == "in force"


def test_a_history_that_cannot_be_followed_keeps_its_last_day(tolerated):
    """Without an uncertainty nothing is advised; where no tolerance asks for advice, that is no reason to say."""
    record = weighed(date(2026, 9, 1), 0.008)
    tolerated.append({**record, "balance": {**record["balance"], "sensitivity": "0 %"}})
    assert "expected one number above zero" in line_of(tolerated, "B-1").reason
    (tolerated.folder / "tolerances.toml").unlink()
    found = line_of(tolerated, "B-1")
    assert (found.reason, found.advised, found.valid_until) == ("", (), date(2027, 9, 1))


def test_a_curve_that_cannot_be_followed_is_due_all_the_same(book):
    """Readings beyond what a transmitter can be: the curve is of its record, and its ends are no places to follow."""
    far = [0.0, 1000.0, 2000.0]
    book.append(curved("pressure", ("kPa", "kPa"), far, far))
    found = line_of(book, "MP-0007")
    assert (found.state, found.valid_until, found.advised) == ("in force", date(2027, 3, 1), ())
    assert found.reason.startswith("no advice: at: gauge pressure must lie between ")

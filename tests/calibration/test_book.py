"""The book of calibration records: numbered, sealed, never overwritten; a broken chain vouches for nothing."""

from __future__ import annotations

import copy
import errno
import shutil
import tomllib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.book import Book, resolve_calibration
from calibration.errors import CalibrationError
from calibration.record import load_calibration_record, revolutions_problem
from calibration.record_seal import seal_problem, sealed_text
from calibration.record_write import record_text

WEIGHT = {
    "name": "weight 100 g, F1",
    "serial_number": "W-77",
    "certificate": "K-12345",
    "laboratory": "DAkkS D-K-00000",
    "calibrated_on": date(2026, 1, 10),
    "valid_until": date(2027, 1, 9),
    "value": "100.00012 g",
    "expanded": "0.10 mg",
    "entered_by": "A. Weber",
    "checked_by": "M. Klein",
}
AIR = {"temperature": "22.4 degC", "pressure": "1009.1 hPa", "humidity": "44 %"}
LOAD_CELL = {
    "kind": "load-cell",
    "channel": "hx711",
    "method": "house method 9",
    "performed_by": "A. Weber",
    "performed_on": date(2026, 3, 2),
    "valid_until": date(2027, 3, 1),
    "instrument": {"manufacturer": "Doseproof", "model": "DP-MP1", "serial_number": "MP-0007"},
    "standards": [WEIGHT],
    "surroundings": AIR,
    "tubing": {"lot": "T-9", "revolutions": 0.0, "revolutions_at_most": 5000.0},
    "points": {
        "reading_unit": "count",
        "reference_unit": "g",
        "reading": [1000.0, 201000.0, 401000.1],
        "reference": [0.0, 10.0, 20.0],
        "u_reference": [0.0, 1e-5, 2e-5],
        "state": ["as left"] * 3,
    },
    "curve": {
        "x_unit": "count",
        "y_unit": "g",
        "fit": {
            "degree": 1,
            "coefficients": [10.0, 5e-5],
            "covariance": [[1e-10, 0.0], [0.0, 1e-20]],
            "x0": 201000.0,
            "lowest": 1000.0,
            "highest": 401000.1,
            "dof": 1,
            "u_known": True,
        },
    },
}


@pytest.fixture
def book(tmp_path):
    return Book(tmp_path / "calibration")


@pytest.fixture
def tables():
    return copy.deepcopy(LOAD_CELL)


def chain(book, tables, times=3):
    return [book.append(tables) for _ in range(times)]


def test_a_new_record_supersedes_the_one_before(book, tables):
    first, second = chain(book, tables, 2)
    assert (first.name, second.name) == ("0001-load-cell-hx711.toml", "0002-load-cell-hx711.toml")
    in_force = book.in_force("MP-0007", "load-cell-hx711")
    assert in_force.path == second
    assert in_force.record.supersedes == load_calibration_record(first).sha256
    assert book.units() == {"MP-0007": ["load-cell-hx711"]}


def test_a_record_reads_back_to_the_last_bit(book, tables):
    tables["points"]["reading"] = [1000.1 + 0.2, 201000.00000000003, 401000.123456789]
    record = load_calibration_record(book.append(tables))
    assert list(record.points.reading) == tables["points"]["reading"]
    assert record.standards[0].checked_by == "M. Klein"


def test_a_record_is_read_only_and_leaves_nothing_beside_it(book, tables):
    path = book.append(tables)
    assert not path.stat().st_mode & 0o222
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_disk_that_is_full_leaves_nothing_in_the_book(book, tables, monkeypatch):
    def full(number):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("calibration.new_file.os.fsync", full)
    with pytest.raises(CalibrationError, match="No space left on device; nothing was written"):
        book.append(tables)
    assert [path for path in book.folder.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("performed_on", date(2027, 2, 1), "use a standard that is in date"),
        ("valid_until", date(2026, 3, 1), "valid_until: expected a day after performed_on"),
        ("method", " ", "method: "),
        ("supply_voltage", "5", "with no unit; say the unit"),
        ("supply_voltage", "5 mL", "found the unit 'mL'"),
        ("kind", "flow-sensor", "expected readings in one of nL/h"),
        ("curve", None, "needs points and the curve"),
        ("channel", "Up/../down", "channel: expected lower-case letters"),
    ],
)
def test_a_bad_record_is_refused_and_the_one_before_stays_in_force(book, tables, key, value, told):
    first = book.append(tables)
    tables[key] = value
    with pytest.raises(CalibrationError) as refused:
        book.append(tables, today=date(2026, 11, 23))
    assert told in str(refused.value)
    assert book.in_force("MP-0007", "load-cell-hx711").path == first
    assert len(list(first.parent.iterdir())) == 1


def test_the_refusal_names_the_record_that_stays(book, tables):
    book.append(tables)
    with pytest.raises(CalibrationError, match="record 1 of 2026-03-02, valid until 2027-03-01, stays in force"):
        book.append({**tables, "performed_by": ""})


def test_a_date_in_the_future_is_refused(book, tables):
    with pytest.raises(CalibrationError, match="a day up to today, 2026-03-01, found 2026-03-02"):
        book.append(tables, today=date(2026, 3, 1))


def test_one_person_cannot_check_what_they_entered(book, tables):
    tables["standards"][0]["checked_by"] = "a. weber"
    with pytest.raises(CalibrationError, match="expected another person than entered_by"):
        book.append(tables)


def test_one_person_cannot_check_the_result_either(book, tables):
    with pytest.raises(CalibrationError, match="expected another person than performed_by, found 'a"):
        book.append({**tables, "checked_by": "a. WEBER"})
    assert book.append({**tables, "checked_by": "M. Klein"})


def test_a_trial_is_judged_and_not_written(book, tables):
    assert book.trial(tables).number == 1
    assert not book.folder.exists()
    with pytest.raises(CalibrationError, match="needs points and the curve"):
        book.trial({**tables, "curve": None})


def test_columns_of_different_length_and_numbers_that_are_none(book, tables):
    tables["points"]["reading"] = [1.0, 2.0]
    with pytest.raises(CalibrationError, match="columns of equal length"):
        book.append(tables)
    tables["points"]["reading"] = [1.0, 2.0, float("nan")]
    with pytest.raises(CalibrationError, match=r"points\.reading\[2\]: expected a finite number"):
        book.append(tables)


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_any_changed_byte_of_a_sealed_record_is_noticed(data):
    content = sealed_text(record_text({"schema": 2, **LOAD_CELL, "number": 1})).encode()
    assert seal_problem(content) == ""
    place = data.draw(st.integers(0, len(content) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda value: value != content[place]))
    assert seal_problem(content[:place] + bytes([other]) + content[place + 1 :])


def test_an_edited_value_is_refused_with_what_to_do(book, tables):
    path = book.append(tables)
    path.chmod(0o644)
    path.write_text(path.read_text().replace("201000.0", "201001.0"))
    with pytest.raises(CalibrationError, match=r"changed after its seal.*a new record that supersedes it"):
        load_calibration_record(path)


@pytest.mark.parametrize("gone", [0, 1])
def test_a_missing_record_breaks_the_chain(book, tables, gone):
    paths = chain(book, tables)
    paths[gone].unlink()
    with pytest.raises(CalibrationError, match="the chain is broken: expected record"):
        book.in_force("MP-0007", "load-cell-hx711")


def test_a_record_of_another_unit_does_not_fit_in(book, tables):
    path = book.append(tables)
    (other := book.folder / "MP-0008").mkdir()
    shutil.copy(path, other / path.name)
    with pytest.raises(CalibrationError, match="expected a record of MP-0008, load-cell-hx711, found one of MP-0007"):
        book.in_force("MP-0008", "load-cell-hx711")


def test_a_new_record_with_its_own_seal_in_the_place_of_an_old_one_breaks_the_chain(book, tables):
    first, *_ = chain(book, tables)
    forged = {"schema": 2, **tables, "number": 1, "note": "nothing to see"}
    first.unlink()
    first.write_text(sealed_text(record_text(forged)))
    with pytest.raises(CalibrationError, match="the chain is broken"):
        book.append(tables)


def test_another_spelling_of_a_number_takes_no_place_in_the_chain(book, tables):
    _, newest = chain(book, tables, 2)
    shutil.copy(newest, newest.with_name("00002-load-cell-hx711.toml"))
    with pytest.raises(CalibrationError, match="chain is broken: expected record 3"):
        book.history("MP-0007", "load-cell-hx711")


def test_a_bench_file_names_a_file_or_a_place_in_the_book(book, tables):
    first, second = chain(book, tables, 2)
    assert resolve_calibration(first) == first
    assert resolve_calibration(book.folder / "MP-0007" / "load-cell-hx711") == second
    with pytest.raises(CalibrationError, match="expected a record of MP-0007, pump; known are MP-0007"):
        resolve_calibration(book.folder / "MP-0007" / "pump")


def test_the_text_of_a_record_is_plain_toml(tables):
    assert tomllib.loads(record_text(tables)) == tables


def test_a_factor_holds_for_so_many_revolutions(book, tables):
    record = load_calibration_record(book.append(tables))
    assert revolutions_problem(record, 5000.0) == ""
    assert "holds for tube T-9 from 0 to 5000 revolutions, found 5001" in revolutions_problem(record, 5001.0)

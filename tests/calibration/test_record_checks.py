"""A record whose points, curve and properties contradict each other is none, whoever sealed it."""

import copy
from datetime import date

import numpy as np
import pytest

from calibration.book import Book
from calibration.curve import fit_curve
from calibration.errors import CalibrationError
from calibration.record import load_calibration_record
from calibration.record_seal import sealed_text
from calibration.record_write import record_text
from tests.calibration.test_book import LOAD_CELL


@pytest.fixture
def book(tmp_path):
    return Book(tmp_path / "calibration")


@pytest.fixture
def tables():
    return copy.deepcopy(LOAD_CELL)


def through(tables, readings, references, factor=1.0, **changes):
    """The same record with the curve that a fit gives through other points, times a factor."""
    count = len(readings)
    tables["points"] |= {"reading": readings, "reference": references, "u_reference": [1e-5] * count}
    tables["points"]["state"] = ["as left"] * count
    x = readings if count > 2 else np.linspace(readings[0], readings[-1], 4)
    fit = fit_curve(x, np.interp(x, readings, references)).as_table()
    fit["coefficients"] = [factor * one for one in fit["coefficients"]]
    tables["curve"]["fit"] = fit | changes
    return tables


def one_point(tables):
    for name in ("reading", "reference", "u_reference", "state"):
        tables["points"][name] = tables["points"][name][:1]
    return tables


UP = ([1000.0, 201000.0, 401000.0, 601000.0], [0.0, 10.0, 20.0, 30.001])


def test_a_fit_through_its_points_is_filed(book, tables):
    record = load_calibration_record(book.append(through(tables, *UP)))
    assert record.curve.curve().residuals


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda t: through(t, UP[0], UP[1][::-1]), "slope: expected above zero over the whole range"),
        (lambda t: through(t, *(one[:2] for one in UP)), "expected more than 2 for a curve of degree 1"),
        (one_point, "points: expected more than 2 .* found 1"),
        (lambda t: through(t, *UP, factor=1.5), "found one that misses a point by 15.* 50 % of the largest"),
        (lambda t: through(t, *UP, factor=1.001), "expected the residuals of these points, found others"),
        (
            lambda t: through(t, *UP, lowest=-1e9, highest=1e9),
            r"1000 to 601000 count, found -1e\+09 to 1e\+09",
        ),
        (lambda t: t["points"].update(reference_unit="mg") or t, "the units of the points, count and mg, found count"),
        (
            lambda t: t | {"properties": {"hysteresis": "0.1"}},
            "hysteresis: expected a value with its unit",
        ),
    ],
)
def test_a_record_that_contradicts_itself_is_not_filed_and_not_read(book, tables, tmp_path, change, told):
    wrong = change(tables)
    with pytest.raises(CalibrationError, match=told):
        book.append(wrong)
    assert book.units() == {}
    path = tmp_path / "sealed.toml"
    path.write_text(sealed_text(record_text({"schema": 2, **wrong, "number": 1})))
    with pytest.raises(CalibrationError, match=told):
        load_calibration_record(path)


def test_the_curve_of_a_pump_may_fall(book, tables):
    falling = through(tables, [250.0, 500.0, 750.0, 1000.0], [2.502, 2.501, 2.5, 2.499])
    falling |= {"kind": "pump", "channel": None}
    falling["points"] |= {"reading_unit": "uL/h", "reference_unit": "nL"}
    falling["curve"] |= {"x_unit": "uL/h", "y_unit": "nL"}
    assert load_calibration_record(book.append(falling)).curve.curve().coefficients[1] < 0.0


def test_a_record_older_than_the_one_before_does_not_supersede_it(book, tables):
    book.append(tables)
    tables["performed_on"] = date(2026, 3, 1)
    with pytest.raises(CalibrationError, match="from that of the record before on, 2026-03-02, found 2026-03-01"):
        book.append(tables)
    assert book.append({**tables, "performed_on": date(2026, 3, 2)}).name.startswith("0002")


def test_a_check_says_held_or_shifted(book, tables):
    check = {**tables, "kind": "balance-check", "channel": None, "curve": None}
    check["points"] |= {"reading_unit": "g", "reading": [50.0] * 3, "reference": [50.0] * 3}
    with pytest.raises(CalibrationError, match=r"properties\.verdict: expected held or shifted, found 'Shifted'"):
        book.append({**check, "properties": {"verdict": "Shifted"}})
    assert book.append({**check, "properties": {"verdict": "held", "probability": "0.7"}})

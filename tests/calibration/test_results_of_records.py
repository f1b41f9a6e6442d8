"""What one record says of its instrument: by hand from four weighings, and from a curve that is read at a place."""

from __future__ import annotations

import copy
from datetime import date

import numpy as np
import pytest

from calibration.book import Book
from calibration.characteristic import Characteristic
from calibration.curve import fit_curve
from calibration.errors import CalibrationError
from calibration.record import load_calibration_record
from calibration.result import found_results, results_of
from tests.calibration.test_book import LOAD_CELL
from tests.calibration.test_due_and_history import weighed

SLOPE = Characteristic("slope error", "balance", "%")
DAY = date(2026, 3, 2)


def balance(slope_percent=0.004, sensitivity="0.0005 %", **points):
    record = weighed(DAY, slope_percent)
    record["balance"]["sensitivity"] = sensitivity
    record["points"] |= points
    return record


def adjusted(found_percent, left_percent, reference, u_reference):
    found, left = ([one * (1.0 + percent / 100.0) for one in reference] for percent in (found_percent, left_percent))
    return balance(
        left_percent,
        reading=found + left,
        reference=reference * 2,
        u_reference=u_reference * 2,
        state=["as found"] * len(reference) + ["as left"] * len(reference),
    )


@pytest.fixture
def record(tmp_path):
    return lambda tables: load_calibration_record(Book(tmp_path / "calibration").append(tables))


def test_a_slope_has_the_uncertainty_of_the_record_and_what_the_weights_share(record):
    [one] = results_of(record(balance()), SLOPE)
    assert (one.number, one.day, one.state) == (1, DAY, "as found")
    assert (one.value, one.u) == pytest.approx((0.004, 0.0005))
    assert one.u_common == pytest.approx(1e-4)  # 1e-4 g on 100 g


def test_what_the_weights_share_is_never_more_than_the_whole(record):
    [one] = results_of(record(balance(sensitivity="0.00005 %")), SLOPE)
    assert one.u_common == one.u == pytest.approx(5e-5)


def test_only_the_larger_weights_say_what_they_share(record):
    """From half of the largest on: 50 g counts, 49 g not, though it is known worse; nor does the zero."""
    points = {"reading": [0.0, 49.0, 50.0, 100.0], "reference": [0.0, 49.0, 50.0, 100.0], "state": ["as left"] * 4}
    [one] = results_of(record(balance(0.0, "0.1 %", **points, u_reference=[1.0, 0.049, 0.01, 0.01])), SLOPE)
    assert one.u_common == pytest.approx(0.02)
    assert one.state == "as left"


def test_an_adjustment_gives_two_results_the_first_of_what_was_found(record):
    """Least squares through zero, so that 200 g counts four times as much as 100 g."""
    tables = adjusted(0.01, 0.001, [100.0, 200.0], [1e-4, 2e-4])
    tables["points"]["reading"][1] = 200.0 * (1.0 + 0.005 / 100.0)
    found, left = results_of(record(tables), SLOPE)
    assert (found.state, found.value) == ("as found", pytest.approx((0.01 + 4.0 * 0.005) / 5.0))
    assert (left.state, left.value) == ("as left", pytest.approx(0.001))
    assert (found.number, found.day, found.u, found.u_common) == (left.number, left.day, left.u, left.u_common)
    assert found_results([found, left]) == [found]


def test_points_at_zero_alone_say_nothing_of_a_slope(record):
    points = {"reading": [0.0, 0.0], "reference": [0.0, 0.0], "u_reference": [0.1, 0.1], "state": ["as left"] * 2}
    [one] = results_of(record(balance(**points)), SLOPE)
    assert (one.value, one.u_common) == (pytest.approx(0.004), 0.0)
    points["state"] = ["as found", "as left"]
    found, left = results_of(record(balance(**points)), SLOPE)
    assert (found.value, left.value, found.u_common) == (0.0, pytest.approx(0.004), 0.0)


def test_a_slope_without_points_is_stated_and_shares_nothing_known(record):
    tables = balance()
    del tables["points"]
    [one] = results_of(record(tables), SLOPE)
    assert (one.state, one.value, one.u, one.u_common) == ("stated", pytest.approx(0.004), pytest.approx(5e-4), 0.0)


def test_a_balance_that_states_no_slope_error_has_no_result(record):
    tables = balance()
    del tables["balance"]["slope_error"]
    assert results_of(record(tables), SLOPE) == []


def test_a_record_of_another_kind_has_no_slope_error_and_a_balance_no_curve(record):
    assert results_of(record(copy.deepcopy(LOAD_CELL)), SLOPE) == []
    assert results_of(record(balance()), Characteristic.stated("balance", "error", "50 g", "1 mg")) == []


def curved(kind, units, readings, references, found_too_much=None, u_common=0.0):
    """A record of a straight curve as left; as found the readings were so much higher."""
    x, y = np.asarray(readings, np.float64), np.asarray(references, np.float64)
    fit = fit_curve(x, y, u_y=0.01, common_y=u_common or None)
    before = [] if found_too_much is None else [x + found_too_much]
    count = len(x)
    return {
        **copy.deepcopy(LOAD_CELL),
        "kind": kind,
        "channel": None,
        "tubing": None,
        "points": {
            "reading_unit": units[0],
            "reference_unit": units[1],
            "reading": [one for some in [*before, x] for one in some.tolist()],
            "reference": y.tolist() * (1 + len(before)),
            "u_reference": [0.01] * count * (1 + len(before)),
            "state": ["as found"] * count * len(before) + ["as left"] * count,
        },
        "curve": {"x_unit": units[0], "y_unit": units[1], "fit": fit.as_table()},
    }


KPA = [0.0, 25.0, 50.0, 75.0, 100.0]


def test_an_error_is_reading_less_reference_in_the_unit_that_was_asked_for(record):
    """Reads 0.2 kPa too much as left, and 0.3 kPa more as found; the line through it is known to 0.01 / sqrt(5)."""
    tables = curved("pressure", ("kPa", "kPa"), [x + 0.2 for x in KPA], KPA, found_too_much=0.3)
    found, left = results_of(record(tables), Characteristic.stated("pressure", "error", "50200 Pa", "-1 Pa"))
    assert (found.state, found.value) == ("as found", pytest.approx(500.0))
    assert (left.state, left.value) == ("as left", pytest.approx(200.0))
    assert found.u == left.u == pytest.approx(10.0 / 5**0.5)
    assert (found.u_common, left.u_common) == (0.0, 0.0)


def test_a_value_as_found_is_that_of_the_curve_and_its_deviation(record):
    """Readings were 10 count higher as found, so that one count meant the less."""
    tables = curved("load-cell", ("count", "g"), [0.0, 100.0, 200.0], [0.0, 10.0, 20.0], found_too_much=10.0)
    found, left = results_of(record(tables), Characteristic.stated("load-cell", "value", "110 count", "1 mg"))
    assert (found.value, left.value) == (pytest.approx(10_000.0), pytest.approx(11_000.0))


def test_what_all_points_share_is_the_common_part(record):
    """5 Pa that a standard is wrong by in every point moves the whole line by as much."""
    tables = curved("pressure", ("kPa", "kPa"), KPA, KPA, u_common=0.005)
    [one] = results_of(record(tables), Characteristic.stated("pressure", "error", "50 kPa", "-1 Pa"))
    assert one.u_common == pytest.approx(5.0)
    assert one.u == pytest.approx((100.0 / 5 + 25.0) ** 0.5)


def test_between_points_of_what_was_found_lie_straight_lines(record):
    """Taken in any order: 0.1 kPa at 25 kPa and 0.3 kPa at 75 kPa make 0.2 kPa at 50 kPa."""
    tables = curved("pressure", ("kPa", "kPa"), KPA, KPA, found_too_much=0.0)
    tables["points"]["reading"][:5] = [75.0, 25.0, 0.0, 100.0, 100.0]
    tables["points"]["reference"][:5] = [74.7, 24.9, 0.0, 100.0, 100.0]
    found, left = results_of(record(tables), Characteristic.stated("pressure", "error", "50 kPa", "-1 kPa"))
    assert (found.value, left.value) == (pytest.approx(0.2), pytest.approx(0.0, abs=1e-12))


def test_an_error_of_a_thermometer_is_in_kelvin(record):
    degrees = [0.0, 20.0, 40.0]
    tables = curved("thermometer", ("degC", "degC"), [x + 0.2 for x in degrees], degrees)
    wanted = Characteristic.stated("thermometer", "error", "20.2 degC", "-0.1 K")
    [one] = results_of(record(tables), wanted)
    assert (wanted.unit, one.value) == ("K", pytest.approx(0.2))


def test_a_place_that_the_curve_does_not_reach_is_told_with_the_record(record):
    made = record(curved("pressure", ("kPa", "kPa"), KPA, KPA))
    with pytest.raises(
        CalibrationError, match=r"record 1: error at 101 kPa: x: expected 0 to 100, which was calibrate"
    ):
        results_of(made, Characteristic.stated("pressure", "error", "101 kPa", "-1 kPa"))


def test_a_place_in_another_unit_than_the_readings_is_refused(record):
    """A transmitter can be read in volts; this one was read in kilopascal."""
    made = record(curved("pressure", ("kPa", "kPa"), KPA, KPA))
    with pytest.raises(CalibrationError, match="record 1: expected readings like 2 V, found them in kPa"):
        results_of(made, Characteristic.stated("pressure", "value", "2 V", "-1 kPa"))


def test_a_slope_error_has_no_place_on_a_curve(record):
    made = record(curved("pressure", ("kPa", "kPa"), KPA, KPA))
    assert results_of(made, Characteristic("error", "pressure", "kPa")) == []

"""The balance B-1 over four years, as found each spring: what is due, what its history says."""

from __future__ import annotations

import copy
import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from calibration.book import Book
from calibration.curve import fit_curve
from calibration.due import due, ending
from calibration.errors import CalibrationError
from calibration.record import load_calibration_record
from calibration.tolerances import load_tolerances
from calibration.unit_history import only_chain, unit_histories
from tests.calibration.test_book import AIR

WEIGHT = {
    "name": "weight 100 g, F1",
    "serial_number": "W-77",
    "certificate": "K-12345",
    "laboratory": "D-K-00000",
    "calibrated_on": date(2022, 1, 1),
    "valid_until": date(2027, 1, 9),
    "value": "100.00012 g",
    "expanded": "0.10 mg",
    "entered_by": "A. Weber",
    "checked_by": "M. Klein",
}
STATED = {
    "repeatability": "0.02 mg",
    "resolution": "0.01 mg",
    "linearity": "0.1 mg",
    "sensitivity": "0.0003 %",
    "adjusted_temperature": "22 degC",
    "adjusted_pressure": "1013.25 hPa",
    "adjusted_humidity": "45 %",
    "weights_density": "8000 kg/m3",
    "capacity": "220 g",
}
TOLERANCE = """
schema = 1
[[tolerance]]
serial_number = "B-1"
chain = "balance"
of = "slope error"
lower = "-0.01 %"
upper = "0.01 %"
"""
TODAY = date(2026, 11, 23)


def weighed(day, slope_percent, state="as found"):
    """A balance record: weighings of 100 g and 200 g at a slope error."""
    masses = [0.0, 100.0, 200.0]
    return {
        "kind": "balance",
        "method": "house method 7",
        "performed_by": "A. Weber",
        "performed_on": day,
        "valid_until": day + timedelta(days=365),
        "instrument": {"manufacturer": "Mettler-Toledo", "model": "XPR205", "serial_number": "B-1"},
        "standards": [WEIGHT],
        "surroundings": AIR,
        "points": {
            "reading_unit": "g",
            "reference_unit": "g",
            "reading": [mass * (1 + slope_percent / 100) for mass in masses],
            "reference": masses,
            "u_reference": [0.0, 1e-4, 2e-4],
            "state": [state] * 3,
        },
        "balance": {**STATED, "slope_error": f"{slope_percent} %"},
    }


@pytest.fixture
def book(tmp_path):
    """Springs from 2023 to 2026; the slope gains 0.002 % a year."""
    book = Book(tmp_path / "calibration")
    for year in range(4):
        book.append(weighed(date(2023 + year, 3, 1), 0.001 + 0.002 * year))
    return book


@pytest.fixture
def tolerated(book):
    (book.folder / "tolerances.toml").write_text(TOLERANCE)
    return book


def history_of(book):
    return unit_histories(book, "B-1", "balance", load_tolerances(book.folder))[0]


def test_a_steady_drift_leaves_the_tolerance_on_a_day_that_is_told(tolerated):
    found = history_of(tolerated)
    assert [round(one.value, 9) for one in found.results] == [0.001, 0.003, 0.005, 0.007]
    left_years = (found.departure.expected_day - found.results[-1].day.toordinal()) / 365.25
    assert left_years == pytest.approx(1.5, abs=0.01)  # 0.003 % more at 0.002 % a year
    assert found.departure.earliest_day < found.departure.expected_day < found.departure.latest_day


def test_the_advice_says_method_day_and_reason(tolerated):
    stairs, drift = history_of(tolerated).advice
    assert (stairs.advice.method, drift.advice.method) == ("staircase", "from_drift")
    assert stairs.on == date(2026, 3, 1) + timedelta(days=int(365 * 1.1))  # found at 70 % of its tolerance
    assert date(2026, 3, 1) < drift.on < date(2027, 9, 1)
    assert "the upper limit is reached after" in drift.advice.reason


def test_what_the_certificate_shares_moves_no_result_against_another(tolerated):
    found = history_of(tolerated)
    assert found.results[0].u_common == pytest.approx(1e-4)  # percent: 1e-4 g on 100 g
    assert found.chart.sigma[0] == pytest.approx((0.0003**2 - 0.0001**2) ** 0.5)


def test_without_a_tolerance_nothing_is_predicted_and_the_reason_is_told(book):
    found = history_of(book)
    assert found.advice == ()
    assert "no tolerance is stated for this unit" in found.prediction


def test_after_an_adjustment_the_history_begins_anew(tolerated):
    adjusted = weighed(date(2026, 9, 1), 0.0)
    before = weighed(date(2026, 9, 1), 0.012)["points"]
    after = weighed(date(2026, 9, 1), 0.0, "as left")["points"]
    for column in ("reading", "reference", "u_reference", "state"):
        adjusted["points"][column] = before[column] + after[column]
    tolerated.append(adjusted)
    found = history_of(tolerated)
    assert [(one.state, round(one.value, 6)) for one in found.results[-2:]] == [("as found", 0.012), ("as left", 0.0)]
    assert found.began == 5
    assert "one result has no slope" in found.prediction
    [stairs] = found.advice
    assert stairs.advice.reason.startswith("found out of tolerance: the interval of 184 days is cut")


def test_a_record_of_the_same_day_corrects_the_one_before(book):
    book.append(weighed(date(2026, 3, 1), 0.0065))
    values = [(one.number, round(one.value, 6)) for one in history_of(book).results]
    assert values == [(1, 0.001), (2, 0.003), (3, 0.005), (5, 0.0065)]


def test_a_record_without_an_uncertainty_is_due_all_the_same(tolerated):
    record = weighed(date(2026, 9, 1), 0.008)
    tolerated.append({**record, "balance": {**record["balance"], "sensitivity": "0 %"}})
    [found] = due(tolerated, TODAY)
    assert (found.state, found.advised) == ("in force", ())
    assert "expected one number above zero" in found.reason


def test_a_jump_is_a_signal_named_in_words(book):
    book.append(weighed(date(2026, 9, 1), 0.02))
    assert "one beyond 3 sigma" in {one.rule for one in history_of(book).signals}


def test_what_is_due_comes_in_the_order_of_urgency(tolerated):
    (tolerated.folder / "standards.toml").write_text(standards_text())
    old = (tolerated.folder / "B-2").mkdir() or copy.deepcopy(weighed(date(2024, 1, 1), 0.0))
    old["instrument"]["serial_number"] = "B-2"
    tolerated.append(old)
    found = [(one.name, one.state, one.days_left) for one in due(tolerated, TODAY, within_days=60)]
    assert found == [
        ("B-2, balance", "out of date", -692),
        ("W-77, weight 100 g, F1", "soon", 47),
        ("B-1, balance", "in force", 98),
    ]


def standards_text():
    lines = [f"{key} = {value if isinstance(value, date) else repr(value)}" for key, value in WEIGHT.items()]
    return "\n".join(["schema = 1", "[[standard]]", *lines]).replace("'", '"')


def test_a_broken_chain_comes_first_with_its_reason(book):
    (book.folder / "B-1" / "0002-balance.toml").unlink()
    [first] = due(book, TODAY)
    assert (first.state, first.acceptable, first.days_left) == ("broken", False, None)
    assert "the chain is broken: expected record 2" in first.reason


def test_the_last_day_itself_is_still_a_good_day(book):
    last = date(2027, 3, 1)
    assert [due(book, day)[0].state for day in (last, last + timedelta(days=1))] == ["soon", "out of date"]
    record = load_calibration_record(book.in_force("B-1", "balance").path)
    assert ending(record, last - timedelta(days=1)) == "the calibration of B-1 ends tomorrow, on 2027-03-01"
    assert ending(record, last - timedelta(days=31)) == ""


def test_a_stated_record_beside_the_folders_is_not_forgotten(book):
    text = (book.folder / "B-1" / "0001-balance.toml").read_text().replace("schema = 3", "schema = 4")
    (book.folder / "B-9.toml").write_text(text)
    assert (due(book, TODAY)[0].name, due(book, TODAY)[0].state) == ("B-9.toml", "broken")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ('lower = "0.02 %"', "expected the lower limit first"),
        ('lower = "-1 mg"', "found the unit 'mg'"),
        ('at = "50 g"\nlower = "-0.01 %"', "a slope error none; found '50 g'"),
    ],
)
def test_a_tolerance_that_means_nothing_is_refused(tolerated, wrong, told):
    path = tolerated.folder / "tolerances.toml"
    path.write_text(TOLERANCE.replace('lower = "-0.01 %"', wrong))
    with pytest.raises(CalibrationError, match="not a usable list of tolerances") as refused:
        load_tolerances(tolerated.folder)
    assert told in str(refused.value)


def test_the_example_of_the_manual_is_read(book):
    manual = (Path(__file__).parents[2] / "calibration" / "records" / "README.md").read_text("utf-8")
    text = next(block for block in re.findall(r"```toml\n(.*?)```", manual, re.DOTALL) if "[[tolerance]]" in block)
    (book.folder / "tolerances.toml").write_text(text)
    found = load_tolerances(book.folder)
    assert [one.characteristic.label for one in found.all] == ["slope error", "error at 50 kPa", "value at 250 uL/h"]
    assert found.of("MP-0007", "pump")[0].limits == (2.4, 2.6)


@pytest.fixture
def pressure(tmp_path):
    """A transmitter that reads 0.1 kPa too much at 50 kPa; adjusted in its second calibration."""
    book = Book(tmp_path / "pressure")
    kpa = np.array([0.0, 25.0, 50.0, 75.0, 100.0])
    for year, (too_much, left) in enumerate([(0.1, 0.1), (0.3, 0.0)]):
        points = (
            [(kpa + too_much, "as found")]
            if too_much == left
            else [(kpa + too_much, "as found"), (kpa + left, "as left")]
        )
        curve = fit_curve(kpa + left, kpa, u_y=0.01)
        book.append(
            {
                "kind": "pressure",
                "method": "house method 3",
                "performed_by": "A. Weber",
                "performed_on": date(2025 + year, 3, 1),
                "valid_until": date(2026 + year, 3, 1),
                "instrument": {"manufacturer": "GE", "model": "PACE", "serial_number": "P-1"},
                "standards": [WEIGHT],
                "surroundings": AIR,
                "points": {
                    "reading_unit": "kPa",
                    "reference_unit": "kPa",
                    "reading": [x for reading, _ in points for x in reading.tolist()],
                    "reference": kpa.tolist() * len(points),
                    "u_reference": [0.01] * 5 * len(points),
                    "state": [state for _, state in points for _ in kpa],
                },
                "curve": {"x_unit": "kPa", "y_unit": "kPa", "fit": curve.as_table()},
            }
        )
    return book


def test_the_error_of_a_curve_is_followed_in_the_unit_of_its_tolerance(pressure):
    (pressure.folder / "tolerances.toml").write_text(
        'schema = 1\n[[tolerance]]\nserial_number = "P-1"\nchain = "pressure"\nof = "error"\nat = "50 kPa"\n'
        'lower = "-200 Pa"\nupper = "200 Pa"'
    )
    [found] = unit_histories(pressure, "P-1", "pressure", load_tolerances(pressure.folder))
    assert (found.characteristic.label, found.characteristic.unit) == ("error at 50 kPa", "Pa")
    assert [(one.state, round(one.value, 6)) for one in found.results] == [
        ("as found", 100.0),
        ("as found", 300.0),
        ("as left", 0.0),
    ]
    assert "found out of tolerance" in found.advice[0].advice.reason


def test_without_a_tolerance_a_curve_is_followed_at_three_places(pressure):
    found = unit_histories(pressure, "P-1", "pressure", load_tolerances(pressure.folder))
    assert [one.characteristic.label for one in found] == ["error at 0.1 kPa", "error at 50.05 kPa", "error at 100 kPa"]


def test_a_unit_with_one_chain_needs_no_other_name(pressure):
    assert only_chain(pressure, "P-1") == "pressure"
    with pytest.raises(CalibrationError, match="known units are P-1"):
        only_chain(pressure, "P-2")

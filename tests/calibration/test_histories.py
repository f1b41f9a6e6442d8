"""Histories of units: what is followed where nobody says it, what an adjustment changes, and what is advised when."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import date, timedelta

import pytest

from calibration.book import Book
from calibration.errors import CalibrationError
from calibration.tolerances import Tolerances, load_tolerances
from calibration.unit_history import counted, histories_of, only_chain, unit_histories
from tests.calibration.test_due_and_history import WEIGHT, weighed
from tests.calibration.test_results_of_records import KPA, adjusted, curved

NONE = Tolerances()
LIMITS = """
schema = 1
[[tolerance]]
serial_number = "B-1"
chain = "balance"
of = "slope error"
lower = "-0.01 %"
upper = "0.03 %"
"""


@pytest.fixture
def book(tmp_path):
    return Book(tmp_path / "calibration")


def history(book, text=None):
    if text is not None:
        (book.folder / "tolerances.toml").write_text(text)
    [found] = unit_histories(book, "B-1", "balance", load_tolerances(book.folder))
    return found


def springs(book, *percent, **changes):
    for year, one in enumerate(percent):
        book.append(weighed(date(2023 + year, 3, 1), one) | changes)
    return book


def test_what_all_share_leaves_their_own_part(book):
    """5 ppm, of which 1 ppm is the weights': sqrt(24); the mean of equals is their mean."""
    found = history(springs(book, 0.001, 0.003, 0.005))
    assert (found.began, found.problem, found.limits, found.departure, found.advice) == (0, "", None, None, ())
    assert found.chart.sigma.tolist() == pytest.approx([(0.0003**2 - 0.0001**2) ** 0.5] * 3)
    assert found.chart.centre == pytest.approx(0.003)
    assert (found.characteristic.label, found.characteristic.unit) == ("slope error", "%")
    assert (found.drift.problem, [one.number for one in found.results]) == ("", [1, 2, 3])


@pytest.mark.parametrize(
    "other",
    [
        {"standards": [{**WEIGHT, "certificate": "K-67890"}]},
        {"standards": [{**WEIGHT, "serial_number": "W-78"}]},
        {"standards": [WEIGHT, {**WEIGHT, "serial_number": "W-78"}]},
    ],
)
def test_results_on_other_certificates_share_nothing_that_is_known(book, other):
    springs(book, 0.001, 0.003)
    book.append(weighed(date(2025, 3, 1), 0.005) | other)
    assert history(book).chart.sigma.tolist() == pytest.approx([0.0003] * 3)


def test_results_on_no_certificate_share_nothing_either(book):
    assert history(springs(book, 0.001, 0.003, standards=[])).chart.sigma.tolist() == pytest.approx([0.0003] * 2)


def test_the_own_part_is_never_less_than_a_tenth(book):
    for year in range(3):
        record = weighed(date(2023 + year, 3, 1), 0.001)
        record["balance"]["sensitivity"] = "0.0001 %"
        book.append(record)
    assert history(book).chart.sigma.tolist() == pytest.approx([1e-5] * 3)


def test_of_a_day_the_newest_record_counts_and_days_come_in_order(book):
    springs(book, 0.001, 0.003)
    book.append(weighed(date(2024, 3, 1), 0.004))
    filed = book.history("B-1", "balance")
    assert [one.record.number for one in counted(filed)] == [1, 3]
    assert [one.record.number for one in counted(filed[::-1])] == [1, 2]


def test_who_holds_no_record_gets_no_history(book):
    springs(book, 0.001)
    with pytest.raises(CalibrationError, match=r"expected a record of B-1, pump; known are B-1 \(balance\)"):
        unit_histories(book, "B-1", "pump", NONE)


def test_what_no_record_says_is_told_with_its_tolerance(book):
    """A balance that states no slope error, and a tolerance for it."""
    record = weighed(date(2023, 3, 1), 0.0)
    del record["balance"]["slope_error"]
    book.append(record)
    found = history(book, LIMITS)
    assert (found.problem, found.limits) == ("no record of this unit says its slope error", (-0.01, 0.03))
    assert (found.results, found.chart) == ((), None)
    assert found.prediction.startswith("no tolerance is stated")
    (book.folder / "tolerances.toml").unlink()
    assert unit_histories(book, "B-1", "balance", load_tolerances(book.folder)) == []


def test_with_fewer_results_than_a_line_needs_the_reason_is_told(book):
    found = history(springs(book, 0.001), LIMITS)
    assert found.prediction == found.departure.reason
    assert found.advice == ()
    assert replace(found, departure=None).prediction == found.drift.problem != ""


def test_the_staircase_needs_one_calibration_before_and_the_line_three(book):
    methods = [[one.advice.method for one in history(springs(book, 0.001), LIMITS).advice]]
    for year, percent in ((2024, 0.002), (2025, 0.003)):
        book.append(weighed(date(year, 3, 1), percent))
        methods.append([one.advice.method for one in history(book).advice])
    assert methods == [[], ["staircase"], ["staircase", "from_drift"]]


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (0.01, "found in tolerance: the interval of 366 days grows"),  # its middle
        (0.0255, "grows"),
        (0.0265, "stays"),  # from 80 % on
        (-0.0055, "grows"),
        (-0.0065, "stays"),
        (0.0301, "found out of tolerance"),
        (-0.0101, "found out of tolerance"),
    ],
)
def test_how_much_of_a_tolerance_was_used_counts_from_its_middle(book, found, told):
    [stairs] = history(springs(book, 0.01, found), LIMITS).advice
    assert told in stairs.advice.reason


def test_on_its_limit_a_unit_is_in_tolerance(book):
    [stairs] = history(springs(book, 0.0, 0.01), LIMITS.replace("0.03 %", "0.01 %")).advice
    assert stairs.advice.reason.startswith("found in tolerance")


def test_the_interval_that_was_is_what_is_made_longer_or_shorter(book):
    """From the calibration before to this one, whatever was planned; where the days are none, what was planned."""
    book.append(weighed(date(2025, 3, 1), 0.01))
    book.append(weighed(date(2025, 9, 1), 0.05))
    [stairs] = history(book, LIMITS).advice
    assert "the interval of 184 days is cut" in stairs.advice.reason
    assert stairs.on == date(2025, 9, 1) + timedelta(days=stairs.advice.days)


def test_a_balance_that_was_adjusted_and_left_alone_afterwards(book):
    """The advice is on the last calibration: how a unit was found in an older one says nothing of it."""
    book.append({**adjusted(0.02, 0.001, [100.0, 200.0], [1e-4, 2e-4]), "performed_on": date(2025, 3, 1)})
    book.append(weighed(date(2026, 3, 1), 0.002, "as left"))
    found = history(book, LIMITS)
    assert ([one.state for one in found.results], found.began) == (["as found", "as left", "as left"], 1)
    assert found.chart.values.tolist() == pytest.approx([0.001, 0.002])
    assert found.advice == ()


def test_two_adjustments_the_last_one_begins_the_history(book):
    for year in (2025, 2026):
        tables = adjusted(0.02, 0.001, [100.0, 200.0], [1e-4, 2e-4])
        book.append({**tables, "performed_on": date(year, 3, 1), "valid_until": date(year + 1, 3, 1)})
    assert (len(history(book).results), history(book).began) == (4, 3)


def usual(*tables, tmp):
    """Calibrated once a month, and no tolerance stated."""
    for month, one in enumerate(tables, start=3):
        path = tmp.append({**one, "performed_on": date(2026, month, 2)})
    serial = path.parent.name
    return unit_histories(tmp, serial, only_chain(tmp, serial), NONE)


def test_a_curve_is_followed_where_all_of_them_reach(book):
    """0 to 100 kPa, then 25 to 75 kPa only: lowest, middle and highest place of what both have."""
    narrow = curved("pressure", ("kPa", "kPa"), KPA[1:4], KPA[1:4])
    found = usual(curved("pressure", ("kPa", "kPa"), KPA, KPA), narrow, tmp=book)
    assert [one.characteristic.label for one in found] == ["error at 25 kPa", "error at 50 kPa", "error at 75 kPa"]
    assert {one.characteristic.unit for one in found} == {"kPa"}
    assert [len(one.results) for one in found] == [2, 2, 2]


def test_curves_that_meet_in_one_point_are_followed_there(book):
    low, high = (curved("pressure", ("kPa", "kPa"), some, some) for some in (KPA[:3], KPA[2:]))
    assert [one.characteristic.label for one in usual(low, high, tmp=book)] == ["error at 50 kPa"]


def test_curves_that_do_not_meet_are_followed_nowhere(book):
    low, high = (curved("pressure", ("kPa", "kPa"), some, some) for some in ([0.0, 1.0, 2.0], [50.0, 75.0, 100.0]))
    assert usual(low, high, tmp=book) == []


def test_a_thermometer_is_followed_by_its_error_in_kelvin(book):
    degrees = [0.0, 20.0, 40.0]
    found = usual(curved("thermometer", ("degC", "degC"), degrees, degrees), tmp=book)
    assert [(one.characteristic.label, one.characteristic.unit) for one in found][1] == ("error at 20 degC", "K")


def test_what_reads_in_another_unit_is_followed_by_its_value(book):
    found = usual(curved("load-cell", ("count", "g"), [0.0, 1e5, 2e5], [0.0, 10.0, 20.0]), tmp=book)
    assert [one.characteristic.label for one in found] == ["value at 0 count", "value at 1e+05 count",
                                                            "value at 2e+05 count"]  # fmt: skip
    assert [round(one.results[0].value, 9) for one in found] == [0.0, 10.0, 20.0]


def test_a_curve_in_another_unit_than_the_newest_does_not_say_where(book):
    volts = curved("pressure", ("V", "kPa"), [0.0, 2.5, 5.0], [0.0, 50.0, 100.0])
    found = usual(volts, curved("pressure", ("kPa", "kPa"), KPA, KPA), tmp=book)
    assert [one.characteristic.label for one in found] == ["error at 0 kPa", "error at 50 kPa", "error at 100 kPa"]
    assert "expected readings like 50 kPa, found them in V" in found[1].problem


def test_a_transmitter_in_volts_is_followed_by_its_value(book):
    [_, middle, _] = usual(curved("pressure", ("V", "kPa"), [0.0, 2.5, 5.0], [0.0, 50.0, 100.0]), tmp=book)
    assert (middle.characteristic.label, middle.characteristic.unit) == ("value at 2.5 V", "kPa")


def test_a_unit_with_two_chains_needs_the_name_of_one(book):
    one = curved("load-cell", ("count", "g"), [0.0, 1e5, 2e5], [0.0, 10.0, 20.0])
    for channel in ("hx711", "ad7124"):
        book.append({**copy.deepcopy(one), "channel": channel})
    with pytest.raises(CalibrationError, match="MP-0007 has several chains: load-cell-ad7124, load-cell-hx711; name"):
        only_chain(book, "MP-0007")


def test_in_an_empty_book_no_unit_is_known(book):
    with pytest.raises(CalibrationError, match="expected records of MP-0007, found none; known units are none"):
        only_chain(book, "MP-0007")


def test_each_tolerance_of_a_unit_has_its_history_and_no_other(book):
    springs(book, 0.001, 0.003)
    more = LIMITS.split("schema = 1")[1]
    (book.folder / "tolerances.toml").write_text(
        LIMITS + more.replace('"0.03 %"', '"0.05 %"') + more.replace("B-1", "B-2") + more.replace("B-1", "P-1")
    )
    found = histories_of(book.history("B-1", "balance"), load_tolerances(book.folder))
    assert [one.limits for one in found] == [(-0.01, 0.03), (-0.01, 0.05)]

"""Entries of standards at their borders: sizes of uncertainties, days of certificates, and what a checker confirms."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from calibration.record_parts import Standard
from calibration.standard_checks import entry_sha256, standard_problems
from calibration.standards import Standards
from tests.calibration.test_book import WEIGHT

DAY = date(2026, 1, 10)


def problems(*changes):
    return standard_problems([Standard(**WEIGHT | change) for change in changes])


@pytest.mark.parametrize(
    ("value", "most", "more"),
    [
        ("100 g", "1 g", "1.001 g"),
        ("1000 hPa", "10 hPa", "10.01 hPa"),
        ("50 %", "10 %", "10.01 %"),
    ],
)
def test_an_uncertainty_may_be_so_large_and_no_larger(value, most, more):
    assert problems({"value": value, "expanded": most}) == []
    [told] = problems({"value": value, "expanded": more})
    part = "20" if "%" in value else "1"
    assert told == f"W-77: expanded: expected an uncertainty above zero and at most {part} % of {value}, found {more}"


@pytest.mark.parametrize(("value", "expanded"), [("0 kPa", "900 kPa"), ("0 degC", "50 K"), ("0 V", "5 V")])
def test_a_correction_may_be_less_than_its_uncertainty(value, expanded):
    assert problems({"value": value, "expanded": expanded}) == []
    unit = expanded.split()[1]
    [told] = problems({"value": value, "expanded": f"0 {unit}"})
    assert told == f"W-77: expanded: expected an uncertainty above zero, found 0 {unit}"


@pytest.mark.parametrize("value", ["0 g", "-1 g", "0 %"])
def test_what_is_no_correction_is_above_zero(value):
    unit = value.split()[1]
    assert problems({"value": value, "expanded": f"0.1 {unit}"}) == [
        f"W-77: value: expected one above zero, found {value}"
    ]


def test_a_value_in_no_unit_of_ours_is_told_by_the_first_kind():
    [told] = problems({"value": "5 furlong"})
    assert told.startswith("W-77: value: expected a mass such as '53.15 g', found the unit 'furlong'")


def test_an_uncertainty_of_another_kind_is_told_by_the_kind_of_the_value():
    [told] = problems({"value": "20 degC", "expanded": "1 mg"})
    assert told.startswith("W-77: expanded: expected a temperature difference such as '0.5 K', found the unit 'mg'")
    [told] = problems({"value": "3 V", "expanded": "1 mg"})
    assert told.startswith("W-77: expanded: expected a voltage")


def test_a_certificate_may_hold_for_one_day():
    assert problems({"valid_until": DAY}) == []
    [told] = problems({"valid_until": date(2026, 1, 9)})
    assert told == "W-77: valid_until: expected a day from 2026-01-10 on, found 2026-01-09"


@pytest.mark.parametrize(("begins", "wrong"), [(date(2027, 1, 10), False), (date(2027, 1, 9), True)])
def test_of_two_certificates_one_holds_on_each_day(begins, wrong):
    newer = {"certificate": "K-2", "calibrated_on": begins, "valid_until": date(2028, 1, 1)}
    told = (
        "W-77: expected one entry a day, found certificate K-12345 up to 2027-01-09 and K-2 from 2027-01-09 on; end "
        "the older one the day before"
    )
    assert problems(newer, {}) == problems({}, newer) == ([told] if wrong else [])
    assert problems({}, newer | {"serial_number": "W-78"}) == []


@pytest.mark.parametrize(
    ("on", "certificate"),
    [
        (date(2026, 1, 9), "K-2"),  # before any: the newest, which is then refused with its days
        (date(2026, 1, 10), "K-12345"),
        (date(2027, 1, 9), "K-12345"),
        (date(2027, 1, 10), "K-2"),
        (date(2028, 1, 1), "K-2"),
        (date(2028, 1, 2), "K-2"),
    ],
)
def test_each_certificate_holds_from_its_first_day_to_its_last(on, certificate):
    """The older one may be in the file before the newer one or after it."""
    older = Standard(**WEIGHT)
    newer = Standard(
        **WEIGHT | {"certificate": "K-2", "calibrated_on": date(2027, 1, 10), "valid_until": date(2028, 1, 1)}
    )
    for both in ((older, newer), (newer, older)):
        found = Standards(Path(), both).newest("W-77", on)
        assert found is not None
        assert found.certificate == certificate


def test_a_checker_confirms_everything_but_the_confirmation():
    entry = Standard(**WEIGHT)
    confirmed = WEIGHT | {"checked_sha256": entry_sha256(entry)}
    assert entry_sha256(Standard(**confirmed)) == entry_sha256(entry)
    assert problems({"checked_sha256": entry_sha256(entry)}) == []
    for change in ({"value": "100.00013 g"}, {"k": 2.1}, {"certificate": "K-2"}, {"entered_by": "B. Braun"}):
        [told] = standard_problems([Standard(**confirmed | change)])
        assert told.startswith("W-77: checked_sha256: the entry is not the one that M. Klein confirmed; compare it wit")


def test_what_a_checker_confirmed_stays_confirmed_by_later_versions():
    """A hash in a book outlives the software: that of this entry is as it was in 2026, and nothing that is left out
    of an entry is part of it.
    """
    assert entry_sha256(Standard(**WEIGHT)) == "733c9ae75ed8af56eee0291e4f130352013163173e9bd54a304c6ba652ce2b5a"

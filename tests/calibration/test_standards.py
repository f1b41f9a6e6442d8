"""An entry of standards.toml is judged when it is read: sizes, units, days, and whether it is what was confirmed."""

import tomllib
from datetime import date

import pytest

from calibration.due import due
from calibration.errors import CalibrationError
from calibration.record_write import record_text
from calibration.standard_checks import entry_sha256
from calibration.standards import load_standards
from tests.calibration.test_book import WEIGHT, Book


@pytest.fixture
def load(tmp_path):
    """Writes entries, the weight with some changes each, and reads them."""

    def write(*changes):
        entries = [WEIGHT | change for change in changes]
        (tmp_path / "standards.toml").write_text(record_text({"schema": 1, "standard": entries}))
        return load_standards(tmp_path)

    return write


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"expanded": "-30 mg"}, "expanded: expected an uncertainty above zero and at most 1 % of 100.00012 g"),
        ({"expanded": "0 mg"}, "expanded: expected an uncertainty above zero"),
        ({"expanded": "3000 mg"}, "found 3000 mg"),
        ({"value": "-50 g"}, "value"),
        ({"expanded": "0.1"}, "with no unit; say the unit"),
        ({"expanded": "0.1 kPa"}, "kPa"),
        ({"value": "20 degC", "expanded": "0 K"}, "expanded: expected an uncertainty above zero"),
        ({"valid_until": date(2025, 1, 1)}, "valid_until: expected a day from 2026-01-10 on"),
    ],
)
def test_an_entry_that_cannot_be_is_told_with_its_serial_number(load, change, told):
    with pytest.raises(CalibrationError) as refused:
        load(change)
    assert "W-77: " in str(refused.value)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    "change",
    [{}, {"value": "0 kPa", "expanded": "0.02 kPa"}, {"value": "45 %", "expanded": "0.6 %"},
     {"value": "1013.25 hPa", "expanded": "0.04 hPa"}, {"value": "0 degC", "expanded": "0.02 K"}],
)  # fmt: skip
def test_weights_and_references_of_every_kind_are_read(load, change):
    assert len(load(change).all) == 1


def test_of_two_certificates_the_one_that_holds_on_the_day_counts(load, tmp_path):
    old = {"calibrated_on": date(2024, 1, 1), "valid_until": date(2026, 1, 9), "certificate": "K-1"}
    standards = load({}, old)
    assert standards.find("W-77", on=date(2025, 6, 1)).certificate == "K-1"
    assert standards.find("W-77", on=date(2026, 6, 1)).certificate == "K-12345"
    with pytest.raises(CalibrationError, match="certified from 2026-01-10 to 2027-01-09, today is 2027-06-01"):
        standards.find("W-77", on=date(2027, 6, 1))
    assert [one.valid_until for one in due(Book(tmp_path), date(2026, 6, 1))] == [date(2027, 1, 9)]


def test_two_certificates_for_one_day_are_refused(load):
    with pytest.raises(CalibrationError, match="W-77: expected one entry a day, found certificate K-12345 up to 2027"):
        load({}, {"calibrated_on": date(2026, 6, 1), "certificate": "K-2"})


def test_an_entry_that_was_edited_after_it_was_confirmed_is_refused(load, tmp_path):
    confirmed = {"checked_sha256": entry_sha256(load({}).all[0])}
    assert load(confirmed).find("W-77", on=date(2026, 6, 1)).checked_sha256
    with pytest.raises(CalibrationError, match="W-77: checked_sha256: the entry is not the one"):
        load(confirmed | {"value": "100.00021 g"})
    assert tomllib.loads((tmp_path / "standards.toml").read_text())["standard"][0]["value"] == "100.00021 g"

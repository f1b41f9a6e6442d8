"""Calibration records: read whole, every fault told at once, and never used for another instrument or another day."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.errors import CalibrationError, UnitError
from calibration.record import check_conditions, check_valid, load_calibration_record, read_calibration_record
from calibration.units import AIR_PRESSURE, HUMIDITY, MASS, RATIO, TEMPERATURE, TEMPERATURE_DIFFERENCE

RECORDS = Path(__file__).parents[2] / "fixtures" / "benches" / "calibration"
BALANCE, AIR = RECORDS / "SIM-BAL-0001.toml", RECORDS / "SIM-ENV-0001.toml"


@pytest.fixture
def text():
    return BALANCE.read_text(encoding="utf-8")


def read(text):
    return read_calibration_record(text.encode(), "balance.toml")


def faults(text):
    with pytest.raises(CalibrationError) as refused:
        read(text)
    return str(refused.value)


def test_the_balance_of_the_simulated_bench():
    record = load_calibration_record(BALANCE)
    assert (record.kind, record.instrument.serial_number) == ("balance", "SIM-BAL-0001")
    assert MASS.magnitude("m", record.balance.repeatability) == pytest.approx(2e-5)
    assert MASS.magnitude("m", record.balance.linearity) == pytest.approx(1e-4)
    assert RATIO.magnitude("s", record.balance.sensitivity) == pytest.approx(3e-4)
    assert AIR_PRESSURE.magnitude("p", record.balance.adjusted_pressure) == 1013.25
    assert record.environment is None


def test_the_air_sensors_of_the_simulated_bench():
    record = load_calibration_record(AIR)
    assert TEMPERATURE_DIFFERENCE.magnitude("u", record.environment.u_temperature) == pytest.approx(0.1)
    assert HUMIDITY.magnitude("u", record.environment.u_humidity) == pytest.approx(2.0)
    assert record.balance is None


@pytest.mark.parametrize("path", [BALANCE, AIR])
def test_simulated_records_say_that_they_are(path):
    record = load_calibration_record(path)
    assert "simulated" in record.note
    assert record.instrument.serial_number.startswith("SIM-")


def test_a_record_knows_the_bytes_that_it_came_from():
    assert load_calibration_record(BALANCE).sha256 == hashlib.sha256(BALANCE.read_bytes()).hexdigest()


def test_all_faults_are_told_at_once(text):
    broken = text.replace('repeatability = "0.02 mg"', 'repeatability = "0.02"')
    broken = broken.replace('capacity = "220 g"', 'capacity = "220 mL"').replace('method = "', 'methd = "')
    told = faults(broken)
    assert "balance.toml: not a usable calibration record" in told
    assert "balance.repeatability: mass: expected a mass such as '53.15 g', found '0.02' with no unit" in told
    assert "balance.capacity: mass: expected a mass such as '53.15 g', found the unit 'mL'" in told
    assert "method: missing" in told
    assert "methd: unknown key" in told


@pytest.mark.parametrize(
    ("line", "other", "told"),
    [
        ("schema = 1", "schema = 4", "schema: "),
        ("schema = 1", "schema = 2", "number: expected 1 and nothing superseded"),
        ('kind = "balance"', 'kind = "environment"', "has the table [environment]"),
        ("2099-12-31", "2025-12-31", "valid_until: expected a day after performed_on 2026-01-01, found 2025-12-31"),
        ("2099-12-31", "5", "valid_until: "),
        ('"XPR205"', '" "', "instrument.model: "),
        ('linearity = "0.1 mg"', 'linearity = "-0.1 mg"', "expected no negative value"),
        ('resolution = "0.01 mg"', 'resolution = "0 mg"', "expected more than zero"),
        ('resolution = "0.01 mg"', 'resolution = "1 kg"', "balance: resolution: expected a hundredth of the capacity"),
        ('repeatability = "0.02 mg"', 'repeatability = "20 g"', "(220 g) at most, found 20 g; check the unit"),
        ('"1013.25 hPa"', '"101325 hPa"', "check the unit and the prefix"),
        ('temperature = "22 degC"', 'temperature = "2000 degC"', "check the unit and the prefix"),
        ('["15 degC", "30 degC"]', '["30 degC", "15 degC"]', "expected the lowest first"),
        ("[instrument]", "[instrument", "expected a TOML file"),
        ('sensitivity = "0.0003 %"', "sensitivity = 0.0003", "bare number 0.0003"),
    ],
)
def test_each_fault_is_told_with_its_key(text, line, other, told):
    assert line in text
    assert told in faults(text.replace(line, other, 1))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CalibrationError, match=r"none\.toml: expected a calibration record, found No such file"):
        load_calibration_record(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("serial_number", "day", "reason"),
    [
        ("SIM-BAL-0002", date(2026, 6, 1), "the instrument answers SIM-BAL-0002"),
        ("SIM-BAL-0001", date(2025, 12, 31), "not yet valid"),
        ("SIM-BAL-0001", date(2100, 1, 1), "out of date"),
    ],
)
def test_a_record_vouches_for_one_instrument_and_some_days(serial_number, day, reason):
    reasons = check_valid(load_calibration_record(BALANCE), serial_number, day)
    assert len(reasons) == 1
    assert reason in reasons[0]


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2099, 12, 31)])
def test_the_first_and_the_last_day_count(day):
    assert check_valid(load_calibration_record(BALANCE), "SIM-BAL-0001", day) == []


def test_every_reason_is_given():
    assert len(check_valid(load_calibration_record(BALANCE), "another", date(2100, 1, 1))) == 2


def test_a_record_holds_in_its_conditions():
    record = load_calibration_record(BALANCE)
    good, cold = TEMPERATURE.quantity([20.0, 30.0]), TEMPERATURE.quantity([20.0, 14.9])
    assert check_conditions(record, temperature=good, pressure=AIR_PRESSURE.quantity(1000.0)) == []
    reasons = check_conditions(record, temperature=cold, humidity=HUMIDITY.quantity(90.0))
    assert len(reasons) == 2
    assert "temperature 15 to 30 degC, found 14.9 to 20 degC" in reasons[0]


def test_conditions_of_the_wrong_kind_are_refused():
    with pytest.raises(UnitError, match="temperature"):
        check_conditions(load_calibration_record(BALANCE), temperature=HUMIDITY.quantity(20.0))


@given(cut=st.integers(0, 1200), junk=st.binary(max_size=6))
@settings(max_examples=100)
def test_a_damaged_file_is_refused_or_read_whole(cut, junk):
    content = BALANCE.read_bytes()
    try:
        record = read_calibration_record(content[:cut] + junk + content[cut + len(junk) :], "damaged.toml")
    except CalibrationError as error:
        assert str(error).startswith("damaged.toml: ")  # noqa: PT017 - damage in a comment is not an error
    else:
        assert record.instrument.model

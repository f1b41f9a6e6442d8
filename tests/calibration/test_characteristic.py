"""Which number of a calibration is followed: what each kind of record has, in which unit, and what it has not."""

from __future__ import annotations

import pytest

from calibration.characteristic import Characteristic, spelling_of
from calibration.errors import CalibrationError, UnitError
from calibration.units import MASS, RATIO, TEMPERATURE, TEMPERATURE_DIFFERENCE


@pytest.mark.parametrize(
    ("asked", "label", "unit"),
    [
        (("balance", "slope error", None, "-0.01 %"), "slope error", "%"),
        (("pressure", "error", "50 kPa", "-0.1 kPa"), "error at 50 kPa", "kPa"),
        (("pressure", "error", "50 kPa", "-100 Pa"), "error at 50 kPa", "Pa"),
        (("pressure", "value", "2 V", "10 kPa"), "value at 2 V", "kPa"),
        (("load-cell", "value", "1000 count", "1 mg"), "value at 1000 count", "mg"),
        (("pump", "value", "250 uL/h", "2.4 nL"), "value at 250 uL/h", "nL"),
        (("thermometer", "error", "37 degC", "-0.1 K"), "error at 37 degC", "K"),
        (("thermometer", "value", "37 degC", "36.9 degC"), "value at 37 degC", "degC"),
    ],
)
def test_each_kind_of_record_has_its_numbers(asked, label, unit):
    found = Characteristic.stated(*asked)
    assert (found.label, found.unit, found.of, found.kind) == (label, unit, asked[1], asked[0])
    assert found.at_text == (asked[2] or "")


def test_a_limit_is_read_in_the_unit_of_the_characteristic():
    error = Characteristic.stated("pressure", "error", "50 kPa", "-0.1 kPa")
    assert error.read("upper", "100 Pa") == 0.1
    assert error.read("upper", "2573.8 mbar") == 257.38  # doubles make 257.38000000000005 of it
    assert Characteristic.stated("balance", "slope error", None, "1 %").read("lower", "-0.01 %") == -0.01
    with pytest.raises(UnitError, match="upper"):
        error.read("upper", "1 mg")


def test_an_error_of_a_temperature_is_a_difference_and_its_value_is_none():
    error, value = (Characteristic(of, "thermometer", "K") for of in ("error", "value"))
    assert (error.value_kind, value.value_kind) == (TEMPERATURE_DIFFERENCE, TEMPERATURE)
    assert Characteristic("slope error", "balance", "%").value_kind is RATIO
    assert Characteristic("error", "balance", "g").value_kind is MASS


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("balance", "slope error", "50 g", "1 %"), "a slope error none; found '50 g'"),
        (("pressure", "error", None, "1 kPa"), "needs a place such as '50 g', a slope error none; found None"),
        (("pressure", "slope error", None, "1 %"), "of: a record of kind 'pressure' has no slope error"),
        (("noise", "slope error", None, "1 %"), "of: a record of kind 'noise' has no slope error"),
        (("", "slope error", None, "1 %"), "of: a record of kind 'unknown' has no slope error"),
        (("load-cell", "error", "1000 count", "1 mg"), "'load-cell' reads in another unit; say of = 'value'"),
        (("pump", "error", "250 uL/h", "1 nL"), "'pump' reads in another unit; say of = 'value'"),
        (("balance", "error", "50 kPa", "1 mg"), "at: expected a reading such as '53.15 g', found '50 kPa'"),
        (("pressure", "value", "50 g", "1 kPa"), "at: expected a reading such as '.* kPa' or '.* V', found '50 g'"),
        (("noise", "value", "50 g", "1 kPa"), "at: expected a reading such as nothing, found '50 g'"),
    ],
)
def test_what_a_record_has_not_is_refused(asked, told):
    with pytest.raises(CalibrationError, match=told):
        Characteristic.stated(*asked)


def test_a_place_that_is_no_number_is_told_as_the_place():
    with pytest.raises(UnitError, match=r"^at: "):
        Characteristic.stated("pressure", "error", "fifty kPa", "-0.1 kPa")
    with pytest.raises(UnitError, match=r"^lower: "):
        Characteristic.stated("pressure", "error", "50 kPa", "-0.1 g")


@pytest.mark.parametrize("text", ["50 mg", "50 ug", "50 g"])
def test_a_unit_is_spelled_as_a_file_says_it(text):
    assert spelling_of(MASS, MASS.parse("m", text)) == text.removeprefix("50 ")

"""Kinds of values at their borders, and functions of every kind of number."""

from __future__ import annotations

import math
from decimal import Decimal

import GTC
import numpy as np
import pytest

from calibration.air_correction import air_errors, corrected_air
from calibration.any_number import cos, exp, is_plain, log, plain, sin, sqrt
from calibration.errors import BareNumberError, CalibrationError, DimensionError, ImplausibleError, UnitError
from calibration.fields import FromText
from calibration.fluid import MeasuredFluid, Water
from calibration.record_models import EnvironmentCalibration
from calibration.units import (
    AREA,
    COUNT,
    DENSITY,
    DENSITY_DIFFERENCE,
    FREQUENCY,
    HUMIDITY,
    KINDS,
    MASS,
    RATIO,
    ROTATION,
    TEMPERATURE,
    TEMPERATURE_DIFFERENCE,
    VOLUME,
    registry,
)


def q(magnitude, unit):
    return registry().Quantity(magnitude, unit)


@pytest.mark.parametrize("end", [-1e4, 1e4])
def test_an_end_of_the_range_is_not_the_bad_one(end):
    with pytest.raises(ImplausibleError, match=r"m\[1\]: mass must lie between -10000 and 10000 g, found"):
        MASS.array("m", q([end, 2.0 * end], "g"))


def test_a_part_of_a_long_array_names_the_place_in_the_whole():
    with pytest.raises(ImplausibleError, match=r"m\[1002\]: "):
        MASS.check("m", np.array([0.0, 1.0, 2e4]), first=1000)
    with pytest.raises(ImplausibleError, match=r"m\[3\]: "):
        MASS.check("m", np.array([[0.0, 1.0], [2.0, math.nan]]))
    with pytest.raises(ImplausibleError, match=r"^m: mass must"):
        MASS.check("m", np.array(2e4))


def test_one_number_is_an_array_of_none():
    assert MASS.array("m", q(2, "mg")).shape == ()
    assert MASS.unchecked_array("m", q([2e9], "g")).tolist() == [2e9]
    with pytest.raises(UnitError, match=r"m: expected a mass .*, found an array of shape \(1,\)"):
        MASS.magnitude("m", q([2.0], "g"))


def test_a_scale_with_an_offset_makes_no_ratio():
    """Degrees Celsius over kelvin have no dimension, and no meaning."""
    with pytest.raises(DimensionError, match=r"r: expected a ratio such as '14.5 %', found 5.0 .*: Cannot convert"):
        RATIO.magnitude("r", q(5.0, registry().Unit("degC") / registry().Unit("kelvin")))
    assert RATIO.magnitude("r", q(5.0, "delta_degC/kelvin")) == pytest.approx(500.0)


def test_a_decimal_that_signals_is_no_number():
    with pytest.raises(UnitError, match=r"m: expected real numbers, found Decimal\('sNaN'\)"):
        MASS.magnitude("m", q(Decimal("sNaN"), "g"))


@pytest.mark.parametrize(("digits", "text"), [(6, "1.23457 g"), (3, "1.23 g"), (9, "1.23456789 g")])
def test_so_many_digits_are_written(digits, text):
    assert MASS.format(q(1234.56789, "mg"), digits=digits) == text


def test_six_digits_are_written_unless_it_is_said():
    assert MASS.format(q(53.1234567, "g")) == "53.1235 g"


def test_a_text_has_a_hundred_characters_at_most():
    longest = f"1{' ' * 98}g"
    assert len(longest) == 100
    assert MASS.parse("m", longest).m == 1.0
    with pytest.raises(UnitError, match=r"a number, a space, a unit\), found '1 .*\.\.\.$"):
        MASS.parse("m", f"{longest} ")


def test_what_was_found_is_shown_in_one_line():
    with pytest.raises(UnitError) as refused:
        MASS.parse("m", "x" * 300)
    assert str(refused.value).endswith(f"'{'x' * 99}...")


@pytest.mark.parametrize(("kind", "article"), [(AREA, "an area"), (MASS, "a mass"), (VOLUME, "a volume")])
def test_grammar(kind, article):
    with pytest.raises(BareNumberError, match=f"^x: expected {article} such as '"):
        kind.parse("x", 1.0)


@pytest.mark.parametrize(
    ("allowed", "refused"),
    [
        (FromText(MASS), ()),
        (FromText(MASS, not_negative=True), ("-1 g",)),
        (FromText(MASS, positive=True), ("-1 g", "0 g")),
    ],
)
def test_a_field_of_a_file_has_the_sign_that_it_may_have(allowed, refused):
    for text in ("-1 g", "0 g", "1 g"):
        if text in refused:
            with pytest.raises(ImplausibleError, match=f"mass: expected .*, found '{text}'"):
                allowed.read(text)
        else:
            assert allowed.read(text) == MASS.parse("m", text)


@pytest.mark.parametrize(
    ("function", "at", "value", "slope"),
    [
        (exp, 1.0, math.e, math.e),
        (log, math.e, 1.0, 1.0 / math.e),
        (sqrt, 4.0, 2.0, 0.25),
        (sin, math.pi / 6.0, 0.5, math.sqrt(0.75)),
        (cos, math.pi / 3.0, 0.5, math.sqrt(0.75)),
    ],
)
def test_one_formula_for_numbers_arrays_and_uncertain_numbers(function, at, value, slope):
    assert function(at) == pytest.approx(value)
    assert function(np.array([at, at])).tolist() == pytest.approx([value, value])
    uncertain = function(GTC.ureal(at, 0.01))
    assert (uncertain.x, uncertain.u) == pytest.approx((value, 0.01 * slope))


def test_plain_numbers_are_those_that_numpy_works_on():
    assert all(map(is_plain, (1, 1.0, np.float64(1.0), np.ones(2))))
    assert not is_plain(GTC.ureal(1.0, 0.1))
    assert isinstance(plain(np.float64(1.5)), float)
    assert isinstance(plain(np.array(1.5)), float)
    assert plain([1, 2]).tolist() == [1.0, 2.0]


AIR = {"u_temperature": "0.1 K", "u_pressure": "0.2 hPa", "u_humidity": "2 %"}


def test_air_is_what_was_shown_less_the_error():
    record = EnvironmentCalibration(**AIR, temperature_error="0.3 K", pressure_error="-1.5 hPa", humidity_error="2 %")
    assert air_errors(record) == pytest.approx((0.3, -1.5, 2.0))
    assert corrected_air(record, 22.3, 1011.5, 45.0) == pytest.approx((22.0, 1013.0, 43.0))
    assert corrected_air(record, 22.3, 1011.5, 1.0)[2] == 0.0
    dry = EnvironmentCalibration(**AIR, humidity_error="-2 %")
    assert corrected_air(dry, 22.3, 1011.5, 99.0)[2] == 100.0


def test_air_without_errors_or_without_a_record_is_as_shown():
    assert air_errors(EnvironmentCalibration(**AIR)) == (0.0, 0.0, 0.0)
    assert corrected_air(EnvironmentCalibration(**AIR), 22.3, 1011.5, 45.0) == (22.3, 1011.5, 45.0)
    assert corrected_air(None, 22.3, 1011.5, 145.0) == (22.3, 1011.5, 145.0)


def test_water_is_known_to_five_parts_in_a_million():
    """And is densest near 4 degC: 999.97 kg/m3 (Tanaka 2001)."""
    assert Water().u.m_as("kg/m**3") == 0.005
    assert Water().name == "water"
    assert Water().density(TEMPERATURE.quantity(3.98)).m_as("kg/m**3") == pytest.approx(999.97495, abs=1e-5)


@pytest.mark.parametrize("away", [-5.0, 5.0])
def test_a_fluid_follows_water_as_far_as_is_stated(away):
    saline = MeasuredFluid(
        "saline", DENSITY.quantity(1004.6), DENSITY_DIFFERENCE.quantity(0.05), TEMPERATURE.quantity(20.0),
        TEMPERATURE_DIFFERENCE.quantity(5.0),
    )  # fmt: skip
    water = [Water().density(TEMPERATURE.quantity(t)).m_as("kg/m**3") for t in (20.0 + away, 20.0)]
    found = saline.density(TEMPERATURE.quantity(20.0 + away)).m_as("kg/m**3")
    assert found == pytest.approx(1004.6 * water[0] / water[1], rel=1e-12)
    with pytest.raises(CalibrationError, match="saline: expected a temperature within 5 K of 20 degC"):
        saline.density(TEMPERATURE.quantity(20.0 + 1.001 * away))


@pytest.mark.parametrize("unit", ["decibelmilliwatt", "neper", "octave"])
def test_a_level_in_decibels_is_told_as_what_it_is(unit):
    with pytest.raises(DimensionError, match=r"^x: expected a mass such as .*, which measures a logarithmic level$"):
        MASS.magnitude("x", q(3.0, unit))


def test_relative_humidity_may_be_said_in_two_ways():
    assert HUMIDITY.parse("h", "45 %RH") == HUMIDITY.parse("h", "45 %")


@pytest.mark.parametrize(("kind", "unit"), [(FREQUENCY, "Hz"), (ROTATION, "rpm"), (COUNT, "count")])
def test_units_that_cancel_make_no_frequency_no_rotation_and_no_count(kind, unit):
    assert kind.magnitude("x", q(5.0, unit)) == 5.0
    with pytest.raises(DimensionError, match=r"^x: expected a"):
        kind.magnitude("x", q(5.0, f"{unit}*mg/g"))
    assert MASS.magnitude("x", q(5.0, "g*mL/L")) == pytest.approx(0.005)


NAMES = """
air pressure, air pressure difference, area, bridge ratio, compliance, count, current, data size, density,
density difference,
dose rate, drug amount, drug concentration, drug concentration difference, duration, electric charge,
expansion coefficient, flow rate, force, frequency, gauge pressure, length, mass, mass rate, ratio, relative humidity,
resistance, rotation speed, temperature, temperature difference, voltage, volume, volume per mass
"""


def test_kinds_are_called_as_messages_have_them():
    """A message says "expected a mass": every name is one that can follow an article."""
    assert sorted(kind.name for kind in KINDS.values()) == [one.strip() for one in NAMES.split(",")]

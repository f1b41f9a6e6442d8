"""Units at every door: what is taken, what is refused, and the traps that others fell into."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pint
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.errors import BareNumberError, DimensionError, DoseproofError, ImplausibleError, UnitError
from calibration.units import (
    AIR_PRESSURE,
    CONCENTRATION,
    DOSE_RATE,
    DRUG_AMOUNT,
    FLOW,
    FREQUENCY,
    HUMIDITY,
    KINDS,
    MASS,
    PRESSURE,
    RATIO,
    ROTATION,
    TEMPERATURE,
    TEMPERATURE_DIFFERENCE,
    TIME,
    VOLUME,
    registry,
)


def q(magnitude, unit):
    return registry().Quantity(magnitude, unit)


# --- what is wrong has a name: three errors, each with the argument, what was wanted, what came


def test_a_bare_number_names_the_unit_it_lacks():
    with pytest.raises(BareNumberError, match=r"rate: expected a flow rate such as '0.15 mL/day', found .*6.25"):
        FLOW.magnitude("rate", 6.25)
    with pytest.raises(BareNumberError, match=r"rate: .* found '6.25' with no unit"):
        FLOW.parse("rate", "6.25")


def test_a_wrong_dimension_says_what_it_measures():
    with pytest.raises(DimensionError, match=r"rate: expected a flow rate .* found 5.* measures \[length\]"):
        FLOW.magnitude("rate", q(5.0, "mL"))
    with pytest.raises(DimensionError, match=r"rate: .* found the unit 'mL'"):
        FLOW.parse("rate", "5 mL")


def test_an_implausible_magnitude_says_the_range():
    """A peer shipped air pressure in the wrong prefix, and biased every volume by 0.1 %."""
    with pytest.raises(ImplausibleError, match="air: air pressure must lie between 500 and 1150 hPa, found 10 hPa"):
        AIR_PRESSURE.magnitude("air", q(1000.0, "Pa"))


@pytest.mark.parametrize(
    "value", [3, 3.0, True, None, "5 mL", "5", [1.0], np.ones(3), Decimal(3), 3j, b"5 mL", object()]
)
def test_what_is_no_quantity_is_bare(value):
    with pytest.raises(BareNumberError, match="volume: expected a volume"):
        VOLUME.magnitude("volume", value)


def test_a_unit_alone_is_bare():
    with pytest.raises(BareNumberError, match="volume"):
        VOLUME.magnitude("volume", registry().Unit("mL"))


@pytest.mark.parametrize(
    "magnitude", [True, "5", 5j, None, [True, False], ["a"], np.datetime64("2026-01-01"), object()]
)
def test_a_magnitude_that_is_no_real_number_is_refused(magnitude):
    value = registry().Quantity(np.asarray(magnitude), "mL")
    with pytest.raises(UnitError, match="volume: expected real numbers"):
        VOLUME.array("volume", value)


@pytest.mark.parametrize("magnitude", [math.nan, math.inf, -math.inf, 1e308, -1e308, 10**400, Decimal("NaN")])
def test_a_magnitude_that_cannot_be_is_implausible(magnitude):
    with pytest.raises(ImplausibleError, match="volume"):
        VOLUME.magnitude("volume", q(magnitude, "L"))


@pytest.mark.parametrize("magnitude", [2, 2.0, np.float32(2.0), np.int64(2), Decimal(2), Fraction(4, 2), np.array(2.0)])
def test_any_real_number_will_do(magnitude):
    found = VOLUME.magnitude("volume", q(magnitude, "mL"))
    assert type(found) is float
    assert found == pytest.approx(2000.0)


def test_the_smallest_number_is_a_number():
    assert VOLUME.magnitude("volume", q(5e-324, "L")) < 1e-300
    assert VOLUME.magnitude("volume", q(-0.0, "L")) == 0.0


# --- arrays


def test_arrays_come_out_as_new_float64():
    held = np.array([1, 2, 3])
    found = VOLUME.array("volumes", q(held, "mL"))
    assert found.dtype == np.float64
    assert found.tolist() == pytest.approx([1000.0, 2000.0, 3000.0])
    same = np.array([1.0, 2.0])
    VOLUME.array("volumes", q(same, "uL"))[0] = 9.0
    assert same[0] == 1.0


def test_one_bad_number_in_an_array_is_pointed_at():
    with pytest.raises(ImplausibleError, match=r"p\[2\]: .* found 10 hPa"):
        AIR_PRESSURE.array("p", q(np.array([1000.0, 1001.0, 10.0]), "hPa"))
    with pytest.raises(ImplausibleError, match=r"p\[1\]: .* NaN"):
        AIR_PRESSURE.array("p", q(np.array([1000.0, math.nan]), "hPa"))


def test_an_array_where_one_value_is_wanted_is_refused():
    with pytest.raises(UnitError, match=r"shape \(2,\)"):
        VOLUME.magnitude("volume", q(np.ones(2), "mL"))
    assert VOLUME.array("volume", q(np.empty(0), "mL")).shape == (0,)
    assert VOLUME.array("volume", q(1.0, "mL")).shape == ()


def test_masked_numbers_are_not_unmasked_in_silence():
    with pytest.raises(UnitError, match="masked"):
        VOLUME.array("volume", q(np.ma.array([1.0, 2.0], mask=[False, True]), "mL"))


# --- drugs, prefixes, times, pressures


@pytest.mark.parametrize(
    "text", ["50 ug", "50 mcg", "0.05 mg", "50000 ng", "50 \u00b5g", "50 \u03bcg", "50ug", " 5e1  ug "]
)
def test_micrograms_however_spelt(text):
    assert DRUG_AMOUNT.magnitude("dose", DRUG_AMOUNT.parse("dose", text)) == pytest.approx(50.0)


def test_a_microgram_of_drug_is_no_microgram_of_water():
    with pytest.raises(DimensionError, match=r"dose: .* measures \[mass\]"):
        DRUG_AMOUNT.magnitude("dose", q(5.0, "ug"))
    with pytest.raises(DimensionError, match=r"mass: .* measures \[drug_amount\]"):
        MASS.magnitude("mass", q(5.0, "ug_drug"))


def test_dose_over_concentration_is_a_flow():
    rate = DOSE_RATE.parse("dose", "0.3 mg/day") / CONCENTRATION.parse("concentration", "2000 mcg/mL")
    assert FLOW.magnitude("rate", rate) == pytest.approx(6.25)


@pytest.mark.parametrize("text", ["0.15 mL/day", "6.25 uL/h", "6.25 \u00b5L/h", "150 uL/day", "6250 nL/h"])
def test_per_day_and_per_hour(text):
    assert FLOW.magnitude("rate", FLOW.parse("rate", text)) == pytest.approx(6.25)


@pytest.mark.parametrize("text", ["1013.25 hPa", "101.325 kPa", "101325 Pa", "1013.25 mbar", "760 mmHg"])
def test_pressures(text):
    assert AIR_PRESSURE.magnitude("p", AIR_PRESSURE.parse("p", text)) == pytest.approx(1013.25, rel=1e-6)
    assert PRESSURE.magnitude("p", PRESSURE.parse("p", text)) == pytest.approx(101.325, rel=1e-6)


# --- the traps of the registry's own parser


@pytest.mark.parametrize(
    ("kind", "text", "hint"),
    [
        (MASS, "5 Mg", "did you mean 'mg'"),  # pint: megagram
        (MASS, "5 mG", "did you mean 'mg'"),  # pint: milligauss
        (VOLUME, "5 ml", "did you mean 'mL'"),
        (DRUG_AMOUNT, "5 U", "use one of: ng, ug"),  # pint: enzyme unit
        (DOSE_RATE, "5 U/h", "use one of"),
        (DRUG_AMOUNT, "5 IU", "use one of"),
        (DOSE_RATE, "5 mcg/kg/min", "use one of"),
        (AIR_PRESSURE, "1000 HPA", "did you mean 'hPa'"),
        (TEMPERATURE, "20 C", "use one of: degC"),
        (TEMPERATURE, "20 K", "use one of: degC"),
        (TEMPERATURE_DIFFERENCE, "5 degC", "use one of: K"),
        (TIME, "5 m", "use one of"),
    ],
)
def test_a_spelling_that_is_not_on_the_list_is_refused_with_a_hint(kind, text, hint):
    with pytest.raises(DimensionError, match=hint):
        kind.parse("field", text)


def test_a_megagram_is_implausible_on_a_balance():
    with pytest.raises(ImplausibleError, match="prefix"):
        MASS.magnitude("mass", registry()("5 Mg"))


def test_revolutions_are_not_hertz():
    """The registry alone converts 60 rpm to 6.28 Hz."""
    assert ROTATION.magnitude("speed", q(1.0, "turn/s")) == pytest.approx(60.0)
    with pytest.raises(DimensionError, match="rate: expected a frequency"):
        FREQUENCY.magnitude("rate", q(60.0, "rpm"))
    with pytest.raises(DimensionError, match="speed: expected a rotation speed"):
        ROTATION.magnitude("speed", q(1.0, "Hz"))


def test_a_dose_per_body_mass_is_no_frequency():
    """The registry alone cancels ug/kg/min to 1/time."""
    with pytest.raises(DimensionError, match="rate"):
        FREQUENCY.magnitude("rate", q(5.0, "ug/kg/min"))
    assert FREQUENCY.magnitude("rate", q(60.0, "1/min")) == pytest.approx(1.0)


@pytest.mark.parametrize("unit", ["dB", "Np", "octave", "decade", "rad", "deg", "count", "mol/L", "U/L"])
def test_what_only_looks_like_a_ratio(unit):
    with pytest.raises(DimensionError, match="ratio"):
        RATIO.magnitude("ratio", q(1.0, unit))


@pytest.mark.parametrize(("value", "unit"), [(0.145, ""), (14.5, "percent"), (145000.0, "ppm"), (145.0, "uL/mL")])
def test_ratios_may_cancel(value, unit):
    assert RATIO.magnitude("error", q(value, unit)) == pytest.approx(14.5)


# --- temperatures


@pytest.mark.parametrize(("value", "unit"), [(22.0, "degC"), (295.15, "kelvin"), (71.6, "degF")])
def test_temperatures(value, unit):
    assert TEMPERATURE.magnitude("t", q(value, unit)) == pytest.approx(22.0)


@pytest.mark.parametrize(("value", "unit"), [(0.5, "kelvin"), (0.5, "delta_degC"), (0.9, "delta_degF")])
def test_temperature_differences(value, unit):
    assert TEMPERATURE_DIFFERENCE.magnitude("rise", q(value, unit)) == pytest.approx(0.5)


@pytest.mark.parametrize("scale", ["degC", "degF", "degRe"])
def test_a_temperature_is_no_temperature_difference(scale):
    with pytest.raises(DimensionError, match=r"which measures a temperature$"):
        TEMPERATURE_DIFFERENCE.magnitude("rise", q(22.0, scale))
    with pytest.raises(DimensionError, match=r"which measures a temperature difference$"):
        TEMPERATURE.magnitude("t", q(22.0, "delta_degC"))


@pytest.mark.parametrize("text", ["22 degC", "22 \u00b0C", "22.0degC", "+22 degC"])
def test_temperatures_are_read_where_pint_cannot(text):
    assert TEMPERATURE.parse("t", text).m_as("degC") == 22.0
    with pytest.raises(pint.OffsetUnitCalculusError):
        registry()("22 degC")


def test_the_difference_of_two_temperatures_is_a_difference():
    rise = TEMPERATURE.parse("t", "22.5 degC") - TEMPERATURE.parse("t", "22 degC")
    assert TEMPERATURE_DIFFERENCE.magnitude("rise", rise) == pytest.approx(0.5)
    spread = np.std(TEMPERATURE.quantity(np.array([21.0, 23.0])))
    assert TEMPERATURE_DIFFERENCE.magnitude("spread", spread) == pytest.approx(1.0)


# --- text


@pytest.mark.parametrize(
    "text", ["", "mL", "five mL", "1,5 mL", "1_000 mL", "1.2.3 mL", "0x10 mL", "--1 mL", "1" * 200 + " mL"]
)
def test_text_that_is_no_value(text):
    with pytest.raises(UnitError, match="volume: expected a volume such as '250 uL'"):
        VOLUME.parse("volume", text)


@pytest.mark.parametrize("text", ["nan mL", "inf mL", "-Infinity uL", "1e400 mL"])
def test_text_that_is_not_finite(text):
    with pytest.raises(ImplausibleError, match="volume"):
        VOLUME.parse("volume", text)


@pytest.mark.parametrize("value", [5, 5.0, Decimal(5), np.float64(5.0), math.nan])
def test_numbers_in_files_are_bare(value):
    with pytest.raises(BareNumberError, match="say the unit"):
        VOLUME.parse("volume", value)


def test_a_number_too_large_to_show_is_bare_all_the_same():
    with pytest.raises(BareNumberError, match="too large to show"):
        VOLUME.parse("volume", 10**5000)


@pytest.mark.parametrize("value", [True, None, [], {}, np.True_])
def test_other_things_in_files_are_no_values(value):
    with pytest.raises(UnitError, match="volume: expected a volume"):
        VOLUME.parse("volume", value)


def test_another_registry_is_another_world():
    with pytest.raises(UnitError, match="another unit registry"):
        VOLUME.magnitude("volume", pint.UnitRegistry().Quantity(5.0, "mL"))


# --- every kind


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_each_kind_reads_and_writes_its_example(kind):
    value = kind.parse("field", kind.example)
    assert kind.low <= kind.magnitude("field", value) <= kind.high
    assert kind.magnitude("field", kind.parse("field", kind.format(value, digits=17))) == pytest.approx(
        kind.magnitude("field", value), rel=1e-12
    )
    assert kind.array("field", kind.quantity([kind.high])).tolist() == [kind.high]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_each_spelling_is_of_its_kind(kind):
    for unit in kind.spellings.values():
        assert kind._accepts(registry().Quantity(1.0, unit))


@given(kind=st.sampled_from(list(KINDS.values())), part=st.floats(0.0, 1.0))
@settings(max_examples=100)
def test_what_is_written_is_read_again(kind, part):
    number = kind.low + part * (kind.high - kind.low)
    text = kind.format(kind.quantity(number), digits=17)
    again = kind.magnitude("field", kind.parse("field", text))
    assert again == pytest.approx(number, rel=1e-12, abs=1e-300)


@given(text=st.text(alphabet="0123456789.eE+- \tnNaAiIfFuUmMgGlLhHdDyYsSpPcCkK/%\u00b5\u03bc\u00b0", max_size=14))
@settings(max_examples=300)
def test_any_text_is_a_value_or_an_error_of_ours(text):
    for kind in (FLOW, TEMPERATURE, HUMIDITY, DRUG_AMOUNT):
        try:
            found = kind.magnitude("field", kind.parse("field", text))
        except DoseproofError:
            continue
        assert kind.low <= found <= kind.high


@given(unit=st.sampled_from(["mL", "ug", "ug_drug", "degC", "delta_degC", "dB", "rpm", "degC**2", "1/degF", "Mg", ""]))
def test_no_unit_lets_an_error_of_pint_out(unit):
    try:
        value = registry().Quantity(1.0, unit)
    except pint.PintError:
        return
    for kind in KINDS.values():
        try:
            kind.array("field", value)
        except UnitError as error:
            assert str(error).startswith("field: ")  # noqa: PT017 - most combinations are refused, some are not


def test_a_text_of_a_hundred_letters_is_read_and_shown_whole_and_a_longer_one_is_not():
    hundred = "5" + " " * 97 + "uL"
    assert VOLUME.magnitude("v", VOLUME.parse("v", hundred)) == 5.0
    with pytest.raises(UnitError, match="a number, a space, a unit"):
        VOLUME.parse("v", "5" + " " * 98 + "uL")
    wrong = "x" * 98  # with its quotes a hundred
    with pytest.raises(UnitError, match=f"found '{wrong}'$"):
        VOLUME.parse("v", wrong)
    with pytest.raises(UnitError, match=r"x\.\.\.$"):
        VOLUME.parse("v", wrong + "x")


@pytest.mark.parametrize("value", [True, False])
def test_a_switch_is_no_value(value):
    with pytest.raises(UnitError, match=f"volume such as '250 uL', found {value}$"):
        VOLUME.parse("v", value)


def test_the_article_is_that_of_the_name():
    with pytest.raises(BareNumberError, match="expected an air pressure such as"):
        AIR_PRESSURE.magnitude("p", 1.0)
    with pytest.raises(BareNumberError, match="expected a volume such as"):
        VOLUME.magnitude("v", 1.0)


def test_the_first_number_that_is_out_of_range_is_named_and_the_lowest_that_may_be_is_not():
    with pytest.raises(ImplausibleError, match=r"h\[1\]: relative humidity"):
        HUMIDITY.array("h", q(np.array([0.0, 101.0]), "percent"))


class Half:
    """Something with a magnitude and no unit."""

    magnitude = 5.0


def test_what_has_a_magnitude_and_no_unit_is_bare_and_not_of_another_registry():
    with pytest.raises(BareNumberError, match="bare value"):
        VOLUME.magnitude("v", Half())

"""Records that just agree with themselves, and those that just do not; noise as a file says it."""

from __future__ import annotations

import copy
from datetime import date

import numpy as np
import pytest

from calibration.curve import fit_curve
from calibration.noise_model import NoiseModel
from calibration.record import check_conditions, check_valid, read_calibration_record, revolutions_problem
from calibration.record_checks import contradictions
from calibration.record_noise import NoiseProperties, noise_table
from calibration.record_parts import CurveTable, Points
from calibration.record_seal import sealed_text
from calibration.record_write import record_text
from calibration.units import HUMIDITY, TEMPERATURE
from tests.calibration.test_book import LOAD_CELL

READINGS, REFERENCES = [0.0, 1e5, 2e5, 3e5], [0.0, 10.0, 20.0, 30.0]


def points(readings=READINGS, references=REFERENCES, units=("count", "g")):
    count = len(readings)
    return Points(
        reading_unit=units[0], reference_unit=units[1], reading=readings, reference=references,
        u_reference=[1e-5] * count, state=["as left"] * count,
    )  # fmt: skip


def curve(readings=READINGS, references=REFERENCES, units=("count", "g"), **changes):
    fit = fit_curve(readings, references, u_y=1e-5).as_table()
    return CurveTable(x_unit=units[0], y_unit=units[1], fit=fit | changes)


def wrong(kind="load-cell", properties=None, **changes):
    return contradictions(kind, points(), curve(**changes), properties or {})


def without_points(**changes):
    fit = {**curve().fit, **changes}
    return CurveTable(x_unit="count", y_unit="g", fit={k: v for k, v in fit.items() if k not in _COLUMNS})


_COLUMNS = {"x", "residuals", "u_points"}


def test_a_fit_through_its_points_contradicts_nothing():
    assert wrong() == []
    assert contradictions("load-cell", points(), None, {}) == []
    assert contradictions("load-cell", None, curve(), {}) == []


@pytest.mark.parametrize(("beyond", "told"), [(0.0499, []), (0.0501, ["curve: expected a range within the points"])])
def test_a_curve_reaches_a_twentieth_beyond_its_points(beyond, told):
    more = beyond * 3e5
    for changes in ({"lowest": -more}, {"highest": 3e5 + more}):
        assert [one.split(",")[0] for one in wrong(**changes)] == told


@pytest.mark.parametrize(("beyond", "told"), [(0.0499, 0), (0.0501, 1)])
def test_a_twentieth_is_of_the_span_of_the_points_wherever_they_lie(beyond, told):
    """Points from 20 to 23 (in 1e5 counts): nothing of how far they are from zero."""
    far, more = [one + 2e6 for one in READINGS], beyond * 3e5
    for changes in ({"lowest": 2e6 - more}, {"highest": 2.3e6 + more}):
        assert len(contradictions("load-cell", points(far), curve(far, **changes), {})) == told


def test_a_range_that_is_too_wide_is_told_with_both():
    [told] = wrong(lowest=-1e5, highest=4e5)
    assert told == "curve: expected a range within the points, 0 to 300000 count, found -100000 to 400000"


def test_a_curve_through_zero_may_reach_to_zero():
    far = [one + 2e5 for one in READINGS[1:]]
    made = fit_curve(far, [one * 1e-4 for one in far], u_y=1e-5, through_zero=True)
    table = CurveTable(x_unit="count", y_unit="g", fit=made.as_table())
    shown = points(far, [one * 1e-4 for one in far])
    assert made.lowest == 0.0
    assert contradictions("load-cell", shown, table, {}) == []
    near = CurveTable(x_unit="count", y_unit="g", fit={**made.as_table(), "lowest": -1e-6})
    assert contradictions("load-cell", shown, near, {}) == []
    [told] = contradictions("load-cell", shown, without_points(lowest=0.0, dof=1, highest=5e5), {})
    assert told == "curve: expected a range within the points, 300000 to 500000 count, found 0 to 500000"


@pytest.mark.parametrize(
    ("dof", "count", "good"), [(2, 4, True), (1, 4, True), (3, 4, False), (1, 3, True), (2, 3, False)]
)
def test_degrees_of_freedom_are_no_more_than_points_less_coefficients(dof, count, good):
    table = without_points(dof=dof)
    found = contradictions("load-cell", points(READINGS[:count], REFERENCES[:count]), table, {})
    told = f"points: expected more than 2 for a curve of degree 1 and {dof} degrees of freedom, found {count}"
    assert [one for one in found if one.startswith("points")] == ([] if good else [told])


def test_as_many_points_as_coefficients_are_too_few():
    found = contradictions("load-cell", points(READINGS[:2], REFERENCES[:2]), without_points(dof=1, highest=1e5), {})
    assert found == ["points: expected more than 2 for a curve of degree 1 and 1 degrees of freedom, found 2"]


@pytest.mark.parametrize(("off", "told"), [(2.9, 0), (3.1, 1)])
def test_a_curve_misses_no_point_by_more_than_a_tenth_of_the_largest(off, told):
    shown = points(READINGS, [0.0, 10.0 + off, 20.0, 30.0])
    found = contradictions("load-cell", shown, without_points(), {})
    assert [one.startswith(f"curve: expected one through the points, found one that misses a point by {off:g} g, ")
            for one in found] == [True] * told  # fmt: skip
    assert all(f"{100 * off / 30:.3g} % of the largest" in one for one in found)


def test_points_at_zero_alone_are_missed_by_any_other_curve():
    shown = points(READINGS, [0.0] * 4)
    [told] = contradictions("pump", shown, without_points(), {})
    assert told.endswith("misses a point by 30 g, inf % of the largest")


@pytest.mark.parametrize(("change", "told"), [(1e-9, []), (1e-7, ["curve: expected the residuals of these points"])])
def test_residuals_are_those_of_the_points_to_the_last_digits(change, told):
    residuals = [one + change for one in curve().fit["residuals"]]
    assert [one.split(",")[0] for one in wrong(residuals=residuals)] == told


def test_a_residual_at_a_reading_that_was_not_taken_is_of_other_points():
    [told] = wrong(x=[0.0, 1e5, 2e5, 2.5e5])
    assert told == "curve: expected the residuals of these points, found others; the curve or a point was changed"


def test_a_point_may_be_left_out_of_the_fit():
    fit = curve().fit
    part = {name: fit[name][1:] for name in ("x", "residuals", "u_points")}
    assert wrong(**part) == []


def test_a_falling_curve_is_told_but_for_a_pump():
    falling = REFERENCES[::-1]
    table = curve(READINGS, falling)
    assert contradictions("load-cell", points(READINGS, falling), table, {})[0].startswith("slope: expected above zero")
    assert contradictions("pump", points(READINGS, falling), table, {}) == []


@pytest.mark.parametrize("units", [("V", "g"), ("count", "mg")])
def test_a_curve_has_the_units_of_its_points(units):
    [told] = contradictions("load-cell", points(), curve(units=units), {})
    assert told == f"curve: expected the units of the points, count and g, found {' and '.join(units)}"


@pytest.mark.parametrize("value", ["0.1", "5", "-5.", ".5", "+1e-3", "2E6"])
def test_a_property_has_a_unit_unless_it_is_a_probability(value):
    assert wrong(properties={"creep": value}) == [
        f"properties.creep: expected a value with its unit, found {value!r}; say the unit"
    ]
    assert wrong(properties={"probability": value, "hysteresis": f"{value} mg", "note": "1.2.3"}) == []


@pytest.mark.parametrize(("verdict", "good"), [("held", True), ("shifted", True), ("Held", False), (None, False)])
def test_only_a_check_needs_a_verdict(verdict, good):
    properties = {} if verdict is None else {"verdict": verdict}
    told = f"properties.verdict: expected held or shifted, found {verdict!r}"
    assert contradictions("balance-check", None, None, properties) == ([] if good else [told])
    assert wrong(properties=properties) == []


@pytest.fixture
def record():
    tables = {"schema": 3, "number": 1, **copy.deepcopy(LOAD_CELL)}
    tables["tubing"]["revolutions"] = 100.0
    return read_calibration_record(sealed_text(record_text(tables)).encode(), "record.toml")


@pytest.mark.parametrize(
    ("on", "told"),
    [
        (date(2026, 3, 1), ["is not yet valid: performed on 2026-03-02, used on 2026-03-01"]),
        (date(2026, 3, 2), []),
        (date(2027, 3, 1), []),
        (date(2027, 3, 2), ["is out of date: valid until 2027-03-01, used on 2027-03-02"]),
    ],
)
def test_first_and_last_day_of_a_record_count(record, on, told):
    assert check_valid(record, "MP-0007", on) == [f"the calibration of MP-0007 {one}" for one in told]
    [first, *rest] = check_valid(record, "MP-0008", on)
    assert first == "the calibration record is of serial number MP-0007, the instrument answers MP-0008"
    assert len(rest) == len(told)


HELD = {"temperature": ["18 degC", "27 degC"], "basis": "data sheet"}


@pytest.mark.parametrize(
    ("celsius", "told"),
    [
        ([18.0, 27.0], []),
        (18.0, []),
        ([], []),
        ([17.9, 20.0], ["found 17.9 to 20 degC"]),
        ([20.0, 27.1], ["found 20 to 27.1 degC"]),
    ],
)
def test_a_room_at_its_limits_is_within_them(celsius, told):
    tables = {"schema": 3, "number": 1, **copy.deepcopy(LOAD_CELL), "conditions": HELD}
    made = read_calibration_record(sealed_text(record_text(tables)).encode(), "record.toml")
    found = check_conditions(made, temperature=TEMPERATURE.quantity(np.array(celsius)))
    place = "the calibration of MP-0007 holds for temperature 18 to 27 degC (data sheet), "
    assert found == [place + one for one in told]
    assert check_conditions(made, humidity=HUMIDITY.quantity(99.0)) == []


@pytest.mark.parametrize(("turns", "good"), [(99.9, False), (100.0, True), (5000.0, True), (5000.1, False)])
def test_a_tube_holds_from_its_calibration_to_its_last_revolution(record, turns, good):
    told = revolutions_problem(record, turns)
    assert (told == "") is good
    assert good or "holds for tube T-9 from 100 to 5000 revolutions" in told


def test_noise_is_written_by_the_hour_and_reads_back():
    """A walk of 0.1 mg in the root of an hour, as a file says it."""
    model = NoiseModel(2e-5, 0.1, 3.0, (1e-5) ** 2 * 3600.0, (3e-6) ** 2, (1e-4) ** 2 / 3600.0, 50.0, 86400.0)
    table = noise_table(model)
    told = {name: float(table[name].removesuffix(" mg")) for name in ("reading", "slow_white", "flicker", "walk")}
    assert told == pytest.approx({"reading": 0.02, "slow_white": 0.01, "flicker": 0.003, "walk": 0.1})
    assert (table["interval"], table["length"], table["lag_one"]) == ("3.0 s", "86400.0 s", 0.1)
    again = NoiseProperties(**table, load="53 g", load_volume="53 mL", needle_outer_diameter="1.6 mm", readings=9,
                            record_digest="0" * 64).model()  # fmt: skip
    assert np.array(list(vars(again).values())) == pytest.approx(np.array(list(vars(model).values())), abs=0.0)


@pytest.mark.parametrize(("nu", "told"), [(50.0, 50.0), (2e6, 1e6), (float("inf"), 1e6)])
def test_degrees_of_freedom_without_end_are_a_million_in_a_file(nu, told):
    assert noise_table(NoiseModel(2e-5, 0.1, 3.0, 0.0, 0.0, 0.0, nu, 86400.0))["degrees_of_freedom"] == told

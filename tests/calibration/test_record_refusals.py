"""Every sentence by which a record, its parts or a list of tolerances is refused, and the borders that are allowed."""

from __future__ import annotations

import copy
import math
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from calibration.errors import CalibrationError
from calibration.record import load_calibration_record, read_calibration_record
from calibration.record_models import BalanceCalibration
from calibration.record_parts import CurveTable, Points, Standard
from calibration.record_seal import seal_problem, sealed_text
from calibration.record_write import record_text
from calibration.tolerances import Tolerance, load_tolerances
from tests.calibration.test_book import LOAD_CELL, WEIGHT
from tests.calibration.test_due_and_history import STATED, weighed

RECORDS = Path(__file__).parents[2] / "fixtures" / "benches" / "calibration"
HASH = "0" * 64
HEAD = {"schema": 3, "number": 1}


def read(tables):
    return read_calibration_record(sealed_text(record_text({**HEAD, **tables})).encode(), "record.toml")


def load_cell(**changes):
    return copy.deepcopy(LOAD_CELL) | changes


def balance(**changes):
    return weighed(date(2026, 3, 2), 0.004) | changes


CHECK = load_cell(kind="balance-check", channel=None, curve=None, tubing=None, properties={"verdict": "held"})
AIR_SENSORS = load_cell(kind="environment", channel=None, points=None, curve=None, tubing=None)
AIR_SENSORS["environment"] = {"u_temperature": "0.1 K", "u_pressure": "0.2 hPa", "u_humidity": "2 %"}
CHECK["points"] |= {"reading_unit": "g", "reading": [0.0, 10.0, 20.0]}


@pytest.mark.parametrize(
    ("tables", "told"),
    [
        (balance(balance=None), r"kind 'balance' has the table \[balance\] and no other of these"),
        (load_cell(balance=STATED), r"kind: a record of kind 'load-cell' has no table \[balance\]"),
        (balance(environment={}), "environment"),
        (load_cell(points=None), "kind 'load-cell' needs points and the curve through them"),
        (load_cell(curve=None), "kind 'load-cell' needs points and the curve through them"),
        (load_cell(number=2), "expected 1 and nothing superseded, or the next number with the hash before it"),
        (load_cell(number=None), "expected 1 and nothing superseded"),
        (load_cell(supersedes=HASH), "expected 1 and nothing superseded"),
        (load_cell(surroundings=None), "surroundings: missing; a record of kind 'load-cell' says the air in which"),
        (load_cell(valid_until=date(2026, 3, 1)), "valid_until: expected a day after performed_on 2026-03-02, found"),
        (load_cell(conditions={"temperature": ["30 degC", "40 degC"]}), "found 30 to 40 .*; calibrate where the reco"),
        (load_cell(conditions={"temperature": ["30 degC", "30 degC"]}), "temperature: expected the lowest first"),
        (balance(points={**CHECK["points"], "reading_unit": "count"}), "readings in one of .* found 'count' and 'g'"),
        (balance(points={**CHECK["points"], "reference_unit": "kPa"}), "references in one of .* found 'g' and 'kPa'"),
        (load_cell(schema=1), "schema 1 is for a stated balance or environment; a sealed record is 2 or 3"),
        (balance(schema=1), "schema 1 is for a stated balance or environment"),
        (balance(schema=1, number=None), "schema 1 is for a stated balance or environment"),
        (balance(schema=1, points=None), "schema 1 is for a stated balance or environment"),
        (balance(schema=1, points=None, number=None), "schema 1 is for a stated balance or environment"),
    ],
)
def test_a_record_that_cannot_be_is_refused(tables, told):
    with pytest.raises(CalibrationError, match=told):
        read(tables)


def test_a_stated_record_has_no_points_to_show():
    text = (RECORDS / "SIM-ENV-0001.toml").read_text()
    points = record_text({"points": CHECK["points"]})
    with pytest.raises(CalibrationError, match="points: a record of kind 'environment' has neither points nor a curve"):
        read_calibration_record(f"{text}\n{points}".encode(), "record.toml")


#: Units of reading and reference of each kind whose record is a curve through points.
CURVES = {
    "load-cell": ("count", "g"), "flow-sensor": ("uL/h", "uL/h"), "pump": ("uL/h", "nL"), "pressure": ("V", "kPa"),
    "thermometer": ("degC", "degC"), "voltage": ("V", "V"),
}  # fmt: skip


def with_curve(kind):
    reading, reference = CURVES[kind]
    made = load_cell(kind=kind)
    made["points"] |= {"reading_unit": reading, "reference_unit": reference}
    made["curve"] |= {"x_unit": reading, "y_unit": reference}
    return made


@pytest.mark.parametrize("kind", CURVES)
def test_what_has_a_curve_shows_its_points_and_the_curve(kind):
    whole = with_curve(kind)
    assert read(whole).kind == kind
    for missing in ("points", "curve"):
        with pytest.raises(CalibrationError, match=f"kind '{kind}' needs points and the curve through them"):
            read(whole | {missing: None})


@pytest.mark.parametrize("kind", ["balance", "environment", *CURVES])
def test_each_kind_that_is_calibrated_somewhere_says_in_which_air(kind):
    whole = {"balance": balance(), "environment": AIR_SENSORS}.get(kind) or with_curve(kind)
    assert read(whole).surroundings is not None
    with pytest.raises(CalibrationError, match=f"surroundings: missing; a record of kind '{kind}' says the air in whi"):
        read(whole | {"surroundings": None})


@pytest.mark.parametrize(
    "tables",
    [
        load_cell(valid_until=date(2026, 3, 2)),  # for a day
        load_cell(number=2, supersedes=HASH),
        load_cell(schema=2, surroundings=None),
        CHECK | {"surroundings": None},  # the air of a check is that of its balance's record
        load_cell(conditions={"temperature": ["22.4 degC", "27 degC"], "humidity": ["40 %", "44 %"]}),
        load_cell(conditions={"supply_voltage": ["4.9 V", "5.1 V"]}, supply_voltage="4.9 V"),
        load_cell(conditions={"supply_voltage": ["4.9 V", "5.1 V"]}),  # nothing was measured
        balance(performed_on=date(2027, 1, 9)),  # the last day of the weight's certificate
        balance(performed_on=date(2022, 1, 1)),  # and its first
    ],
)
def test_borders_that_a_record_may_have(tables):
    assert read(tables).sha256


@pytest.mark.parametrize("day", [date(2021, 12, 31), date(2027, 1, 10)])
def test_a_standard_out_of_date_makes_no_record(day):
    with pytest.raises(CalibrationError, match="standards: weight 100 g, F1 W-77 is certified from 2022-01-01 to 2027"):
        read(balance(performed_on=day, valid_until=date(2028, 1, 1)))


def test_each_condition_that_does_not_hold_is_told():
    held = {"pressure": ["1000 hPa", "1009 hPa"], "supply_voltage": ["4.9 V", "5.1 V"]}
    with pytest.raises(CalibrationError) as refused:
        read(load_cell(conditions=held, supply_voltage="5.2 V"))
    told = str(refused.value)
    assert "expected a pressure that the calibration was made at, 1009.1 hPa, found 1000 to 1009 hPa" in told
    assert "expected a supply voltage that the calibration was made at, 5.2 V, found 4.9 to 5.1 V" in told


@pytest.mark.parametrize(("slope", "grams"), [(None, 1.0), ("0.5 %", 1.005), ("-2 %", 0.98)])
def test_a_balance_that_reads_too_much_adds_more_than_a_gram_for_a_gram(slope, grams):
    assert BalanceCalibration(**STATED, slope_error=slope).slope == pytest.approx(grams)


def test_the_chain_of_a_record_is_its_kind_and_channel():
    assert read(load_cell()).chain == "load-cell-hx711"
    assert read(balance()).chain == "balance"


def test_the_simulated_air_sensors_have_no_slope_to_show():
    record = load_calibration_record(RECORDS / "SIM-ENV-0001.toml")
    assert (record.chain, record.schema_version, record.number, record.points) == ("environment", 1, None, None)


COLUMNS = {"reading": (0.0, 1.0), "reference": (0.0, 1.0), "u_reference": (0.1, 0.0), "state": ("as left",) * 2}
UNITS = {"reading_unit": "g", "reference_unit": "g"}


@pytest.mark.parametrize("name", ["reading", "reference", "u_reference"])
@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_point_that_is_no_number_is_refused(name, value):
    with pytest.raises(ValueError, match=r"points: expected finite numbers, found nan or inf|greater than or equal"):
        Points(**UNITS, **COLUMNS | {name: (1.0, value)})


@pytest.mark.parametrize("name", ["reading", "reference", "u_reference", "state"])
def test_a_column_that_is_shorter_than_the_others_is_refused(name):
    with pytest.raises(ValueError, match=f"columns of equal length, found .*'{name}': 1"):
        Points(**UNITS, **COLUMNS | {name: COLUMNS[name][:1]})
    with pytest.raises(ValueError, match=r"columns of equal length, found .*'direction': 1"):
        Points(**UNITS, **COLUMNS, direction=("up",))
    assert Points(**UNITS, **COLUMNS, direction=("up", "down")).direction == ("up", "down")


def test_a_table_that_is_no_curve_is_refused_when_it_is_read():
    with pytest.raises(ValueError, match="fit: calibration curve refused:\n  coefficients: missing"):
        CurveTable(x_unit="count", y_unit="g", fit={"degree": 1})


@pytest.mark.parametrize("k", [1.0, 4.0])
def test_a_coverage_factor_is_between_one_and_four(k):
    assert Standard(**WEIGHT, k=k).k == k
    assert Standard(**WEIGHT).k == 2.0
    for other in (0.99, 4.01):
        with pytest.raises(ValueError, match="k\n"):
            Standard(**WEIGHT, k=other)


@pytest.mark.parametrize("checker", ["a. weber", " A. Weber "])
def test_who_entered_a_standard_does_not_check_it(checker):
    with pytest.raises(ValueError, match="expected another person than entered_by, found"):
        Standard(**WEIGHT | {"checked_by": checker})


def test_numbers_and_tables_of_any_library_are_written_as_plain_ones():
    tables = {"b": {"x": np.array([1.5, 2.0]), "none": None, "deep": [{"n": np.float64(0.1), "none": None}]}}
    assert record_text(tables) == record_text({"b": {"x": [1.5, 2.0], "deep": [{"n": 0.1}]}})


def test_a_number_that_is_not_finite_is_told_with_its_place():
    with pytest.raises(CalibrationError, match=r"^b\.x\[1\]: expected a finite number .*, found nan$"):
        record_text({"b": {"x": (1.0, math.nan)}})
    with pytest.raises(CalibrationError, match=r"^\.x: .* found inf$|^x: .* found inf$"):
        record_text({"x": math.inf})


def test_a_seal_stands_at_the_very_end():
    content = sealed_text("a = 1\n\n\n")
    assert content.startswith("a = 1\n\n[seal]\nsha256 = ")
    assert seal_problem(content.encode()) == ""
    for wrong in ("a = 1\n", content + "b = 2\n", content.replace("[seal]", "[other]")):
        assert seal_problem(wrong.encode()).startswith("expected a table [seal] with sha256 at the very end, found no")
    told = seal_problem(content.replace("a = 1", "a = 2").encode())
    assert told.startswith("the file was changed after its seal: expected SHA-256 ")


TOLERANCE = {"serial_number": "P-1", "chain": "pressure-low", "of": "error", "at": "50 kPa"}


def test_a_tolerance_is_of_the_kind_that_its_chain_begins_with():
    one = Tolerance(**TOLERANCE, lower="-0.1 kPa", upper="200 Pa")
    assert (one.kind, one.limits) == ("pressure", (-0.1, 0.2))
    assert Tolerance(**TOLERANCE | {"chain": "pressure"}, lower="-0.1 kPa", upper="200 Pa").kind == "pressure"
    with pytest.raises(ValueError, match="at: expected a reading such as nothing"):
        Tolerance(**TOLERANCE | {"chain": "pressures"}, lower="-0.1 kPa", upper="200 Pa")


@pytest.mark.parametrize("upper", ["0.1 kPa", "100 Pa", "0 kPa"])
def test_the_limits_of_a_tolerance_are_two(upper):
    with pytest.raises(ValueError, match=r"expected the lower limit first, found 0.1 kPa, "):
        Tolerance(**TOLERANCE, lower="0.1 kPa", upper=upper)


@pytest.mark.parametrize("content", [b"\xff", b"schema = ", b"a b"])
def test_tolerances_that_are_no_toml_are_refused(tmp_path, content):
    (tmp_path / "tolerances.toml").write_bytes(content)
    with pytest.raises(CalibrationError, match=r"tolerances\.toml: expected a TOML file in UTF-8, found: "):
        load_tolerances(tmp_path)


def test_tolerances_of_a_unit_are_found_by_serial_number_and_chain(tmp_path):
    assert load_tolerances(tmp_path).all == ()
    rows = [f'[[tolerance]]\nserial_number = "µ-{n}"\nchain = "balance"\nof = "slope error"\nlower = "-1 %"\n'
            f'upper = "{n} %"' for n in (1, 2)]  # fmt: skip
    (tmp_path / "tolerances.toml").write_bytes("\n".join(["schema = 1", *rows]).encode())
    [found] = load_tolerances(tmp_path).of("µ-2", "balance")
    assert found.limits == (-1.0, 2.0)
    assert load_tolerances(tmp_path).of("µ-2", "pump") == []

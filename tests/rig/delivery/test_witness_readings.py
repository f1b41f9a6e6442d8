"""A load cell and a flow sensor by their calibration records: converted, and U that holds the truth."""

from datetime import date

import numpy as np
import pytest

from calibration.book import Book
from calibration.curve import fit_curve
from calibration.curve_parts import error_parts
from calibration.errors import CalibrationError
from calibration.record import load_calibration_record
from rig.delivery.witness_readings import witness_readings
from rig.errors import EvidenceError
from tests.calibration.test_book import AIR

#: The true instruments: a sensor that reads 3 % too much and 2 uL/h, a cell of 3000 counts a gram.
GAIN, OFFSET = 1.03, 2.0
COUNTS_G, EMPTY = 3000.0, 84_000.0
TIME_S = np.arange(0.0, 3600.0, 2.0)


@pytest.fixture
def file_record(tmp_path):
    """Files a record of points (reading, reference, u of the reading) and gives it back."""

    def make(kind, units, reading, reference, u_reading, *, degree=1, common=0.01, properties=None, channel=None):
        row = common * np.asarray(reference)
        curve = fit_curve(reading, reference, u_reading, 1e-12, degree=degree, common_y=[row])
        tables = {
            "kind": kind,
            "method": "test",
            "performed_by": "the test",
            "performed_on": date(2026, 1, 5),
            "valid_until": date(2027, 1, 5),
            "instrument": {"manufacturer": "M", "model": "X", "serial_number": "U-1"},
            "surroundings": AIR,
            "properties": properties or {},
            "points": {
                "reading_unit": units[0],
                "reference_unit": units[1],
                "reading": list(reading),
                "reference": list(reference),
                "u_reference": [0.0] * len(reading),
                "state": ["as left"] * len(reading),
            },
            "curve": {"x_unit": units[0], "y_unit": units[1], "fit": curve.as_table()},
        }
        if channel is not None:
            tables["channel"] = channel
        return load_calibration_record(Book(tmp_path).append(tables))

    return make


@pytest.fixture
def sensor(file_record):
    true = [50.0, 100.0, 200.0, 300.0, 400.0]
    return file_record("flow-sensor", ("uL/h", "uL/h"), [GAIN * q + OFFSET for q in true], true, 0.2)


@pytest.fixture
def cell(file_record):
    true = [0.0, 5.0, 15.0, 35.0, 85.0]
    told = {"empty_reading": f"{EMPTY:g} count", "creep": "0.01 %"}
    return file_record("load-cell", ("count", "g"), [COUNTS_G * m for m in true], true, 3.0, properties=told)


def flows(flow_ul_h=250.0, **more):
    shown = GAIN * (flow_ul_h + 40.0 * np.sin(2 * np.pi * TIME_S / 90.0)) + OFFSET
    nothing = np.zeros(len(TIME_S), dtype=bool)
    return {"t_s": TIME_S, "flow_ul_h": shown, "air_in_line": nothing, "high_flow": nothing} | more


def loads(from_g=40.0, rate_g_h=0.25, seed=1):
    load = from_g - rate_g_h * TIME_S / 3600.0 + np.random.default_rng(seed).normal(size=len(TIME_S)) * 0.01
    return {"t_s": TIME_S, "load_cell_raw": np.rint(EMPTY + COUNTS_G * load).astype(np.int64)}


def test_a_flow_sensor_that_shows_too_much_is_corrected(sensor):
    series = witness_readings(flows(), sensor)
    seen = series.seen(600.0, 3300.0, 30.0)
    assert (series.unit, series.absolute) == ("uL/h", True)
    assert seen.value == pytest.approx(250.0 * 2700 / 3600, abs=2 * seen.u)
    assert seen.parts["scale"] / seen.value == pytest.approx(0.01, rel=0.2)


def test_a_load_cell_gives_loads_in_grams(cell):
    series = witness_readings(loads(), cell)
    seen = series.seen(600.0, 3300.0, 600.0)
    assert series.value[0] == pytest.approx(40.0, abs=0.05)
    assert seen.value == pytest.approx(-0.25 * 2700 / 3600, abs=2 * seen.u)
    assert seen.parts["offset"] == pytest.approx(0.0, abs=1e-12)


def test_without_the_empty_reading_a_straight_line_gives_the_change(file_record):
    bare = file_record("load-cell", ("count", "g"), [0.0, 15e3, 45e3, 105e3], [0.0, 5.0, 15.0, 35.0], 3.0)
    series = witness_readings(loads(), bare)
    assert (series.absolute, series.value[0]) == (False, 0.0)
    assert series.seen(600.0, 3300.0, 600.0).value == pytest.approx(-0.1875, abs=0.01)


def test_and_a_bent_curve_is_refused(file_record):
    bent = file_record(
        "load-cell", ("count", "g"), [0.0, 15e3, 45e3, 90e3, 105e3], [0.0, 5.0, 15.2, 31.0, 36.5], 3.0, degree=2
    )
    with pytest.raises(CalibrationError, match="does not say what the empty cell read"):
        witness_readings(loads(), bent)


def test_the_parts_are_the_covariance_of_the_curve(cell, sensor):
    for curve in (cell.curve.curve(), sensor.curve.curve()):
        x = np.linspace(curve.lowest, curve.highest, 7)
        shapes = np.stack(list(error_parts(curve, x).values()))
        powers = (x - curve.x0)[:, None] ** np.arange(curve.degree + 1)
        assert shapes.T @ shapes == pytest.approx(powers @ np.asarray(curve.covariance) @ powers.T, rel=1e-9)


def test_a_sensor_beyond_its_calibration_cannot_speak(sensor):
    with pytest.raises(EvidenceError, match="which was calibrated, found 8\\.43"):
        witness_readings(flows() | {"flow_ul_h": np.full(len(TIME_S), GAIN * 6.25 + OFFSET)}, sensor)


def test_bad_readings_are_left_out_and_counted(sensor):
    air = np.zeros(len(TIME_S), dtype=bool)
    air[:50] = True
    shown = flows()["flow_ul_h"]
    shown[60:63] = np.nan
    series = witness_readings(flows(air_in_line=air, flow_ul_h=shown), sensor)
    assert series.excluded == (("air_in_line", 50), ("no reading", 3))
    assert np.isfinite(series.value).all()


def test_a_gap_is_not_bridged(sensor):
    rows = {name: np.delete(column, slice(900, 1000)) for name, column in flows().items()}
    with pytest.raises(EvidenceError, match="with a gap of 202 s"):
        witness_readings(rows, sensor).seen(600.0, 3300.0, 30.0)


@pytest.mark.parametrize("rows", [{"t_s": TIME_S}, {"t_s": TIME_S, "mass_g": TIME_S}])
def test_a_record_of_no_column_here_is_refused(sensor, rows):
    with pytest.raises(CalibrationError, match="expected one column that flow-sensor of U-1 can be of"):
        witness_readings(rows, sensor)


def test_a_bridge_is_found_by_the_channel_that_its_record_names(file_record):
    of_bridge = file_record(
        "load-cell", ("mV/V", "g"), [0.0, 0.1, 0.3, 0.7], [0.0, 5.0, 15.0, 35.0], 1e-5, channel="reservoir"
    )
    share = 1e-3 * (0.5 - 0.005 * TIME_S / 3600.0)
    series = witness_readings({"t_s": TIME_S, "line_v_v": TIME_S, "reservoir_v_v": share}, of_bridge)
    assert series.seen(600.0, 3300.0, 600.0).value == pytest.approx(-0.25 * 2700 / 3600, rel=1e-3)


def test_u_holds_the_truth_over_many_calibrations(sensor):
    """Each with its own errors of scale and readings; the conversion knows only what was found."""
    rng, truth, held = np.random.default_rng(7), 250.0 * 2700 / 3600, 0
    true = np.array([50.0, 100.0, 200.0, 300.0, 400.0])
    for _ in range(200):
        found = true * (1.0 + 0.01 * rng.normal())  # the error of the gravimetry is common to all points
        reading = GAIN * true + OFFSET + 0.5 * rng.normal(size=5)
        fit = fit_curve(reading, found, 0.5, 1e-12, degree=1, common_y=[0.01 * found]).as_table()
        record = sensor.model_copy(update={"curve": sensor.curve.model_copy(update={"fit": fit})})
        seen = witness_readings(flows(), record).seen(600.0, 3300.0, 30.0)
        held += abs(seen.value - truth) <= 2 * seen.u
    assert held >= 0.93 * 200

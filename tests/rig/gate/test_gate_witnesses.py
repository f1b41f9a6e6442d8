"""Pump, flow sensor and load cell: the range of each record, and the factor that the pump keeps."""

import copy

import pytest

from calibration.book import Book
from calibration.curve import fit_curve
from calibration.record import load_calibration_record
from tests.calibration.test_book import LOAD_CELL

FLOW = """
[[witness]]
name = "flow"
node = "pump outlet"
driver = "slf3x"
address = "sim://simulated/flow"
model = "SLF3S-0600F"
serial_number = "SIM-FLW-0001"
calibration = "calibration/SIM-FLW-0001/flow-sensor"
"""
RATES = [200.0, 400.0, 600.0, 1000.0]


@pytest.fixture
def file(tmp_path):
    """Files a record with a straight curve through some points."""

    def make(kind, serial, units, x, y, **more):
        tables = copy.deepcopy(LOAD_CELL) | {"kind": kind, "channel": None, **more}
        tables["instrument"]["serial_number"] = serial
        tables["points"] |= {"reading_unit": units[0], "reference_unit": units[1], "reading": x, "reference": y}
        tables["points"] |= {"u_reference": [0.0] * len(x), "state": ["as left"] * len(x)}
        tables["curve"] = {"x_unit": units[0], "y_unit": units[1], "fit": fit_curve(x, y).as_table()}
        dates = {name: LOAD_CELL[name].replace(year=2025) for name in ("performed_on",)}
        tables |= dates
        tables["standards"] = [tables["standards"][0] | {"calibrated_on": dates["performed_on"]}]
        return load_calibration_record(Book(tmp_path / "calibration").append(tables))

    return make


@pytest.fixture
def pump_record(file):
    def make(rates=(2.0, 500.0, 1000.0), **properties):
        tube = {"lot": "T-9", "revolutions": 0.0, "revolutions_at_most": 5000.0}
        y = [7.8125 + 1e-6 * rate for rate in rates]
        return file("pump", "SIM-MP-0001", ("uL/h", "nL"), list(rates), y, tubing=tube, properties=properties)

    return make


def with_pump(bench, table='calibration = "calibration/SIM-MP-0001/pump"\ntube_revolutions = 10'):
    bench.write_text(bench.read_text().replace("[device]", f"[device]\n{table}"))
    return bench


def told_of(channel, report):
    return [one for one in report.told() if one.startswith(f"{channel}: expected")]


@pytest.mark.parametrize(("flow", "count"), [("50 uL/h", 1), ("200 uL/h", 0), ("1000 uL/h", 0)])
def test_a_flow_sensor_holds_for_the_rates_at_which_it_was_calibrated(station, file, gate_of, flow, count):
    file("flow-sensor", "SIM-FLW-0001", ("uL/h", "uL/h"), RATES, [1.01 * rate for rate in RATES])
    bench = station.bench()
    bench.write_text(bench.read_text() + FLOW)
    told = told_of("flow", gate_of(bench, station.protocol(flow=flow, analysis="15 min", leg="10 min")))
    assert len(told) == count
    assert all("expected rates of 200 to 1000 uL/h, which was calibrated, found 50 uL/h" in one for one in told)


@pytest.mark.parametrize(("rates", "count"), [((250.0, 500.0, 1000.0), 1), ((2.0, 500.0, 1000.0), 0)])
def test_a_pump_holds_for_the_rates_at_which_it_was_calibrated(station, pump_record, gate_of, rates, count):
    pump_record(rates)
    told = told_of("device", gate_of(with_pump(station.bench()), station.protocol(flow="50 uL/h", analysis="1 h")))
    assert len(told) == count
    assert all("expected rates of 250 to 1000 uL/h" in one for one in told)


@pytest.mark.parametrize(
    ("left", "count"),
    [({"factor_as_left": "7.812152 nL"}, 1), ({"factor_as_left": "7.812500 nL"}, 0), ({}, 0),
     ({"factor_as_found": "7.812500 nL", "factor_as_left": "7.812152 nL"}, 1)],
)  # fmt: skip
def test_the_pump_counts_by_the_factor_of_its_record(station, pump_record, gate_of, left, count):
    pump_record(**left)
    told = told_of("device", gate_of(with_pump(station.bench())))
    assert len(told) == count
    assert all("7.812152 nL per step, found 7.812500 nL in the pump" in one for one in told)


@pytest.mark.parametrize(("highest_g", "count"), [(1.0, 1), (200.0, 0)])
def test_the_load_on_the_pumps_own_cell_lies_within_its_range(station, file, gate_of, highest_g, count):
    counts = [0.0, 2e4 * highest_g, 4e4 * highest_g]
    grams = [5e-5 * one for one in counts]
    file("load-cell", "SIM-MP-0001", ("count", "g"), counts, grams, properties={"empty_reading": "0 count"})
    bench = with_pump(station.bench(), 'load_cell = "calibration/SIM-MP-0001/load-cell"')
    told = told_of("device.load-cell", gate_of(bench, station.protocol()))
    assert len(told) == count
    assert all("g, which was calibrated, found" in one for one in told)

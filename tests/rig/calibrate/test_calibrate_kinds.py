"""Every kind of calibration finds what the plant was told to be wrong with, within its own uncertainty."""

from __future__ import annotations

import pytest

from calibration.record import load_calibration_record
from calibration.units import MASS, RATIO
from rig.calibrate.procedure import People


def test_a_balance_with_a_wrong_slope(lab):
    record = lab.calibrate("balance", lab.bench(sensitivity_error=12e-6))
    error = RATIO.magnitude("e", record.balance.slope_error) / 100
    u = RATIO.magnitude("u", record.balance.sensitivity) / 100
    assert error == pytest.approx(12e-6, abs=3.3 * u)
    assert u < 1e-6


def test_a_balance_with_uneven_corners_and_noise(lab):
    options = {"eccentricity": {"front": 2e-6, "back": -1e-6}, "noise": "0.03 mg"}
    balance = lab.calibrate("balance", lab.bench(**options)).balance
    assert MASS.magnitude("e", balance.eccentricity) == pytest.approx(2e-4, rel=0.3)
    assert MASS.magnitude("r", balance.repeatability) == pytest.approx(3e-5, rel=0.6)


def test_a_balance_that_bends(lab):
    balance = lab.calibrate("balance", lab.bench(linearity_error="0.3 mg"), refuse={"slope": "0.1 %"}).balance
    assert 0.5e-4 < MASS.magnitude("l", balance.linearity) < 4e-4


def test_a_load_cell_with_gain_and_bow(lab, agrees):
    record = lab.calibrate("load_cell", lab.bench(load_cell_gain_error=0.02, load_cell_nonlinearity=5e-4))
    zero = lab.truth.load_cell_count(0.0, temperature_c=22.0)
    agrees(record, {lab.truth.load_cell_count(m, temperature_c=22.0) - zero: m for m in (5.0, 15.0, 35.0, 60.0)})


def test_a_load_cell_is_sure_of_no_load_and_as_sure_of_each_part_of_a_load(lab):
    curve = lab.calibrate("load_cell", lab.bench(load_cell_gain_error=0.01)).curve.curve()
    u = curve.expanded([0.0, curve.highest / 4.0, curve.highest])
    assert u[0] == 0.0
    assert u[2] / u[1] == pytest.approx(4.0)


def test_a_thermometer_in_a_bath(lab, agrees):
    record = lab.calibrate("thermometer", lab.bench(thermometer_offset="0.25 K", thermometer_gain_error=0.004))
    agrees(record, {lab.truth.thermometer_c(t): t for t in (16.0, 22.0, 28.0, 34.0)})


def test_a_flow_sensor_against_the_balance(lab, agrees):
    record = lab.calibrate("flow_sensor", lab.bench(flow_gain_error=0.03, flow_offset="4 uL/h"))
    agrees(record, {lab.truth.flow_ul_h(q): q for q in (250.0, 500.0, 900.0)})
    assert record.standards[0].serial_number == "SIM-BAL-0001"


def test_a_pressure_transducer_by_hand_pump(lab, agrees):
    changes = {"channel": "back-pressure", "column": "pressure_kpa", "reading_unit": "kPa"}
    bench = lab.bench(controller_gain_error=0.01, controller_offset="0.3 kPa")
    procedure = {**changes, "reference": "SIM-PACE-0001", "settle": "5 s"}
    path = lab.procedure("pressure", **procedure)
    path.write_text(path.read_text().replace('controller = "back-pressure"\n', ""))
    with lab.session(path, bench) as session:
        while session.view() is not None:
            for _ in session.advance():
                pass
        tables = session.finish(People("the test"))
    record = load_calibration_record(lab.book.append(tables))
    agrees(record, {lab.truth.controller_kpa(p): p for p in (5.0, 15.0, 35.0)})


def test_a_pump_that_moves_eight_percent_too_much(lab):
    record = lab.calibrate("pump", lab.bench(gain=1.08))
    truth = lab.truth.microstep_fl() * 1e-6
    assert record.properties["factor_as_found"] == "7.812500 nL"
    assert float(record.properties["factor_as_left"].split()[0]) == pytest.approx(truth, rel=2e-3)
    assert abs(float(record.properties["error_left"].split()[0])) < 0.3
    assert record.tubing.lot == "SIM-TUBE-1"


def test_a_pump_that_slips_under_pressure(lab):
    record = lab.calibrate("pump", lab.bench(slip_per_kpa=2e-3), rates=["500 uL/h", "750 uL/h", "1000 uL/h"])
    assert float(record.properties["change_per_kpa"].split()[0]) == pytest.approx(-0.2, rel=0.1)


@pytest.mark.slow
def test_the_firmware_keeps_the_factor_that_was_found(lab, emulator):
    """The real firmware: asked, run, written into its EEPROM, read back, and right afterwards."""
    rates = {"rates": ["600 uL/h", "800 uL/h", "1000 uL/h"], "back_pressures": [], "cycles": 4}
    short = {"evaporation": "2 min", "relax": "30 s", "settle": "10 s", "refuse": {"residual": "2 %", "left": "2 %"}}
    record = lab.calibrate("pump", lab.bench("emulated", gain=0.95), **rates, **short)
    assert record.instrument.serial_number == "SIM-EMU-0001"
    assert float(record.properties["factor_as_left"].split()[0]) == pytest.approx(7.8125 * 0.95, rel=5e-3)
    assert abs(float(record.properties["error_left"].split()[0])) < 1.0

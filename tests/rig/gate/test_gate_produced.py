"""Pressures, temperatures and supply voltages that a protocol will produce, and records that leave something open."""

import copy
from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from calibration.book import Book
from calibration.curve import fit_curve
from calibration.record import load_calibration_record
from rig.gate.afterwards import calibration_problems
from rig.gate.produced_ranges import produced_range_reasons
from rig.gate.unstated import unstated_reasons
from rig.protocol import load_protocol
from tests.calibration.test_book import LOAD_CELL
from tests.rig.gate.test_gate_balance_check import BENCHES

JANUARY = date(2026, 1, 15)
ACCEPTANCE = BENCHES.parents[1] / "tests" / "acceptance" / "protocols"
HEIGHT = """
[findings.back_pressure]
steps = [{ start = "1 h", end = "2 h", height = "0 m" }, { start = "2 h", end = "3 h", height = "1 m"%s }]
"""
SAGS = '[[acts]]\nat = "1 h"\nnote = "sag"\nsupply = "2.75 V"\n'
UNITS = {"pressure": ("V", "kPa"), "thermometer": ("degC", "degC"), "voltage": ("V", "V"), "pump": ("uL/h", "nL")}


@pytest.fixture
def straight(tmp_path):
    """A record whose readings are the values themselves, between two of them."""

    def make(kind, low, high, **more):
        x = [low, (low + high) / 2.0, high]
        tables = copy.deepcopy(LOAD_CELL) | {"kind": kind, "channel": None, "conditions": {}, **more}
        tables["points"] |= dict(zip(("reading_unit", "reference_unit"), UNITS[kind], strict=True))
        tables["points"] |= {"reading": x, "reference": x, "u_reference": [0.0] * 3}
        tables["curve"] = {"x_unit": UNITS[kind][0], "y_unit": UNITS[kind][1], "fit": fit_curve(x, x).as_table()}
        return load_calibration_record(Book(tmp_path / "made").append(tables))

    return make


def told(record, protocol, channel="daq", fed_v=None):
    return [str(one) for one in produced_range_reasons({channel: record}, load_protocol(protocol), fed_v)]


@pytest.mark.parametrize(("high", "count"), [(15.0, 1), (20.0, 0), (40.0, 0)])
def test_a_transducer_holds_for_the_heads_of_the_series(straight, high, count):
    found = told(straight("pressure", 0.0, high), ACCEPTANCE / "back_pressure.toml")
    assert len(found) == count
    assert all("daq: expected pressures of 0 to 15 kPa, which was calibrated, found 20 kPa" in one for one in found)


@pytest.mark.parametrize(("below", "head"), [("", "9.785 kPa"), (", below = true", "-9.785 kPa")])
def test_a_height_is_a_head_as_well(station, straight, below, head):
    """A metre of water at 22 degC: 997.77 kg/m3 (Tanaka 2001) times 9.80665 m/s2."""
    (found,) = told(straight("pressure", 0.0, 5.0), station.protocol(stabilization="2 h", more=HEIGHT % below))
    assert found.startswith(f"daq: expected pressures of 0 to 5 kPa, which was calibrated, found {head}")


@pytest.mark.parametrize(("high", "count"), [(35.0, 1), (37.0, 0)])
def test_a_thermometer_holds_for_the_bath_of_the_pump(straight, high, count):
    found = told(straight("thermometer", 15.0, high), ACCEPTANCE / "body_temperature.toml")
    assert len(found) == count
    assert all("expected temperatures of 15 to 35 degC, which was calibrated, found 37 degC" in one for one in found)


@pytest.mark.parametrize(("low", "count"), [(3.0, 1), (2.5, 0)])
def test_a_voltage_record_reaches_down_to_the_sag(station, straight, low, count):
    found = told(straight("voltage", low, 3.5), station.protocol(more=SAGS), "supply", fed_v=3.3)
    assert len(found) == count
    assert all("supply: expected voltages of 3 to 3.5 V, which was calibrated, found 2.75 V" in one for one in found)


def test_what_acts_do_to_the_pump_is_held_against_its_own_record(station, straight):
    held = {"temperature": ["18 degC", "27 degC"], "supply_voltage": ["3.2 V", "3.4 V"], "basis": "house method 17"}
    record = straight("pump", 2.0, 1000.0, conditions=held)
    (warm,) = told(record, ACCEPTANCE / "body_temperature.toml", "device")
    assert "holds for temperature 18 to 27 degC (house method 17), found 37 to 37 degC" in warm
    assert "by an act of the protocol; calibrate for it" in warm
    (sags,) = told(record, station.protocol(more=SAGS), "device")
    assert "holds for supply voltage 3.2 to 3.4 V (house method 17), found 2.75 to 2.75 V" in sags


def test_what_a_record_does_not_say_is_told_and_not_made_up(straight):
    record = straight("pump", 2.0, 1000.0)
    found = [str(one) for one in unstated_reasons({"device": record}, supplied=True)]
    assert found[0].startswith("device: expected a record that says for which temperature it holds, found none in pump")
    assert "for which supply voltage it holds" in found[1]
    assert len(unstated_reasons({"device": record}, supplied=False)) == 1


def test_a_supply_that_nothing_on_the_bench_knows_is_told(straight):
    record = straight("pump", 2.0, 1000.0, conditions={"supply_voltage": ["3.2 V", "3.4 V"]})
    found = [str(one) for one in unstated_reasons({"device": record}, supplied=False)]
    assert "holds for supply voltage 3.2 to 3.4 V, and nothing on the bench says what it will be" in found[1]


@pytest.mark.parametrize(("release", "refused"), [("true", True), ("false", False)])
def test_a_run_for_release_is_refused_for_what_a_record_leaves_open(station, record, gate_of, release, refused):
    bench = station.bench(calibration=record(('temperature = ["15 degC", "30 degC"]\n', "")))
    report = gate_of(bench, station.protocol(for_release=release))
    said = "balance: expected a record that says for which temperature it holds, found none in balance (schema 1)"
    assert any(one.startswith(said) for one in report.told()) is refused
    assert [str(one).startswith(said) for one in report.remarks] == ([] if refused else [True])


@pytest.mark.parametrize(("volts", "count"), [("3.3 V", 0), ("5 V", 1)])
def test_a_declared_supply_is_held_against_the_pump_s_record(station, straight, gate_of, tmp_path, volts, count):
    day = {"performed_on": date(2026, 1, 1), "standards": [], "certificate": "K-9"}
    unit = {"instrument": {**LOAD_CELL["instrument"], "serial_number": "SIM-MP-0001"}}
    straight("pump", 2.0, 1000.0, conditions={"supply_voltage": ["3.2 V", "3.4 V"]}, **day, **unit)
    bench = station.bench()
    lines = f'calibration = "made/SIM-MP-0001/pump"\ntube_revolutions = 10\nsupply_voltage = "{volts}"'
    bench.write_text(bench.read_text().replace("[device]", f"[device]\n{lines}"))
    found = [one for one in gate_of(bench).told() if "supply voltage" in one]
    assert len(found) == count
    assert all("holds for supply voltage 3.2 to 3.4 V, found 5 to 5 V" in one for one in found)


def test_a_record_of_what_an_instrument_does_not_measure_is_refused(station, straight, gate_of):
    day = {"performed_on": date(2026, 1, 1), "standards": [], "certificate": "K-9"}
    unit = {"instrument": {**LOAD_CELL["instrument"], "serial_number": "SIM-PSU-0001"}}
    straight("pressure", 0.0, 20.0, **day, **unit)
    bench = station.bench()
    table = (BENCHES / "simulated_supply.toml").read_text()
    supply = table[table.index("[[instrument]]") : table.index("[environment]")]
    calibrated = supply.replace("[[instrument]]", '[[instrument]]\ncalibration = "made/SIM-PSU-0001/pressure"')
    bench.write_text(bench.read_text() + calibrated)
    (found,) = [one for one in gate_of(bench).told() if one.startswith("supply: expected")]
    assert "expected a calibration record of kind voltage, found one of kind 'pressure'" in found


@pytest.mark.parametrize(("lowest", "count"), [(3.25, 0), (2.75, 1)])
def test_a_sag_that_nobody_planned_is_judged_afterwards(straight, lowest, count):
    """An output that is off shows 0 V, and feeds nothing."""
    record = straight("pump", 2.0, 1000.0, conditions={"supply_voltage": ["3.2 V", "3.4 V"]}, performed_on=JANUARY)
    rows = {"voltage_v": np.array([3.3, lowest, 0.0]), "output_on": np.array([True, True, False])}
    found = [one for one in calibration_problems(recorded(record, supply=rows)) if "supply voltage" in one]
    assert len(found) == count
    assert all("holds for supply voltage 3.2 to 3.4 V, found 2.75 to 3.3 V" in one for one in found)


def recorded(record, **streams):
    """Evidence of a run with a pump's record and some streams."""
    unit = {"serial_number": record.instrument.serial_number}
    start = {"started_utc": "2026-01-20T08:00:00+00:00", "identities": {"device": unit}}
    stored = SimpleNamespace(start=start, health=dict.fromkeys(streams), stream=streams.get)
    bench = SimpleNamespace(instrument=[SimpleNamespace(name=name) for name in streams])
    return SimpleNamespace(record=stored, bench=bench, calibrations={"device": record})

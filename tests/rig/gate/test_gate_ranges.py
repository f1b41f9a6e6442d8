"""Load, beaker, points, standards, tube and supply: what a record holds for, and what it will meet."""

from types import SimpleNamespace

import pytest

from calibration.record import read_calibration_record
from calibration.units import VOLTAGE
from drivers.errors import InstrumentTimeout
from drivers.interfaces import Supply
from rig.bench_tables import DeclaredEnvironment
from rig.gate.channels import channel_reasons
from rig.gate.conditions import condition_reasons

PUMP = """
schema = 1
kind = "environment"
method = "house method 3"
performed_by = "A. Weber"
performed_on = 2026-01-01
valid_until = 2099-12-31
instrument = { manufacturer = "Doseproof", model = "DP-MP1", serial_number = "SIM-MP-0001" }
conditions = { supply_voltage = ["4.8 V", "5.2 V"] }
environment = { u_temperature = "0.1 K", u_pressure = "0.2 hPa", u_humidity = "2 %" }
"""


def test_the_load_stays_within_the_calibrated_points(station, sealed_record, gate_of):
    assert gate_of(station.bench(calibration=sealed_record()), station.protocol()).passed
    points = sealed_record_points(sealed_record, [60.0, 120.0, 200.0])
    (told,) = gate_of(station.bench(calibration=points), station.protocol()).told()
    assert "balance: expected a load within the calibrated points, 60 to 200 g, found 52.94 to 53.0" in told


def sealed_record_points(sealed_record, reading):
    points = {"reading_unit": "g", "reference_unit": "g", "reading": reading, "reference": reading}
    return sealed_record(points={**points, "u_reference": [0.0] * 3, "state": ["as left"] * 3})


def test_a_sealed_record_names_what_it_stands_on(station, sealed_record, gate_of):
    (told,) = gate_of(station.bench(calibration=sealed_record(standards=[]))).told()
    assert "balance: expected a record that names its standards or a certificate, found neither" in told


@pytest.mark.parametrize(("capacity", "passes"), [("150 uL", True), ("70 uL", False)])
def test_the_beaker_has_room_for_all_that_is_programmed_and_the_over_volume(station, gate_of, capacity, passes):
    """18.75 uL programmed, half of it again and 50 uL until the run is stopped: 78 uL."""
    bench = station.bench()
    bench.write_text(
        bench.read_text().replace('load_volume = "53 mL"', f'load_volume = "53 mL"\ncapacity = "{capacity}"')
    )
    report = gate_of(bench, station.protocol())
    assert report.passed is passes
    assert passes or "expected room for 0.078 mL in the beaker" in report.told()[0]


def test_a_tared_balance_is_not_taken_for_an_empty_one(station, record, gate_of):
    """It shows 3 g, but 53 mL of vessel and contents stand on it."""
    bench = station.bench('load_mass = "3 g"', calibration=record(('"220 g"', '"45 g"')))
    assert "found 47.7 g" in gate_of(bench, station.protocol()).told()[0]


def test_a_pump_s_factor_holds_for_so_many_revolutions_of_its_tube(sealed_record, station):
    tubing = {"lot": "T-9", "revolutions": 0.0, "revolutions_at_most": 5000.0}
    record = read_calibration_record(sealed_record(tubing=tubing).read_bytes(), "pump")
    for turned, told in ((None, "tube_revolutions of tube T-9"), (5001.0, "found 5001"), (4000.0, "")):
        reasons = [str(one) for one in channel_reasons(bench_with(tube_revolutions=turned), {"device": record})]
        assert [told in reason for reason in reasons] == ([True] if told else [])


def bench_with(**device):
    from datetime import UTC, datetime

    clock = SimpleNamespace(utc=lambda: datetime(2026, 2, 1, tzinfo=UTC))
    file = SimpleNamespace(device=SimpleNamespace(calibration=None, load_cell=None, **device))
    answered = {"device": SimpleNamespace(serial_number="SIM-BAL-0001")}
    return SimpleNamespace(clock=clock, file=file, identities=answered, witnesses={}, environment=None, laboratory=dict)


@pytest.mark.parametrize(("volts", "told"), [(5.0, []), (4.5, ["holds for supply voltage 4.8 to 5.2 V, found 4.5"])])
def test_the_supply_is_within_the_conditions_of_the_record(volts, told):
    record = read_calibration_record(PUMP.encode(), "pump.toml")
    bench = supplied(lambda: (VOLTAGE.quantity(volts), None))
    reasons = [str(one) for one in condition_reasons(bench, {"device": record}, set())]
    assert [part in reason for part, reason in zip(told, reasons, strict=True)] == [True] * len(told)


@pytest.mark.parametrize(("declared", "told"), [(None, []), ("5 V", []), ("3 V", ["4.8 to 5.2 V, found 3 to 3 V"])])
def test_a_supply_that_is_off_feeds_nothing_and_what_is_declared_counts(declared, told):
    record = read_calibration_record(PUMP.encode(), "pump.toml")
    bench = supplied(lambda: (VOLTAGE.quantity(0.00026), None), declared)
    reasons = [str(one) for one in condition_reasons(bench, {"device": record}, set())]
    assert [part in reason for part, reason in zip(told, reasons, strict=True)] == [True] * len(told)


def test_a_supply_that_does_not_answer_is_a_reason_and_no_crash():
    def silent():
        raise InstrumentTimeout("no answer within 2 s")

    record = read_calibration_record(PUMP.encode(), "pump.toml")
    (reason,) = condition_reasons(supplied(silent), {"device": record}, set())
    assert str(reason) == "supply: InstrumentTimeout: no answer within 2 s"
    assert condition_reasons(supplied(silent), {"device": record}, {"supply"}) == []


def supplied(read, declared=None):
    """A bench with declared air, a supply that answers so, and a declared voltage of the pump."""
    fake = type("Fake", (Supply,), {name: lambda *_: None for name in Supply.__abstractmethods__})
    fake.read = staticmethod(read)
    volts = None if declared is None else VOLTAGE.parse("declared", declared)
    device = SimpleNamespace(supply_voltage=volts)
    file = SimpleNamespace(environment=DeclaredEnvironment(), world="simulated", device=device)
    return SimpleNamespace(file=file, environment=None, laboratory=lambda: {"supply": fake()})

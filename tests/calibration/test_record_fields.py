"""Each field of a record: the sign and size that it can have, the text that it may be, and what is left out."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from calibration.ledger import Entry
from calibration.record_conditions import Conditions
from calibration.record_models import (
    BalanceCalibration,
    CalibratedInstrument,
    CalibrationRecord,
    EnvironmentCalibration,
)
from calibration.record_noise import NoiseProperties, noise_table
from calibration.record_parts import FluidUsed, Points, Seal, Standard, Surroundings, Tubing
from calibration.tolerances import Tolerances, TolerancesFile
from tests.calibration.test_block_covariance import ALL
from tests.calibration.test_book import LOAD_CELL, WEIGHT
from tests.calibration.test_due_and_history import STATED

HASH = "0" * 64
AIR = {"u_temperature": "0.1 K", "u_pressure": "0.2 hPa", "u_humidity": "2 %"}
NOISE = noise_table(ALL) | {
    "load": "53 g", "load_volume": "53 mL", "needle_outer_diameter": "1.6 mm", "readings": 9, "record_digest": HASH,
}  # fmt: skip
FLUID = {"name": "water", "density": "998.2 kg/m3", "density_u": "0.02 kg/m3", "at": "20 degC"}
TUBE = {"lot": "T-9", "revolutions": 0.0, "revolutions_at_most": 5000.0}
POINTS = {
    "reading_unit": "g", "reference_unit": "g", "reading": [1.0], "reference": [1.0], "u_reference": [0.0],
    "state": ["as left"],
}  # fmt: skip
ENTRY = {"schema": 1, "kind": "ledger", "number": 1, "file": "MP-0007/0001-pump.toml", "sha256": HASH}

ALLOWED = [
    (BalanceCalibration, STATED, {"linearity": "0 mg", "sensitivity": "0 %", "linearity_increment": "0 mg"}),
    (BalanceCalibration, STATED, {"eccentricity": "0 mg", "drift": "-0.1 mg/h", "slope_error": "-0.1 %"}),
    (BalanceCalibration, STATED, {"repeatability_freedom": 1.0, "sensitivity_noise": "0 %", "minimum_weight": "1 mg"}),
    (EnvironmentCalibration, AIR, {"temperature_error": "-1 K", "pressure_error": "-1 hPa", "humidity_error": "-1 %"}),
    (NoiseProperties, NOISE, {"lag_one": 0.0, "slow_white": "0 mg", "flicker": "0 mg", "walk": "0 mg", "readings": 1}),
    (FluidUsed, FLUID, {"density_u": "0 kg/m3", "lot": "L-1"}),
    (Tubing, TUBE, {"revolutions": 0.0, "revolutions_at_most": 0.1}),
    (Entry, ENTRY, {"number": 1, "previous": HASH, "note": "found"}),
    (Points, POINTS, {"u_reference": [0.0]}),
]
REFUSED = [
    *((BalanceCalibration, STATED, name, value) for name, value in {
        "repeatability": "0 mg", "resolution": "0 mg", "linearity": "-1 mg", "linearity_increment": "-1 mg",
        "sensitivity": "-1 %", "sensitivity_noise": "-1 %", "repeatability_freedom": 0.9, "eccentricity": "-1 mg",
        "capacity": "0 g", "minimum_weight": "0 mg", "drift": "1 mg", "slope_error": "1 mg",
        "adjusted_pressure": "10 hPa", "adjusted_humidity": "101 %", "adjusted_temperature": "1 K",
        "weights_density": "0.1 kg/m3", "colour": "grey",
    }.items()),
    *((EnvironmentCalibration, AIR, name, value) for name, value in {
        "u_temperature": "0 K", "u_pressure": "0 hPa", "u_humidity": "0 %", "temperature_error": "1 degC",
        "pressure_error": "700 hPa", "humidity_error": "1 K",
    }.items()),
    *((NoiseProperties, NOISE, name, value) for name, value in {
        "reading": "0 mg", "lag_one": -0.1, "interval": "0 s", "slow_white": "-1 mg", "flicker": "-1 mg",
        "walk": "-1 mg", "degrees_of_freedom": 0.0, "length": "0 s", "readings": 0, "load_volume": "0 mL",
        "needle_outer_diameter": "0 mm", "record_digest": "0",
    }.items()),
    (NoiseProperties, NOISE, "lag_one", 1.0),
    (FluidUsed, FLUID, "density_u", "-1 kg/m3"),
    (FluidUsed, FLUID, "name", "  "),
    (Tubing, TUBE, "revolutions", -1.0),
    (Tubing, TUBE, "revolutions_at_most", 0.0),
    (Entry, ENTRY, "number", 0),
    (Entry, ENTRY, "sha256", HASH[1:]),
    (Entry, ENTRY, "sha256", HASH + "0"),
    (Entry, ENTRY, "sha256", "G" * 64),
    (Entry, ENTRY, "kind", "record"),
    (Entry, ENTRY, "schema", 2),
    (Points, POINTS, "u_reference", [-1e-9]),
    (Points, POINTS, "state", ["as new"]),
    (Points, POINTS, "direction", ["left"]),
    (Standard, WEIGHT, "name", " "),
    (Standard, WEIGHT, "calibrated_on", "2026-01-10"),
    (Standard, WEIGHT, "attachment_sha256", "0"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "whole", "changes"), ALLOWED)
def test_what_a_field_may_be(table, whole, changes):
    assert table(**whole | changes)


@pytest.mark.parametrize(("table", "whole", "name", "value"), REFUSED)
def test_what_a_field_cannot_be(table, whole, name, value):
    assert table(**whole)
    with pytest.raises(ValidationError) as refused:
        table(**whole | {name: value})
    assert refused.value.errors()[0]["loc"][0] == name


@pytest.mark.parametrize("name", ["temperature", "pressure", "humidity", "supply_voltage"])
def test_conditions_are_pairs_of_their_kind(name):
    pair = {"temperature": ["18 degC", "27 degC"], "pressure": ["900 hPa", "1100 hPa"], "humidity": ["0 %", "100 %"],
            "supply_voltage": ["4.9 V", "5.1 V"]}[name]  # fmt: skip
    found = Conditions(**{name: pair})
    assert found.limits(name) == tuple(float(one.split(" ")[0]) for one in pair)
    assert [found.limits(other) for other in ("temperature", "pressure", "humidity", "supply_voltage")].count(None) == 3
    with pytest.raises(ValidationError, match=f"{name}: expected the lowest first and then the highest, found"):
        Conditions(**{name: pair[::-1]})
    with pytest.raises(ValidationError):
        Conditions(**{name: pair[:1]})
    with pytest.raises(ValidationError):
        Conditions(supply_voltage=["0 V", "5 V"])


def test_text_has_no_space_around_it_and_nothing_can_be_changed():
    one = CalibratedInstrument(manufacturer=" Doseproof ", model="DP-MP1", serial_number="MP-0007 ")
    assert (one.manufacturer, one.serial_number) == ("Doseproof", "MP-0007")
    with pytest.raises(ValidationError, match="frozen"):
        one.model = "DP-MP2"
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        CalibratedInstrument(manufacturer="D", model="M", serial_number="S", colour="grey")


def test_what_is_not_stated_is_none():
    balance = BalanceCalibration(**STATED)
    assert CalibrationRecord(**{"schema": 3, "number": 1, **LOAD_CELL}).sha256 == ""  # of no file: it was not read
    left_out = ("linearity_increment", "sensitivity_noise", "repeatability_freedom", "slope_error", "eccentricity",
                "drift", "minimum_weight")  # fmt: skip
    assert [getattr(balance, name) for name in left_out] == [None] * 7
    assert [getattr(EnvironmentCalibration(**AIR), f"{one}_error") for one in ("temperature", "humidity")] == [None] * 2
    standard = Standard(**WEIGHT)
    assert (standard.attachment, standard.attachment_sha256, standard.checked_sha256) == (None, None, None)
    assert (FluidUsed(**FLUID).lot, Points(**POINTS).direction, Conditions().basis) == (None, None, None)
    assert (Entry(**ENTRY).previous, Entry(**ENTRY).note, Entry(**ENTRY).head) == (None, None, "")


def test_the_parts_of_a_record_that_stand_alone():
    air = Surroundings(temperature="22 degC", pressure="1013.25 hPa", humidity="45 %")
    assert air.temperature.m == 22.0
    assert Seal(sha256=HASH).sha256 == HASH
    assert TolerancesFile(schema=1).tolerance == Tolerances().all == ()
    with pytest.raises(ValidationError):
        TolerancesFile(schema=2)
    assert Standard(**WEIGHT | {"calibrated_on": date(2026, 1, 11)}).calibrated_on.day == 11

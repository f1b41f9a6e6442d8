"""What was around while an instrument was calibrated stands in its record: air, supply, and where the record holds."""

import tomllib

import pytest

from calibration.errors import CalibrationError
from calibration.record_write import record_text
from calibration.units import TEMPERATURE, VOLTAGE
from rig.calibrate.errors import AnswerError
from rig.errors import BenchError, FileError
from tests.calibration.test_book import LOAD_CELL

QUICK = {"settle": "60 s", "average": "10 s", "temperatures": ["15 degC", "25 degC", "35 degC"]}
GAUGE = {"channel": "back-pressure", "column": "pressure_kpa", "reading_unit": "kPa"}
HELD = {"temperature": ["18 degC", "27 degC"], "basis": "data sheet of the sensor"}
PUMP = {"rates": ["500 uL/h", "750 uL/h", "1000 uL/h"], "back_pressures": [], "write": False, "evaporation": "10 min"}


def changed(path, **tables):
    """The same file with other tables; None takes one out."""
    table = tomllib.loads(path.read_text()) | tables
    path.write_text(record_text({key: value for key, value in table.items() if value is not None}))
    return path


@pytest.fixture
def supplied(lab):
    """The bench whose pump runs on the supply, at some voltage."""

    def make(**options):
        bench = lab.folder / "benches" / "simulated_supply.toml"
        return changed(bench, world_options=tomllib.loads(bench.read_text())["world_options"] | options)

    return make


@pytest.fixture
def answering(lab):
    """A gauge is calibrated where nobody senses the air; the answers to the question for it, one by one."""

    def first(*answers):
        by_hand = changed(lab.procedure("pressure", **GAUGE), controller=None)
        with lab.session(by_hand, changed(lab.bench(), environment=None)) as session:
            for answer in answers:
                for _ in session.advance(answer):
                    pass
            return session.results["air-before"]

    return first


def test_the_air_and_its_limits_stand_in_the_record_with_their_source(lab):
    record = lab.calibrate("thermometer", lab.bench(temperature="23.5 degC"), holds=HELD, **QUICK)
    assert TEMPERATURE.magnitude("t", record.surroundings.temperature) == pytest.approx(23.5, abs=0.06)
    assert record.conditions.limits("temperature") == (18.0, 27.0)
    assert record.conditions.basis == "data sheet of the sensor"
    assert record.schema_version == 3


def test_without_a_source_the_limits_stand_on_the_method(lab):
    holds = {"temperature": ["18 degC", "27 degC"]}
    record = lab.calibrate("thermometer", lab.bench(), holds=holds, **QUICK)
    assert record.conditions.basis == record.method


def test_a_record_that_would_not_hold_where_it_was_made_is_not_filed(lab):
    tables = {**LOAD_CELL, "conditions": {"temperature": ["23 degC", "27 degC"]}}
    with pytest.raises(CalibrationError) as refused:
        lab.book.append(tables)
    assert "expected a temperature that the calibration was made at, 22.4 degC, found 23 to 27 degC" in str(
        refused.value
    )
    assert "nothing was written; no record is in force for this unit" in str(refused.value)
    assert lab.book.files() == []


def test_a_room_in_which_it_shall_not_hold_is_told_before_the_first_step(lab):
    with pytest.raises(BenchError, match=r"temperature of 18 to 27 degC, for which its record shall hold .* found 29"):
        lab.calibrate("thermometer", lab.bench(temperature="29 degC"), holds=HELD, **QUICK)
    assert not (lab.folder / "unfinished").exists()


def test_pump_and_supply(lab, supplied):
    record = lab.calibrate("pump", supplied(pump_battery="3.1 V"), **PUMP)
    assert VOLTAGE.magnitude("v", record.supply_voltage) == pytest.approx(3.1, abs=2e-3)
    assert record.surroundings is not None
    assert record.conditions.limits("temperature") == (15.0, 30.0)


def test_a_supply_that_is_off_says_nothing_of_what_feeds_the_pump(lab, full):
    with pytest.raises(CalibrationError, match="supply of the bench to feed the pump, found its output off"):
        lab.calibrate("pump", full, holds={"supply_voltage": ["3.2 V", "3.4 V"]}, **PUMP)


def test_a_pump_on_a_supply_for_which_its_record_shall_not_hold(lab, supplied):
    with pytest.raises(BenchError, match=r"supply voltage of 4\.8 to 5\.2 V, for which its record shall hold"):
        lab.calibrate("pump", supplied(), holds={"supply_voltage": ["4.8 V", "5.2 V"]}, **PUMP)


def test_without_sensors_a_person_says_what_the_air_is(answering):
    air = answering("23.4 degC, 1009 hPa, 41 %")
    assert air == {"temperature_c": pytest.approx(23.4), "pressure_hpa": 1009.0, "humidity_percent": 41.0}


def test_simulated_hands_read_the_references_of_the_bench(answering):
    assert answering("")["temperature_c"] == pytest.approx(22.0, abs=0.5)


@pytest.mark.parametrize("wrong", ["23.4 degC", "23.4, 1009 hPa, 41 %", "23.4 degC, 1009 kPa, 41 %", "a, b, c"])
def test_an_answer_that_is_no_air_is_asked_for_again(answering, wrong):
    with pytest.raises(AnswerError, match=r"expected|must lie between"):
        answering(wrong)


@pytest.mark.parametrize(
    ("name", "changes", "told"),
    [
        ("pressure", {"pressures": ["0 kPa", "20 kPa"]}, "pressures: expected 3 values or more, found 2"),
        ("pressure", {"pressures": ["0 kPa", "20 kPa", "20 kPa"]}, "pressures: expected 3 different values or more"),
        ("load_cell", {"weights": ["SIM-W-5", "SIM-W-10", "SIM-W-20", "SIM-W-5"]}, "weights: the same weight stands"),
        ("balance", {"resolution": "1 kg"}, r"resolution: expected a hundredth of the capacity \(220 g\) at most"),
        ("thermometer", {"holds": {"temperature": ["27 degC", "18 degC"]}}, "expected the lowest first"),
        ("thermometer", {"holds": {"temperature": [18, 27]}}, "the bare number 18; say the unit"),
    ],
)
def test_a_procedure_file_that_can_give_no_record_is_refused_when_it_is_read(lab, name, changes, told):
    with pytest.raises(FileError, match=told), lab.session(lab.procedure(name, **changes), lab.bench()):
        pass


def test_the_reference_that_is_read_is_the_standard_of_the_file(lab):
    path = lab.book.folder / "standards.toml"
    path.write_text(path.read_text().replace('"SIM-PACE-0001"', '"SIM-PACE-0002"'))
    procedure = lab.procedure("pressure", channel="flow", column="flow_ul_h", reference="SIM-PACE-0002")
    told = "expected the reference SIM-PACE-0002, found that SIM-PACE-0001 answers"
    with pytest.raises(BenchError, match=told), lab.session(procedure, lab.bench()):
        pass


def test_a_gauge_is_not_its_own_reference(lab):
    procedure = lab.procedure("pressure", **GAUGE)
    told = "expected another channel than that which is calibrated"
    with pytest.raises(BenchError, match=told), lab.session(procedure, lab.bench()):
        pass


def test_a_standard_of_another_kind_is_refused_before_the_first_step(lab):
    procedure = lab.procedure("pressure", reference="SIM-W-50")
    told = r"expected a gauge pressure such as .* name a standard of this kind"
    with pytest.raises(CalibrationError, match=told), lab.session(procedure, lab.bench()):
        pass


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"tubing": {"lot": "T-9", "revolutions": 5000, "revolutions_at_most": 5000}},
            "change the tube, and enter",
        ),
        ({"method": "  "}, "method: "),
    ],
)
def test_what_no_record_could_say_is_refused_when_the_file_is_read(lab, changes, told):
    with pytest.raises(FileError, match=told), lab.session(lab.procedure("pump", **changes), lab.bench()):
        pass

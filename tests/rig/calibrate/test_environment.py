"""The sensors of the air are calibrated beside references, and every assessment takes the air as corrected."""

import shutil
import tomllib

import numpy as np
import pytest

from calibration.air_density import air_density_kg_m3
from calibration.book import Book
from calibration.errors import CalibrationError
from calibration.record_write import record_text
from calibration.units import AIR_PRESSURE_DIFFERENCE, RATIO, TEMPERATURE_DIFFERENCE
from fixtures.simulated.world import opened
from rig.delivery.from_record import Evidence
from rig.delivery.room import air_of, temperature_c
from rig.gate.afterwards import calibration_problems
from rig.record import Record
from rig.runner import run

WRONG = {"thermometer_offset": "0.6 K", "barometer_offset": "-3 hPa", "hygrometer_offset": "6 %"}
KINDS = {"temperature": TEMPERATURE_DIFFERENCE, "pressure": AIR_PRESSURE_DIFFERENCE, "humidity": RATIO}


def number(environment, name):
    kind = KINDS[name.removeprefix("u_").removesuffix("_error")]
    return kind.magnitude(name, getattr(environment, name))


@pytest.fixture
def corrected(lab):
    """A run with wrong sensors and their record; gives evidence and the true air density at each of its readings."""
    path = lab.bench(**WRONG)
    lab.calibrate("environment", path)
    table = tomllib.loads(path.read_text())
    table["environment"]["calibration"] = "../book/SIM-ENV-0001/environment"
    path.write_text(record_text(table))
    seen = []
    outcome = run(
        lab.folder / "benches/protocols/quick.toml",
        path,
        lab.folder / "run",
        observers=[lambda event: seen.append(opened("simulated").plant.air) if event.kind == "phase" else None],
    )
    evidence = Evidence.of(Record.open(outcome.folder))
    t = evidence.record.stream("environment")["t_s"]
    air = seen[0]
    return evidence, air_density_kg_m3(air.temperature_c(t), air.pressure_hpa(t), air.humidity_percent(t))


@pytest.mark.parametrize(("name", "true"), [("temperature", 0.6), ("pressure", -3.0), ("humidity", 6.0)])
def test_it_finds_what_the_sensors_are_wrong_by(lab, name, true):
    environment = lab.calibrate("environment", lab.bench(**WRONG)).environment
    found, u = number(environment, f"{name}_error"), number(environment, f"u_{name}")
    assert found == pytest.approx(true, abs=2 * u)
    assert 0 < u < abs(true)


def test_the_record_names_its_references_and_shows_each_round(lab):
    record = lab.calibrate("environment", lab.bench(**WRONG))
    assert [one.serial_number for one in record.standards] == ["SIM-T-1", "SIM-B-1", "SIM-H-1"]
    assert len(record.properties["pressure_errors"].split(",")) == 5
    assert record.seal is not None


def test_the_air_of_a_run_is_corrected_and_its_u_holds_the_truth(corrected):
    evidence, true = corrected
    air = air_of(evidence, np.zeros(1))
    rows = evidence.record.stream("environment")
    raw = air_density_kg_m3(rows["temperature_c"], rows["pressure_hpa"], rows["humidity_percent"])
    assert np.abs(air.density_kg_m3 - true).max() < 2 * air.u_kg_m3
    assert np.abs(raw - true).min() > 4 * air.u_kg_m3


def test_the_temperature_of_the_room_is_corrected_between_any_two_instants(corrected):
    evidence, _ = corrected
    rows = evidence.record.stream("environment")
    wrong = number(evidence.calibrations["environment"].environment, "temperature_error")
    for begin_s, end_s in ((-np.inf, np.inf), (float(rows["t_s"][0]), float(rows["t_s"][0]))):
        during = (rows["t_s"] >= begin_s) & (rows["t_s"] <= end_s)
        found = temperature_c(evidence, begin_s, end_s)
        assert found == pytest.approx(float(rows["temperature_c"][during].mean()) - wrong, abs=1e-9)
    assert abs(wrong) > 0.1


def test_the_conditions_of_records_are_judged_by_the_corrected_air(corrected):
    evidence, _ = corrected
    narrow = evidence.calibrations["balance"].conditions.model_copy(
        update={"humidity": (RATIO.quantity(44.0), RATIO.quantity(49.0))}
    )
    balance = evidence.calibrations["balance"].model_copy(update={"conditions": narrow})
    evidence.calibrations["balance"] = balance
    assert calibration_problems(evidence) == []


def test_an_error_that_is_too_large_is_not_filed(lab):
    with pytest.raises(CalibrationError, match=r"pressure: expected an error of at most 5 hPa, found -9"):
        lab.calibrate("environment", lab.bench(barometer_offset="-9 hPa"))
    assert Book(lab.book.folder).units() == {}


def test_air_that_does_not_rest_is_not_filed(lab):
    front = [{"start": "0 s", "duration": "60 s", "change": "-5 hPa"}]
    with pytest.raises(CalibrationError, match=r"round 1: expected the pressure to change by 0\.5 hPa at most"):
        lab.calibrate("environment", lab.bench(front=front))


def test_u_holds_the_error_over_many_rooms(lab):
    """Twenty rooms, two sensors each: two standard uncertainties hold the error."""
    missed = 0
    for room in range(20):
        true = {"temperature": 0.031 * room - 0.3, "pressure": 0.17 * room - 1.6}
        wrong = {
            "thermometer_offset": f"{true['temperature']:.4f} K",
            "barometer_offset": f"{true['pressure']:.4f} hPa",
        }
        path = lab.bench(seed=room, temperature=f"{20 + 0.13 * room:.2f} degC", **wrong)
        found = lab.calibrate("environment", path).environment
        shutil.rmtree(lab.folder / "unfinished")  # or the next one would go on from here
        missed += sum(abs(number(found, f"{n}_error") - t) > 2 * number(found, f"u_{n}") for n, t in true.items())
    assert missed <= 2

"""A calibration that would stand on a record that does not hold is refused before its first step, with every reason."""

from __future__ import annotations

import shutil
import tomllib
from datetime import date

import pytest

from calibration.retire import Why, retire
from rig.errors import BenchError
from tests.calibration.test_book import AIR

DROPPED = Why("dropped", "A. Weber", "M. Klein")
QUICK = {"settle": "60 s", "average": "10 s", "temperatures": ["15 degC", "25 degC", "35 degC"]}


@pytest.fixture
def edited(lab):
    """Changes a text in the record of the balance or of the air that the bench names."""

    def edit(name, *changes):
        path = lab.folder / "benches" / "calibration" / f"{name}.toml"
        text = path.read_text()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path.write_text(text)

    return edit


def refused(lab, name="flow_sensor", **changes):
    with pytest.raises(BenchError) as error, lab.session(lab.procedure(name, **changes), lab.bench()):
        pass
    return str(error.value)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            [('"SIM-BAL-0001"', '"SIM-BAL-0009"')],
            "is of serial number SIM-BAL-0009, the instrument answers",
        ),
        ([('["15 degC", "30 degC"]', '["28 degC", "30 degC"]')], "holds for temperature 28 to 30 degC, found"),
        ([("= 2026-01-01", "= 2025-01-01"), ("2099-12-31", "2025-12-31")], "is out of date: valid until 2025-12-31"),
    ],
)
def test_the_record_of_the_balance_must_hold(lab, edited, changes, told):
    edited("SIM-BAL-0001", *changes)
    assert told in refused(lab)
    assert told in refused(lab, "pump")


def test_the_record_of_the_air_must_hold_and_every_reason_is_told(lab, edited):
    edited("SIM-ENV-0001", ('serial_number = "SIM-ENV-0001"', 'serial_number = "SIM-ENV-0009"'))
    edited("SIM-BAL-0001", ('["15 degC", "30 degC"]', '["28 degC", "30 degC"]'))
    told = refused(lab)
    assert "SIM-ENV-0009" in told
    assert "28 to 30 degC" in told
    assert "SIM-ENV-0009" in refused(lab, "load_cell")


def test_a_balance_out_of_service_calibrates_nothing(lab):
    tables = tomllib.loads((lab.folder / "benches" / "calibration" / "SIM-BAL-0001.toml").read_text())
    tables["surroundings"] = AIR
    lab.book.append({key: value for key, value in tables.items() if key != "schema"})
    retire(lab.book, "SIM-BAL-0001", DROPPED, date(2026, 1, 1))
    assert "balance: SIM-BAL-0001 is out of service" in refused(lab)
    assert "balance: SIM-BAL-0001 is out of service" in refused(lab, "balance")


def test_a_balance_that_shifted_calibrates_nothing_and_may_itself_be_calibrated(lab):
    shutil.copy(lab.book.folder / "standards.toml", lab.folder / "benches" / "calibration")
    shifted = lab.calibrate("balance_check", lab.bench(sensitivity_error=1e-5))
    assert shifted.properties["verdict"] == "shifted"
    assert "balance: the check of 2026-01-01 found that the balance shifted" in refused(lab)
    with lab.session(lab.procedure("balance"), lab.bench()) as session:
        assert session.view().number == 1


def test_a_broken_chain_is_told_before_the_first_step(lab):
    lab.calibrate("thermometer", lab.bench(), **QUICK)
    path = lab.book.in_force("SIM-ENV-0001", "thermometer-temperature").path
    path.chmod(0o644)
    path.write_text(path.read_text().replace("SIM-ENV-0001", "SIM-ENV-0002"))
    assert "changed after its seal" in refused(lab, "thermometer", **QUICK)

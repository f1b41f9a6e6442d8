"""The daily check: a balance that held, and one that moved since it was calibrated."""

from __future__ import annotations

import math

import numpy as np
import pytest

from calibration.check_weight import check
from calibration.errors import CalibrationError
from calibration.record import load_calibration_record
from rig.calibrate.check_reference import scatter_g, u_reference_g


def test_a_balance_that_held(lab):
    record = lab.calibrate("balance_check", lab.bench())
    assert record.properties["verdict"] == "held"
    assert record.valid_until.toordinal() - record.performed_on.toordinal() == 1
    assert len(record.points.reading) == 3


def test_a_balance_that_has_moved_is_filed_all_the_same(lab):
    record = lab.calibrate("balance_check", lab.bench(sensitivity_error=8e-6))
    assert record.properties["verdict"] == "shifted"
    assert float(record.properties["shift"].split()[0]) == pytest.approx(0.4, abs=0.1)  # 50 g times 8e-6


def test_the_error_that_the_calibration_knows_is_no_shift(lab):
    """Calibrated with the error, then checked against the record of that calibration."""
    bench = lab.bench(sensitivity_error=8e-6)
    lab.calibrate("balance", bench)
    text = bench.read_text()
    place = (lab.book.folder / "SIM-BAL-0001" / "balance").as_posix()
    bench.write_text(text.replace("calibration/SIM-BAL-0001.toml", place))
    assert lab.calibrate("balance_check", bench).properties["verdict"] == "held"


@pytest.fixture
def calibrated(lab):
    """A bench whose balance was calibrated with the weights of the book."""
    bench = lab.bench()
    lab.calibrate("balance", bench)
    place = (lab.book.folder / "SIM-BAL-0001" / "balance").as_posix()
    bench.write_text(bench.read_text().replace("calibration/SIM-BAL-0001.toml", place))
    return bench


def test_the_certificate_that_calibration_and_check_share_is_no_part_of_the_limit(lab, calibrated):
    lab.calibrate("balance_check", calibrated)
    balance, told = lab.found["balance"], lab.found["balance-check"].properties
    sd, nu = scatter_g(balance.balance, [])
    assert nu == 39.0
    assert float(told["limit"].split()[0]) == pytest.approx(2.75 * sd * 1e3 / math.sqrt(3.0), rel=0.1)
    assert float(told["finds"].split()[0]) > 98.5


def test_another_weight_brings_its_certificate_along(lab, calibrated):
    record = load_calibration_record(next((lab.book.folder / "SIM-BAL-0001").glob("*-balance.toml")))
    known = next(one for one in record.standards if one.serial_number == "SIM-W-50")
    new = known.model_copy(update={"certificate": "another"})
    same, other = (u_reference_g(record, one, 50.0, 1.5e-5) for one in (known, new))
    assert same < 0.4 * other


def test_earlier_checks_make_the_scatter_more_certain(lab, calibrated):
    finds = [lab.calibrate("balance_check", calibrated).properties["finds"] for _ in range(3)]
    _, nu = scatter_g(lab.found["balance"].balance, [np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0])])
    assert nu == 39.0 + 2.0 + 1.0
    assert len(set(finds)) > 1


def test_a_check_keeps_what_it_promises():
    """40 weighings say the scatter, 7 means the slope; one error of all certificates; one check a calibration."""
    rng, n, mass, sd, common = np.random.default_rng(7), 20_000, 50.0, 2.3e-5, 3e-7
    noise = 3.2e-8  # of a slope through means of ten readings, up to 150 g
    alarms = found = 0
    for _ in range(n):
        shared, weighing = common * rng.normal(), rng.normal(0.0, sd, 3)
        said = sd * math.sqrt(rng.chisquare(39) / 39)
        reference = mass * (shared + noise * rng.normal())  # what the slope says that 50 g should read
        u = noise * mass
        held = check(mass * shared + weighing, reference, sd=said, nu=39.0, u_reference=u)
        moved = check(mass * shared + weighing + 3.0 * sd, reference, sd=said, nu=39.0, u_reference=u)
        alarms, found = alarms + (held.verdict == "shifted"), found + (moved.verdict == "shifted")
    assert alarms / n <= 0.01 + 3.0 * math.sqrt(0.01 * 0.99 / n)
    assert found / n >= 0.99 - 3.0 * math.sqrt(0.01 * 0.99 / n)


def test_a_balance_that_says_nothing_usable_is_read_again(lab):
    with lab.session(lab.procedure("balance_check"), lab.bench()) as session:
        while session.view().key != "check-1-empty":
            for _ in session.advance():
                pass
        balance = session.station.instrument("balance")
        heard, balance.drain = balance.drain, list
        with pytest.raises(CalibrationError, match="expected a usable reading"):
            for _ in session.advance():
                pass
        balance.drain = heard
        assert session.view().key == "check-1-empty"

"""A supply that measures its output, calibrated against a voltmeter with a certificate."""

import pytest

from calibration.errors import CalibrationError
from rig.errors import FileError

QUICK = {"settle": "1 s", "average": "4 s", "voltages": ["2.4 V", "3.0 V", "3.6 V"]}


@pytest.fixture
def corrected(lab):
    """The reference voltmeter shows 5 mV too little, by its certificate."""
    path = lab.book.folder / "standards.toml"
    assert 'value = "0 V" ' in path.read_text()
    path.write_text(path.read_text().replace('value = "0 V" ', 'value = "5 mV" '))


def test_the_correction_of_the_reference_is_in_the_curve_and_its_certificate_in_u(lab, full, corrected):
    record = lab.calibrate("voltage", full, **QUICK)
    true, u = record.curve.curve().predict(3.0)
    assert float(true) == pytest.approx(3.005, abs=3e-4)
    assert 1e-4 < float(u) < 3e-4  # 0.1 mV of the certificate, the noise of a few readings
    assert record.standards[0].serial_number == "SIM-DMM-0001"


def test_the_supply_is_left_as_it_was_found(lab, full):
    with lab.session(lab.procedure("voltage", **QUICK), full) as session:
        while session.view() is not None:
            for _ in session.advance():
                pass
        (_, _, on) = session.station.supply().drain()[-1][1:4]
    assert on is False


def test_a_reference_that_is_out_of_date_is_refused_before_the_first_step(lab, full):
    path = lab.book.folder / "standards.toml"
    path.write_text(path.read_text().replace("2099-12-31", "2025-12-31").replace("2026-01-01", "2025-01-01"))
    with pytest.raises(CalibrationError, match="SIM-DMM-0001 is certified from 2025-01-01 to 2025-12-31"):
        lab.calibrate("voltage", full, **QUICK)


def test_a_supply_that_sets_itself_is_read_by_the_bench(lab):
    path = lab.procedure("voltage", **QUICK)
    path.write_text(path.read_text().replace('meter = "dmm"\n', ""))
    with pytest.raises(FileError, match="add meter, or leave supply out"), lab.session(path, lab.bench()):
        pass

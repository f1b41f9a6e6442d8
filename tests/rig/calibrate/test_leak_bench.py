"""The records of the bench with three witnesses are those that the procedures make, and the plant agrees with them."""

import pytest

from calibration.record import load_calibration_record
from tests.rig.calibrate.conftest import BENCHES


@pytest.mark.parametrize(
    ("procedure", "shipped"), [("load_cell", "SIM-MP-0001-load-cell"), ("flow_sensor", "SIM-FLW-0001")]
)
def test_the_procedure_makes_the_record_that_comes_along(lab, procedure, shipped):
    made = lab.calibrate(procedure, lab.bench()).curve.curve()
    kept = load_calibration_record(BENCHES / "calibration" / f"{shipped}.toml").curve.curve()
    assert (kept.lowest, kept.highest) == pytest.approx((made.lowest, made.highest), rel=1e-6)
    for reading in (made.lowest, made.highest):
        assert float(kept.predict(reading)[0]) == pytest.approx(float(made.predict(reading)[0]), rel=1e-6)


def test_a_flow_sensor_that_gains_no_longer_fits_its_record(lab, agrees):
    """What is wrong with the instrument would show: the comparison above can fail."""
    kept = load_calibration_record(BENCHES / "calibration" / "SIM-FLW-0001.toml")
    with pytest.raises(AssertionError):
        agrees(kept, {500.0: 510.0})

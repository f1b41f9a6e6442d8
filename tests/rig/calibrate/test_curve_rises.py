"""A slope that is above zero by chance is no calibration."""

import pytest

from calibration.errors import CalibrationError
from rig.calibrate.curve_tables import Columns, curve_through


def columns(*readings):
    """Volts of an instrument with a noise of 0.1 V against references that follow by a hundredth."""
    found = Columns("V", "V", certified=False)
    for reading in readings:
        found.add((reading, 0.1), (2.4 + reading / 100.0, 1e-3))
    return found


def test_points_within_their_own_noise_give_no_slope():
    with pytest.raises(
        CalibrationError, match=r"more than its U \(k = 2\), found 0\.01 .*take points that lie further apart"
    ):
        curve_through(columns(2.40, 2.41, 2.42), highest=1)


def test_the_same_slope_over_a_wider_range_does():
    assert curve_through(columns(0.0, 10.0, 20.0), highest=1).coefficients[1] == pytest.approx(0.01)

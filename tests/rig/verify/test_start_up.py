"""The start-up curve, and the moment from which it stays in its band."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.units import FLOW, RATIO, TIME, VOLUME
from rig.verify.errors import MetricError
from rig.verify.start_up import start_up

QUARTER, HOUR = TIME.parse("S", "15 min"), TIME.parse("cycle", "1 h")
RATE, BAND = FLOW.parse("rate", "0.15 mL/day"), RATIO.parse("band", "5 %")


def slow_start():
    """Half the rate for two hours, then the rate for three."""
    return VOLUME.quantity(np.concatenate([[0.0], np.cumsum([0.78125] * 8 + [1.5625] * 12)]))


def test_flow_is_given_at_the_end_of_each_interval():
    curve = start_up(slow_start(), QUARTER, RATE)
    assert curve.time_s[[0, -1]].tolist() == [900.0, 18000.0]
    assert curve.flow_ul_h[[0, 7, 8, 19]] == pytest.approx([3.125, 3.125, 6.25, 6.25])
    assert curve.running_error_percent.size == 0
    assert curve.stabilised_at_s is None


def test_a_slow_start_is_stabilised_when_whole_cycles_stay_in_the_band():
    curve = start_up(slow_start(), QUARTER, RATE, cycle=HOUR, band=BAND)
    assert curve.stabilised_at_s == 7200.0
    assert curve.running_error_percent[[0, 7, 8]] == pytest.approx([-50.0, -12.5, 0.0])
    assert curve.running_start_s[-1] == 14400.0


def test_a_wider_band_is_reached_earlier():
    curve = start_up(slow_start(), QUARTER, RATE, cycle=HOUR, band=RATIO.parse("band", "13 %"))
    assert curve.stabilised_at_s == 6300.0


def test_a_pump_that_leaves_the_band_at_the_end_is_not_stabilised():
    volume_ul = np.arange(21) * 1.5625
    volume_ul[-1] += 1.0
    curve = start_up(VOLUME.quantity(volume_ul), QUARTER, RATE, cycle=HOUR, band=BAND)
    assert curve.stabilised_at_s is None


def test_a_cycle_between_samples_is_interpolated():
    curve = start_up(slow_start(), QUARTER, RATE, cycle=TIME.parse("cycle", "40 min"), band=BAND)
    assert curve.running_error_percent[[0, -1]] == pytest.approx([-50.0, 0.0])
    assert curve.stabilised_at_s == 7200.0


@pytest.mark.parametrize("samples", [2_000_001, 10_000_001])
def test_no_cycle_reaches_beyond_the_end_of_a_long_record(samples):
    volume, rate = VOLUME.quantity(np.arange(samples) * 1e-3), FLOW.quantity(3.6)
    curve = start_up(volume, TIME.quantity(1.0), rate, cycle=TIME.quantity(20.0), band=RATIO.quantity(4.0))
    assert len(curve.running_start_s) == samples - 20
    assert np.abs(curve.running_error_percent).max() < 1e-3
    assert curve.stabilised_at_s == 0.0


def test_a_record_shorter_than_a_cycle_is_drawn_and_not_stabilised():
    curve = start_up(slow_start(), QUARTER, RATE, cycle=6 * HOUR, band=BAND)
    assert (len(curve.flow_ul_h), len(curve.running_start_s), curve.stabilised_at_s) == (20, 0, None)


def test_a_band_of_nothing_is_refused():
    with pytest.raises(MetricError, match=r"band.*above zero"):
        start_up(slow_start(), QUARTER, RATE, cycle=HOUR, band=RATIO.quantity(0.0))

"""From cause to detection, and the dose meanwhile; with the time base."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.units import FLOW, RATIO, TIME, VOLUME
from rig.verify.errors import MetricError
from rig.verify.events import TimedEvent, detection, dose_meanwhile, missed_time

HOUR = 3600.0
BEGAN = TIME.quantity(0.0)
STEADY = 'kind = "continuous", flow = "6 uL/h", duration = "24 h"'


def event(at_s, u_s=0.0, poll_s=None):
    return TimedEvent(TIME.quantity(at_s), TIME.quantity(u_s), None if poll_s is None else TIME.quantity(poll_s))


def test_an_alarm_that_is_polled_came_half_an_interval_earlier():
    found = detection(event(1000.0, 1.0), event(1100.0, poll_s=60.0))
    assert found.value_s == pytest.approx(70.0)
    assert found.u_s == pytest.approx(np.hypot(1.0, 60.0 / np.sqrt(12.0)))


def test_polled_detections_are_covered():
    """Rectangular, and so 1.96 u hold all of it; the standard deviation is the test."""
    rng = np.random.default_rng(7)
    true = rng.uniform(100.0, 200.0, 20_000)
    seen = np.ceil(true / 10.0) * 10.0 - 5.0
    found = detection(event(0.0), event(150.0, poll_s=10.0))
    assert np.std(seen - true) == pytest.approx(found.u_s, rel=0.01)
    assert abs(np.mean(seen - true)) < 0.1


def test_offset_and_rate_of_the_clocks_count():
    offset, rate = TIME.quantity(3.0), RATIO.parse("rate", "50 ppm")
    assert detection(event(0.0), event(80_000.0), u_offset=offset, u_rate=rate).u_s == pytest.approx(5.0)


def test_what_was_never_detected_has_a_lower_bound():
    found = detection(event(1000.0, 2.0), None, record_end=TIME.quantity(5000.0))
    assert (found.value_s, found.detected) == (4000.0, False)
    with pytest.raises(MetricError, match="end of the record"):
        detection(event(1000.0), None)
    with pytest.raises(MetricError, match="goes beyond the cause"):
        detection(event(1000.0), None, record_end=TIME.quantity(900.0))


def test_a_detection_before_its_cause_is_anothers():
    with pytest.raises(MetricError, match="another event's"):
        detection(event(1000.0, 1.0), event(900.0, 1.0))
    assert detection(event(1000.0, 1.0), event(999.0, 1.0)).value_s == -1.0  # within the uncertainty


def stalled(t):
    return t / 600.0 - np.clip(t / HOUR - 6.0, 0.0, 2.0) * 6.0


def test_the_dose_that_a_stall_of_two_hours_missed(program, drawn, covered):
    told = program(STEADY)

    def error(seed):
        found = dose_meanwhile(drawn(stalled, 25.0, seed=seed), told, BEGAN, event(6 * HOUR), event(8 * HOUR))
        return found.error_ul, found.u_ul

    assert 0.94 <= covered(error, -12.0) <= 0.96
    found = dose_meanwhile(drawn(stalled, 25.0), told, BEGAN, event(6 * HOUR), event(8 * HOUR))
    assert found.error_percent == pytest.approx(-100.0, abs=2.0)


def test_an_instant_that_is_uncertain_moves_the_dose(program, drawn):
    """The flow differs by 6 uL/h from the program on one side of each end: 100 s are 0.167 uL."""
    quiet = drawn(stalled, 25.0, noise_ul=0.0, u_rate_ul_h=0.0, u_scale=0.0)
    found = dose_meanwhile(quiet, program(STEADY), BEGAN, event(6 * HOUR, 100.0), event(8 * HOUR, 0.0))
    assert found.u_ul == pytest.approx(6.0 / 36.0)


def test_nothing_programmed_has_no_percentage(program, drawn):
    told = program('kind = "stop", duration = "24 h"')
    found = dose_meanwhile(drawn(stalled, 25.0), told, BEGAN, event(1 * HOUR), event(2 * HOUR))
    assert found.error_percent is None
    assert found.error_ul == pytest.approx(6.0, abs=0.3)


def test_missed_volume_as_time():
    missed = missed_time(VOLUME.quantity(-12.0), FLOW.quantity(6.0))
    assert TIME.magnitude("missed", missed) == pytest.approx(2 * HOUR)
    with pytest.raises(MetricError, match="under-delivery"):
        missed_time(VOLUME.quantity(1.0), FLOW.quantity(6.0))


def test_a_stall_on_the_balance(program, weighed):
    """Its corners are in no program; a level across one would be 0.125 uL off."""
    told = program(STEADY)
    levels = weighed(stalled, 24.0, program=told)
    began = TIME.quantity(1200.0)
    found = dose_meanwhile(levels, told, began, event(1200.0 + 6 * HOUR), event(1200.0 + 8 * HOUR))
    assert abs(found.error_ul + 12.0) < 2 * found.u_ul < 0.2
    assert found.nu > 20

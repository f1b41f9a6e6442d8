"""Events on their edges: clocks, bounds of what was never detected, and the dose of an uncertain instant."""

from __future__ import annotations

import math

import numpy as np
import pytest

from calibration.units import FLOW, RATIO, TIME, VOLUME
from rig.verify.errors import MetricError
from rig.verify.events import TimedEvent, detection, dose_meanwhile, missed_time

HOUR = 3600.0
S = TIME.quantity
BEGAN = TIME.quantity(0.0)
STILL = {"noise_ul": 0.0, "u_rate_ul_h": 0.0, "u_scale": 0.0}
STEADY = 'kind = "continuous", flow = "6 uL/h", duration = "24 h"'


def event(at_s, u_s=0.0, poll_s=None):
    return TimedEvent(TIME.quantity(at_s), TIME.quantity(u_s), None if poll_s is None else TIME.quantity(poll_s))


def test_a_poll_is_rectangular_about_half_an_interval_earlier():
    assert event(100.0, 3.0).seconds == (100.0, 3.0)
    assert event(100.0, 4.0, 6.0 * math.sqrt(3.0)).seconds == pytest.approx((100.0 - 3.0 * math.sqrt(3.0), 5.0))


def test_a_bound_of_what_was_never_detected_has_the_uncertainty_of_the_clocks():
    """1 s of the cause, 2 s of the offset, 25 ppm of 80 000 s: the root of 1 + 4 + 4."""
    found = detection(
        event(1000.0, 1.0), None, record_end=TIME.quantity(81_000.0),
        u_offset=TIME.quantity(2.0), u_rate=RATIO.parse("rate", "25 ppm"),
    )  # fmt: skip
    assert (found.value_s, found.u_s, found.detected) == (80_000.0, pytest.approx(3.0), False)


def test_a_record_has_to_go_beyond_the_cause_if_only_by_half_a_second():
    assert detection(event(1000.0), None, record_end=TIME.quantity(1000.5)).value_s == 0.5
    with pytest.raises(MetricError, match="goes beyond the cause at 1000 s, found none"):
        detection(event(1000.0), None, record_end=TIME.quantity(1000.0))


def test_a_detection_may_seem_three_uncertainties_early():
    assert detection(event(100.0, 3.0), event(86.0, 4.0)).value_s == -14.0
    assert detection(event(100.0, 3.0), event(85.0, 4.0)) == detection(event(100.0, 4.0), event(85.0, 3.0))
    with pytest.raises(MetricError, match=r"found it 16 s before \(u = 5 s\); it is another event's"):
        detection(event(100.0, 3.0), event(84.0, 4.0))


def test_a_detection_says_that_it_is_one():
    found = detection(event(100.0, 3.0), event(160.0, 4.0))
    assert (found.value_s, found.u_s, found.detected) == (60.0, 5.0, True)


@pytest.mark.parametrize(
    ("u_cause_s", "u_alarm_s", "flow_ul_h", "u_ul"),
    [
        (100.0, 0.0, 30.0, 24.0 / 36.0),  # flowed 24 uL/h too fast
        (0.0, 100.0, 30.0, 24.0 / 36.0),
        (60.0, 80.0, 30.0, 24.0 / 36.0),
        (100.0, 0.0, 8.0, 6.0 / 36.0),  # 2 uL/h in the mean; some of it may have stood still
        (0.0, 100.0, 0.0, 6.0 / 36.0),
    ],
)
def test_an_uncertain_instant_counts_by_the_flow_that_is_wrong_there(
    program, drawn, u_cause_s, u_alarm_s, flow_ul_h, u_ul
):
    levels = drawn(lambda t: flow_ul_h * t / HOUR, 25.0, **STILL)
    ends = event(6 * HOUR, u_cause_s), event(8 * HOUR, u_alarm_s)
    found = dose_meanwhile(levels, program(STEADY), BEGAN, *ends)
    assert found.u_ul == pytest.approx(u_ul)
    assert (found.delivered_ul, found.programmed_ul) == pytest.approx((2 * flow_ul_h, 12.0))
    assert found.error_ul == pytest.approx(2 * flow_ul_h - 12.0)


def test_the_flow_of_an_uncertain_end_is_that_of_its_own_step(program, drawn):
    """The program changes from 6 to 12 uL/h between the two: a stall misses twice as much at the alarm."""
    told = program(STEADY.replace("24 h", "7 h"), STEADY.replace("6 uL/h", "12 uL/h"))
    levels = drawn(lambda t: 0.0 * t, 25.0, **STILL)
    at_cause = dose_meanwhile(levels, told, BEGAN, event(6 * HOUR, 100.0), event(8 * HOUR))
    at_alarm = dose_meanwhile(levels, told, BEGAN, event(6 * HOUR), event(8 * HOUR, 100.0))
    assert (at_cause.u_ul, at_alarm.u_ul) == pytest.approx((6.0 / 36.0, 12.0 / 36.0))
    assert at_alarm.programmed_ul == pytest.approx(18.0)


def test_the_program_runs_on_its_own_clock(program, drawn):
    """It began at 1 h; from 0.5 h to 1.1 h only 6 min of 6 uL/h are programmed, and nothing at all at the cause."""
    levels = drawn(lambda t: 0.5 * t / HOUR, 25.0, **STILL)
    found = dose_meanwhile(levels, program(STEADY), S(HOUR), event(0.5 * HOUR, 100.0), event(1.1 * HOUR))
    assert found.programmed_ul == pytest.approx(0.6)
    assert found.error_percent == pytest.approx(-50.0)
    assert found.u_ul == pytest.approx(0.5 / 36.0)


def test_what_was_noise_of_the_levels_is_noise_of_the_dose(program, drawn):
    levels = drawn(lambda t: 6.0 * t / HOUR, 25.0, **STILL | {"noise_ul": 0.3})
    found = dose_meanwhile(levels, program(STEADY), BEGAN, event(6 * HOUR), event(8 * HOUR))
    assert found.u_ul == pytest.approx(0.3 * math.sqrt(2.0))


def bursting(t):
    """Stalled from 6 h to 8 h; 3 uL come within minutes, once before the stall and once after it."""
    burst = [
        3.0 * np.exp(np.minimum(t - 6 * HOUR, 0.0) / 120.0),
        -3.0 * np.expm1(-np.maximum(t - 8 * HOUR, 0.0) / 120.0),
    ]
    return t / 600.0 - np.clip(t / HOUR - 6.0, 0.0, 2.0) * 6.0 + sum(burst)


def test_what_comes_just_before_the_cause_or_after_the_alarm_is_not_of_the_stall(program, weighed):
    """A level on the side of the burst would be 1 uL off or more."""
    began, ends = S(1200.0), (event(1200.0 + 6 * HOUR), event(1200.0 + 8 * HOUR))
    found = dose_meanwhile(weighed(bursting, 10.0), program(STEADY), began, *ends)
    assert found.delivered_ul == pytest.approx(0.0, abs=0.1)
    assert found.error_ul == pytest.approx(-12.0, abs=0.1)


def test_missed_time_of_little_and_of_nothing():
    def hours(error_ul, rate_ul_h):
        return TIME.magnitude("t", missed_time(VOLUME.quantity(error_ul), FLOW.quantity(rate_ul_h))) / HOUR

    assert hours(-0.25, 0.5) == pytest.approx(0.5)
    assert hours(0.0, 6.0) == 0.0
    with pytest.raises(MetricError, match="found 1 uL at 6 uL/h"):
        hours(1.0, 6.0)
    with pytest.raises(MetricError, match="found -1 uL at 0 uL/h"):
        hours(-1.0, 0.0)

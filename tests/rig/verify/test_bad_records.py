"""Every metric of a delivery refuses a broken record in words, and never answers with a number."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.errors import BareNumberError
from calibration.units import FLOW, PRESSURE, TIME
from rig.errors import EvidenceError
from rig.verify.delivered_bolus import delivered_boluses
from rig.verify.dose_windows import extreme_windows
from rig.verify.effective_time import effective_time
from rig.verify.errors import MetricError
from rig.verify.events import TimedEvent, dose_meanwhile
from rig.verify.height import head_influence
from rig.verify.leak import lost_between
from rig.verify.minimum_rate import flow_in
from rig.verify.occlusion import undetected
from rig.verify.recovery import recovery
from rig.verify.schedule import schedule
from rig.verify.series import checked_series, checked_times
from rig.verify.stop import after_stop
from rig.verify.windows import windows_ul

HOUR = 3600.0
SEGMENTS = (
    'kind = "continuous", flow = "6 uL/h", duration = "3 h"',
    'kind = "continuous", flow = "12 uL/h", duration = "3 h"',
    'kind = "single_bolus", volume = "10 uL", flow = "40 uL/h"',
)


def at(*hours):
    return [TIME.quantity(1200.0 + h * HOUR) for h in hours]


def minutes(value):
    return TIME.quantity(60.0 * value)


def event(hour):
    return TimedEvent(at(hour)[0], TIME.quantity(0.0))


ASK = {
    "bolus": lambda d, p: delivered_boluses(d, p, *at(0), settle=minutes(0)),
    "any window": lambda d, p: extreme_windows(d, p, *at(0), step=minutes(30), window=minutes(120)),
    "effective time": lambda d, _: effective_time(
        d, told=at(3)[0], before=at(0)[0], after=at(6)[0], promised=minutes(0), guard=minutes(20), u_told=minutes(0)
    ),
    "stop": lambda d, _: after_stop(d, *at(1, 5), settle=minutes(10)),
    "flow": lambda d, _: flow_in(d, *at(1, 5), programmed=FLOW.quantity(6.0)),
    "occlusion": lambda d, p: undetected(d, p, *at(0), blocked=at(1)[0], opened=at(4)[0], settle=minutes(20)),
    "leak": lambda d, _: lost_between(d, d, *at(1, 5)),
    "head": lambda d, p: head_influence(
        d, p, *at(0), TIME.quantity(1200.0 + HOUR * np.array([0.0, 3.0])),
        TIME.quantity(1200.0 + HOUR * np.array([3.0, 6.0])), PRESSURE.quantity(np.array([0.0, 5.0])),
        PRESSURE.quantity(0.1),
    ),
    "recovery": lambda d, p: recovery(d, p, *at(0), cut=at(1)[0], back=at(2)[0], end=at(6)[0], guard=minutes(20)),
    "event": lambda d, p: dose_meanwhile(d, p, *at(0), event(1), event(5)),
}  # fmt: skip

WHOLE = np.arange(0.0, 8 * HOUR, 10.0)
BROKEN = {
    "empty": (WHOLE[:0], "at least one reading, found shape"),
    "one sample": (WHOLE[:1], "at least 2 samples"),
    "unsorted": (np.r_[WHOLE[:50], WHOLE[60:70], WHOLE[50:60], WHOLE[70:]], "expected times that rise"),
    "duplicated": (np.r_[WHOLE[:50], WHOLE[49:]], "expected times that rise, found 490 s after 490 s"),
    "not a number": (np.where(WHOLE == 500.0, np.nan, WHOLE), "expected finite times"),
    "stops early": (WHOLE[WHOLE < 1200.0 + 1.5 * HOUR], "within the record"),
    "begins late": (WHOLE[WHOLE > 1200.0 + 3.5 * HOUR], "within the record"),
}


#: The bolus comes after the late beginning, and is whole.
PAIRS = [(metric, broken) for metric in ASK for broken in BROKEN if (metric, broken) != ("bolus", "begins late")]


@pytest.mark.parametrize(("metric", "broken"), PAIRS)
def test_a_broken_record_is_refused(program, weighed, metric, broken):
    told = program(*SEGMENTS)
    time_s, words = BROKEN[broken]
    with np.errstate(all="ignore"), pytest.raises((MetricError, EvidenceError), match=words):
        ASK[metric](weighed(told.volume_ul, 6.25, time_s=time_s), told)


@pytest.mark.parametrize("metric", ASK)
def test_the_same_record_whole_gives_an_answer(program, weighed, metric):
    told = program(*SEGMENTS)
    assert ASK[metric](weighed(told.volume_ul, 6.25, program=told), told) is not None


class Unknown:
    """Levels of somebody else's delivery, one of which is no number."""

    def __init__(self, known):
        self.time_s, self.window_s, self._known = known.time_s, known.window_s, known

    def with_corners(self, *_):
        return self

    def levels_ul(self, times_s):
        volume, covariance = self._known.levels_ul(times_s)
        return np.where(times_s == times_s[-1], np.nan, volume), covariance

    def difference_ul(self, *ends):
        return self._known.difference_ul(*ends)


@pytest.mark.parametrize("metric", ASK)
def test_a_level_that_is_no_number_is_refused(program, weighed, metric):
    told = program(*SEGMENTS)
    with pytest.raises(MetricError, match="windows: expected levels that are numbers, found NaN at t = "):
        ASK[metric](Unknown(weighed(told.volume_ul, 6.25, program=told)), told)


def test_a_jump_of_the_clock_is_a_gap(program, weighed):
    """Half an hour of readings is missing right where the window begins."""
    told = program(*SEGMENTS)
    lost = WHOLE[(WHOLE < 4500.0) | (WHOLE > 6300.0)]
    with pytest.raises(MetricError, match="the record has a gap there"):
        ASK["flow"](weighed(told.volume_ul, 6.25, time_s=lost), told)


def test_a_schedule_without_a_whole_step(program, weighed):
    told = program(*SEGMENTS)
    with pytest.raises(MetricError, match="holds a whole step"):
        schedule(weighed(told.volume_ul, 6.0, time_s=WHOLE[:200]), told, *at(0), guard=minutes(20))
    with pytest.raises(MetricError, match="at least 2 samples"):
        schedule(weighed(told.volume_ul, 6.0, time_s=WHOLE[:1]), told, *at(0), guard=minutes(20))


@pytest.mark.parametrize("metric", ["any window", "occlusion", "head", "recovery"])
def test_an_error_relative_to_nothing_is_refused(program, weighed, metric):
    told = program('kind = "stop", duration = "8 h"')
    with pytest.raises(MetricError, match="programmed volume above zero, found 0 uL"):
        ASK[metric](weighed(told.volume_ul, 8.0), told)


def test_a_program_without_a_bolus_and_a_flow_of_nothing(program, weighed):
    told = program(SEGMENTS[0])
    levels = weighed(told.volume_ul, 3.0)
    with pytest.raises(MetricError, match="a program with a bolus, found none"):
        ASK["bolus"](levels, told)
    with pytest.raises(MetricError, match="programmed: expected a value above zero"):
        flow_in(levels, *at(1, 2), programmed=FLOW.quantity(0.0))


def test_windows_that_are_none(drawn):
    levels = drawn(lambda t: t / 600.0, 10.0)
    for start, end in (([], []), ([0.0], [0.0]), ([100.0], [50.0]), ([np.nan], [50.0]), ([0.0, 1.0], [5.0])):
        with pytest.raises(MetricError, match="windows: expected"):
            windows_ul(levels, start, end)


def test_numbers_without_a_unit_are_refused(drawn):
    with pytest.raises(BareNumberError, match="start"):
        flow_in(drawn(lambda t: t / 600.0, 10.0), 0.0, 3600.0, programmed=FLOW.quantity(6.0))


def test_a_stream_is_checked_sample_by_sample():
    with pytest.raises(MetricError, match="one value for each of 3 times"):
        checked_series("p", [0.0, 1.0, 2.0], [0.0, 1.0])
    with pytest.raises(MetricError, match="leave that sample out"):
        checked_series("p", [0.0, 1.0, 2.0], [0.0, np.nan, 1.0])
    with pytest.raises(MetricError, match=r"shape \(1, 2\)"):
        checked_times("p", [[0.0, 1.0]])

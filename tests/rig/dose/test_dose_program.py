"""What must have come out by any time: exact, segment by segment."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.errors import BareNumberError, DimensionError
from calibration.units import DRUG_AMOUNT, TIME, VOLUME

HOUR = 3600.0
DAY = 86400.0


def hours(number):
    return TIME.quantity(number * HOUR)


def test_a_dose_of_one_day_is_its_volume_and_its_drug(program):
    made = program({"kind": "continuous", "dose_rate": "300 ug/day", "duration": "1 day"}, concentration="2000 ug/mL")

    assert VOLUME.magnitude("volume", made.expected_volume(hours(12))) == pytest.approx(75.0)
    assert DRUG_AMOUNT.magnitude("drug", made.expected_drug(hours(24))) == pytest.approx(300.0)
    assert TIME.magnitude("duration", made.duration) == DAY


def test_the_rate_at_a_breakpoint_is_the_new_one(program):
    made = program(
        {"kind": "continuous", "flow": "10 uL/h", "duration": "1 h"},
        {"kind": "continuous", "flow": "20 uL/h", "duration": "1 h"},
    )
    at = [-1.0, 0.0, HOUR - 1, HOUR, 2 * HOUR - 1, 2 * HOUR, 9 * HOUR]
    assert made.rate_ul_h(at).tolist() == [0, 10, 10, 20, 20, 0, 0]
    assert made.volume_ul(at)[[0, 1, 3, 5, 6]].tolist() == [0, 0, 10, 30, 30]


def test_a_change_holds_from_its_effective_time_and_is_told_before(program):
    change = {"at": "2 h", "effective_after": "30 min", "flow": "40 uL/h"}
    made = program({"kind": "continuous", "flow": "10 uL/h", "duration": "4 h", "changes": [change]})

    assert made.breakpoints.tolist() == [0.0, 2.5 * HOUR, 4 * HOUR]
    assert float(made.volume_ul(4 * HOUR)) == pytest.approx(25 + 60)
    told = made.actions()[2]
    assert (told.kind, told.time_s, told.effective_s) == ("set_rate", 2 * HOUR, 2.5 * HOUR)


def test_a_day_begins_with_the_last_step_of_the_day_before(program):
    steps = [{"start": "08:00", "flow": "10 uL/h"}, {"start": "20:00", "flow": "40 uL/h"}]
    made = program({"kind": "day_schedule", "steps": steps, "duration": "48 h"}, starts_at="06:00")

    assert made.rate_ul_h([0, 2 * HOUR, 14 * HOUR, 26 * HOUR]).tolist() == [40, 10, 40, 10]
    assert float(made.volume_ul(DAY)) == pytest.approx(12 * 10 + 12 * 40)
    assert float(made.volume_ul(2 * DAY)) == pytest.approx(2 * (12 * 10 + 12 * 40))


def test_a_schedule_after_another_segment_keeps_the_time_of_day(program):
    steps = [{"start": "00:00", "flow": "10 uL/h"}, {"start": "12:00", "flow": "40 uL/h"}]
    made = program(
        {"kind": "stop", "duration": "5 h"},
        {"kind": "day_schedule", "steps": steps, "duration": "1 day"},
        starts_at="08:00",
    )
    assert made.rate_ul_h([0, 5 * HOUR, 16 * HOUR, 28 * HOUR]).tolist() == [0, 40, 10, 40]


def test_a_schedule_of_one_step_holds_all_day(program):
    made = program({"kind": "day_schedule", "steps": [{"start": "08:00", "flow": "10 uL/h"}], "duration": "30 h"})

    assert float(made.volume_ul(30 * HOUR)) == pytest.approx(300.0)


def test_a_bolus_takes_the_place_of_the_basal_rate(program):
    basal = {"kind": "continuous", "flow": "10 uL/h", "duration": "1 h"}
    made = program(basal, {"kind": "single_bolus", "amount": "50 ug", "duration": "30 min"}, basal)

    assert made.rate_ul_h([HOUR, 1.5 * HOUR]).tolist() == [200, 10]
    assert float(made.volume_ul(2.5 * HOUR)) == pytest.approx(10 + 100 + 10)
    kinds = [(action.kind, action.time_s) for action in made.actions()]
    assert kinds == [("set_rate", 0), ("start", 0), ("bolus", HOUR), ("stop", 2.5 * HOUR)]


def test_after_a_bolus_the_loop_is_told_to_look_first(program):
    made = program(
        {"kind": "single_bolus", "volume": "5 uL", "flow": "100 uL/h"}, {"kind": "stop", "duration": "1 h"},
        {"kind": "continuous", "flow": "10 uL/h", "duration": "1 h"},
    )  # fmt: skip
    bolus, rate, start, stop = made.actions()
    assert (bolus.kind, bolus.follows_bolus, rate.follows_bolus) == ("bolus", False, False)
    assert [rate.kind, start.kind, stop.kind] == ["set_rate", "start", "stop"]
    back_to_back = program(*[{"kind": "single_bolus", "volume": "5 uL", "flow": "100 uL/h"}] * 2)
    assert [action.follows_bolus for action in back_to_back.actions()] == [False, True, True]


def test_after_a_stop_the_rate_is_told_again(program):
    """A pump that was reset while it stood has forgotten it."""
    basal = {"kind": "continuous", "flow": "10 uL/h", "duration": "1 h"}
    told = program(basal, {"kind": "stop", "duration": "1 h"}, basal).actions()
    assert [action.kind for action in told] == ["set_rate", "start", "stop", "set_rate", "start", "stop"]


def test_an_action_carries_quantities_or_nothing(program):
    rate, start, _ = program({"kind": "continuous", "flow": "10 uL/h", "duration": "1 h"}).actions()

    assert rate.rate.m_as("uL/hour") == 10.0
    assert (start.rate, start.volume, rate.volume) == (None, None, None)


def test_a_bridge_keeps_the_dose_while_the_old_drug_leaves(program):
    bridge = {"kind": "bridge_bolus", "old_concentration": "500 ug/mL", "volume": "0.3 mL", "dose_rate": "200 ug/day"}
    basal = {"kind": "continuous", "dose_rate": "200 ug/day", "duration": "6 h"}
    made = program(bridge, basal, concentration="2000 ug/mL")

    assert made.breakpoints[1] == pytest.approx(18 * HOUR)
    assert made.drug_ug([6 * HOUR, 12 * HOUR, 24 * HOUR]) == pytest.approx([50.0, 100.0, 200.0])


def test_priming_moves_volume_and_delivers_no_drug(program):
    made = program({"kind": "priming_bolus", "volume": "0.2 mL", "flow": "1 mL/h"})

    assert float(made.volume_ul(DAY)) == pytest.approx(200.0)
    assert float(made.drug_ug(DAY)) == 0.0


def test_minimum_rate_is_the_pumps_own(program):
    made = program({"kind": "minimum_rate", "duration": "2 h"}, {"kind": "stop", "duration": "1 h"})

    assert made.rate_ul_h([0.0]).tolist() == pytest.approx([2.0])
    assert [action.kind for action in made.actions()] == ["set_rate", "start", "stop", "stop"]


def test_a_last_segment_without_a_duration_lasts_until_told(program):
    made = program({"kind": "continuous", "flow": "10 uL/h"}, until=hours(30))

    assert made.breakpoints.tolist() == [0.0, 30 * HOUR]


def test_time_is_a_quantity_at_the_door_and_may_be_an_array(program):
    made = program({"kind": "continuous", "flow": "10 uL/h", "duration": "4 h"})

    volumes = made.expected_volume(TIME.quantity(np.array([0.0, HOUR, 2 * HOUR])))
    assert volumes.m_as("uL").tolist() == [0.0, 10.0, 20.0]
    with pytest.raises(BareNumberError, match="time"):
        made.expected_volume(3600.0)
    with pytest.raises(DimensionError, match="time"):
        made.expected_drug(VOLUME.quantity(1.0))

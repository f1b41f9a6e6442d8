"""Metrics of a delivery whose levels are exact and whose noise is known: every number can be checked by hand."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from calibration.units import COMPLIANCE, FLOW, PRESSURE, TIME, VOLUME
from rig.verify.delivered_bolus import delivered_boluses
from rig.verify.effective_time import effective_time
from rig.verify.errors import MetricError
from rig.verify.height import head_influence, weighted_line
from rig.verify.minimum_rate import flow_in
from rig.verify.occlusion import stored_bolus, time_to_threshold, undetected
from rig.verify.recovery import recovery
from rig.verify.schedule import schedule
from rig.verify.stop import after_stop

HOUR, MINUTE = 3600.0, 60.0
S, UL, FLOWS = TIME.quantity, VOLUME.quantity, FLOW.quantity
BEGAN, GUARD = S(0.0), S(20 * MINUTE)
ROOT2 = math.sqrt(2.0)
STEADY = 'kind = "continuous", flow = "6 uL/h", duration = "24 h"'
FLEX = (
    'kind = "day_schedule", duration = "24 h", steps = [ { start = "00:00", flow = "5 uL/h" }, '
    '{ start = "08:00", flow = "10 uL/h" }, { start = "20:00", flow = "2 uL/h" } ]'
)


@pytest.fixture
def exact(drawn):
    """Makes levels without any error, with the covariance of the noise that is stated."""

    class Exact(drawn):
        def levels_ul(self, times_s):
            return self._truth(times_s), super().levels_ul(times_s)[1]

        def difference_ul(self, start_s, end_s):
            return SimpleNamespace(nu_eff=(start_s + end_s) / HOUR)

    def made(truth, hours=24.0, noise_ul=0.3, u_scale=0.0):
        return Exact(truth, hours, noise_ul=noise_ul, u_rate_ul_h=0.0, u_scale=u_scale)

    return made


def hours(value):
    return S(np.asarray(value) * HOUR)


@pytest.mark.parametrize("late_s", [-850.0, 0.0, 850.0])
def test_steps_that_are_all_late_or_early_are_told_apart(program, exact, late_s):
    """A step that is late reaches into the next one: no level may stand there."""
    told = program(FLEX)
    levels = exact(lambda t: told.volume_ul(t - late_s), noise_ul=1e-3)
    first, *others = schedule(levels, told, BEGAN, guard=GUARD).steps
    assert (first.delay_s, first.u_delay_s) == (None, None)
    assert [step.delay_s for step in others] == pytest.approx([late_s, late_s], abs=1e-3)
    assert all(step.u_delay_s < 3.0 and not step.why for step in others)


def test_numbers_of_every_step(program, exact):
    """Half a microlitre in excess in the second step; 0.3 uL of noise at either end of each."""
    told = program(FLEX)
    found = schedule(exact(lambda t: told.volume_ul(t) + 0.5 * (t > 10 * HOUR)), told, BEGAN, guard=GUARD)
    assert [(one.start_s / HOUR, one.end_s / HOUR, one.rate_ul_h) for one in found.steps] == [
        (0.0, 8.0, 5.0), (8.0, 20.0, 10.0), (20.0, 24.0, 2.0),
    ]  # fmt: skip
    assert [one.volume_ul for one in found.steps] == pytest.approx([40.0, 120.5, 8.0])
    assert [one.u_ul for one in found.steps] == pytest.approx([0.3 * ROOT2] * 3)
    assert [one.error_percent for one in found.steps] == pytest.approx([0.0, 50.0 / 120.0, 0.0])
    assert [one.u_percent for one in found.steps] == pytest.approx([30 * ROOT2 / told for told in (40.0, 120.0, 8.0)])
    assert found.covariance_ul2 == pytest.approx(0.09 * (2 * np.eye(3) - np.eye(3, k=1) - np.eye(3, k=-1)))


def test_neighbours_of_one_flow_are_one_step(program, exact):
    """Two of two hours at 6 uL/h; the last step, a quarter of an hour at 2 uL/h, is half a microlitre."""
    told = program(*[STEADY.replace("24 h", "2 h")] * 2, 'kind = "continuous", flow = "2 uL/h", duration = "15 min"')
    first, second = schedule(exact(told.volume_ul, 4.25, 1e-3), told, BEGAN, guard=GUARD).steps
    assert (first.end_s, first.volume_ul) == pytest.approx((4 * HOUR, 24.0))
    assert (second.volume_ul, second.error_percent) == pytest.approx((0.5, 0.0))
    assert second.u_percent == pytest.approx(0.2 * ROOT2)


def test_a_step_whose_neighbour_is_not_held_has_an_error_and_no_delay(program, exact):
    """The record begins an hour after the program."""
    told = program(FLEX)
    levels = exact(told.volume_ul, noise_ul=1e-3)
    levels.time_s = np.array([HOUR, 24 * HOUR])
    late = schedule(levels, told, BEGAN, guard=GUARD).steps
    assert (late[0].volume_ul, late[0].why) == (None, "the record does not hold it whole")
    assert (late[1].error_percent, late[1].delay_s) == (pytest.approx(0.0, abs=1e-9), None)
    assert late[2].delay_s == pytest.approx(0.0, abs=1e-3)


def test_a_stop_and_a_delay_that_cannot_be_told_both_say_why(program, exact):
    told = program('kind = "continuous", flow = "6 uL/h", duration = "4 h"', 'kind = "stop", duration = "30 min"')
    stopped = schedule(exact(told.volume_ul, 5.0), told, BEGAN, guard=GUARD).steps[1]
    assert stopped.why.startswith("error: nothing is programmed in it; delay: change: expected a stretch of at least")
    assert (stopped.volume_ul, stopped.u_ul) == pytest.approx((0.0, 0.3 * ROOT2))


def test_a_record_without_a_whole_step_says_what_it_holds(program, exact):
    told = program(FLEX)
    with pytest.raises(MetricError, match="found 0 s to 25200 s and the first step from 0 s to 28800 s"):
        schedule(exact(told.volume_ul, 7.0), told, BEGAN, guard=GUARD)
    with pytest.raises(MetricError, match="guard: expected a duration above zero"):
        schedule(exact(told.volume_ul), told, BEGAN, guard=S(0.0))


def interrupted(t, back_h=5.1):
    """6 uL/h, but for 4 h to 5.1 h."""
    return (t - np.clip(t - 4 * HOUR, 0.0, (back_h - 4.0) * HOUR)) / 600.0


def resumed(levels, told, began=BEGAN, **changes):
    facts = {"cut": hours(4.0), "back": hours(5.0), "end": hours(10.0), "guard": GUARD}
    return recovery(levels, told, began, **facts | changes)


def test_a_recovery_in_numbers(program, exact):
    """The supply is back at 5 h, the pump six minutes later; the flow is that from 5 h 20 min to 10 h."""
    found = resumed(exact(interrupted, 11.0, 0.03), program(STEADY))
    assert found.recovered
    assert (found.resumed_s, found.why) == (pytest.approx(360.0, abs=1e-3), "")
    assert (found.flow_ul_h, found.u_flow_ul_h) == pytest.approx((6.0, 0.03 * ROOT2 * 3 / 14))
    assert (found.error_percent, found.u_percent) == pytest.approx((0.0, 3.0 * ROOT2 / 28.0), abs=1e-9)
    assert (found.missed_ul, found.u_missed_ul) == pytest.approx((6.6, 0.03 * ROOT2))


def test_a_scale_that_is_wrong_counts_in_each_window_by_its_own_volume(program, exact):
    """1 %: of 28 uL in 4 2/3 h after the recovery, and of 29.4 uL since the interruption."""
    found = resumed(exact(interrupted, 11.0, 0.0, 0.01), program(STEADY))
    assert (found.u_flow_ul_h, found.u_percent, found.u_missed_ul) == pytest.approx((0.06, 1.0, 0.294))
    blocked = closed(
        exact(lambda t: np.interp(t / HOUR, [0, 6, 10, 31 / 3], [0, 36, 37, 59]), 24.0, 0.0, 0.01), program(STEADY)
    )
    assert (blocked.u_missed_ul, blocked.u_release_ul, blocked.u_lost_ul) == pytest.approx((0.01, 0.22, 0.23))


def test_nothing_programmed_afterwards_is_refused_though_something_was_before(program, exact):
    with pytest.raises(MetricError, match="after the interruption: expected a programmed volume above zero"):
        resumed(exact(interrupted, 11.0), program(STEADY.replace("24 h", "5 h")))


def test_what_comes_just_before_the_line_is_closed_or_cut_is_not_missed_less(program, weighed):
    """3 uL within minutes before; a level on that side would be 1 uL off or more. On the balance."""
    began, six = S(1200.0), S(1200.0 + 6 * HOUR)
    levels = weighed(
        lambda t: np.minimum(t, 6 * HOUR) / 600.0 + 3 * np.exp(np.minimum(t - 6 * HOUR, 0.0) / 120.0), 14.0
    )
    blocked = closed(levels, program(STEADY), began, blocked=six, opened=six + hours(4.0))
    cut = resumed(levels, program(STEADY), began, cut=six, back=six + hours(1.0), end=six + hours(4.0))
    assert (blocked.missed_ul, cut.missed_ul) == pytest.approx((24.0, 24.0), abs=0.1)


def test_a_recovery_at_another_flow_than_the_programs(program, exact):
    """5 uL/h where 6 are programmed: what is missed later counts as well. The program began an hour late."""
    levels = exact(lambda t: np.minimum(t, 4 * HOUR) / 720.0 + np.maximum(t - 5 * HOUR, 0.0) / 720.0, 11.0, 0.03)
    found = resumed(levels, program(STEADY), S(4.5 * HOUR))
    assert found.error_percent == pytest.approx(-100.0 / 6.0)
    assert found.missed_ul == pytest.approx(33.0 - 25.0)
    with pytest.raises(MetricError, match="after the interruption: expected a programmed volume above zero"):
        resumed(levels, program(STEADY), S(10 * HOUR))


@pytest.mark.parametrize(("sizes", "recovered"), [(2.95, False), (3.05, True)])
def test_a_pump_delivers_again_beyond_three_standard_uncertainties(program, exact, sizes, recovered):
    flow_ul_h = sizes * 0.03 * ROOT2 * 3 / 14
    levels = exact(
        lambda t: np.minimum(t, 4 * HOUR) / 600.0 + flow_ul_h / HOUR * np.maximum(t - 5 * HOUR, 0.0), 11, 0.03
    )
    found = resumed(levels, program(STEADY))
    assert found.recovered is recovered
    assert (found.resumed_s, found.u_resumed_s) == (None, None)
    assert found.why.startswith("change at t = 18000 s" if recovered else "it does not deliver again")


def test_a_pump_that_stands_still_without_any_noise_does_not_deliver_again(program, exact):
    found = resumed(exact(lambda t: 0.0 * t, 11.0, 0.0), program(STEADY))
    assert (found.recovered, found.why) == (False, "it does not deliver again")
    assert found.missed_ul == pytest.approx(36.0)


@pytest.mark.parametrize("wrong", [{"cut": hours(5.0)}, {"end": hours(5.0) + GUARD}, {"back": hours(4.0)}])
def test_instants_of_a_recovery_that_meet_are_refused(program, exact, wrong):
    with pytest.raises(MetricError, match=r"expected cut < back < back \+ guard < end, found"):
        resumed(exact(interrupted, 11.0), program(STEADY), **wrong)


@pytest.mark.parametrize("name", ["began", "cut", "back", "end"])
def test_an_instant_of_a_recovery_without_a_unit_is_named(program, exact, name):
    began = 0.0 if name == "began" else BEGAN
    with pytest.raises(ValueError, match=f"^{name}: "):
        resumed(exact(interrupted, 11.0), program(STEADY), began, **({} if name == "began" else {name: 4.0}))


def stopped(levels, settle_s=600.0, end_h=8.0):
    return after_stop(levels, hours(2.0), hours(end_h), settle=S(settle_s))


def test_a_stop_in_numbers(exact):
    """3 uL until it settled, 0.25 uL/h for the six hours less ten minutes that are left."""
    levels = exact(lambda t: np.where(t <= 2 * HOUR, 0.0, 3.0 + 0.25 * (t - 2 * HOUR - 600.0) / HOUR), 9.0)
    found, left_h = stopped(levels), 6.0 - 1.0 / 6.0
    assert (found.residual_ul, found.settling_ul, found.flow_ul_h) == pytest.approx((3.0 + 0.25 * left_h, 3.0, 0.25))
    assert (found.u_residual_ul, found.u_settling_ul) == pytest.approx((0.3 * ROOT2, 0.3 * ROOT2))
    assert found.u_flow_ul_h == pytest.approx(0.3 * ROOT2 / left_h)
    assert (found.start_s, found.end_s, found.nu) == pytest.approx((7800.0, 8 * HOUR, 2.0 + 1.0 / 6.0 + 8.0))
    assert found.smallest_seen_ul_h == pytest.approx(2.0 * found.u_flow_ul_h)


@pytest.mark.parametrize(("sizes", "flows"), [(1.95, False), (2.05, True), (-1.95, False), (-2.05, True)])
def test_a_flow_is_seen_from_two_standard_uncertainties_on_either_way(exact, sizes, flows):
    found = stopped(exact(lambda t: sizes * 0.3 * ROOT2 / 6.0 * t / HOUR, 9.0), settle_s=0.0)
    assert found.flows is flows
    assert (found.settling_ul, found.u_settling_ul) == (0.0, 0.0)


def test_a_pump_that_stands_still_without_any_noise_does_not_flow(exact):
    assert not stopped(exact(lambda t: 0.0 * t, 9.0, 0.0), settle_s=0.0).flows


def test_free_flow_is_more_than_programmed_beyond_its_uncertainty(exact):
    found = stopped(exact(lambda t: 7.0 * t / HOUR, 9.0), settle_s=0.0)
    least = 7.0 - found.smallest_seen_ul_h
    assert found.free_flow(FLOWS(least - 1e-6))
    assert not found.free_flow(FLOWS(least))


def test_nothing_is_left_of_a_stop_that_settles_to_its_end(exact):
    with pytest.raises(MetricError, match="expected time left after settling, found 21600 s for 21600 s"):
        stopped(exact(lambda t: t / 600.0, 9.0), settle_s=6 * HOUR)


@pytest.mark.parametrize("name", ["stopped", "end", "settle"])
def test_a_time_of_a_stop_without_a_unit_is_named(exact, name):
    facts = {"stopped": hours(2.0), "end": hours(8.0), "settle": S(0.0)} | {name: 1.0}
    with pytest.raises(ValueError, match=f"^{name}: "):
        after_stop(exact(lambda t: t / 600.0), facts["stopped"], facts["end"], settle=facts["settle"])


def closed(levels, told, began=BEGAN, **changes):
    facts = {"blocked": hours(6.0), "opened": hours(10.0), "settle": GUARD}
    return undetected(levels, told, began, **facts | changes)


def test_an_occlusion_in_numbers(program, exact):
    """6 uL/h; 1 of 24 uL came through, 20 uL came at the opening beyond the 2 uL that were due."""
    levels = exact(lambda t: np.interp(t / HOUR, [0, 6, 10, 31 / 3, 24], [0.0, 36.0, 37.0, 59.0, 140.0]))
    found = closed(levels, program(STEADY))
    assert (found.programmed_ul, found.missed_ul, found.release_ul, found.lost_ul) == pytest.approx((24, 23, 20, 3))
    assert (found.u_missed_ul, found.u_release_ul, found.u_lost_ul) == pytest.approx([0.3 * ROOT2] * 3)
    assert found.missed_percent == pytest.approx(100.0 * 23.0 / 24.0)


def test_a_program_of_half_a_microlitre_can_be_missed(program, exact):
    """2 uL/h for a quarter of an hour."""
    blocked = {"blocked": hours(9.75)}
    found = closed(exact(lambda t: 0.0 * t), program(STEADY.replace("6 uL/h", "2 uL/h")), **blocked)
    assert (found.programmed_ul, found.missed_ul) == pytest.approx((0.5, 0.5))
    with pytest.raises(MetricError, match="while the line was blocked: expected a programmed volume above zero"):
        closed(exact(lambda t: 0.0 * t), program(STEADY), S(10 * HOUR))


@pytest.mark.parametrize("name", ["began", "blocked", "opened", "settle"])
def test_an_instant_of_an_occlusion_without_a_unit_is_named(program, exact, name):
    began = 0.0 if name == "began" else BEGAN
    with pytest.raises(ValueError, match=f"^{name}: "):
        closed(exact(lambda t: 0.0 * t), program(STEADY), began, **({} if name == "began" else {name: 4.0}))


def test_a_slow_pump_reaches_a_threshold_too():
    """2 uL/kPa and 3 kPa are 6 uL: 12 h of 0.5 uL/h. At no pressure at all nothing is stored."""
    gives = COMPLIANCE.quantity(2.0)
    slow = time_to_threshold(gives, PRESSURE.quantity(3.0), FLOWS(0.5))
    assert TIME.magnitude("t", slow) == pytest.approx(12 * HOUR)
    assert isinstance(slow.magnitude, float)
    assert VOLUME.magnitude("v", stored_bolus(gives, PRESSURE.quantity(0.0))) == 0.0
    with pytest.raises(MetricError, match="expected a flow above zero, found 0 uL/h; it never gets there"):
        time_to_threshold(gives, PRESSURE.quantity(3.0), FLOWS(0.0))


HEADS = np.array([-2.0, 0.0, 2.0, 8.0])


def test_a_head_in_numbers(program, exact):
    """-0.5 % for each kPa of 36 uL, and +1 % without; four windows that meet, the program began an hour late."""
    flow = 6.0 * (1.01 - 0.005 * HEADS)
    levels = exact(lambda t: np.interp(t / HOUR, np.arange(1.0, 26.0, 6.0), np.cumsum([0.0, *6.0 * flow])), 25.0)
    start = hours(np.arange(1.0, 20.0, 6.0))
    found = head_influence(
        levels, program(STEADY), hours(1.0), start, start + hours(6.0), PRESSURE.quantity(HEADS), PRESSURE.quantity(0.0)
    )
    assert found.error_percent == pytest.approx(1.0 - 0.5 * HEADS)
    assert (found.percent_per_kpa, found.at_zero_percent) == pytest.approx((-0.5, 1.0))
    assert found.u_percent == pytest.approx([30.0 * ROOT2 / 36.0] * 4)
    assert (found.chi_square, found.nu) == (pytest.approx(0.0, abs=1e-6), 2)
    assert found.head_kpa.tolist() == HEADS.tolist()


@pytest.mark.parametrize("heads", [[1.0, 2.0, 3.0], [5.0, 5.0, 5.0, 5.0]])
def test_heads_that_fix_no_slope_are_refused(program, exact, heads):
    start = hours(np.arange(0.0, 19.0, 6.0))
    given = PRESSURE.quantity(np.array(heads)), PRESSURE.quantity(0.1)
    with pytest.raises(MetricError, match="head: expected one for each of 4 windows, not all equal"):
        head_influence(exact(lambda t: t / 600.0), program(STEADY), BEGAN, start, start + hours(6.0), *given)


def test_a_straight_line_has_the_uncertainties_of_the_textbook():
    """X = -2, 0, 2, 8: the mean is 2 and Sxx = 56; s = 0.5, so u(slope)2 = s2 / 56 and u(zero)2 = s2 (1/4 + 4/56)."""
    slope, u_slope, zero, u_zero, chi_square = weighted_line(HEADS, 3.0 * HEADS - 1.0, 0.25 * np.eye(4), 0.0)
    assert (slope, zero, chi_square) == pytest.approx((3.0, -1.0, 0.0), abs=1e-9)
    assert (u_slope, u_zero) == pytest.approx((0.5 / math.sqrt(56.0), 0.5 * math.sqrt(1 / 4 + 4 / 56)))


def test_an_uncertain_head_counts_by_the_slope():
    """0.1 kPa at 3 % for each kPa are 0.3 %, and with 0.4 % of the error itself 0.5 %."""
    _, u_slope, *_ = weighted_line(HEADS, 3.0 * HEADS, 0.16 * np.eye(4), 0.1)
    assert u_slope == pytest.approx(0.5 / math.sqrt(56.0))


def test_chi_square_tells_how_far_the_errors_are_from_a_line():
    """+1, -1, -1, +1 at -3, -1, 1, 3 is all departure: four squares of two standard uncertainties."""
    x, bent = np.array([-3.0, -1.0, 1.0, 3.0]), np.array([1.0, -1.0, -1.0, 1.0])
    assert weighted_line(x, 2.0 * x + bent, 0.25 * np.eye(4), 0.0)[4] == pytest.approx(16.0)


BOLUS = 'kind = "single_bolus", volume = "10 uL", flow = "40 uL/h"'
BASAL = 'kind = "continuous", flow = "6 uL/h", duration = "1 h"'


def boluses(levels, told, settle_s=300.0, **more):
    return delivered_boluses(levels, told, S(600.0), settle=S(settle_s), **more)


def test_boluses_in_numbers(program, exact):
    """Basal flow goes on after each, and is not of it; 0.5 uL too much came with the second one."""
    told = program(BASAL, BOLUS, BASAL, BOLUS, BASAL)
    levels = exact(lambda t: told.volume_ul(t - 600.0) + 0.5 * (t > 600.0 + 2.4 * HOUR), 5.0)
    found = boluses(levels, told)
    assert found.volume_ul == pytest.approx([10.0, 10.5])
    assert found.error_percent == pytest.approx([0.0, 5.0])
    assert found.start_s == pytest.approx([4200.0, 600.0 + 2.25 * HOUR])
    assert found.end_s - found.start_s == pytest.approx([1200.0, 1200.0])
    assert found.u_percent == pytest.approx([3.0 * ROOT2] * 2)
    assert found.mean_error_percent == pytest.approx(2.5)
    assert found.u_mean_percent == pytest.approx(3.0)
    assert found.nu == pytest.approx((4200.0 + 5400.0) / HOUR)


def test_a_shot_more_or_less_is_rectangular(program, exact):
    """0.6 uL of shot over the root of 12, with 0.1 uL of noise at either end."""
    told = program(BASAL, BOLUS, BASAL)
    found = boluses(exact(lambda t: told.volume_ul(t - 600.0), 4.0, 0.1), told, shot=UL(0.6))
    assert found.u_percent == pytest.approx([10.0 * math.sqrt(0.02 + 0.03)])


def test_a_bolus_may_settle_until_the_next_begins(program, exact):
    told = program(BOLUS, BASAL, BOLUS, BASAL)
    levels = exact(lambda t: told.volume_ul(t - 600.0), 5.0)
    assert boluses(levels, told, 3600.0).volume_ul == pytest.approx([10.0, 10.0])
    with pytest.raises(MetricError, match=r"settles until 4500\.5 s and the next at 4500 s; leave more time"):
        boluses(levels, told, 3600.5)


def test_a_series_of_equal_settings_is_one(program, exact):
    told = program(*[BOLUS, BASAL] * 3)
    found = boluses(exact(lambda t: told.volume_ul(t - 600.0), 5.0), told)
    assert found.kinds == ("single",) * 3
    assert found.statistics().mean_error_percent == pytest.approx(0.0, abs=1e-9)


def test_statistics_of_boluses_are_those_of_their_content_and_of_one_setting(program, exact):
    """K for two is 36.52 for 95/95 (ISO 16269-6), and less for a smaller content or confidence."""
    told = program(BOLUS, BASAL, BOLUS, BASAL)
    found = boluses(exact(lambda t: told.volume_ul(t - 600.0) + 0.5 * (t > 600.0 + 1.4 * HOUR), 5.0), told)
    widths = [one.tolerance_high_ul - one.tolerance_low_ul for one in (
        found.statistics(), found.statistics(content=0.9), found.statistics(confidence=0.9))]  # fmt: skip
    assert widths[0] == pytest.approx(2 * 36.519 * 0.5 / ROOT2, rel=1e-3)
    assert widths[0] > widths[1] > 1.5 * widths[2]
    mixed = program(BOLUS, BASAL, BOLUS.replace("10 uL", "12 uL"), BASAL)
    with pytest.raises(MetricError, match=r"expected a series of one setting, found \[10\.0, 12\.0\] uL"):
        boluses(exact(lambda t: mixed.volume_ul(t - 600.0), 5.0), mixed).statistics()


def test_a_flow_in_numbers(exact):
    """3 of 4 uL/h over 23 h."""
    found = flow_in(exact(lambda t: 3.0 * t / HOUR), hours(1.0), hours(24.0), programmed=FLOWS(4.0))
    assert found.error_percent == pytest.approx(-25.0)
    assert found.u_percent == pytest.approx(25.0 * 0.3 * ROOT2 / 23.0)


def test_nothing_without_any_noise_is_no_delivery(exact):
    found = flow_in(exact(lambda t: 0.0 * t, noise_ul=0.0), hours(1.0), hours(24.0), programmed=FLOWS(4.0))
    assert (found.delivers, found.error_percent) == (False, -100.0)


def test_a_change_of_rate_in_numbers(exact):
    """Told at 6 h, promised ten minutes later, and come two minutes after that."""
    levels = exact(lambda t: 5.0 * t / HOUR + 5.0 * np.maximum(t - 6 * HOUR - 720.0, 0.0) / HOUR, 13.0, 1e-3)
    found = effective_time(
        levels, told=hours(6.0), before=S(0.0), after=hours(12.0), promised=S(600.0), guard=GUARD, u_told=S(30.0)
    )
    assert (found.at_s, found.delay_s, found.late_s) == pytest.approx((6 * HOUR + 720.0, 720.0, 120.0), abs=1e-3)
    assert found.u_delay_s == pytest.approx(30.0, rel=1e-3)
    assert found.change_ul_h == pytest.approx(5.0)

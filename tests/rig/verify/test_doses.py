"""Boluses, doses and the any-24-h dose against what is known to have been delivered."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.units import CONCENTRATION, CONCENTRATION_DIFFERENCE, DRUG_AMOUNT, TIME, VOLUME
from rig.verify.delivered_bolus import delivered_boluses
from rig.verify.dose import ASSAYED, Assay, delivered_dose
from rig.verify.dose_windows import extreme_windows
from rig.verify.errors import MetricError
from rig.verify.screening import screening_dose
from rig.verify.windows import programmed_above_zero, windows, windows_ul

HOUR = 3600.0
BEGAN = TIME.quantity(0.0)
SETTLE = TIME.parse("settle", "5 min")
BASAL = 'kind = "continuous", flow = "0.15 mL/day", duration = "1 h"'
BOLUS = 'kind = "single_bolus", volume = "10 uL", flow = "40 uL/h"'


@pytest.fixture(scope="module")
def series(program):
    return program(*[BASAL, BOLUS] * 25, BASAL)


def test_windows_that_meet_share_the_instant_between_them(drawn):
    seen = windows_ul(drawn(lambda t: t / 600.0, 10.0, u_rate_ul_h=0.0, u_scale=0.0), [0.0, HOUR], [HOUR, 2 * HOUR])
    assert seen.covariance_ul2[0, 1] == pytest.approx(-(0.05**2))
    assert seen.covariance_ul2.sum() == pytest.approx(2 * 0.05**2)  # of the two together: only the ends count


@pytest.mark.parametrize(
    ("first_h", "last_h", "missing"), [(-1.0, 5.0, "-3600.0"), (2.0, 11.0, "39600.0"), (-1.0, 11.0, "-3600.0")]
)
def test_a_window_outside_the_record_is_told_by_the_instant_that_is_missing(drawn, first_h, last_h, missing):
    still = drawn(lambda t: t / 600.0, 10.0)
    with pytest.raises(MetricError, match=f"within the record, 0.0 s to 36000.0 s, found {missing} s"):
        windows_ul(still, [first_h * HOUR, 3.0 * HOUR], [4.0 * HOUR, last_h * HOUR])


def test_a_window_may_be_the_whole_record(drawn):
    assert windows_ul(drawn(lambda t: t / 600.0, 10.0), 0.0, 10 * HOUR).volume_ul.shape == (1,)


def test_windows_need_an_end_after_each_start(drawn):
    still = drawn(lambda t: t / 600.0, 10.0)
    for start, end in (([], []), ([0.0], [HOUR, 2 * HOUR]), ([[0.0]], [[HOUR]])):
        with pytest.raises(MetricError, match="expected one end for each start"):
            windows_ul(still, start, end)
    with pytest.raises(MetricError, match="end after it starts, found 3600 s to 3600 s"):
        windows_ul(still, [0.0, HOUR], [HOUR, HOUR])
    with pytest.raises(MetricError, match="end after it starts, found nan s to 3600 s"):
        windows_ul(still, [0.0, np.nan], [HOUR, HOUR])


def test_half_a_microlitre_is_something_and_nothing_is_not():
    assert programmed_above_zero(0.5, "the bolus") == 0.5
    for nothing in (0.0, -1.0, np.nan):
        with pytest.raises(MetricError, match="the bolus: expected a programmed volume above zero"):
            programmed_above_zero(nothing, "the bolus")


def test_windows_are_quantities_at_the_door(drawn):
    hour = TIME.quantity(np.array([0.0, HOUR]))
    volume, spread = windows(drawn(lambda t: t / 600.0, 10.0), hour, hour + TIME.quantity(HOUR))
    assert volume.check("[volume]")
    assert spread.check("[volume] ** 2")


def test_25_boluses_on_the_balance_keep_their_truth_within_u(series, weighed):
    """Each bolus 3 % too large, the first of them 2 uL too small; basal flow is right."""

    def volume_ul(t):
        extra = np.clip(t / HOUR - np.arange(1, 26)[:, None] - 0.25 * np.arange(25)[:, None], 0.0, 0.25) * 4 * 0.3
        return series.volume_ul(t) + extra.sum(axis=0) - 2.0 * np.clip((t / HOUR - 1.0) * 4, 0.0, 1.0)

    found = delivered_boluses(
        weighed(volume_ul, 32.25, program=series), series, TIME.quantity(1200.0), settle=TIME.quantity(0.0)
    )
    truth = np.where(np.arange(25) == 0, -17.0, 3.0)
    assert np.abs(found.error_percent - truth).max() < 3.0 * found.u_percent.max()
    assert abs(found.mean_error_percent - truth.mean()) < 2 * found.u_mean_percent
    assert found.statistics().min_error_percent == pytest.approx(-17.0, abs=0.5)


def test_the_mean_of_a_series_is_covered(series, drawn, covered):
    def mean(seed):
        found = delivered_boluses(drawn(series.volume_ul, 33.0, seed=seed), series, BEGAN, settle=SETTLE)
        return found.mean_error_percent, found.u_mean_percent

    assert 0.94 <= covered(mean, 0.0) <= 0.96


def test_what_all_weighings_share_does_not_average_out(series, drawn):
    levels = drawn(series.volume_ul, 33.0, noise_ul=0.0, u_scale=0.01, u_rate_ul_h=0.0)
    found = delivered_boluses(levels, series, BEGAN, settle=TIME.quantity(0.0))
    assert found.u_mean_percent == pytest.approx(1.0)


def test_bridge_and_priming_are_boluses_of_another_drug(program, drawn):
    told = program(
        'kind = "priming_bolus", volume = "200 uL", flow = "400 uL/h"',
        'kind = "bridge_bolus", old_concentration = "500 ug/mL", volume = "300 uL", dose_rate = "200 ug/day"',
        BOLUS,
    )
    found = delivered_boluses(drawn(told.volume_ul, 19.0), told, BEGAN, settle=TIME.quantity(0.0))
    assert found.kinds == ("priming", "bridge", "single")
    assert found.programmed_ul == pytest.approx([200.0, 300.0, 10.0])
    with pytest.raises(MetricError, match="one setting"):
        found.statistics()


def test_boluses_that_run_into_each_other_are_refused(program, drawn):
    told = program(BOLUS, BOLUS, BASAL)
    with pytest.raises(MetricError, match="expected each to settle before the next begins"):
        delivered_boluses(drawn(told.volume_ul, 2.0), told, BEGAN, settle=SETTLE)


def assayed(u="12 ug/mL", method="HPLC"):
    return Assay(CONCENTRATION.parse("c", "1985 ug/mL"), CONCENTRATION_DIFFERENCE.parse("u", u), method, nu=9)


def test_a_dose_is_volume_times_assay_with_both_uncertainties():
    told = DRUG_AMOUNT.parse("dose", "300 ug")
    dose = delivered_dose(VOLUME.quantity(150.0), VOLUME.quantity(1.0), programmed=told, assay=assayed())
    assert dose.value_ug == pytest.approx(297.75)
    assert dose.error_percent == pytest.approx(-0.75)
    assert dose.u_ug == pytest.approx(np.hypot(1.985, 1.8))
    assert dose.nu == pytest.approx(9 * (dose.u_ug / 1.8) ** 4)
    assert dose.basis == ASSAYED


def test_without_an_assay_there_is_no_dose():
    told = DRUG_AMOUNT.parse("dose", "300 ug")
    with pytest.raises(MetricError, match="only volume and rate"):
        delivered_dose(VOLUME.quantity(150.0), VOLUME.quantity(1.0), programmed=told, assay=None)
    with pytest.raises(MetricError, match="no assay"):
        assayed(u="0 ug/mL")
    with pytest.raises(MetricError, match="no assay"):
        assayed(method=" ")


FLEX = (
    'kind = "day_schedule", duration = "72 h", steps = [ { start = "00:00", flow = "5 uL/h" }, '
    '{ start = "08:00", flow = "10 uL/h" }, { start = "20:00", flow = "2 uL/h" } ]'
)


def day(levels, told, step="1 h", window="24 h"):
    return extreme_windows(levels, told, BEGAN, step=TIME.parse("step", step), window=TIME.parse("window", window))


def test_the_most_of_any_24_hours_is_found_wherever_it_begins(program, drawn):
    """A bolus of 30 uL nobody programmed, at hour 30.4: every window around it holds it."""
    told = program(FLEX)
    quiet = {"noise_ul": 1e-6, "u_rate_ul_h": 0.0, "u_scale": 0.0}
    found = day(drawn(lambda t: told.volume_ul(t) + 30.0 * (t > 30.4 * HOUR), 73.0, **quiet), told)
    assert found.largest_ul == pytest.approx(168.0 + 30.0, abs=1e-4)
    assert found.smallest_ul == pytest.approx(168.0, abs=1e-4)
    assert found.at_largest_s <= 30.4 * HOUR <= found.at_largest_s + found.window_s
    assert found.error_percent == pytest.approx(100 * 30 / 168, abs=1e-4)


def test_shorter_windows_find_the_corners_of_the_program(program, drawn):
    """10 h at 10 uL/h begin at 08:00 or up to two hours later; the grid of 7 h meets neither."""
    told = program(FLEX)
    found = day(drawn(told.volume_ul, 73.0, noise_ul=1e-6, u_rate_ul_h=0.0, u_scale=0.0), told, "7 h", "12 h")
    assert found.programmed_largest_ul == pytest.approx(120.0)
    assert found.largest_ul == pytest.approx(120.0, abs=1e-4)
    assert found.between_at_most_ul >= 120.0


def test_the_extreme_is_covered_and_its_bias_is_below_what_is_said(program, drawn):
    """Where the truth is flat the operator's bias is at its largest; the 95 % interval holds all the same."""
    told = program(FLEX)
    found = [day(drawn(told.volume_ul, 73.0, seed=seed, noise_ul=0.5), told, "2 h") for seed in range(300)]
    off = np.array([one.largest_ul for one in found]) - 168.0
    assert np.mean(np.abs(off) <= [one.expanded_ul for one in found]) >= 0.94
    bias, said = off.mean(), found[0].bias_at_most_ul
    assert 0.7 * said < bias < 1.1 * said
    assert found[0].expanded_ul > 1.96 * found[0].u_largest_ul


def test_the_same_seed_gives_the_same_digits(program, drawn):
    told = program(FLEX)
    assert day(drawn(told.volume_ul, 73.0), told) == day(drawn(told.volume_ul, 73.0), told)


def test_a_window_longer_than_the_program_is_refused(program, drawn):
    told = program(BASAL)
    with pytest.raises(MetricError, match="expected at most the program's 3600 s, found 86400 s"):
        day(drawn(told.volume_ul, 30.0), told)


def test_the_screening_dose_is_a_syringes():
    ml, second = VOLUME.parse("v", "1 mL"), TIME.parse("t", "1 s")
    found = screening_dose(ml * 0.98, VOLUME.quantity(5.0), TIME.parse("t", "75 s"), second, programmed=ml)
    assert (found.error_percent, found.u_percent) == pytest.approx((-2.0, 0.5))
    assert found.slow_enough
    assert not found.too_fast
    hasty = screening_dose(ml, VOLUME.quantity(5.0), TIME.parse("t", "50 s"), second, programmed=ml)
    assert hasty.too_fast
    undecided = screening_dose(ml, VOLUME.quantity(5.0), TIME.parse("t", "61 s"), second, programmed=ml)
    assert (undecided.too_fast, undecided.slow_enough) == (False, False)


def test_a_pumps_bolus_is_no_screening_dose():
    ml = VOLUME.parse("v", "1 mL")
    with pytest.raises(MetricError, match="judge it as a bolus"):
        screening_dose(ml, ml * 0, TIME.parse("t", "2 h"), TIME.quantity(1.0), programmed=ml)

"""Battery, indicators, reservoir, refill and screening dose on their edges, and in numbers that anybody can check."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.signal import lfilter

from calibration.units import (
    CHARGE,
    CONCENTRATION,
    CONCENTRATION_DIFFERENCE,
    CURRENT,
    DRUG_AMOUNT,
    FLOW,
    RATIO,
    TIME,
    VOLTAGE,
    VOLUME,
)
from rig.verify.battery import Consumption, consumption, lifetime, mean_and_u_ma
from rig.verify.dose import Assay, delivered_dose, dose_ug
from rig.verify.errors import MetricError
from rig.verify.indicators import notice, value_at
from rig.verify.refill import reconcile
from rig.verify.reservoir import bookkeeping, low_reservoir
from rig.verify.screening import screening_dose

S, UL, HOUR = TIME.quantity, VOLUME.quantity, 3600.0


def of_noise(lag, seed, count=400):
    """Readings of 1 mA with noise of 0.1 mA, each of which remembers a part of the one before."""
    white = np.random.default_rng(seed).normal(0.0, 0.1 * math.sqrt(1.0 - lag**2), count + 200)
    return 1.0 + lfilter([1.0], [1.0, -lag], white)[200:]


@pytest.mark.parametrize("lag", [0.0, 0.6, 0.9])
def test_a_mean_current_scatters_as_it_says(lag):
    found = np.array([mean_and_u_ma(np.arange(400.0), of_noise(lag, seed)) for seed in range(400)])
    assert found[:, 0].mean() == pytest.approx(1.0, abs=0.01)
    assert math.sqrt(np.mean(found[:, 1] ** 2)) == pytest.approx(found[:, 0].std(), rel=0.15)


@pytest.mark.parametrize("count", [2, 3])
def test_two_or_three_readings_are_the_ends_of_a_rectangle(count):
    mean, u = mean_and_u_ma(np.linspace(0.0, 10.0, count), np.linspace(1.0, 4.0, count))
    assert (mean, u) == pytest.approx((2.5, 3.0 / math.sqrt(12.0)))


def test_four_readings_have_a_scatter():
    """Of 1, 3, 1, 2 mA: s2 = 11/12 mA2; neighbours disagree, which is no correlation to be counted: s / 2."""
    mean, u = mean_and_u_ma(np.array([0.0, 1.0, 2.0, 3.0]), np.array([1.0, 3.0, 1.0, 2.0]))
    assert (mean, u) == pytest.approx((5.5 / 3.0, 0.5 * math.sqrt(11.0 / 12.0)))


def test_readings_that_only_rise_are_worth_one_at_most():
    """Their correlation leaves less than one reading of ten: the mean is no better than a reading."""
    rising = np.linspace(0.0, 9.0, 10) ** 0.2
    assert mean_and_u_ma(np.arange(10.0), rising)[1] <= rising.std(ddof=1)
    ramp = np.linspace(1.0, 2.0, 1000)
    assert mean_and_u_ma(np.arange(1000.0), ramp)[1] == pytest.approx(ramp.std(ddof=1), rel=0.3)


def test_a_mean_is_that_of_the_time_and_not_of_the_readings():
    """1 mA for 10 s, then up to 3 mA within 2 s: 10 + 4 mA s in 12 s."""
    assert mean_and_u_ma(np.array([5.0, 15.0, 17.0]), np.array([1.0, 1.0, 3.0]))[0] == pytest.approx(14.0 / 12.0)


def steady(gain_percent=0.0, offset_ma=0.0):
    t = 1000.0 + np.arange(0.0, 2 * HOUR + 1.0, 60.0)
    return consumption(
        S(t), CURRENT.quantity(np.full(len(t), 2e-3)), u_gain=RATIO.quantity(gain_percent),
        u_offset=CURRENT.quantity(1e-3 * offset_ma), longest_gap=S(60.0),
    )  # fmt: skip


def test_charge_of_a_steady_current():
    """2 mA for two hours are 4 mAh; 3 % of gain and 0.08 mA of offset are 0.1 mA, or 0.2 mAh."""
    found = steady(3.0, 0.08)
    assert (found.mean_ma, found.hours, found.charge_mah) == pytest.approx((2.0, 2.0, 4.0))
    assert (found.u_mean_ma, found.u_charge_mah) == pytest.approx((0.1, 0.2))
    assert found.per(2000.0) == pytest.approx(2.0)


def test_a_supply_that_gives_nothing_is_refused():
    t = np.arange(10.0)
    facts = {"u_gain": RATIO.quantity(0.1), "u_offset": CURRENT.quantity(0.0), "longest_gap": S(2.0)}
    with pytest.raises(MetricError, match="a mean above zero, found 0 mA; is the supply's sign turned"):
        consumption(S(t), CURRENT.quantity(0.0 * t), **facts)
    with pytest.raises(MetricError, match="longest_gap: expected a duration above zero"):
        consumption(S(t), CURRENT.quantity(1e-3 + 0.0 * t), **facts | {"longest_gap": S(0.0)})


def test_a_battery_lasts_its_capacity_over_the_mean_current():
    """1000 mAh at 2 mA: 500 h; 3 % of the capacity and 4 % of the current are 5 % of the time."""
    used = Consumption(4.0, 0.16, 2.0, 0.08, 2.0)
    found = lifetime(CHARGE.quantity(1000.0), CHARGE.quantity(30.0), used)
    assert (found.value_s, found.u_s) == pytest.approx((500.0 * HOUR, 25.0 * HOUR))


def voltage(at_s, u_at_s=0.0, u_volts=0.0):
    t, volts = np.array([0.0, 10.0, 30.0]), np.array([3.0, 2.9, 2.1])
    return value_at(S(t), VOLTAGE.quantity(volts), S(at_s), S(u_at_s), u_voltage=VOLTAGE.quantity(u_volts))


@pytest.mark.parametrize(
    ("at_s", "volts", "ramp"),
    [(0.0, 3.0, -0.01), (5.0, 2.95, -0.01), (10.0, 2.9, -0.01), (20.0, 2.5, -0.04), (30.0, 2.1, -0.04)],
)
def test_the_voltage_and_its_ramp_are_those_of_the_moment(at_s, volts, ramp):
    found = voltage(at_s, u_at_s=2.0)
    assert (found.volts, found.ramp_v_s, found.u_volts) == pytest.approx((volts, ramp, 2.0 * abs(ramp)))


def test_an_instant_outside_the_supply_has_no_voltage():
    assert voltage(20.0, u_at_s=1.0, u_volts=0.03).u_volts == pytest.approx(0.05)
    with pytest.raises(MetricError, match=r"expected an instant from 0 s to 30 s, found 30\.5 s"):
        voltage(30.5)


def test_a_pump_that_ends_with_its_indicator_gave_no_notice_but_is_no_error():
    facts = {"u_each": S(3.0), "declared": S(90.0)}
    found = notice(S(50.0), S(50.0), S(60.0), **facts)
    assert (found.value_s, found.short_s, found.ended) == (0.0, 90.0, True)
    assert found.u_s == pytest.approx(3.0 * math.sqrt(2.0))
    with pytest.raises(MetricError, match=r"found it 0\.5 s before; no notice"):
        notice(S(50.0), S(49.5), S(60.0), **facts)


def refill(left_ul, told_ul=8.0, limit=25.0, fill_ul=16.0, u_ul=0.0, **more):
    return reconcile(UL(fill_ul), UL(told_ul), UL(left_ul), UL(u_ul), limit=RATIO.quantity(limit), **more)


@pytest.mark.parametrize(("left_ul", "over", "under"), [(6.0, False, False), (5.5, True, False), (10.5, False, True)])
def test_an_error_on_the_limit_is_within_it(left_ul, over, under):
    """10 of 8 uL are +25 % exactly, and 6 of 8 uL are -25 %."""
    found = refill(left_ul)
    assert (found.over, found.under) == (over, under)
    assert (refill(10.0).error_percent, refill(10.0).over, refill(10.0).under) == (-25.0, False, False)


def test_a_method_that_sees_just_to_the_limit_is_blind():
    """16 uL in, 8 uL programmed: no error above +100 % can be seen."""
    assert refill(0.0, limit=100.0).blind
    assert not refill(0.0, limit=99.0).blind
    assert refill(0.0, limit=99.0, unusable=UL(8.0)).largest_visible_percent == 0.0
    assert refill(0.0, limit=100.0).limit_percent == 100.0


@pytest.mark.parametrize(("left_ul", "empty"), [(1.0, True), (2.0, True), (2.25, False)])
def test_a_pump_is_empty_within_twice_the_uncertainty_of_what_it_keeps(left_ul, empty):
    found = refill(left_ul, u_ul=0.5, unusable=UL(1.0))
    assert (found.empty, found.at_least) == (empty, empty)
    assert refill(0.0).empty


def test_a_refill_may_hold_three_uncertainties_more_than_the_fill():
    """3 uL of the residual and 4 uL of the fill are 5 uL."""
    assert refill(31.0, u_ul=3.0, u_fill=UL(4.0)).ratio == -15.0 / 8.0
    with pytest.raises(MetricError, match=r"expected no more than the fill of 16 uL, found 31\.5 uL"):
        refill(31.5, u_ul=3.0, u_fill=UL(4.0))
    assert refill(12.0, u_ul=3.0, u_fill=UL(4.0)).u_percent == pytest.approx(62.5)
    assert refill(12.0, u_ul=3.0).u_percent == pytest.approx(37.5)


def test_a_book_may_be_three_uncertainties_overdrawn():
    def left(gone_ul):
        return bookkeeping(UL(16.0), UL(3.0), UL(gone_ul), UL(4.0), UL(2.0))

    assert (left(31.0).left_ul, left(31.0).u_left_ul) == (-15.0, 5.0)
    assert (left(10.0).claimed_ul, left(10.0).claim_error_ul, left(10.0).claim_error_percent) == (2.0, -4.0, -40.0)
    with pytest.raises(MetricError, match=r"no more than the 16 uL that were filled in, found 31\.5 uL"):
        left(31.5)


def test_a_low_alarm_is_early_by_volume_and_by_time(drawn):
    """500 uL less 100 h of 4 uL/h leave 100 uL, 20 uL above the setting: five hours of 4 uL/h."""
    levels = drawn(lambda t: 4.0 * t / HOUR, 120.0, noise_ul=0.0, u_rate_ul_h=0.0, u_scale=0.0)
    at = S(HOUR), S(101 * HOUR), S(1.5 * HOUR)
    found = low_reservoir(UL(500.0), UL(8.0), levels, *at, UL(80.0), flow=FLOW.quantity(4.0))
    assert (found.left_ul, found.early_ul, found.early_s) == pytest.approx((100.0, 20.0, 5 * HOUR))
    assert (found.u_left_ul, found.u_early_s) == pytest.approx((10.0, 2.5 * HOUR))
    assert found.nu == math.inf


def injected(lasted_s, u_s=2.0, told_ul=1000.0):
    return screening_dose(UL(told_ul), UL(5.0), S(lasted_s), S(u_s), programmed=UL(told_ul))


@pytest.mark.parametrize(
    ("lasted_s", "too_fast", "slow_enough"),
    [(55.5, True, False), (56.0, False, False), (63.5, False, False), (64.0, False, True)],
)
def test_an_injection_is_too_fast_or_slow_enough_beyond_twice_its_uncertainty(lasted_s, too_fast, slow_enough):
    """A minute, with 2 s: 56 s decide nothing yet, 64 s do."""
    found = injected(lasted_s)
    assert (found.too_fast, found.slow_enough) == (too_fast, slow_enough)
    assert (found.duration_s, found.u_duration_s) == (lasted_s, 2.0)


def test_a_profile_of_a_pump_begins_at_one_millilitre_an_hour():
    assert injected(3500.0).error_percent == 0.0
    with pytest.raises(MetricError, match="a syringe's profile, faster than 1000 uL/h, found"):
        injected(3600.0)


def test_a_dose_in_numbers():
    """150 uL of 2000 ug/mL are 300 ug; 1.5 uL are 3 ug, 12 % of a hundredth more 4 ug, together 5 of 250 ug: 2 %."""
    width, strength = CONCENTRATION_DIFFERENCE.quantity(4.0 / 0.15), CONCENTRATION.quantity(2000.0)
    assay, told = Assay(strength, width, "HPLC", nu=8.0), DRUG_AMOUNT.quantity(250.0)
    found = delivered_dose(UL(150.0), UL(1.5), programmed=told, assay=assay, nu=27.0)
    assert (found.value_ug, found.u_ug, found.programmed_ug) == pytest.approx((300.0, 5.0, 250.0))
    assert (found.error_percent, found.u_percent) == pytest.approx((20.0, 2.0))
    assert found.nu == pytest.approx(5.0**4 / (3.0**4 / 27.0 + 4.0**4 / 8.0))
    assert (assay.ug_ml, assay.u_ug_ml) == pytest.approx((2000.0, 4.0 / 0.15))


def test_an_assay_may_be_better_than_a_microgram():
    width, strength = CONCENTRATION_DIFFERENCE.quantity(0.5), CONCENTRATION.quantity(2000.0)
    assert Assay(strength, width, "HPLC").nu == math.inf
    with pytest.raises(MetricError, match=r"above zero and a method, found 0\.5 ug/mL and ' '; the label"):
        Assay(strength, width, " ")


def test_a_dose_of_half_a_microgram_has_an_error():
    assert dose_ug(0.25, 0.05, 0.5, math.inf, "assayed").error_percent == -50.0
    assert dose_ug(0.25, 0.05, 0.5, math.inf, "assayed").u_percent == pytest.approx(10.0)

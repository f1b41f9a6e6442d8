"""Reservoir, refill and battery against vectors and known truths."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.units import CHARGE, CURRENT, FLOW, RATIO, TIME, VOLTAGE, VOLUME
from rig.verify.battery import consumption, lifetime
from rig.verify.errors import MetricError
from rig.verify.indicators import notice, value_at
from rig.verify.refill import reconcile
from rig.verify.reservoir import bookkeeping, low_reservoir

HOUR = 3600.0
LIMIT = RATIO.parse("limit", "14.5 %")


def ml(value):
    return VOLUME.quantity(1000.0 * value)


def seconds(value):
    return TIME.quantity(value)


def test_refill_reconciliation_of_the_vector_itb_4(vector):
    given, expected = vector("ITB-4")["inputs"], vector("ITB-4")["expected"]
    fill, told = ml(given["filled_mL"]), ml(given["programmed_delivered_mL"])
    found = [reconcile(fill, told, ml(left), ml(0.05), limit=LIMIT) for left in given["residual_measured_mL"]]
    assert [one.ratio for one in found] == pytest.approx(expected["delivered_over_programmed"], abs=1e-6)
    assert [one.error_percent for one in found] == pytest.approx(expected["error_percent"], abs=1e-4)
    assert [one.over for one in found] == expected["overinfusion_flag_gt_plus14.5"]
    assert [one.under for one in found] == expected["underinfusion_flag_lt_minus14.5"]


def test_the_blind_spot_of_a_refill_is_stated():
    found = reconcile(ml(40.0), ml(35.0), ml(0.0), ml(0.05), limit=LIMIT)
    assert found.blind
    assert found.at_least
    assert found.says == "blind to over-infusion beyond 14.5 %: an empty pump is only +14.29 %"
    sees = reconcile(ml(40.0), ml(30.0), ml(5.0), ml(0.05), limit=LIMIT)
    assert (sees.blind, sees.over, sees.says) == (False, True, "")
    empty = reconcile(ml(40.0), ml(30.0), ml(0.02), ml(0.05), limit=LIMIT)
    assert empty.says == "the pump was empty: it delivered this error or more"


def test_what_cannot_be_delivered_makes_the_method_blinder():
    found = reconcile(ml(40.0), ml(34.0), ml(1.4), ml(0.1), limit=LIMIT, unusable=ml(1.4), u_fill=ml(0.2))
    assert found.largest_visible_percent == pytest.approx(100 * (38.6 / 34 - 1))
    assert found.blind
    assert found.empty
    assert found.u_percent == pytest.approx(100 * np.hypot(0.1, 0.2) / 34)


def test_more_than_was_filled_in_cannot_be_drawn_out():
    with pytest.raises(MetricError, match="no more than the fill"):
        reconcile(ml(40.0), ml(35.0), ml(41.0), ml(0.05), limit=LIMIT)
    with pytest.raises(MetricError, match=r"programmed.*above zero"):
        reconcile(ml(40.0), ml(0.0), ml(5.0), ml(0.05), limit=LIMIT)


def test_the_pumps_book_is_wrong_by_its_flow_error():
    book = bookkeeping(ml(40.0), ml(0.02), ml(10.5), ml(0.03), ml(30.0))
    assert book.left_ul == pytest.approx(29_500.0)
    assert book.u_left_ul == pytest.approx(1000 * np.hypot(0.02, 0.03))
    assert (book.claim_error_ul, book.claim_error_percent) == pytest.approx((500.0, 100 * 0.5 / 10.5))
    with pytest.raises(MetricError, match="the fill is not what the record says"):
        bookkeeping(ml(20.0), ml(0.02), ml(20.5), ml(0.03), ml(0.0))


def low(levels, alarmed_s=18 * HOUR, u_s=30.0):
    fill, setting, flow = VOLUME.quantity(500.0), VOLUME.quantity(400.0), FLOW.quantity(6.0)
    at = seconds(HOUR), seconds(alarmed_s), seconds(u_s)
    return low_reservoir(fill, VOLUME.quantity(1.0), levels, *at, setting, flow=flow)


def test_a_low_reservoir_alarm_that_comes_late(drawn):
    """17 h at 6.3 uL/h leave 392.9 uL where it should alarm at 400."""
    found = low(drawn(lambda t: 6.3 * t / HOUR, 25.0))
    assert abs(found.left_ul - 392.9) < 3 * found.u_left_ul
    assert found.early_ul == pytest.approx(found.left_ul - 400.0)
    assert found.early_s == pytest.approx(found.early_ul / 6.0 * HOUR)
    assert found.u_early_s == pytest.approx(found.u_left_ul / 6.0 * HOUR)


def test_the_instant_of_the_alarm_is_part_of_its_volume(drawn):
    levels = drawn(lambda t: 6.3 * t / HOUR, 25.0, noise_ul=0.0, u_rate_ul_h=0.0, u_scale=0.0)
    assert low(levels, u_s=1800.0).u_left_ul == pytest.approx(np.hypot(1.0, 3.0))
    with pytest.raises(MetricError, match="within the record"):
        low(levels, alarmed_s=26 * HOUR)


def supply(seed=0, noise=2e-6):
    t = np.arange(0.0, 2 * HOUR, 1.0)
    a = 20e-6 + 30e-6 * (t % 60 < 10) + np.random.default_rng(seed).normal(0.0, noise, len(t))
    return seconds(t), CURRENT.quantity(a)


def used(gain=0.2, offset=1e-7, seed=0):
    return consumption(
        *supply(seed), u_gain=RATIO.quantity(gain), u_offset=CURRENT.quantity(offset), longest_gap=seconds(2.0)
    )


def test_what_a_pump_takes_in_bursts():
    """20 uA, and 30 uA more for 10 s of each minute: 25 uA in the mean, 0.05 mAh in two hours."""
    found = used()
    assert abs(found.mean_ma - 0.025) < 2 * found.u_mean_ma
    assert abs(found.charge_mah - 0.05) < 2 * found.u_charge_mah
    assert found.per(12.5) == pytest.approx(4.0, rel=0.02)
    assert used(0.0, 1e-5).u_mean_ma == pytest.approx(0.01, rel=0.01)


def test_a_battery_of_1100_mah_lasts_five_years():
    found, taken = lifetime(CHARGE.parse("c", "1100 mAh"), CHARGE.parse("u", "22 mAh"), used(gain=2.0)), used(gain=2.0)
    assert found.value_s / (365.25 * 24 * HOUR) == pytest.approx(5.02, abs=0.1)
    assert found.u_s / found.value_s == pytest.approx(np.hypot(0.02, taken.u_mean_ma / taken.mean_ma))


def test_a_gap_in_the_current_is_not_bridged():
    t, a = supply()
    keep = np.r_[0:100, 200:400]
    facts = {"u_gain": RATIO.quantity(0.1), "u_offset": CURRENT.quantity(1e-7), "longest_gap": seconds(2.0)}
    with pytest.raises(MetricError, match="no gap above 2 s, found 101 s after t = 99 s"):
        consumption(t[keep], a[keep], **facts)
    with pytest.raises(MetricError, match="sign turned"):
        consumption(t, -a, **facts)
    with pytest.raises(MetricError, match="at least 2 samples"):
        consumption(t[:1], a[:1], **facts)


def test_the_voltage_at_which_an_indicator_came():
    t = np.arange(0.0, 1000.0, 10.0)
    ramp = VOLTAGE.quantity(3.0 - 1e-3 * t)
    found = value_at(seconds(t), ramp, seconds(405.0), seconds(2.0), u_voltage=VOLTAGE.quantity(0.001))
    assert found.volts == pytest.approx(2.595)
    assert found.u_volts == pytest.approx(np.hypot(0.001, 0.002))
    with pytest.raises(MetricError, match="expected an instant from 0 s to 990 s"):
        value_at(seconds(t), ramp, seconds(1000.0), seconds(2.0), u_voltage=VOLTAGE.quantity(0.001))


def test_notice_before_the_end_of_service():
    day = 24 * HOUR
    facts = {"u_each": seconds(100.0), "declared": seconds(90 * day)}
    found = notice(seconds(day), seconds(92 * day), seconds(99 * day), **facts)
    assert (found.value_s, found.short_s, found.ended) == (91 * day, -day, True)
    assert found.u_s == pytest.approx(141.42, abs=0.01)
    still = notice(seconds(day), None, seconds(51 * day), **facts)
    assert (still.value_s, still.ended) == (50 * day, False)
    with pytest.raises(MetricError, match="no notice"):
        notice(seconds(2 * day), seconds(day), seconds(99 * day), **facts)

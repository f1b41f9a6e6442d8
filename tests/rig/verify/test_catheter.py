"""Occlusion, compliance, leak and head against vectors and known truths."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.units import COMPLIANCE, DENSITY, FLOW, LENGTH, PRESSURE, RATIO, TIME, VOLUME
from rig.verify.compliance import compliance
from rig.verify.errors import MetricError
from rig.verify.height import head_influence, head_pressure
from rig.verify.leak import lost_between
from rig.verify.occlusion import stored_bolus, time_to_threshold, undetected

HOUR = 3600.0
BEGAN = TIME.quantity(0.0)
STEADY = 'kind = "continuous", flow = "6 uL/h", duration = "24 h"'


def hours(value):
    return TIME.quantity(np.asarray(value) * HOUR)


def test_time_to_alarm_and_stored_bolus_of_the_vector_occ_1(vector):
    given, expected = vector("OCC-1")["inputs"], vector("OCC-1")["expected"]
    gives, rise = COMPLIANCE.quantity(given["C_uL_per_kPa"]), PRESSURE.quantity(given["dP_kPa"])
    flow = FLOW.quantity(np.array(given["Q_mL_day"]) * 1000.0 / 24.0)
    assert time_to_threshold(gives, rise, flow).m_as("hour") == pytest.approx(expected["t_h"], rel=1e-12)
    assert VOLUME.magnitude("bolus", stored_bolus(gives, rise)) == pytest.approx(expected["bolus_uL"])
    assert time_to_threshold(gives, rise, flow[0]).m_as("hour") == pytest.approx(8.0)


@pytest.mark.parametrize(("gives", "rise", "flow"), [(0.2, 60.0, 6.25), (1.7, 13.33, 2.0), (0.05, 300.0, 1000.0)])
def test_a_line_that_is_filled_holds_what_was_pumped_into_it(gives, rise, flow):
    c, dp, q = COMPLIANCE.quantity(gives), PRESSURE.quantity(rise), FLOW.quantity(flow)
    pumped = time_to_threshold(c, dp, q).m_as("hour") * flow
    assert VOLUME.magnitude("bolus", stored_bolus(c, dp)) == pytest.approx(pumped)


def test_a_pump_that_stands_never_reaches_a_threshold():
    with pytest.raises(MetricError, match="never gets there"):
        time_to_threshold(COMPLIANCE.quantity(0.5), PRESSURE.quantity(100.0), FLOW.quantity(np.array([1.0, 0.0])))
    with pytest.raises(MetricError, match="from zero up"):
        stored_bolus(COMPLIANCE.quantity(0.5), PRESSURE.quantity(-1.0))


def occluded(t, part=0.9):
    """Nothing from hour 6 to 10; then 90 % of it within minutes: the rest went by another way."""
    missed = np.clip(t / HOUR - 6.0, 0.0, 4.0) * 6.0
    back = part * 24.0 * -np.expm1(-np.maximum(t - 10 * HOUR, 0.0) / 60.0)
    return t / 600.0 - missed + back


def harm(levels, told):
    settle = TIME.parse("settle", "20 min")
    return undetected(levels, told, BEGAN, blocked=hours(6.0), opened=hours(10.0), settle=settle)


def test_an_undetected_occlusion(program, drawn):
    found = harm(drawn(occluded, 25.0, noise_ul=0.01, u_rate_ul_h=0.002), program(STEADY))
    assert abs(found.missed_ul - 24.0) < 3 * found.u_missed_ul
    assert abs(found.release_ul - 21.6) < 3 * found.u_release_ul
    assert abs(found.lost_ul - 2.4) < 3 * found.u_lost_ul
    assert found.missed_percent == pytest.approx(100.0, abs=1.0)


def test_lost_is_known_better_than_missed_and_released_together(program, drawn, covered):
    """The instant of opening is in both, with opposite sign."""
    told = program(STEADY)
    quiet = {"noise_ul": 0.1, "u_rate_ul_h": 1e-4, "u_scale": 0.0}
    found = harm(drawn(occluded, 25.0, **quiet), told)
    assert found.u_lost_ul == pytest.approx(0.1 * np.sqrt(2), rel=0.01)

    def lost(seed):
        one = harm(drawn(occluded, 25.0, seed=seed), told)
        return one.lost_ul, one.u_lost_ul

    assert 0.94 <= covered(lost, 2.4 + 24.0 * 0.9 * np.exp(-20.0), 5000) <= 0.96


def test_an_occlusion_on_the_balance(program, weighed):
    told = program(STEADY)
    levels = weighed(occluded, 24.0)
    at = [TIME.quantity(1200.0 + h * HOUR) for h in (0.0, 6.0, 10.0)]
    settle = TIME.parse("settle", "20 min")
    found = undetected(levels, told, at[0], blocked=at[1], opened=at[2], settle=settle)
    assert abs(found.lost_ul - 2.4) < 2 * found.u_lost_ul < 0.5
    assert abs(found.missed_ul - 24.0) < 2 * found.u_missed_ul < 0.5
    assert abs(found.release_ul - 21.6) < 2 * found.u_release_ul < 0.5


def rise(seed, slope_kpa_h=12.5, curve=0.0, noise=0.05):
    t = np.arange(0.0, 4 * HOUR, 30.0)
    p = 2.0 + slope_kpa_h * t / HOUR * (1 - curve * t / t[-1])
    return TIME.quantity(t), PRESSURE.quantity(p + np.random.default_rng(seed).normal(0.0, noise, len(t)))


def gives(seed, u_flow=0.06, u_gain=0.5, **changes):
    flow, u = FLOW.quantity(6.25), FLOW.quantity(u_flow)
    return compliance(*rise(seed, **changes), flow, u_flow=u, u_gain=RATIO.quantity(u_gain))


def test_the_compliance_of_a_line(covered):
    """6.25 uL/h at 12.5 kPa/h is 0.5 uL/kPa."""
    found = gives(1)
    assert abs(found.value_ul_kpa - 0.5) < 2 * found.u_ul_kpa
    assert found.rise_kpa == pytest.approx(50.0, abs=0.5)
    by_noise = covered(lambda seed: (gives(seed, 0.0, 0.0, noise=2.0).value_ul_kpa,
                                     gives(seed, 0.0, 0.0, noise=2.0).u_ul_kpa), 0.5, 1000)  # fmt: skip
    assert 0.93 <= by_noise <= 0.97


def test_flow_and_gain_are_in_the_compliance():
    assert gives(1, 0.0, 2.0).u_ul_kpa == pytest.approx(0.01, rel=0.01)
    assert gives(1, 0.125, 0.0).u_ul_kpa == pytest.approx(0.01, rel=0.01)


def test_a_rise_that_bends_is_no_compliance():
    with pytest.raises(MetricError, match="the pump slips"):
        gives(1, curve=0.3)
    with pytest.raises(MetricError, match="is the line closed"):
        gives(1, slope_kpa_h=0.0)


def two_nodes(drawn, tip_part, seed=0, **changes):
    quiet = {"noise_ul": 0.2, "u_rate_ul_h": 0.0} | changes
    outlet = drawn(lambda t: t / 600.0, 25.0, seed=2 * seed, **quiet)
    return outlet, drawn(lambda t: tip_part * t / 600.0, 25.0, seed=2 * seed + 1, **quiet)


@pytest.mark.parametrize(
    ("tip_part", "says"), [(1.0, "no loss seen"), (0.9, "leak"), (0.0, "disconnected"), (1.1, "gain")]
)
def test_what_leaves_the_pump_and_does_not_arrive(drawn, tip_part, says):
    found = lost_between(*two_nodes(drawn, tip_part), hours(1.0), hours(23.0))
    assert found.says == says
    assert abs(found.lost_percent - 100 * (1 - tip_part)) < 1.5
    assert found.smallest_seen_ul_h == pytest.approx(5 * found.u_lost_ul / 22.0)


def test_a_leak_is_covered(drawn, covered):
    def lost(seed):
        found = lost_between(*two_nodes(drawn, 0.95, seed), hours(1.0), hours(23.0))
        return found.lost_ul, found.u_lost_ul

    assert 0.94 <= covered(lost, 0.05 * 132.0) <= 0.96


def test_the_uncertainty_of_a_loss_by_hand(drawn):
    """Levels with 0.3 and 0.4 uL of noise at either end, 1.2 uL stored: sqrt(2) 0.5 and 1.2 together."""
    quiet = {"u_rate_ul_h": 0.0, "u_scale": 0.0}
    outlet = drawn(lambda t: t / 600.0, 24.0, noise_ul=0.3, **quiet)
    tip = drawn(lambda t: t / 600.0, 24.0, seed=1, noise_ul=0.4, **quiet)
    found = lost_between(outlet, tip, hours(1.0), hours(23.0), u_stored=VOLUME.parse("u", "1.2 uL"))
    assert found.u_lost_ul == pytest.approx(np.sqrt(2 * 0.3**2 + 2 * 0.4**2 + 1.2**2))
    assert (found.u_outlet_ul, found.u_tip_ul) == pytest.approx((0.3 * np.sqrt(2), 0.4 * np.sqrt(2)))
    assert found.hours == 22.0


def test_a_density_that_both_share_cancels_by_hand(drawn):
    """0.2 % of either volume, alike at both ends: 2 (0.002)^2 V1 V2 less of the variance."""
    nodes = two_nodes(drawn, 0.9)
    apart = lost_between(*nodes, hours(1.0), hours(23.0))
    shared = lost_between(*nodes, hours(1.0), hours(23.0), u_common=RATIO.parse("common", "0.2 %"))
    less = 2.0 * 0.002**2 * apart.outlet_ul * apart.tip_ul
    assert shared.u_lost_ul == pytest.approx(np.sqrt(apart.u_lost_ul**2 - less), rel=1e-9)


def test_a_line_that_fills_is_no_leak(drawn):
    stored = {"stored": VOLUME.quantity(6.6), "u_stored": VOLUME.quantity(0.3)}
    found = lost_between(*two_nodes(drawn, 0.95), hours(1.0), hours(23.0), **stored)
    assert found.says == "no loss seen"


def test_a_density_that_both_share_cancels(drawn):
    nodes = two_nodes(drawn, 1.0, noise_ul=1e-6, u_scale=0.01)
    apart = lost_between(*nodes, hours(1.0), hours(23.0))
    shared = lost_between(*nodes, hours(1.0), hours(23.0), u_common=RATIO.parse("common", "1 %"))
    assert apart.u_lost_ul == pytest.approx(132.0 * 0.01 * np.sqrt(2), rel=1e-3)
    assert shared.u_lost_ul < 1e-3 * apart.u_lost_ul


def test_nothing_that_did_not_leave_the_pump_is_lost(drawn):
    still = drawn(lambda t: 0.0 * t, 25.0)
    with pytest.raises(MetricError, match="beyond its uncertainty"):
        lost_between(still, still, hours(1.0), hours(23.0))


def test_half_a_metre_of_water_is_five_kilopascal():
    half, water = LENGTH.parse("h", "0.5 m"), DENSITY.parse("d", "998.2 kg/m3")
    assert PRESSURE.magnitude("p", head_pressure(half, water)) == pytest.approx(4.8945, abs=1e-4)
    assert PRESSURE.magnitude("p", head_pressure(half, water, below=True)) == pytest.approx(-4.8945, abs=1e-4)


HEADS = np.array([0.0, 13.33, -13.33, 4.9])


def slipping(t):
    """A pump that loses 0.3 % for each kPa; each head holds for six hours."""
    return sum(np.clip(t / HOUR - 6 * i, 0.0, 6.0) * 6.0 * (1 - 0.003 * head) for i, head in enumerate(HEADS))


def influence(levels, told, heads=HEADS):
    starts = np.arange(4) * 6.0
    head = PRESSURE.quantity(heads)
    return head_influence(levels, told, BEGAN, hours(starts), hours(starts + 6.0), head, PRESSURE.quantity(0.05))


def test_flow_error_for_each_kilopascal(program, drawn, covered):
    told = program(STEADY)
    found = influence(drawn(slipping, 25.0), told)
    assert abs(found.percent_per_kpa + 0.3) < 3 * found.u_percent_per_kpa
    assert found.error_percent[1] == pytest.approx(-4.0, abs=1.0)
    assert found.chi_square < 10.0

    def slope(seed):
        one = influence(drawn(slipping, 25.0, seed=seed), told)
        return one.percent_per_kpa, one.u_percent_per_kpa

    assert 0.94 <= covered(slope, -0.3) <= 0.96


def test_what_windows_share_hardly_touches_the_slope(program, drawn):
    shared = drawn(slipping, 25.0, noise_ul=0.01, u_scale=0.02, u_rate_ul_h=0.0)
    found = influence(shared, program(STEADY))
    assert found.u_percent.min() > 1.9
    assert found.u_percent_per_kpa < 0.02
    assert found.u_at_zero_percent == pytest.approx(2.0, abs=0.1)


def test_one_head_has_no_slope(program, drawn):
    with pytest.raises(MetricError, match="not all equal"):
        influence(drawn(slipping, 25.0), program(STEADY), np.full(4, 5.0))

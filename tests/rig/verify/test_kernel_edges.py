"""Kernels on their edges: noise, simultaneous bounds, slopes, grids, streams and words."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import lfilter
from scipy.stats import norm

import rig.verify
from calibration.errors import ImplausibleError
from calibration.units import DENSITY, FLOW, MASS, PRESSURE, RATIO, TIME, VOLUME
from rig.errors import EvidenceError
from rig.verify.compliance import compliance, slope_kpa_s
from rig.verify.errors import MetricError
from rig.verify.grid import levels_ul, programmed_step_ul, whole_multiple, window_steps
from rig.verify.joint import Joint
from rig.verify.leak import Loss, loss_of
from rig.verify.limits import By, Sample, ToleranceWithin
from rig.verify.noise import LevelNoise, largest_differences_ul, noise_floor
from rig.verify.risk import conforms
from rig.verify.rule import Rule
from rig.verify.seen import OUTLET, TIP, Seen
from rig.verify.series import above_zero, checked_series, checked_times, not_negative
from rig.verify.simultaneous import draws, factor_of_largest, probability_within, simultaneous_factor
from rig.verify.start_up import running_error_percent, start_up
from rig.verify.trumpet import Window, trumpet, trumpet_from_mass
from rig.verify.witnesses import judge
from rig.verify.words import chance, place, span

S, UL = TIME.quantity, VOLUME.quantity


@pytest.mark.parametrize("lag", [0.0, 0.5, 0.9])
def test_noise_of_levels_is_stationary_and_remembers_what_it_should(lag):
    """The difference of neighbours has the variance 2 s2 (1 - lag); of those far apart 2 s2."""
    near = largest_differences_ul(2, [1], 0.5, lag, seed=1, trials=40_000)[0]
    assert np.mean(near**2) == pytest.approx(2 * 0.25 * (1.0 - lag), rel=0.03)
    far = largest_differences_ul(101, [100], 0.5, lag, seed=2, trials=5000)[0]
    assert np.mean(far**2) == pytest.approx(0.5, rel=0.06)


def test_a_floor_is_the_95_percent_quantile_in_percent_of_the_window():
    """Two levels of 0.1 uL: 1.96 * 0.1414 uL, of 1.5625 uL in a quarter of an hour at 6.25 uL/h."""
    given = S(900.0), FLOW.quantity(6.25), [S(900.0)], LevelNoise(UL(0.1))
    (floor,) = noise_floor(2, *given, trials=40_000)
    assert floor == pytest.approx(100.0 * 1.96 * 0.1 * math.sqrt(2.0) / 1.5625, rel=0.02)
    assert noise_floor(2, *given) == noise_floor(2, *given, seed=0, trials=2000)
    assert LevelNoise(UL(0.1)).lag_one == 0.0


@pytest.mark.parametrize("lag", [-0.1, 1.0, math.nan])
def test_a_correlation_of_neighbours_is_from_zero_up_to_but_not_one(lag):
    assert LevelNoise(UL(0.0), 0.99).lag_one == 0.99
    with pytest.raises(MetricError, match="lag_one: expected a correlation from 0 up to but not 1, found"):
        LevelNoise(UL(0.1), lag)


def test_one_value_by_itself_has_the_one_sided_quantile():
    """1.644854 of the normal distribution; t of 5 is 2.015048 (tables)."""
    assert simultaneous_factor(np.eye(1), 0.05) == pytest.approx(1.644854, abs=1e-6)
    assert simultaneous_factor(np.eye(1), 0.05, 5.0) == pytest.approx(2.015048, abs=1e-6)


def test_values_that_say_the_same_cost_no_more_than_one_of_two_sides():
    """Ten values in step: 1.96, and t of 5 is 2.571; Bonferroni would ask for 2.576 and 4.032."""
    assert simultaneous_factor(np.ones((10, 10)), 0.05) == pytest.approx(1.96, abs=0.06)
    assert simultaneous_factor(np.ones((10, 10)), 0.05, 5.0) == pytest.approx(2.571, abs=0.11)


@pytest.mark.parametrize(
    ("risk", "exact"),
    [(0.001, 3.290527), (0.01, 2.575829), (0.02, 2.326348), (0.05, 1.959964), (0.1, 1.644854), (0.2, 1.281552)],
)
def test_chance_in_the_draws_is_on_the_safe_side(risk, exact):
    """Two standard errors of the draws: of values in step the exact quantile of two sides is known."""
    assert exact < simultaneous_factor(np.ones((10, 10)), risk) < 1.1 * exact


@pytest.mark.parametrize("risk", [1e-7, 1e-6, 4.0 / (1 << 15)])
def test_a_risk_that_is_smaller_than_one_draw_has_the_bound_of_bonferroni(risk):
    """The largest of 32 768 draws is about 4.2; values in step need 4.89 for one in a million."""
    assert simultaneous_factor(np.ones((10, 10)), risk) == pytest.approx(norm.isf(risk / 10.0), rel=1e-9)


def test_values_that_share_nothing_have_the_bound_of_bonferroni():
    """Ten independent ones need 2.800 for both sides (Sidak); one side by Bonferroni, 2.576, is less."""
    assert simultaneous_factor(np.eye(10), 0.05) == pytest.approx(2.575829, abs=1e-6)


def test_the_factor_holds_for_one_side_of_each_value_and_not_for_both():
    """Twenty correlated by 0.5, 0.025: whichever sides; beyond either side of every value more, but not twice it."""
    c = simultaneous_factor(0.5 + 0.5 * np.eye(20), 0.025)
    assert c == pytest.approx(3.023, abs=1e-3)
    random = np.random.default_rng(8)
    z = np.sqrt(0.5) * (random.standard_normal((200_000, 20)) + random.standard_normal((200_000, 1)))
    for sides in (np.ones(20), np.tile([1.0, -1.0], 10)):
        assert ((z * sides).max(axis=1) > c).mean() < 0.025
    assert 0.027 < (np.abs(z).max(axis=1) > c).mean() < 0.05


@pytest.mark.parametrize(
    ("correlation", "risk", "nu"),
    [
        (np.ones((2, 3)), 0.05, 9.0), (np.ones(3), 0.05, 9.0), (np.eye(0), 0.05, 9.0), (np.eye(2), 0.0, 9.0),
        (np.eye(2), 0.51, 9.0), (np.eye(2), math.nan, 9.0), (np.eye(2), 0.05, 0.0), (np.eye(2), 0.05, math.nan),
    ],
)  # fmt: skip
def test_no_simultaneous_factor_of_what_cannot_be(correlation, risk, nu):
    with pytest.raises(MetricError, match="expected"):
        simultaneous_factor(correlation, risk, nu)


def test_draws_have_the_correlation_that_is_asked_for():
    wanted = np.array([[1.0, 0.6], [0.6, 1.0]])
    drawn = draws(wanted, math.inf)
    assert drawn.shape == (1 << 15, 2)
    assert np.corrcoef(drawn.T) == pytest.approx(wanted, abs=0.02)
    assert drawn.std(axis=0) == pytest.approx(1.0, abs=0.02)
    assert draws(np.eye(250), math.inf).shape == (16_000, 250)


def test_draws_of_few_degrees_of_freedom_scale_all_values_of_a_draw_alike():
    """Student's t of 5: variance 5/3. Where one value of a draw is large, so are the others."""
    drawn = draws(np.eye(2), 5.0)
    assert drawn.var(axis=0) == pytest.approx(5.0 / 3.0, rel=0.06)
    assert np.corrcoef(np.abs(drawn).T)[0, 1] > 0.1
    assert abs(np.corrcoef(np.abs(draws(np.eye(2), math.inf)).T)[0, 1]) < 0.03


def test_the_chance_to_lie_within_one_limit_is_on_the_side_of_the_value():
    """1 +- 1 lies below 2 in 84.1 %, and above it in 15.9 %."""
    one = Joint(np.array([1.0]), np.eye(1))
    assert probability_within(one, -math.inf, 2.0).mean() == pytest.approx(0.8413, abs=0.01)
    assert probability_within(one, 2.0, math.inf).mean() == pytest.approx(0.1587, abs=0.01)
    wide = Joint(np.array([1.0]), np.array([[4.0]]))
    assert probability_within(wide, -1.0, 3.0).mean() == pytest.approx(0.6827, abs=0.01)


@pytest.mark.parametrize("lag", [0.0, 0.7])
def test_a_slope_scatters_as_it_says(lag):
    t, found = np.arange(0.0, 4000.0, 20.0), []
    for seed in range(300):
        white = np.random.default_rng(seed).normal(0.0, math.sqrt(1.0 - lag**2), 300)
        found.append(slope_kpa_s(t, 5.0 + 1e-3 * t + lfilter([1.0], [1.0, -lag], white)[100:]))
    slope, u, nu = np.array(found).T
    assert slope.mean() == pytest.approx(1e-3, rel=0.05)
    assert math.sqrt(np.mean(u**2)) == pytest.approx(slope.std(), rel=0.12)
    assert nu.mean() == pytest.approx(200.0 * (1.0 - lag) / (1.0 + lag) - 2.0, rel=0.2)


def test_residuals_that_alternate_are_all_independent():
    """s2 of +1, -1 about a level: ten residuals of nearly one over eight degrees of freedom, and Sxx = 82.5."""
    _, u, nu = slope_kpa_s(np.arange(10.0), np.array([1.0, -1.0] * 5))
    assert nu == 8.0
    assert u == pytest.approx(math.sqrt((10.0 - 25.0 / 82.5) / 8.0 / 82.5))


def test_four_readings_have_two_degrees_of_freedom():
    """+1, -1, -1, +1 about a level: s2 = 4 / 2, Sxx = 5."""
    slope, u, nu = slope_kpa_s(np.arange(4.0), np.array([1.0, -1.0, -1.0, 1.0]))
    assert (slope, u, nu) == pytest.approx((0.0, math.sqrt(0.4), 2.0), abs=1e-12)


def test_readings_that_remember_nearly_all_have_one_degree_of_freedom():
    t = np.arange(100.0)
    assert slope_kpa_s(t, np.sin(2.0 * math.tau * t / 100.0))[2] == 1.0


def rise(second_half, count=8, flow=6.0, u_flow=0.0, gain=0.0):
    t = np.arange(float(count))
    middle = count // 2
    p = 3.0 + np.where(t < middle, t, middle + second_half * (t - middle))
    return compliance(S(900.0 + 600.0 * t), PRESSURE.quantity(p), FLOW.quantity(flow), u_flow=FLOW.quantity(u_flow),
                      u_gain=RATIO.quantity(gain))  # fmt: skip


def test_a_compliance_in_numbers():
    """6 uL/h at 6 kPa/h are 1 uL/kPa; 3 % of the flow and 4 % of the gain are 5 %. The zero does not matter."""
    found = rise(1.0, u_flow=0.18, gain=4.0)
    assert (found.value_ul_kpa, found.u_ul_kpa, found.rise_kpa) == pytest.approx((1.0, 0.05, 7.0))
    assert found.nu > 1e6


@pytest.mark.parametrize(("second_half", "straight"), [(1.009, True), (1.011, False), (0.991, True), (0.989, False)])
def test_halves_of_an_exact_rise_may_differ_by_a_hundredth(second_half, straight):
    if straight:
        assert rise(second_half, 60).value_ul_kpa == pytest.approx(1.0, rel=0.01)
        return
    with pytest.raises(MetricError, match=r"a straight rise, found 6 kPa/h in its first half and .* the pump slips"):
        rise(second_half, 60)


def test_eight_readings_are_the_least_of_a_rise():
    assert rise(1.0, 8).rise_kpa == pytest.approx(7.0)
    with pytest.raises(MetricError, match="pressure: expected a row of at least 8 samples"):
        rise(1.0, 7)


@pytest.mark.parametrize(("sizes", "rises"), [(4.9, False), (5.1, True)])
def test_a_rise_is_one_beyond_five_standard_uncertainties(sizes, rises):
    """Residuals that alternate have u = 0.1211 for ten readings; halves of five scatter far more."""
    t, noise = np.arange(10.0), np.array([1.0, -1.0] * 5)
    own, u, _ = slope_kpa_s(t, noise)
    given = S(t), PRESSURE.quantity(10.0 + noise + (sizes * u - own) * t), FLOW.quantity(6.0)
    facts = {"u_flow": FLOW.quantity(0.0), "u_gain": RATIO.quantity(0.0)}
    if rises:
        assert compliance(*given, **facts).rise_kpa == pytest.approx(9.0 * sizes * u)
        return
    with pytest.raises(MetricError, match="beyond five standard uncertainties"):
        compliance(*given, **facts)


def curve(**more):
    """Errors of +25 %, +12.5 % and nothing, each over one sample of 1 uL."""
    volume = UL(np.array([0.0, 1.25, 2.375, 3.375, 4.375]))
    return start_up(volume, S(3600.0), FLOW.quantity(1.0), cycle=S(3600.0), **more)


@pytest.mark.parametrize(("band", "at_h"), [(25.0, 0.0), (24.9, 1.0), (12.5, 1.0), (12.4, 2.0), (0.5, 2.0)])
def test_an_error_on_the_edge_of_the_band_is_within_it(band, at_h):
    assert curve(band=RATIO.quantity(band)).stabilised_at_s == at_h * 3600.0


def test_a_curve_in_numbers():
    found = curve()
    assert found.running_error_percent == pytest.approx([25.0, 12.5, 0.0, 0.0])
    assert found.running_start_s.tolist() == [0.0, 3600.0, 7200.0, 10800.0]
    assert found.time_s.tolist() == [3600.0, 7200.0, 10800.0, 14400.0]
    assert found.flow_ul_h == pytest.approx([1.25, 1.125, 1.0, 1.0])
    assert found.stabilised_at_s is None
    with pytest.raises(MetricError, match=r"band: expected a half width above zero, found 0 %$"):
        curve(band=RATIO.quantity(0.0))


def test_a_cycle_that_rounding_makes_longer_than_the_record_is_whole():
    level = np.arange(5.0)
    for steps, count in ((4.0, 1), (4.0 * (1.0 + 1e-6), 1), (4.0 + 1e-4, 0), (3.9, 1), (3.0, 2)):
        start, error = running_error_percent(level, 1.0, 1.0, steps)
        assert (len(start), len(error)) == (count, count)


def test_a_whole_multiple_is_whole_to_a_millionth_of_itself():
    assert [whole_multiple(x, 1.0) for x in (1000.0009, 1000.0011, 999.9991, 999.9989)] == [1000, None, 1000, None]
    assert [whole_multiple(x, 1.0) for x in (1.0, 0.4, 0.5, 1e-9, 1.5)] == [1, None, None, None, None]
    assert whole_multiple(1.0, 2.0) is None


def test_windows_of_a_record_in_steps():
    assert window_steps(11, S(900.0), [S(900.0), S(9000.0)]) == (1, 10)
    with pytest.raises(MetricError, match=r"windows\[1\]: expected at most the record's 9000 s, found 9900 s; leave"):
        window_steps(11, S(900.0), [S(900.0), S(9900.0)])
    with pytest.raises(MetricError, match=r"windows\[0\]: expected a whole multiple of the sample interval 900 s"):
        window_steps(11, S(900.0), [S(1000.0)])
    assert programmed_step_ul(FLOW.quantity(4.0), S(900.0)) == 1.0


def test_levels_are_read_where_they_stand():
    """A day at 300 levels a second is 200 MB, which nobody wants twice."""
    volume = np.arange(5.0)
    assert np.shares_memory(levels_ul(UL(volume)), volume)
    with pytest.raises(ImplausibleError, match=r"volume\[1\]"):
        levels_ul(UL(np.array([0.0, math.nan])))


def test_a_stream_may_have_gaps_up_to_the_longest():
    """The gap is told where it begins; one that is just as long as it may be is none."""
    times, values = [0.0, 1.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0]
    assert checked_series("p", times, values, longest_gap_s=2.0)[1].tolist() == values
    with pytest.raises(MetricError, match=r"p: expected no gap above 1\.9 s, found 2 s after t = 1 s; take the parts"):
        checked_series("p", times, values, longest_gap_s=1.9)
    assert checked_series("p", times, values)[0].tolist() == times
    with pytest.raises(MetricError, match="at least 5 samples"):
        checked_series("p", times, values, fewest=5)
    with pytest.raises(MetricError, match="p: expected numbers, found inf; leave"):
        checked_series("p", times, [1.0, 2.0, math.inf, 4.0])


@pytest.mark.parametrize("wrong", [-1.0, math.inf, math.nan])
def test_a_size_is_a_number_from_zero_or_above_it(wrong):
    assert (not_negative("u", 0.0), above_zero("v", 1e-9)) == (0.0, 1e-9)
    for check, says in ((not_negative, "zero or more"), (above_zero, "a value above zero")):
        with pytest.raises(MetricError, match=f"^it: expected {says}, found {wrong:g}$"):
            check("it", wrong)
        with pytest.raises(MetricError, match=f"found {wrong:g} uL$"):
            check("it", wrong, "uL")


def test_times_are_finite_and_rise():
    assert checked_times("p", [0.0, 1e-9]).tolist() == [0.0, 1e-9]
    with pytest.raises(MetricError, match=r"found 1 s after 1 s \(sample 2\); sort the stream"):
        checked_times("p", [0.0, 1.0, 1.0, 0.5])
    with pytest.raises(MetricError, match="p: expected finite times, found inf"):
        checked_times("p", [0.0, math.inf])
    with pytest.raises(MetricError, match="at least 2 samples"):
        checked_times("p", [0.0])


def test_places_are_told_as_the_zones_of_a_rule_allow():
    assert place("three", "pass") == place("binary", "pass") == "within the acceptance limits"
    assert place("three", "fail") == place("non-conformity", "fail") == "outside the limits by more than the guard band"
    assert place("binary", "fail") == "outside the acceptance limits"
    assert place("three", "inconclusive") == "too close to a limit for its uncertainty"
    assert place("non-conformity", "inconclusive").startswith("where non-conformity is not proven")


@pytest.mark.parametrize(
    ("probability", "says"),
    [
        (1.0, "more than 99.99 %"),
        (0.99995, "more than 99.99 %"),
        (0.99994, "99.99 %"),
        (0.5, "50.00 %"),
        (0.005, "0.50 %"),
        (0.0001, "0.01 %"),
        (0.00005, "0.01 %"),
        (0.000049, "less than 0.01 %"),
        (0.0, "less than 0.01 %"),
    ],
)
def test_certainty_is_never_claimed_by_rounding(probability, says):
    assert chance(probability) == says


def test_a_span_may_have_one_end():
    assert (span(-1.0, None, "uL"), span(None, 2.0, "h")) == ("from -1 uL", "up to +2 h")
    assert span(-1.0, 2.0, "%") == "-1 to +2 %"


def test_a_loss_in_numbers():
    """75 of 100 uL arrived: 4 % of the outlet count by three quarters, 4 uL at the tip in whole; 5 % together."""
    found = loss_of(np.array([100.0, 75.0]), np.diag([16.0, 16.0]), 2.0)
    assert (found.lost_ul, found.lost_percent, found.u_lost_percent) == pytest.approx((25.0, 25.0, 5.0))
    assert found.u_lost_ul == pytest.approx(math.sqrt(32.0))
    both = loss_of(np.array([100.0, 75.0]), 1e-4 * np.outer([100.0, 75.0], [100.0, 75.0]), 2.0)
    assert (both.u_lost_ul, both.u_lost_percent) == pytest.approx((0.25, 0.0), abs=1e-9)  # a scale of both
    filled = loss_of(np.array([100.0, 50.0]), np.diag([16.0, 0.0]), 2.0, 25.0, 4.0)
    assert (filled.lost_ul, filled.u_lost_percent) == pytest.approx((25.0, 5.0))


def test_an_outlet_has_to_see_more_than_twice_its_uncertainty():
    with pytest.raises(MetricError, match="outlet: expected a delivered volume beyond its uncertainty, found 8 uL"):
        loss_of(np.array([8.0, 8.0]), np.diag([16.0, 16.0]), 2.0)
    assert loss_of(np.array([8.5, 8.0]), np.diag([16.0, 16.0]), 2.0).lost_ul == 0.5


@pytest.mark.parametrize(
    ("volume", "variance", "hours", "stored", "says"),
    [
        ([math.nan, 90.0], 1.0, 2.0, 0.0, "loss: expected volumes and what was stored as numbers"),
        ([100.0, math.nan], 1.0, 2.0, 0.0, "loss: expected volumes and what was stored as numbers"),
        ([100.0, 90.0], math.nan, 2.0, 0.0, "loss: expected volumes and what was stored as numbers"),
        ([100.0, 90.0], -1.0, 2.0, 0.0, "with variances from zero up"),
        ([100.0, 90.0], 1.0, 2.0, math.inf, "inf uL stored"),
        ([100.0, 90.0], 1.0, 0.0, 0.0, "hours: expected a value above zero, found 0 h"),
        ([100.0, 90.0], 1.0, math.nan, 0.0, "hours: expected a value above zero, found nan h"),
    ],
)
def test_a_loss_of_what_is_no_number_is_refused(volume, variance, hours, stored, says):
    with pytest.raises(MetricError, match=says):
        loss_of(np.array(volume), variance * np.eye(2), hours, stored)
    with pytest.raises(MetricError, match=r"^u_stored: expected zero or more, found -0.1 uL$"):
        loss_of(np.array([100.0, 90.0]), np.eye(2), 2.0, 0.0, -0.1)


def test_a_gain_that_chance_just_makes_is_none():
    assert Loss(100.0, 1.0, 103.0, 1.0, -3.2905, 1.0, 2.0, 1.0).says == "no loss seen"
    assert Loss(100.0, 1.0, 103.0, 1.0, -3.2906, 1.0, 2.0, 1.0).says == "gain"
    assert Loss(100.0, 1.0, 103.0, 1.0, -4.0, 2.0, 2.0, 1.0).says == "no loss seen"


def test_a_witness_that_is_alone_finds_no_difference():
    seen = Seen(("flow", "balance"), (OUTLET, TIP), np.array([150.0, 150.0]))
    found = judge(seen, np.diag([1e4, 0.01]), limit_ul=20.0, reference=1, alpha=0.01)
    assert (found.state, found.difference_ul, found.u_difference_ul, found.alpha) == ("one alone", 0.0, 0.0, 0.01)


def test_witnesses_that_err_together_in_all_are_one():
    seen = Seen(("flow", "balance"), (OUTLET, TIP), np.array([150.0, 150.0]))
    with pytest.raises(MetricError, match="a variance above zero for every difference"):
        judge(seen, np.ones((2, 2)), limit_ul=20.0, reference=1)


def test_the_chance_of_a_far_limit_is_exact():
    """Between 9 and 10 standard uncertainties away on either side: 1.1286e-19 less 7.6199e-24 (tables of Q)."""
    for value in (-9.0, 19.0):
        assert conforms(value, 1.0, 0.0 if value < 0 else 9.0, 1.0 if value < 0 else 10.0).inside == pytest.approx(
            1.12859e-19 - 7.61985e-24, rel=1e-5, abs=0.0
        )


def test_a_chance_is_never_above_one():
    """Limits one rounding apart, where the parts beyond either add up to 1 + 2^-52."""
    found = conforms(0.0, 1.0, 1.3534278229448047, 1.353427822944805)
    assert (found.inside, found.outside) == (pytest.approx(0.0, abs=1e-15), 1.0)


@pytest.mark.parametrize("values", [(1.0, 1.0), (0.1, 0.1, 0.1), (99.0,) * 20])
@pytest.mark.parametrize("rule", ["guard-band-U", "simple-binary", "guard-band-U-nonconformity"])
def test_a_sample_without_scatter_says_nothing_of_the_others(values, rule):
    """Within the limits or far beyond: two pumps with the same value were copied, or read too coarsely."""
    found = ToleranceWithin(-14.5, 14.5).judge(Sample(values), By(rule))
    assert found.verdict == "inconclusive"
    assert "All pumps have the same value" in found.statement


def test_a_sample_that_hardly_scatters_is_judged():
    """What all pumps share is a band of 1 about 1; the limit is 1, or 2 beyond the band."""
    assert ToleranceWithin(None, 1.01).judge(Sample((1.0, 1.0001))).verdict == "pass"
    for limit in (ToleranceWithin(2.0, None), ToleranceWithin(None, 0.0)):
        assert limit.judge(Sample((1.0, 1.0001), u_shared=0.51)).verdict == "inconclusive"
        assert limit.judge(Sample((1.0, 1.0001), u_shared=0.45)).verdict == "fail"


def test_a_rule_has_three_zones_unless_it_says_otherwise():
    assert Rule("mine", lambda u, k, nu: 0.0 * u * k * nu, "a rule of mine").zones == "three"


def test_the_package_itself_is_the_question(tmp_path: Path):
    with pytest.raises(EvidenceError, match="expected a record"):
        rig.verify(tmp_path / "nothing")


def test_a_pressure_that_does_not_rise_at_all_is_no_rise():
    """Without any noise too: neither its slope nor the uncertainty of it is anything but zero."""
    with pytest.raises(MetricError, match="a pressure that rises"):
        compliance(S(np.arange(8.0)), PRESSURE.quantity(np.full(8, 3.0)), FLOW.quantity(6.0), u_flow=FLOW.quantity(0.0),
                   u_gain=RATIO.quantity(0.0))  # fmt: skip


def test_halves_that_differ_by_just_a_hundredth_are_one_line():
    """100 and 101 kPa/s, in numbers that doubles hold exactly."""
    t = np.arange(16.0) / 128.0
    p = np.where(t < t[8], 100.0 * t, 100.0 * t[8] + 101.0 * (t - t[8]))
    found = compliance(
        S(t), PRESSURE.quantity(p), FLOW.quantity(6.0), u_flow=FLOW.quantity(0.0), u_gain=RATIO.quantity(0.0)
    )
    assert found.value_ul_kpa == pytest.approx(6.0 / 3600.0 / 100.5, rel=1e-3)


@pytest.mark.parametrize("place", [0, 29, 30, 59])
def test_each_reading_of_a_half_tells_how_well_its_slope_is_known(place):
    """Halves that differ by two hundredths are told apart, unless one of their readings is off by two steps."""
    t = np.arange(60.0)
    p = 3.0 + np.where(t < 30.0, t, 30.0 + 1.02 * (t - 30.0))
    given = FLOW.quantity(6.0)
    u = {"u_flow": FLOW.quantity(0.0), "u_gain": RATIO.quantity(0.0)}
    with pytest.raises(MetricError, match="a straight rise"):
        compliance(S(t), PRESSURE.quantity(p), given, **u)
    p[place] += 2.0
    assert compliance(S(t), PRESSURE.quantity(p), given, **u).value_ul_kpa == pytest.approx(6.0 / 3600.0, rel=0.02)


@pytest.mark.parametrize("nu", [1.0, 0.5])
def test_one_degree_of_freedom_and_less_have_a_factor(nu):
    """T of one degree is Cauchy's: 12.706 for 2.5 %. Risks up to one half, which asks for nothing."""
    assert simultaneous_factor(np.eye(1), 0.025, nu) >= 12.706
    assert simultaneous_factor(np.eye(1), 0.025, 1.0) == pytest.approx(12.7062, abs=1e-4)
    assert simultaneous_factor(np.eye(1), 0.5, nu) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(("risk", "nu"), [(0.0, 9.0), (0.6, 9.0), (0.05, 0.0), (math.nan, 9.0)])
def test_the_factor_of_draws_that_are_there_is_refused_alike(risk, nu):
    for largest in (None, np.ones(100)):
        with pytest.raises(MetricError, match="expected a risk above 0"):
            factor_of_largest(largest, 3, risk, nu)


def test_of_very_many_values_there_are_2000_draws_all_the_same(monkeypatch):
    monkeypatch.setattr("rig.verify.simultaneous._NUMBERS", 1000)
    assert draws(np.eye(2), math.inf).shape == (2000, 2)


@pytest.mark.parametrize(("floor_percent", "silent"), [(1.0, False), (1.0 + 1e-12, True)])
def test_a_floor_of_just_a_third_of_the_limit_leaves_the_window_its_say(floor_percent, silent):
    window = Window(3600.0, 20, 2.0, -2.0, 0.0, 0.0, commensurate=True, noise_floor_percent=floor_percent)
    assert (window.silent_because(3.0) is not None) is silent
    assert window.decides(3.0) is not silent


@pytest.mark.parametrize(("sizes", "straight"), [(3.9, True), (4.1, False), (-3.9, True), (-4.1, False)])
def test_halves_that_scatter_may_differ_by_four_standard_uncertainties(sizes, straight):
    """And by the hundredth of an exact rise. Each half alternates about a line of its own."""
    t, noise = np.arange(60.0), 0.05 * np.tile([1.0, -1.0], 30)
    own, u, _ = slope_kpa_s(t[:30], noise[:30])
    differ = sizes * math.sqrt(2.0) * u + math.copysign(0.01, sizes)
    p = 3.0 + noise - own * t + np.where(t < 30.0, t, 30.0 + (1.0 + differ) * (t - 30.0))
    given = S(t), PRESSURE.quantity(p), FLOW.quantity(6.0)
    facts = {"u_flow": FLOW.quantity(0.0), "u_gain": RATIO.quantity(0.0)}
    if straight:
        assert compliance(*given, **facts).value_ul_kpa == pytest.approx(6.0 / 3600.0, rel=0.02)
        return
    with pytest.raises(MetricError, match="a straight rise"):
        compliance(*given, **facts)


def test_draws_are_the_same_for_ever():
    """What a record says of many values at once comes again years later."""
    assert draws(np.eye(1), math.inf)[:2, 0] == pytest.approx((-0.4337651756750514, -1.6558857605373218), rel=1e-12)


def test_a_trumpet_draws_its_floor_from_the_seed_zero_unless_it_is_told():
    """By volume or by mass; a litre weighs a kilogram here."""
    uniform = 1.5625 * np.arange(11.0)
    told = S(900.0), FLOW.quantity(6.25), [S(900.0)]
    ways = (trumpet, UL(uniform)), (trumpet_from_mass, MASS.quantity(1e-3 * uniform), DENSITY.quantity(1000.0))
    for way, *levels in ways:
        untold, zero, one = (way(*levels, *told, level_noise=LevelNoise(UL(0.1)), **seed).windows[0].noise_floor_percent
                             for seed in ({}, {"seed": 0}, {"seed": 1}))  # fmt: skip
        assert untold == zero != one

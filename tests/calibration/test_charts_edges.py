"""Charts, sums and departures by hand: constants of the tables, limits that belong to one side, days that are told."""

from __future__ import annotations

import math

import numpy as np
import pytest

from calibration.control_chart import individuals_chart, means_chart
from calibration.cusum import cusum
from calibration.departure import departure
from calibration.drift import fit_drift
from calibration.errors import ImplausibleError
from calibration.evaporation import Leg
from calibration.evaporation_ratio import Ratio, leg_ratio, ratio_between
from calibration.units import MASS_RATE


def test_a_moving_range_over_the_constant_of_the_tables():
    """d2 of two is 1.128: ranges of 1 are 0.8865."""
    chart = individuals_chart([0.0, 1.0, 0.0, 1.0])
    assert chart.sigma.tolist() == pytest.approx([1.0 / 1.128] * 4, rel=1e-3)
    assert (chart.centre, chart.source, chart.values.tolist()) == (0.5, "moving range", [0.0, 1.0, 0.0, 1.0])
    assert (chart.lower[0], chart.upper[0]) == pytest.approx((0.5 - 3 / 1.128, 0.5 + 3 / 1.128), rel=1e-3)
    assert chart.z.tolist() == pytest.approx([-0.5 * 1.128, 0.5 * 1.128] * 2, rel=1e-3)


def test_known_uncertainties_weigh_the_centre():
    chart = individuals_chart([1.0, 2.0, 9.0], u=[0.5, 1.0, 1.0], baseline=2)
    assert (chart.centre, chart.source) == (pytest.approx(6.0 / 5.0), "known u")
    assert chart.z.tolist() == pytest.approx([-0.4, 0.8, 7.8])
    assert individuals_chart([1.0, 2.0], u=1.0, centre=0.0).centre == 0.0


@pytest.mark.parametrize("baseline", [0, 4, -1])
def test_a_baseline_is_some_of_the_results(baseline):
    with pytest.raises(ImplausibleError, match=f"baseline: expected from 1 to 3 results, found {baseline}"):
        individuals_chart([1.0, 2.0, 3.0], u=1.0, baseline=baseline)
    assert individuals_chart([1.0, 2.0, 3.0], u=1.0, baseline=1).centre == 1.0
    assert individuals_chart([1.0, 2.0, 3.0], u=1.0, baseline=3).centre == 2.0
    assert individuals_chart([1.0, 2.0, 5.0], baseline=2).sigma[0] == pytest.approx(1.0 / 1.128, rel=1e-3)


@pytest.mark.parametrize(("n", "c4"), [(2, 0.7979), (3, 0.8862), (5, 0.9400), (10, 0.9727)])
def test_subgroups_over_the_constant_of_the_tables(n, c4):
    group = np.zeros(n)
    group[0] = 1.0
    s = math.sqrt((1.0 - 1.0 / n) / (n - 1))
    chart = means_chart([group, group + 1.0])
    assert chart.sigma.tolist() == pytest.approx([s / c4 / math.sqrt(n)] * 2, rel=1e-4)
    assert chart.values.tolist() == pytest.approx([1.0 / n, 1.0 + 1.0 / n])
    assert (chart.centre, chart.source) == (pytest.approx(0.5 + 1.0 / n), "subgroups")
    assert means_chart([group], centre=0.0).centre == 0.0


@pytest.mark.parametrize("table", [np.zeros((0, 2)), np.zeros((2, 1)), np.zeros((2, 2, 2)), [[0.0, math.nan]]])
def test_subgroups_are_rows_of_two_or_more(table):
    with pytest.raises(ImplausibleError, match="subgroups: expected rows of two finite results or more"):
        means_chart(table)
    with pytest.raises(ImplausibleError, match="they never change and set no limits"):
        means_chart([[1.0, 1.0], [2.0, 2.0]])


def test_a_sum_on_its_limit_is_not_beyond_it():
    found = cusum([[5.5, 0.0, 1.0], [-5.5, 0.0, -1.0]])
    assert found.beyond.tolist() == [[False, False, False]] * 2
    assert (found.high[0].tolist(), found.low[1].tolist()) == ([5.0, 4.5, 5.0], [5.0, 4.5, 5.0])
    assert (found.low[0].tolist(), found.k, found.h) == ([0.0, 0.0, 0.0], 0.5, 5.0)
    assert cusum([0.3], k=0.1, h=0.1).alarms.tolist() == [0]
    for sign in (1.0, -1.0):
        assert cusum([0.0, sign * 5.6]).alarms.tolist() == [1]


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_climb_began_after_the_sum_last_rested(sign):
    z = [sign * one for one in (2.0, -9.0, 0.0, 3.0, 3.0, 3.0)]
    assert cusum(z).begun_at(5) == 3
    assert cusum(z[3:]).begun_at(2) == 0
    assert cusum([sign * one for one in (2.0, -2.0, 3.0)]).begun_at(2) == 2
    assert cusum([1.0, -1.0]).begun_at(0) == 0


STEADY = fit_drift([0.0, 100.0, 200.0], [0.0, 1.0, 2.0], [0.1, 0.1, 0.1])


@pytest.mark.parametrize(
    ("tolerance", "options"),
    [((1.0, 1.0), {}), ((2.0, 1.0), {}), ((-9.0, 9.0), {"level": 0.5}), ((-9.0, 9.0), {"level": 1.0}),
     ((-9.0, 9.0), {"horizon_days": 0.0}), ((-9.0, 9.0), {"horizon_days": math.inf})],
)  # fmt: skip
def test_limits_level_and_horizon_are_in_order(tolerance, options):
    with pytest.raises(
        ImplausibleError, match=r"tolerance, level, horizon: expected lower < upper, from 0.5 to 1, above"
    ):
        departure(STEADY, tolerance, **options)


def test_the_line_meets_the_limit_where_it_must_and_the_bounds_on_both_sides():
    """0.01 a day, 2 on day 200: 5 on day 500."""
    found = departure(STEADY, (-9.0, 5.0))
    assert (found.side, found.predicted, found.level) == ("upper", True, 0.95)
    assert found.expected_day == pytest.approx(500.0, abs=1e-3)
    assert found.earliest_day < 500.0 < found.latest_day
    told = (
        f"the upper limit is reached after {found.earliest_day - 200:.0f} days by the prediction bound, 95 % one-side"
    )
    assert told in found.reason
    assert departure(STEADY, (-9.0, 5.0), level=0.99).earliest_day < found.earliest_day


def test_a_line_upside_down_leaves_by_the_other_side_on_the_same_days():
    down = fit_drift([0.0, 100.0, 200.0], [0.0, -1.0, -2.0], [0.1, 0.1, 0.1])
    up, found = departure(STEADY, (-9.0, 5.0)), departure(down, (-5.0, 9.0))
    assert (up.side, found.side) == ("upper", "lower")
    assert (found.earliest_day, found.expected_day, found.latest_day) == pytest.approx(
        (up.earliest_day, up.expected_day, up.latest_day), abs=1e-4
    )


def test_what_is_beyond_the_horizon_is_not_told():
    whole = departure(STEADY, (-9.0, 5.0))
    short = departure(STEADY, (-9.0, 5.0), horizon_days=0.5 * (whole.expected_day + whole.latest_day) - 200.0)
    assert (short.earliest_day, short.latest_day) == (pytest.approx(whole.earliest_day), None)
    assert short.expected_day == pytest.approx(500.0, abs=1e-3)
    never = departure(STEADY, (-90.0, 50.0), horizon_days=365.0)
    assert (never.side, never.earliest_day, never.expected_day, never.latest_day) == (None, None, None, None)
    assert never.reason == "neither limit is reached within 365 days, with 95 % one-sided"
    assert never.predicted


def test_a_unit_that_is_out_today_has_left_already():
    found = departure(STEADY, (-9.0, 1.5))
    assert (found.earliest_day, found.reason.split(" by ")[0]) == (200.0, "the upper limit is reached already")
    later = departure(STEADY, (-9.0, 5.0), from_day=600.0)
    assert (later.earliest_day, later.expected_day, "already" in later.reason) == (600.0, 600.0, True)


def test_a_history_that_predicts_nothing_says_why():
    short = fit_drift([0.0], [0.0], [0.1])
    found = departure(short, (-9.0, 5.0))
    assert (found.predicted, found.side, found.reason) == (False, None, short.problem)


def leg(rate, u=0.01, **more):
    return Leg(MASS_RATE.quantity(rate), MASS_RATE.quantity(u), **more)


def test_a_ratio_of_two_rates_by_hand():
    """3 % of one and 5 % of the other, in squares."""
    found = leg_ratio(leg(0.40, 0.012), leg(0.20, 0.010))
    assert (found.ratio, found.u) == pytest.approx((2.0, 2.0 * math.hypot(0.03, 0.05)))
    gain = leg_ratio(leg(-0.40, 0.012), leg(0.20, 0.010))
    assert (gain.ratio, gain.u) == pytest.approx((-2.0, found.u))
    both = leg_ratio(leg(-0.40, 0.012), leg(-0.20, 0.010))
    assert (both.ratio, both.u) == pytest.approx((2.0, found.u))


@pytest.mark.parametrize(("rate", "digit"), [(0.03, 0.0), (-0.03, 0.0), (0.1, 0.1), (0.0, 0.0)])
def test_a_rate_that_cannot_be_told_from_nothing_has_no_multiple(rate, digit):
    with pytest.raises(ImplausibleError, match=r"more than 0\..* mg/h \(3 u, one digit in the leg\), found"):
        leg_ratio(leg(0.3), leg(rate), digit)
    assert leg_ratio(leg(0.3), leg(rate + math.copysign(0.001, rate), 0.01 if rate else 0.0), digit).u > 0.0


def test_between_two_legs_the_ratio_lies_anywhere():
    found = ratio_between(Ratio(1.0, 0.03), Ratio(1.6, 0.04))
    assert found.ratio == pytest.approx(1.3)
    assert found.u == pytest.approx(math.sqrt((0.03**2 + 0.04**2) / 4.0 + 0.36 / 12.0))
    assert ratio_between(Ratio(1.6, 0.03), Ratio(1.0, 0.04)) == found
    assert found.degrees_of_freedom == math.inf


def test_degrees_of_freedom_of_a_ratio_are_those_of_its_parts():
    """Welch and Satterthwaite: two equal parts of 5 have 10 together."""
    one = ratio_between(Ratio(1.0, 0.02, 5.0), Ratio(1.0, 0.02, 5.0))
    assert one.degrees_of_freedom == pytest.approx(10.0)
    legs = [leg(0.2, 0.01, degrees_of_freedom=5.0) for _ in range(2)]
    assert leg_ratio(*legs).degrees_of_freedom == pytest.approx(10.0)
    assert ratio_between(Ratio(1.0, 0.0), Ratio(1.0, 0.0)).degrees_of_freedom == math.inf

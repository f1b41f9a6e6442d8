"""Drift: a line through a history, the day it leads out of tolerance, and how far that day can be trusted."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from calibration.coverage import coverage_factor
from calibration.departure import departure
from calibration.drift import fit_drift
from calibration.errors import ImplausibleError
from calibration.straight_line import fit_line

DAYS = np.arange(6.0) * 365.0


def simulated(number, seed, *, slope=1e-4, sd=0.05):
    """Histories of a unit that drifts by ``slope`` a day, six yearly calibrations each."""
    return slope * DAYS + np.random.default_rng(seed).normal(0.0, sd, size=(number, DAYS.size))


def test_without_uncertainties_it_is_the_ordinary_line():
    results = simulated(1, 1)[0]
    found, line = fit_drift(DAYS, results), fit_line(DAYS, results, x0=DAYS.mean())
    assert (found.level, found.slope) == pytest.approx((line.intercept, line.slope))
    assert (found.u_level, found.u_slope) == pytest.approx((line.u_intercept, line.u_slope))
    assert (found.u_next, found.degrees_of_freedom) == (pytest.approx(line.s_residual), 4.0)


def test_a_poor_result_weighs_little():
    """The last result is wrong by one, and says so."""
    found = fit_drift([0.0, 100.0, 200.0, 300.0], [0.0, 0.1, 0.2, 1.3], u=[0.01, 0.01, 0.01, 1.0])
    assert found.slope == pytest.approx(1e-3, abs=2e-6)
    assert found.degrees_of_freedom == math.inf


def test_uncertainties_that_cannot_explain_the_scatter_are_only_weights():
    found = fit_drift(DAYS, simulated(1, 2)[0], u=0.001)
    assert found.birge > 10.0
    assert found.degrees_of_freedom == 4.0
    assert found.u_next == pytest.approx(0.001 * found.birge)


@pytest.mark.parametrize("u", [0.05, None])
def test_the_bound_holds_the_next_result_as_often_as_it_says(u):
    """4000 histories: the seventh result lies below the one-sided 95 % bound in 95 %."""
    truth, held = simulated(4000, 3), []
    nexts = 1e-4 * 2190.0 + np.random.default_rng(4).normal(0.0, 0.05, size=4000)
    for history, result in zip(truth, nexts, strict=True):
        line = fit_drift(DAYS, history, u)
        k = coverage_factor(line.degrees_of_freedom, 0.9)
        held.append(result < line.at(2190.0) + k * line.u_at(2190.0))
    assert np.mean(held) == pytest.approx(0.95, abs=0.012)


def test_the_true_day_lies_between_earliest_and_latest_in_nine_of_ten_histories():
    """u_next = 0: bounds of the line itself; the truth leaves +0.5 on day 5000."""
    hits = []
    for history in simulated(2000, 5):
        found = departure(fit_drift(DAYS, history, u=0.05, u_next=0.0), (-0.5, 0.5), horizon_days=1e6)
        latest = math.inf if found.latest_day is None else found.latest_day
        hits.append(found.side == "upper" and found.earliest_day <= 5000.0 <= latest)
    assert np.mean(hits) == pytest.approx(0.90, abs=0.025)


def test_the_earliest_day_is_where_the_bound_lies_on_the_limit():
    line = fit_drift(DAYS, simulated(1, 6)[0], u=0.05, u_common=0.02)
    found = departure(line, (-0.5, 0.5))
    k = coverage_factor(line.degrees_of_freedom, 0.9)
    bound = line.at(found.earliest_day) + k * line.u_at(found.earliest_day)
    assert bound == pytest.approx(0.5, abs=1e-6)
    assert line.at(found.expected_day) == pytest.approx(0.5, abs=1e-6)


def test_a_falling_unit_leaves_by_the_lower_limit():
    rising, falling = (
        departure(fit_drift(DAYS, sign * simulated(1, 7)[0], u=0.05), (-0.4, 0.4)) for sign in (1.0, -1.0)
    )
    assert (rising.side, falling.side) == ("upper", "lower")
    assert rising.earliest_day == pytest.approx(falling.earliest_day)


def test_what_is_common_to_all_brings_the_day_nearer_and_leaves_the_slope():
    alone = fit_drift(DAYS, simulated(1, 8)[0], u=0.05)
    common = fit_drift(DAYS, simulated(1, 8)[0], u=0.05, u_common=0.1)
    assert (alone.slope, alone.u_slope) == (common.slope, common.u_slope)
    assert departure(common, (-0.6, 0.6)).earliest_day < departure(alone, (-0.6, 0.6)).earliest_day


def test_a_steady_unit_does_not_leave_within_the_horizon():
    found = departure(fit_drift(DAYS, [0.0] * 6, u=0.01), (-1.0, 1.0), horizon_days=1000.0)
    assert (found.predicted, found.side, found.earliest_day) == (True, None, None)
    assert "neither limit is reached within 1000 days" in found.reason


def test_a_unit_that_may_be_outside_today_is_said_to_be():
    found = departure(fit_drift(DAYS, [0.3] * 6, u=0.2), (-0.5, 0.5))
    assert found.earliest_day == DAYS[-1]
    assert "already" in found.reason


@pytest.mark.parametrize(
    ("days", "why"), [([0.0], "one result"), ([0.0, 365.0], "two results"), ([7.0, 7.0, 7.0], "of one day")]
)
def test_too_short_a_history_says_why_nothing_is_predicted(days, why):
    found = departure(fit_drift(days, [0.1] * len(days), u=0.01), (-1.0, 1.0))
    assert (found.predicted, found.earliest_day) == (False, None)
    assert found.reason.startswith("nothing is predicted: ")
    assert why in found.reason


def test_three_results_of_two_days_are_a_line():
    """Twice on the first day: the line goes through their mean, and one degree of freedom is left."""
    found = fit_drift([0.0, 0.0, 400.0], [0.1, 0.3, 1.0])
    assert (found.slope, found.degrees_of_freedom) == (pytest.approx(0.8 / 400.0), 1.0)
    assert departure(found, (-5.0, 5.0), horizon_days=1e6).predicted


def test_dates_are_days():
    dates = [date(2021, 1, 1), date(2022, 1, 1), date(2023, 1, 1), date(2024, 1, 1)]
    numbers = [one.toordinal() for one in dates]
    results = [0.0, 0.1, 0.2, 0.3]
    assert fit_drift(dates, results, u=0.01) == fit_drift(numbers, results, u=0.01)
    assert fit_drift(np.array(dates, "datetime64[D]"), results, u=0.01) == fit_drift(numbers, results, u=0.01)


HISTORIES = st.lists(st.tuples(st.integers(0, 3000), st.floats(-0.3, 0.3)), min_size=3, max_size=8)


@settings(deadline=None)
@given(HISTORIES, st.floats(0.01, 0.2), st.floats(0.3, 2.0), st.floats(0.01, 1.0))
def test_a_wider_tolerance_is_never_left_sooner(history, u, limit, more):
    days, results = zip(*history, strict=True)
    line = fit_drift(days, results, u)
    near, far = (departure(line, (-one, one)).earliest_day for one in (limit, limit + more))
    assert far is None or (near is not None and near <= far + 1e-3)


@settings(deadline=None)
@given(HISTORIES, st.floats(0.01, 0.2), st.floats(0.55, 0.98))
def test_more_confidence_is_never_more_time(history, u, level):
    days, results = zip(*history, strict=True)
    line = fit_drift(days, results, u)
    assume(not line.problem)
    sooner, later = (departure(line, (-1.0, 1.0), level=one).earliest_day for one in (level + 0.01, level))
    assert later is None or (sooner is not None and sooner <= later + 1e-3)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: fit_drift([], []), "history"),
        (lambda: fit_drift([0.0, 1.0], [0.0]), "history"),
        (lambda: fit_drift(["now"], [0.0]), "day"),
        (lambda: fit_drift([0.0, 1.0, 2.0], [0.0, 1.0, 2.0], u=0.0), "u:"),
        (lambda: fit_drift([0.0], [0.0], u_common=-1.0), "u_common"),
        (lambda: departure(fit_drift([0.0], [0.0]), (1.0, -1.0)), "tolerance"),
    ],
)
def test_what_cannot_be_is_refused_by_name(call, named):
    with pytest.raises(ImplausibleError, match=named):
        call()

"""All windows of a trumpet against a limit: how often a pump that conforms fails, and one that does not passes."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from rig.verify import trumpet_windows
from rig.verify.limits import By
from rig.verify.simultaneous import simultaneous_factor
from rig.verify.trumpet_windows import judge_row, risks, stray, window_row

LEVELS, LIMIT, STEP_UL, NOISE_UL = 101, 14.5, 1.5625, 0.0155
WHITE = NOISE_UL**2 * np.eye(LEVELS)
HOURS = np.arange(LEVELS) / 4.0
#: A walk, one wrong rate for all, and one wrong scale.
SHARED = 0.01**2 * np.minimum.outer(HOURS, HOURS) + 0.005**2 * np.outer(HOURS, HOURS) + 0.01**2 * np.outer(HOURS, HOURS)
BOTH = {"white": WHITE, "shared": WHITE + SHARED}
RECORDS = 1500
MOST = 0.025 * RECORDS + 4.0 * (0.025 * 0.975 * RECORDS) ** 0.5


def together(covariance, *lengths, nu=np.inf, error_percent=0.0):
    level_ul = STEP_UL * (1.0 + error_percent / 100.0) * np.arange(len(covariance))
    rows = [window_row(level_ul, covariance, n, n * STEP_UL, nu) for n in lengths]
    return rows, stray(covariance, rows, nu, seed=1)


def verdicts(covariance, truth_percent, *lengths):
    """Of levels about a truth, one error for each step; a record fails if any length does."""
    _, strays = together(covariance, *lengths)
    truth = STEP_UL * np.concatenate([[0.0], np.cumsum(1.0 + np.broadcast_to(truth_percent, LEVELS - 1) / 100.0)])
    noise = np.random.default_rng(3).standard_normal((RECORDS, LEVELS)) @ np.linalg.cholesky(covariance).T
    found = Counter()
    for level_ul in truth + noise:
        rows = [window_row(level_ul, covariance, n, n * STEP_UL, np.inf) for n in lengths]
        said = {judge_row("", row, -LIMIT, LIMIT, By(), strays).verdict for row in rows}
        found[next(v for v in ("fail", "inconclusive", "pass") if v in said)] += 1
    return found


@pytest.mark.parametrize("covariance", BOTH)
@pytest.mark.parametrize("lengths", [(1,), (1, 4, 20)])
def test_few_pumps_fail_whose_windows_are_all_at_the_limit(covariance, lengths):
    assert verdicts(BOTH[covariance], LIMIT, *lengths)["fail"] <= MOST


@pytest.mark.parametrize("covariance", BOTH)
def test_few_pumps_pass_of_which_one_window_is_at_the_limit(covariance):
    error = np.where(np.arange(LEVELS - 1) == 40, LIMIT, 0.0)
    found = verdicts(BOTH[covariance], error, 1)
    assert 0 < found["pass"] <= MOST
    assert found["fail"] <= MOST


def test_a_pump_without_error_passes_and_one_with_a_window_far_out_fails():
    far = np.where(np.arange(LEVELS - 1) == 40, LIMIT + 6.0 * 1.403, 0.0)  # of u = 1.4 %; the factor is about 3.5
    assert verdicts(WHITE, 0.0, 1)["pass"] > 0.9 * RECORDS
    assert verdicts(WHITE, far, 1)["fail"] > 0.98 * RECORDS


def test_with_the_uncertainty_of_one_most_pumps_at_the_limit_failed():
    """Which is what was done before; the kernel knows nothing of it any more."""
    (row,), strays = together(WHITE, 1)
    errors = strays.errors_percent(row)
    assert (errors.max(axis=1) > 2.0 * row.u[0]).mean() > 0.8


def test_the_factor_is_that_of_the_covariance_of_all_windows():
    (row,), strays = together(BOTH["shared"], 4)
    spans = np.eye(LEVELS)[4:] - np.eye(LEVELS)[:-4]
    covariance = spans @ BOTH["shared"] @ spans.T
    u = np.sqrt(np.diag(covariance))
    assert 100.0 * u / (4 * STEP_UL) == pytest.approx(row.u, rel=1e-12)
    assert strays.factor(By(), np.inf) == pytest.approx(
        simultaneous_factor(covariance / np.outer(u, u), 0.02275), rel=0.03
    )


def test_more_lengths_and_fewer_degrees_of_freedom_ask_for_more():
    one, three, little = (
        together(BOTH["shared"], *lengths, nu=nu)[1].factor(By(), nu)
        for lengths, nu in (((20,), np.inf), ((1, 4, 20), np.inf), ((1, 4, 20), 8.0))
    )
    assert 2.0 < one < three < little


def test_of_too_many_levels_the_bound_of_bonferroni_stands_in(monkeypatch):
    (row,), drawn = together(BOTH["shared"], 20)
    monkeypatch.setattr(trumpet_windows, "MOST_LEVELS", LEVELS - 1)
    (_,), bound = together(BOTH["shared"], 20)
    assert drawn.factor(By(), np.inf) < bound.factor(By(), np.inf) == pytest.approx(3.449, abs=0.001)
    assert risks(judge_row("", row, -LIMIT, LIMIT, By(), bound), row, -LIMIT, LIMIT, bound) == {}


def test_limits_need_not_be_symmetric_and_the_nearer_one_counts():
    (row,), strays = together(WHITE, 1, error_percent=-9.0)
    said = [judge_row("", row, low, high, By(), strays).verdict for low, high in ((-14.5, 5.0), (-10.0, np.inf))]
    assert said == ["pass", "inconclusive"]
    assert judge_row("", row, -3.0, 20.0, By(), strays).verdict == "fail"


@pytest.mark.parametrize(
    ("rule", "verdict"),
    [("simple", "pass"), ("guard-band-U-binary", "fail"), ("guard-band-U-nonconformity", "inconclusive")],
)
def test_the_rule_of_the_protocol_judges(rule, verdict):
    (row,), strays = together(WHITE, 1, error_percent=14.0)
    assert judge_row("", row, -LIMIT, LIMIT, By(rule), strays).verdict == verdict


def test_a_verdict_stands_beside_its_risk():
    (good,), strays = together(WHITE, 1)
    (bad,), _ = together(WHITE, 1, error_percent=20.5)
    passed, failed = (
        risks(judge_row("", row, -LIMIT, LIMIT, By(), strays), row, -LIMIT, LIMIT, strays) for row in (good, bad)
    )
    assert 0.0 < passed["risk_of_false_pass"] < 1e-3
    assert passed["risk_of_false_fail"] is None is failed["risk_of_false_pass"]
    assert 0.0 < failed["risk_of_false_fail"] < 0.02275
    assert passed["bias_of_the_extreme_at_most_percent"] == pytest.approx(2.5 * 1.403, rel=0.05)  # of 100 normal ones


def test_the_same_seed_draws_the_same():
    (_,), one = together(WHITE, 4)
    (_,), again = together(WHITE, 4)
    assert one.factor(By(), np.inf) == again.factor(By(), np.inf)


def test_the_window_that_is_furthest_below_is_judged_like_the_one_above():
    for error_percent in (20.5, -20.5):
        (row,), strays = together(WHITE, 1, error_percent=error_percent)
        found = judge_row("", row, -LIMIT, LIMIT, By(), strays)
        assert found.verdict == "fail"
        assert 0.0 < risks(found, row, -LIMIT, LIMIT, strays)["risk_of_false_fail"] < 0.02275


def one_window(error_percent, limit_percent, rule="simple"):
    """Two levels, one window; its verdict and the two risks."""
    (row,), strays = together(NOISE_UL**2 * np.eye(2), 1, error_percent=error_percent)
    found = judge_row("", row, -limit_percent, limit_percent, By(rule), strays)
    beside = risks(found, row, -limit_percent, limit_percent, strays)
    return found.verdict, beside["risk_of_false_pass"], beside["risk_of_false_fail"]


U = 100.0 * 2.0**0.5 * NOISE_UL / STEP_UL


@pytest.mark.parametrize(
    ("error_percent", "limit_percent", "outside"),
    [(0.0, U, 0.3173), (LIMIT - U, LIMIT, 0.1587), (U - LIMIT, LIMIT, 0.1587), (0.0, 1.96 * U, 0.05)],
)
def test_the_risk_of_one_window_that_passes_is_the_tail_beyond_its_limits(error_percent, limit_percent, outside):
    """Of the normal distribution: 31.7 % beyond one u on two sides, 15.9 % on one, 5 % beyond 1.96 u on two."""
    verdict, passes, fails = one_window(error_percent, limit_percent)
    assert (verdict, fails) == ("pass", None)
    assert passes == pytest.approx(outside, abs=0.015)


@pytest.mark.parametrize(("sizes", "chance"), [(1.0, 0.3173), (-1.0, 0.3173), (1.96, 0.05), (-1.96, 0.05)])
def test_the_risk_of_one_window_that_fails_is_that_of_noise_so_far_out(sizes, chance):
    verdict, passes, fails = one_window(np.sign(sizes) * LIMIT + sizes * U, LIMIT)
    assert (verdict, passes) == ("fail", None)
    assert fails == pytest.approx(chance, abs=0.015)


def test_what_no_draw_shows_is_not_called_impossible():
    """Ten standard uncertainties inside: none of 8000 draws, so one in 8001."""
    assert one_window(0.0, 10.0 * U)[1] == pytest.approx(1.0 / 8001.0, rel=1e-12)


def test_simple_acceptance_fails_whatever_is_outside():
    (row,), strays = together(WHITE, 1, error_percent=14.6)
    assert strays.factor(By("simple"), np.inf) == 0.0
    assert judge_row("", row, -LIMIT, LIMIT, By("simple"), strays).verdict == "fail"


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_windows_that_share_one_wrong_rate_stray_as_one(scale):
    """A covariance of rank one, of any size: all are beyond two-sided 2.275 %, which is 2.278 u."""
    (_,), strays = together(scale * np.outer(HOURS, HOURS), 4)
    assert strays.factor(By(), np.inf) == pytest.approx(2.278, abs=0.08)
    assert strays.levels_ul.std(axis=0) == pytest.approx(scale**0.5 * HOURS, rel=0.03, abs=1e-4 * scale**0.5)


def test_draws_of_few_degrees_of_freedom_are_wide_at_all_levels_at_once():
    """Student's t of 5 has the variance 5/3; where one level is far off, so are the others."""
    (_,), strays = together(np.eye(LEVELS), 1, nu=5.0)
    assert strays.levels_ul.var() == pytest.approx(5.0 / 3.0, rel=0.1)
    width = (strays.levels_ul**2).mean(axis=1)
    assert width.std() > 0.5


@pytest.mark.parametrize(("room", "draws"), [(10_000_000, 8000), (100_000, 6666), (10_000, 2000)])
def test_so_many_draws_as_there_is_room_for(monkeypatch, room, draws):
    monkeypatch.setattr(trumpet_windows, "_NUMBERS", room)
    (_,), strays = together(np.eye(15), 1)
    assert strays.levels_ul.shape == (draws, 15)


def test_2500_levels_are_drawn_and_no_more(monkeypatch):
    """As ADR 0046 says. The draws themselves would take seconds."""
    monkeypatch.setattr(trumpet_windows, "_drawn", lambda covariance_ul2, *_: np.ones((3, len(covariance_ul2))))
    for levels, drawn in ((2500, True), (2501, False)):
        (_,), strays = together(np.eye(levels), 1)
        assert (strays.levels_ul is not None) is drawn

"""Statements about all pumps on their edges: published sample sizes, bounds and intervals that tables give."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rig.verify.capability import capability
from rig.verify.distribution_free import confidence_of, content_of, needed
from rig.verify.errors import MetricError, RuleError
from rig.verify.life import trend
from rig.verify.prior import Prior, rule_risk
from rig.verify.pumps import between_pumps
from rig.verify.reliability import lower_bound, needed_without_failure
from rig.verify.sample_size import (
    Claim,
    chance_of_success,
    largest_sd,
    order_statistics,
    tolerance_interval,
    zero_failures,
)

NAN, INF = math.nan, math.inf
WILKS = [
    (0.90, 0.95, 29, 46),
    (0.95, 0.90, 45, 77),
    (0.95, 0.95, 59, 93),
    (0.99, 0.95, 299, 473),
    (0.99, 0.99, 459, 662),
]


@pytest.mark.parametrize(("content", "confidence", "one_side", "both"), WILKS)
def test_sample_sizes_of_the_tables(content, confidence, one_side, both):
    """Wilks 1941; ISO 16269-6, annex."""
    assert needed(content, confidence) == needed_without_failure(content, confidence) == one_side
    assert needed(content, confidence, sides=2) == both


def test_sample_sizes_with_failures():
    """95/95: 59, 93, 124, 153, 181 with none to four; a failure is one more block, as the other side is."""
    assert [needed(0.95, 0.95, left_out=failures) for failures in range(5)] == [59, 93, 124, 153, 181]
    assert needed(0.95, 0.95, sides=2, left_out=1) == 124


def test_half_of_all_pumps_are_shown_like_the_toss_of_a_coin():
    """N tosses show it with 1 - 2^-n, exactly; that confidence itself is enough."""
    assert [needed(0.5, 1.0 - 0.5**n) for n in (1, 2, 3, 4)] == [1, 2, 3, 4]
    assert [confidence_of(n, 0.5) for n in (1, 2, 3)] == pytest.approx([0.5, 0.75, 0.875])
    assert confidence_of(2, 0.5, sides=2) == pytest.approx(0.25)
    assert content_of(1, 0.5) == pytest.approx(0.5)
    assert content_of(2, 0.25, sides=2) == content_of(2, 0.25, left_out=1) == pytest.approx(0.5)


@pytest.mark.parametrize(
    "call",
    [
        lambda: confidence_of(9, 0.5, sides=0),
        lambda: confidence_of(9, 0.5, sides=3),
        lambda: confidence_of(9, 0.5, left_out=-1),
        lambda: confidence_of(1, 0.5, left_out=1),
        lambda: confidence_of(2.5, 0.5),
        lambda: confidence_of(NAN, 0.5),
        lambda: confidence_of(9, 0.5, left_out=0.5),
        lambda: confidence_of(9, 0.0),
        lambda: confidence_of(9, 1.0),
        lambda: content_of(1, 0.5, sides=2),
        lambda: content_of(2, 0.5, left_out=2),
        lambda: needed(1.0, 0.5),
    ],
)
def test_sides_contents_and_numbers_that_cannot_be(call):
    with pytest.raises(MetricError, match="distribution-free: expected one or two sides"):
        call()


@pytest.mark.parametrize("confidence", [0.0, 1.0])
def test_a_confidence_lies_between_nothing_and_certainty(confidence):
    for call in (
        lambda: needed(0.95, confidence),
        lambda: content_of(10, confidence),
        lambda: needed_without_failure(0.95, confidence),
        lambda: needed_without_failure(confidence, 0.95),
        lambda: lower_bound(10, 0, confidence),
        lambda: capability(mean=1.0, sd=1.0, n=10, lower=0.0, upper=2.0, confidence=confidence),
    ):
        with pytest.raises(MetricError, match="between 0 and 1, found"):
            call()


@pytest.mark.parametrize("wrong", [-0.1, 0.0, 1.0, 1.5, np.nan])
def test_what_was_asked_of_pumps_without_failure_is_what_is_refused(wrong):
    for asked in ((wrong, 0.95), (0.95, wrong)):
        with pytest.raises(MetricError, match=r"^expected reliability and confidence between 0 and 1, found"):
            needed_without_failure(*asked)


def test_bounds_of_clopper_and_pearson_at_their_ends():
    """Of one pump that passed: 5 %; of ten of which one passed: 1 - 0.95^(1/10)."""
    assert lower_bound(1, 0, 0.95) == pytest.approx(0.05)
    assert lower_bound(10, 9, 0.95) == pytest.approx(1.0 - 0.95**0.1)
    assert lower_bound(1, 1, 0.95) == 0.0


@pytest.mark.parametrize(("n", "failures"), [(0, 0), (10, -1), (10, 11), (2.5, 0), (10, 0.5), (NAN, 0)])
def test_failures_are_some_of_the_pumps(n, failures):
    with pytest.raises(MetricError, match="lower_bound: "):
        lower_bound(n, failures, 0.95)


@pytest.mark.parametrize(
    "wrong",
    [
        {"n": 1},
        {"n": 2.5},
        {"n": NAN},
        {"sd": 0.0},
        {"sd": INF},
        {"lower": 2.0},
        {"lower": -INF},
        {"upper": INF},
        {"mean": NAN},
    ],
)
def test_a_capability_that_cannot_be(wrong):
    with pytest.raises(MetricError, match=r"capability: (n: expected a whole|expected a mean, sd above zero)"):
        capability(**{"mean": 1.0, "sd": 0.5, "n": 10, "lower": 0.0, "upper": 2.0} | wrong)


def test_a_capability_in_numbers():
    """Four standard deviations to either side are 4/3; an interval of 90 % is narrower by 1.644854 over 1.959964."""
    found, ninety = (capability(mean=1.0, sd=0.25, n=2, lower=0.0, upper=2.0, confidence=c) for c in (0.95, 0.90))
    assert (found.cp, found.cpk) == pytest.approx((4.0 / 3.0, 4.0 / 3.0))
    assert found.cpk_high - found.cpk == pytest.approx(1.959964 * math.sqrt(1 / 18 + 16 / 18))
    assert (ninety.cpk - ninety.cpk_low) / (found.cpk - found.cpk_low) == pytest.approx(1.644854 / 1.959964)


def test_the_nearer_limit_makes_the_capability():
    """Limits 2 and 5 about a mean of 3 or 4 with s = 0.25: four standard deviations to the nearer one."""
    for mean in (3.0, 4.0):
        found = capability(mean=mean, sd=0.25, n=30, lower=2.0, upper=5.0)
        assert (found.cp, found.cpk) == pytest.approx((2.0, 4.0 / 3.0))


def test_a_device_that_drifts_says_by_how_much_in_a_year():
    """0.02 % a day is 7.3 % a year; s(slope) = 0.2 / sqrt(Sxx) with Sxx = 50 000 for 0, 100, 200, 300 days."""
    found = trend([0.0, 100.0, 200.0, 300.0], [1.0, 3.0, 5.0, 7.0], 0.2, limits=(-14.5, 14.5))
    reach = 365.0 * 1.96 * 0.2 / math.sqrt(50_000.0)
    assert found.drifts
    assert found.statement.startswith(f"drifts by +7.3 % +- {reach:.2g} % a year (k = 1.96); ")


def test_runs_share_nothing_unless_it_is_said():
    facts = [0.0, 100.0, 200.0, 300.0], [1.0, 3.0, 5.0, 7.0], 0.2
    says = [
        trend(*facts, limits=(-14.5, 14.5), **more).statement for more in ({}, {"u_shared": 0.0}, {"u_shared": 1.0})
    ]
    assert says[0] == says[1] != says[2]


@pytest.mark.parametrize("rule", ["iso14253-nonconformity", "simple", "guard-band-U"])
@pytest.mark.parametrize(
    ("u", "limits"), [(0.0, (-1.0, 1.0)), (-1.0, (-1.0, 1.0)), (INF, (-1.0, 1.0)), (1.0, (None, None))]
)
def test_a_risk_needs_an_uncertainty_and_a_limit(rule, u, limits):
    with pytest.raises(RuleError, match="expected"):
        rule_risk(Prior(0.0, 1.0, "a simulation"), u, *limits, rule)


def test_a_missing_limit_is_far_away():
    """Of a population about zero one half lies above zero; a reading without noise accepts nearly none of it."""
    above = rule_risk(Prior(0.0, 1.0, "a simulation"), 1e-3, None, 0.0, "simple").risk
    below = rule_risk(Prior(0.0, 1.0, "a simulation"), 1e-3, 0.0, None, "simple").risk
    assert (above.false_accept, below.false_accept) == pytest.approx((1e-3 / 2 / math.pi,) * 2, rel=0.01)
    coarse = rule_risk(Prior(0.0, 1.0, "a simulation"), 2.0, None, 0.0, "simple").risk
    assert coarse.false_accept == coarse.false_reject == pytest.approx(math.atan(2.0) / math.tau)
    proves = rule_risk(Prior(0.5, 2.0, "a simulation"), 1.0, None, 0.5, "iso14253-nonconformity").risk
    assert (proves.false_accept, proves.false_reject) == (0.0, pytest.approx(0.5))


def test_a_guard_band_that_leaves_a_single_point_accepts_nothing():
    risk = rule_risk(Prior(0.0, 1.0, "a simulation"), 1.0, -2.0, 2.0, "guard-band-U").risk
    assert (risk.false_accept, risk.false_reject) == (0.0, pytest.approx(0.9545, abs=1e-4))


def test_a_prior_has_a_unit_and_says_its_source():
    says = rule_risk(Prior(1.0, 2.0, "42 pumps", unit="uL"), 1.0, -4.0, 4.0, "simple").statement
    assert says.endswith("conform and do not pass (simple; prior 1 +- 2 uL, 42 pumps).")
    assert Prior(1.0, 2.0, "42 pumps").unit == "%"


SAME = [[value, value] for value in (1.0, 2.0, 3.0, 4.0, 5.0)]


def test_pumps_that_repeat_exactly_have_the_interval_of_chi_square():
    """Five pumps, s2 = 2.5; chi-square of 4: 11.1433 and 0.484419 (95 %), 9.48773 and 0.710723 (90 %)."""
    found, ninety = between_pumps(SAME), between_pumps(SAME, level=0.90)
    assert found.between_interval == pytest.approx((math.sqrt(10.0 / 11.1433), math.sqrt(10.0 / 0.484419)), rel=1e-4)
    assert ninety.between_interval == pytest.approx((math.sqrt(10.0 / 9.48773), math.sqrt(10.0 / 0.710723)), rel=1e-4)
    assert (found.sd_between, found.sd_of_means, found.sd_within) == pytest.approx(
        (math.sqrt(2.5), math.sqrt(2.5), 0.0)
    )
    assert (found.pumps, found.runs, found.mean, found.clipped) == (5, 10, 3.0, False)


def test_the_mean_of_pumps_has_the_degrees_of_freedom_of_pumps():
    """T of 4 at 97.5 % is 2.776445, at 95 % it is 2.131847; u is the root of 2.5 / 5."""
    for level, t in ((0.95, 2.776445), (0.90, 2.131847)):
        found = between_pumps(SAME, level=level)
        assert found.nu_mean == pytest.approx(4.0)
        assert found.mean_interval() == pytest.approx((3.0 - t * math.sqrt(0.5), 3.0 + t * math.sqrt(0.5)))


def test_what_is_shared_is_known_and_adds_degrees_of_freedom():
    """As large as that of the pumps: 4 (2)2 by Welch and Satterthwaite; the tolerance interval is wider by 2 u."""
    found, alone = between_pumps(SAME, u_shared=math.sqrt(0.5)), between_pumps(SAME)
    assert (found.u_mean, found.nu_mean) == pytest.approx((1.0, 16.0))
    assert found.tolerance_interval()[1] - alone.tolerance_interval()[1] == pytest.approx(2.0 * math.sqrt(0.5))
    assert found.u_shared == math.sqrt(0.5)


def test_a_tolerance_interval_of_pumps_is_that_of_the_tables():
    """K = 3.3934 for n = 10, 95/95, and 2.8559 for 90/95 (ISO 16269-6)."""
    found = between_pumps([[float(value)] * 2 for value in range(10)])
    sd = found.sd_of_means
    assert sd == pytest.approx(math.sqrt(82.5 / 9.0))
    assert found.tolerance_interval()[0] == pytest.approx(4.5 - 3.3934 * sd, rel=1e-4)
    assert found.tolerance_interval(0.90)[1] == pytest.approx(4.5 + 2.8559 * sd, rel=1e-3)


def test_pumps_with_unequal_runs_by_hand():
    """Means 1, 5, 10 scatter by 61/3; within s2 = 2, of which (1/2 + 1 + 1) / 3 is left in a mean."""
    found = between_pumps([[0.0, 2.0], [5.0], [10.0]])
    assert (found.pumps, found.runs, found.sd_within) == (3, 4, pytest.approx(math.sqrt(2.0)))
    assert found.mean == pytest.approx(16.0 / 3.0)
    assert found.sd_between == pytest.approx(math.sqrt(61.0 / 3.0 - 5.0 / 3.0))
    assert found.u_mean == pytest.approx(math.sqrt(61.0) / 3.0)
    assert found.within_interval == pytest.approx((math.sqrt(2.0 / 5.02389), math.sqrt(2.0 / 0.00098207)), rel=1e-4)


@pytest.mark.parametrize("runs", [[], [[1.0, 2.0]], [[1.0, 2.0], []], [[1.0], [2.0]], [[1.0, NAN], [2.0]]])
def test_runs_that_make_no_study(runs):
    with pytest.raises(MetricError, match="pumps: expected two or more with finite results"):
        between_pumps(runs)


@pytest.mark.parametrize("wrong", [{"u_shared": -0.1}, {"u_shared": INF}, {"level": 0.0}, {"level": 1.0}])
def test_a_study_with_a_level_or_a_share_that_cannot_be(wrong):
    with pytest.raises(MetricError, match="expected u_shared from zero and a level between 0 and 1, found"):
        between_pumps(SAME, **wrong)


def test_pumps_that_are_all_alike_are_not_clipped():
    assert not between_pumps([[1.0, 1.0], [1.0, 1.0]]).clipped
    assert between_pumps([[0.0, 2.0], [0.0, 2.0]]).clipped
    assert between_pumps([[0.0, 2.0], [0.0, 2.0]]).sd_between == 0.0


@pytest.mark.parametrize(
    "wrong",
    [
        {"lower": None, "upper": None},
        {"lower": 1.0, "upper": -1.0},
        {"band": 15.0},
        {"band": 14.5},
        {"band": -0.1},
        {"band": INF, "upper": None},
        {"lower": INF, "upper": None},
        {"lower": None, "upper": -INF},
        {"content": 0.0},
        {"content": 1.0},
        {"confidence": 0.0},
        {"confidence": 1.0},
    ],
)
def test_a_claim_on_its_edges_is_refused(wrong):
    with pytest.raises(MetricError, match="claim: expected"):
        Claim(**({"lower": -14.5, "upper": 14.5} | wrong))


def test_a_claim_has_the_usual_content_and_the_limits_that_its_band_leaves():
    claim = Claim(-14.5, 10.0, band=2.0)
    assert (claim.content, claim.confidence, claim.accepted, claim.two_sided) == (0.95, 0.95, (-12.5, 8.0), True)
    assert (Claim(None, 10.0, band=2.0).accepted, Claim(-10.0, None).accepted) == ((-INF, 8.0), (-10.0, INF))
    assert not Claim(None, 10.0).two_sided
    assert not Claim(-10.0, None).two_sided
    assert Claim(-14.5, 14.5, band=14.4).accepted == pytest.approx((-0.1, 0.1))


def test_each_method_asks_for_the_pumps_of_its_own_sides():
    assert [order_statistics(claim) for claim in (Claim(-1.0, 1.0), Claim(-1.0, None), Claim(None, 1.0))] == [
        93,
        59,
        59,
    ]
    assert [zero_failures(Claim(-1.0, 1.0, 0.9, 0.95), failures) for failures in (0, 1)] == [29, 46]


@pytest.mark.parametrize("sd", [0.01, 0.2, 2.0, 4.0, 5.5])
def test_a_study_has_as_many_pumps_as_it_needs_and_no_more(sd):
    n = tolerance_interval(Claim(-14.5, 14.5), mean=0.0, sd=sd, chance=0.9)
    assert chance_of_success(Claim(-14.5, 14.5), n, mean=0.0, sd=sd) >= 0.9
    assert n == 2 or chance_of_success(Claim(-14.5, 14.5), n - 1, mean=0.0, sd=sd) < 0.9


def test_a_chance_that_some_pumps_just_give_is_enough():
    for n in (12, 13):
        chance = chance_of_success(Claim(-14.5, 14.5), n, mean=1.0, sd=3.0)
        assert tolerance_interval(Claim(-14.5, 14.5), mean=1.0, sd=3.0, chance=chance) == n


def test_more_than_ten_thousand_pumps_are_nobodys_plan():
    """A chance that ten thousand just give, and one that it would take one more for."""
    claim, facts = Claim(-14.5, 14.5), {"mean": 0.0, "sd": 7.32}
    most, one_more = (chance_of_success(claim, n, **facts) for n in (10_000, 10_001))
    assert tolerance_interval(claim, chance=most, **facts) == 10_000
    assert tolerance_interval(claim, chance=(most + one_more) / 2.0, **facts) is None


@pytest.mark.parametrize(
    "wrong", [{"sd": 0.0}, {"sd": INF}, {"mean": INF}, {"mean": NAN}, {"chance": 0.0}, {"chance": 1.0}]
)
def test_a_plan_of_what_cannot_be_is_refused(wrong):
    with pytest.raises(MetricError, match="sample size: expected sd above zero and a chance between 0 and 1, found"):
        tolerance_interval(Claim(-14.5, 14.5), **{"mean": 0.0, "sd": 1.0, "chance": 0.9} | wrong)


def test_the_nearer_limit_decides_what_scatter_is_left():
    """K = 3.3934 for n = 10, 95/95 (ISO 16269-6); of one limit k = 2.911 (Natrella's tables)."""
    claim = Claim(-14.5, 14.5)
    assert largest_sd(claim, 10, mean=-4.0) == pytest.approx(10.5 / 3.3934, rel=1e-4)
    assert largest_sd(claim, 10, mean=-14.5) == 0.0
    assert largest_sd(Claim(None, 14.5), 10, mean=4.5) == pytest.approx(10.0 / 2.911, rel=1e-3)
    assert largest_sd(Claim(-14.5, None), 10) == pytest.approx(14.5 / 2.911, rel=1e-3)


def test_a_mean_outside_of_the_limits_has_no_chance():
    assert chance_of_success(Claim(-14.5, 14.5), 10, mean=40.0, sd=1.0) == 0.0
    assert chance_of_success(Claim(-14.5, 14.5), 10, mean=0.0, sd=100.0) == pytest.approx(0.0, abs=1e-6)
    assert chance_of_success(Claim(-14.5, 14.5), 10, mean=0.0, sd=1e-3) == pytest.approx(1.0)
    assert chance_of_success(Claim(-14.5, None), 10, mean=1.0, sd=4.0) == pytest.approx(
        chance_of_success(Claim(None, 14.5), 10, mean=-1.0, sd=4.0)
    )


def test_content_and_numbers_agree_for_drawn_pumps():
    """The largest of 20 uniform values lies beyond the content in the confidence of all draws."""
    largest = np.random.default_rng(2).uniform(size=(20_000, 20)).max(axis=1)
    assert (largest >= content_of(20, 0.9)).mean() == pytest.approx(0.9, abs=0.01)


@pytest.mark.parametrize("reliability", [0.5, 0.8, 0.9, 0.95, 0.99, 0.999])
def test_the_pumps_without_failure_are_the_same_both_ways(reliability):
    """N that all pass show it with 1 - r^n, exactly; no rounding makes one more of it."""
    for n in (n for n in range(1, 60) if reliability**n > 1e-9):
        confidence = 1.0 - reliability**n
        assert needed_without_failure(reliability, confidence) == needed(reliability, confidence) == n

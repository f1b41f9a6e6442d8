"""What lies exactly on an edge belongs to one side of it, and the documents say to which.

All numbers are sums of powers of two, so that nothing is rounded: limits -16 to +16, u = 1, k = 2.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from rig.verify.errors import MetricError, RuleError
from rig.verify.joint import Joint
from rig.verify.leak import Loss
from rig.verify.limits import (
    Between,
    By,
    EachWithin,
    FailingPart,
    FractionWithin,
    Instant,
    LargerOf,
    NoLaterThan,
    Sample,
    Tally,
    ToleranceWithin,
    Value,
)
from rig.verify.limits.windows import Mask, Windows
from rig.verify.mean_flow import relative_error_percent, whole_cycles
from rig.verify.rule_arrays import verdicts
from rig.verify.rule_names import band_for_risk, part_of_u, r_for_risk, specific_risk
from rig.verify.rules import decide_numbers
from rig.verify.tolerance import one_sided_factor


def verdict(value, rule="guard-band-U", lower=-16.0, upper=16.0):
    one = decide_numbers(value, 1.0, lower=lower, upper=upper, rule=rule, k=2.0).verdict
    words = {1: "pass", 0: "inconclusive", -1: "fail"}
    assert words[int(verdicts(value, 1.0, lower, upper, rule))] == one
    return one


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_the_end_of_the_accepted_part_is_accepted(side):
    assert verdict(side * 14.0) == "pass"
    assert verdict(side * np.nextafter(14.0, 20.0)) == "inconclusive"


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_the_end_of_the_guard_band_beyond_the_limit_is_not_yet_a_fail(side):
    """JCGM 106, 8.3.3: rejected is what lies beyond."""
    assert verdict(side * 18.0) == "inconclusive"
    assert verdict(side * np.nextafter(18.0, 20.0)) == "fail"


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_a_binary_rule_fails_right_after_the_accepted_part(side):
    assert verdict(side * 14.0, "guard-band-U-binary") == "pass"
    assert verdict(side * np.nextafter(14.0, 20.0), "guard-band-U-binary") == "fail"


def test_a_single_point_may_be_all_that_is_accepted():
    """With limits +-2 and U = 2 only zero passes, and that is enough for a binary rule to fail the rest."""
    assert verdict(0.0, "guard-band-U-binary", -2.0, 2.0) == "pass"
    assert verdict(0.5, "guard-band-U-binary", -2.0, 2.0) == "fail"
    assert "no value could pass" not in decide_numbers(0.0, 1.0, lower=-2.0, upper=2.0, rule="simple", k=2.0).statement
    point = decide_numbers(0.5, 1.0, lower=-2.0, upper=2.0, rule="guard-band-U", k=2.0)
    assert not point.statement.endswith("no value could pass.")


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_a_value_on_the_limit_itself_is_a_conditional_pass(side):
    zones = [
        decide_numbers(side * value, 1.0, lower=-16.0, upper=16.0, rule="guard-band-U", k=2.0).zone
        for value in (16.0, float(np.nextafter(16.0, 20.0)))
    ]
    assert zones == ["conditional pass", "conditional fail"]


def test_a_one_sided_limit_says_nothing_of_the_other_side():
    assert verdict(-1e9, lower=None) == "pass"
    assert verdict(1e9, upper=None) == "pass"


@pytest.mark.parametrize("k", [0.0, math.inf])
def test_a_coverage_factor_is_a_number_above_zero(k):
    with pytest.raises(RuleError, match="k: expected a coverage factor above zero"):
        decide_numbers(0.0, 1.0, lower=-16.0, upper=16.0, rule="simple", k=k)


def test_parts_of_u_and_risks_reach_to_their_ends():
    assert part_of_u(0.0).guard_band(1.0, 2.0, math.inf) == 0.0
    assert part_of_u(3.0).guard_band(1.0, 2.0, math.inf) == 6.0
    assert specific_risk(50.0).guard_band(1.0, 2.0, math.inf) == pytest.approx(0.0, abs=1e-12)
    assert r_for_risk(0.5, 2.0) == pytest.approx(0.0, abs=1e-12)
    assert band_for_risk(1.0, -16.0, 16.0, 0.5) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    "call",
    [
        lambda: part_of_u(-0.1),
        lambda: part_of_u(3.1),
        lambda: specific_risk(0.0),
        lambda: specific_risk(50.1),
        lambda: r_for_risk(0.0, 2.0),
        lambda: r_for_risk(0.51, 2.0),
        lambda: r_for_risk(0.05, 0.0),
        lambda: r_for_risk(0.05, math.inf),
        lambda: band_for_risk(1.0, -16.0, 16.0, 0.0),
        lambda: band_for_risk(1.0, -16.0, 16.0, 0.51),
        lambda: band_for_risk(0.0, -16.0, 16.0, 0.05),
        lambda: verdicts([0.0], math.inf, -1.0, 1.0, "simple"),
    ],
)
def test_beyond_their_ends_they_are_refused(call):
    with pytest.raises(RuleError, match="expected"):
        call()


def test_a_bolus_is_judged_by_the_volume_where_that_is_larger():
    assert [LargerOf(5.0, 0.5).at(programmed).upper for programmed in (2.0, 10.0, 40.0)] == [25.0, 5.0, 5.0]


def test_each_window_finds_the_limits_of_its_own_length():
    """Lengths that agree within a millionth are the same; 900.0008 s is a quarter of an hour, 900.001 s is not."""
    mask = Mask(((900.0, -20.0, 20.0), (3600.0, -5.0, 5.0)))
    errors = Joint(np.array([10.0, 10.0]), np.eye(2))
    assert mask.judge(Windows(errors, np.array([900.0008, 900.0]))).verdict == "pass"
    assert mask.judge(Windows(errors, np.array([900.0, 3600.0]))).verdict == "fail"
    for other in (900.001, 3601.0):
        with pytest.raises(RuleError, match=f"expected windows of 900, 3600 s, found one of {other:g} s; name it"):
            mask.judge(Windows(errors, np.array([900.0, other])))


def test_an_event_at_the_limit_less_the_guard_band_is_in_time():
    limit = NoLaterThan(64.0)
    assert limit.judge(Instant(40.0, 62.0, 1.0)).verdict == "pass"
    assert limit.judge(Instant(40.0, 62.5, 1.0)).verdict == "inconclusive"
    assert limit.judge(Instant(66.0, 70.0, 1.0)).verdict == "inconclusive"
    assert limit.judge(Instant(66.5, 70.0, 1.0)).verdict == "fail"
    assert limit.judge(Instant(66.5, 70.0, 1.5)).facts == {"guard_band_s": 3.0}


def test_a_single_loss_at_twice_its_uncertainty_is_not_seen_yet():
    """And a tip that shows just twice its own uncertainty shows nothing: the line is off."""

    def says(lost, tip, u_tip=1.0):
        return Loss(100.0, 0.5, tip, u_tip, lost, 1.0, 2.0, 1.0).says

    assert [says(2.0, 98.0), says(2.5, 97.5), says(-3.0, 103.0), says(-3.5, 103.5)] == [
        "no loss seen", "leak", "no loss seen", "gain",
    ]  # fmt: skip
    assert [says(98.0, 2.0), says(97.5, 2.5), says(102.0, -2.0)] == ["disconnected", "leak", "disconnected"]
    assert [says(99.0, 1.0, 0.5), says(98.5, 1.5, 0.5)] == ["disconnected", "leak"]


def test_what_a_window_could_have_seen_of_a_leak():
    loss = Loss(100.0, 0.5, 90.0, 1.0, 10.0, 1.5, 2.0, 1.5)
    assert loss.smallest_seen_ul_h == pytest.approx(5.0 * 1.5 / 2.0)
    assert loss.lost_percent == pytest.approx(10.0)


def test_whole_cycles_end_with_the_analysis_at_the_latest():
    """The last cycle may be short by a millionth of itself, and then the span is not longer than what was measured."""
    assert whole_cycles(100.0, 400.0, 100.0).cycles == 3
    short = whole_cycles(100.0, 400.0 - 5e-5, 100.0)
    assert (short.cycles, short.end_s) == (3, 400.0 - 5e-5)
    assert whole_cycles(100.0, 399.0, 100.0).end_s == 300.0
    assert whole_cycles(0.0, 100.0, 100.0).cycles == 1


@pytest.mark.parametrize(
    ("start", "end", "cycle"),
    [(math.nan, 1.0, 1.0), (0.0, math.inf, 1.0), (0.0, 1.0, 0.0), (0.0, 1.0, math.inf), (0.0, 99.0, 100.0)],
)
def test_no_cycle_no_span(start, end, cycle):
    with pytest.raises(MetricError, match="expected"):
        whole_cycles(start, end, cycle)


def test_the_uncertainty_of_an_error_by_hand():
    """80 of 100 uL, u 3 uL and 5 uL: 3 % and 0.8 x 5 % = 4 %, together 5 %; less where both are off alike."""
    error = relative_error_percent(80.0, 100.0, 3.0, 5.0)
    assert (error.value, error.u) == pytest.approx((-20.0, 5.0))
    assert relative_error_percent(80.0, 100.0, 3.0, 5.0, 1.0).u == pytest.approx(1.0)
    assert relative_error_percent(80.0, 100.0, 3.0, 5.0, -1.0).u == pytest.approx(7.0)
    assert relative_error_percent(80.0, 100.0, 0.0, 0.0).u == 0.0


@pytest.mark.parametrize(
    "arguments", [(1.0, 0.0, 1.0), (1.0, 1.0, -1.0), (1.0, 1.0, 1.0, -1.0), (1.0, 1.0, 1.0, 1.0, 1.01)]
)
def test_an_error_of_nothing_or_with_less_than_no_uncertainty_is_refused(arguments):
    with pytest.raises(MetricError, match="expected"):
        relative_error_percent(*arguments)


def test_on_the_limit_nothing_is_proven_against_a_pump():
    """A rule that proves non-conformity alone, without a guard band: the limit itself conforms."""
    on_the_limit = Joint(np.array([16.0]), np.eye(1))
    assert EachWithin(-16.0, 16.0).judge(on_the_limit, By("simple-nonconformity")).verdict == "inconclusive"
    assert EachWithin(-16.0, 16.0).judge(on_the_limit, By("simple")).verdict == "pass"
    assert EachWithin(-16.0, 16.0).judge(Joint(np.array([14.0]), np.eye(1))).verdict == "pass"


def test_a_failing_part_that_is_just_shown_is_kept_and_not_broken():
    """The bounds themselves as limits: what is shown to be at most the limit conforms, what is at least it may."""
    bounds = FailingPart(0.5).judge(Tally(3, 50)).facts
    assert FailingPart(bounds["upper"]).judge(Tally(3, 50)).verdict == "pass"
    assert FailingPart(bounds["lower"]).judge(Tally(3, 50)).verdict == "inconclusive"
    assert FailingPart(bounds["lower"] * 0.999).judge(Tally(3, 50)).verdict == "fail"


def test_a_band_for_unequal_limits_keeps_its_risk_at_either_end():
    """From -10 to +30: the middle is 10, and far from both limits the band is the one-sided quantile."""
    assert band_for_risk(1.0, -10.0, 30.0, 0.05) == pytest.approx(1.644854, abs=1e-6)
    assert band_for_risk(0.01, -10.0, 30.0, 0.05) == pytest.approx(0.01644854, abs=1e-8)
    with pytest.raises(RuleError, match="measure more precisely"):
        band_for_risk(0.01, -10.0, 30.0, 0.0)
    with pytest.raises(RuleError, match="lower below upper"):
        band_for_risk(1.0, 30.0, -10.0, 0.05)


def test_facts_of_a_judgement_are_named():
    found = EachWithin(-16.0, 16.0).judge(Joint(np.array([1.0, 15.0]), np.diag([1.0, 4.0])))
    assert (found.facts["worst"], found.facts["value"], found.facts["u"]) == (1, 15.0, 2.0)
    part = FractionWithin(0.5, -16.0, 16.0).judge(Joint(np.array([0.0, 90.0]), np.eye(2)))
    assert (part.facts["inside"], part.facts["outside"], part.facts["of"]) == (1, 1, 2)
    assert part.facts["factor"] == found.facts["factor"]
    assert part.verdict == "pass"


def test_the_chance_of_one_value_is_that_of_one_value():
    """U = 1, one uncertainty inside one limit: Phi(1) = 84.13 %."""
    chance = EachWithin(-16.0, 16.0).judge(Joint(np.array([15.0]), np.eye(1))).p_conform
    assert chance == pytest.approx(0.8413, abs=0.005)


def test_a_fraction_holds_at_its_ends():
    """Without a guard band a window on its limit is within, and exactly so many as are asked for are enough."""
    errors = Joint(np.array([16.0, -16.0, 20.0, -20.0]), np.eye(4))
    assert FractionWithin(0.5, -16.0, 16.0).judge(errors, By("simple")).verdict == "pass"
    assert FractionWithin(0.51, -16.0, 16.0).judge(errors, By("simple")).verdict == "fail"
    assert FractionWithin(0.5, -16.0, 16.0).judge(errors, By("simple-nonconformity")).verdict == "inconclusive"


@pytest.mark.parametrize("limit", [Between, EachWithin, ToleranceWithin])
def test_no_limit_or_one_in_the_wrong_order_is_none(limit):
    with pytest.raises(RuleError, match="expected lower below upper"):
        limit(5.0, -5.0)
    with pytest.raises(RuleError, match="expected one or two numbers"):
        limit(None, None)


@pytest.mark.parametrize("wrong", [(40.0, 50.0, 0.0), (math.nan, 50.0, 1.0), (40.0, 50.0, 1.0, 0.0)])
def test_an_instant_needs_an_uncertainty(wrong):
    with pytest.raises(RuleError, match="expected"):
        Instant(*wrong)


def test_degrees_of_freedom_of_a_value_count_in_its_guard_band():
    """iso14253: t(0.95, 4) = 2.1318 instead of 1.645."""
    facts = Between(None, 16.0).judge(Value(0.0, 1.0, 4.0), By("iso14253")).facts
    assert facts["accept"][1] == pytest.approx(16.0 - 2.131847, abs=1e-6)


def test_an_event_that_never_came_has_no_chance_to_have_been_in_time():
    limit = NoLaterThan(0.5)
    assert limit.judge(Instant(0.1, None, 0.01)).p_conform == 0.0
    assert limit.judge(Instant(0.1, 0.5, 0.01)).p_conform == pytest.approx(0.5)
    assert limit.judge(Instant(0.1, 0.2, 0.01)).p_conform == pytest.approx(1.0)


def test_a_limit_of_half_a_percent_is_a_limit():
    assert LargerOf(0.5, 0.001).at(1.0).upper == 0.5


def test_a_sample_tells_what_it_was_judged_by():
    facts = ToleranceWithin(-16.0, 16.0).judge(Sample((1.0, 2.0, 3.0))).facts
    assert (facts["n"], facts["mean"], facts["sd"]) == (3, 2.0, 1.0)
    assert facts["ends"] == pytest.approx([2.0 - facts["k"], 2.0 + facts["k"]])


def test_two_pumps_are_a_sample_and_one_side_may_be_free():
    """K for 95/95 of two pumps: 26.260 one-sided, 37.674 two-sided (ISO 16269-6)."""
    two = Sample((0.0, math.sqrt(2.0)))  # mean 0.7071, s = 1
    mean = math.sqrt(0.5)
    assert ToleranceWithin(None, 99.0).judge(two).facts["k"] == pytest.approx(26.2597, abs=1e-3)
    ends = ToleranceWithin(-99.0, 99.0).judge(two).facts["ends"]
    assert ends == pytest.approx([mean - 36.519, mean + 36.519], abs=1e-3)


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_when_a_part_of_all_pumps_is_refuted(side):
    """Ten pumps: 5 % risk of a false fail, shared between two limits, or for one alone."""
    values = np.linspace(-3.0, 3.0, 10)
    sd = values.std(ddof=1)
    for both, risk in ((True, 0.025), (False, 0.05)):
        edge = 16.0 - one_sided_factor(10, 0.95, risk) * sd
        ends = (-16.0, 16.0) if both else (None, 16.0) if side > 0 else (-16.0, None)
        found = [
            ToleranceWithin(*ends).judge(Sample(tuple(side * (edge + values + off)))).verdict for off in (-1e-6, 1e-6)
        ]
        assert found == ["inconclusive", "fail"]


@pytest.mark.parametrize(
    "limit", [lambda low, high: Mask(((900.0, low, high),)), lambda low, high: FractionWithin(0.8, low, high)]
)
def test_limits_in_the_wrong_order_are_refused_wherever_they_stand(limit):
    with pytest.raises(RuleError, match="expected lower below upper"):
        limit(5.0, -5.0)
    with pytest.raises(RuleError, match="expected one or two numbers"):
        limit(None, None)


def test_a_small_bolus_has_a_limit_of_its_own():
    assert LargerOf(5.0, 0.5).at(0.5).upper == 100.0


def test_a_small_leak_is_a_leak():
    assert Loss(100.0, 0.1, 99.5, 0.1, 0.5, 0.1, 2.0, 0.1).says == "leak"


def test_a_factor_of_one_is_a_factor():
    assert r_for_risk(0.05, 1.0) == pytest.approx(1.644854, abs=1e-6)


def test_limits_of_each_value_and_of_counts_hold_at_their_ends():
    each = EachWithin(-16.0, 16.0)
    assert str(each) == "each -16 to +16 %"
    assert Between(-16.0, 16.0).judge(Value(14.0, 1.0), By("guard-band-U", 2.0)).verdict == "pass"
    none_of_58 = FailingPart(0.05).judge(Tally(0, 58))
    assert none_of_58.verdict == "inconclusive"  # 59 show 95 % with 95 %, the classical sample size
    assert FailingPart(0.05).judge(Tally(0, 59)).facts["upper"] == pytest.approx(1.0 - 0.05 ** (1 / 59))

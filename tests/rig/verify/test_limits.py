"""Limits of every kind: what they accept, what they print, and the risks that they keep."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig.verify.errors import MetricError, RuleError
from rig.verify.joint import Joint, errors_of_levels
from rig.verify.limits import (
    AtMost,
    Between,
    By,
    EachWithin,
    FailingPart,
    FractionWithin,
    Instant,
    LargerOf,
    Mask,
    NoLaterThan,
    Sample,
    Tally,
    ToleranceWithin,
    Value,
    Windows,
)
from rig.verify.simultaneous import simultaneous_factor
from rig.verify.tolerance import one_sided_factor


def joint(*values, u=1.0, correlation=0.0):
    n = len(values)
    return Joint(np.array(values, dtype=float), u**2 * (correlation + (1.0 - correlation) * np.eye(n)))


def test_an_asymmetric_limit_judges_as_the_rules_do():
    limit = Between(-10.0, 14.5)
    assert [limit.judge(Value(y, 1.5)).verdict for y in (-8.0, 0.0, 18.0)] == ["inconclusive", "pass", "fail"]
    assert limit.judge(Value(13.0, 1.5)).p_conform == pytest.approx(0.841345, abs=1e-6)
    assert limit.judge(Value(13.0, 1.5)).facts["zone"] == "conditional pass"


def test_a_limit_is_judged_in_its_own_unit():
    assert "+29 s (U = 2 s, k = 2)" in Between(None, 30.0, "s").judge(Value(29.0, 1.0)).statement


def test_a_small_bolus_is_judged_by_its_volume():
    limit = LargerOf(percent=5.0, volume_ul=0.5)
    assert str(limit) == "the larger of 5 % and 0.5 uL either side"
    assert [limit.at(v).upper for v in (2.0, 10.0, 100.0)] == [25.0, 5.0, 5.0]
    with pytest.raises(RuleError, match="programmed"):
        limit.at(0.0)
    with pytest.raises(RuleError, match="above zero"):
        LargerOf(5.0, 0.0)


def test_each_of_n_passes_only_by_itself():
    limit = EachWithin(-14.5, 14.5)
    assert limit.judge(joint(1.0, -12.4, 12.4)).verdict == "pass"
    assert limit.judge(joint(1.0, -12.6, 12.4)).verdict == "inconclusive"
    assert limit.judge(joint(1.0, -12.6, 18.0)).verdict == "fail"
    assert "number 3" in limit.judge(joint(1.0, -12.6, 18.0)).statement


def test_among_many_the_worst_strays_further_before_it_fails():
    beyond = [16.7] + [0.0] * 24
    assert EachWithin(-14.5, 14.5).judge(joint(16.7)).verdict == "fail"
    assert EachWithin(-14.5, 14.5).judge(joint(*beyond)).verdict == "inconclusive"
    assert EachWithin(-14.5, 14.5).judge(joint(*beyond), By("simple")).verdict == "fail"
    assert EachWithin(-14.5, 14.5).judge(joint(*beyond), By("guard-band-U-binary")).verdict == "fail"


def test_windows_that_share_everything_cost_nothing():
    shared = simultaneous_factor(np.ones((25, 25)), 0.02275)
    apart = simultaneous_factor(np.eye(25), 0.02275)
    assert shared == pytest.approx(2.28, abs=0.04)  # either side
    assert apart == pytest.approx(3.12, abs=0.03)


def test_a_mask_has_limits_for_each_length():
    mask = Mask(((900.0, -50.0, 50.0), (3600.0, -14.5, 14.5)))
    windows = Windows(joint(40.0, -30.0, 9.0), np.array([900.0, 900.0, 3600.0]))
    assert mask.judge(windows).verdict == "pass"
    assert mask.judge(Windows(joint(40.0), np.array([3600.0]))).verdict == "fail"
    assert str(mask) == "-50 to +50 % over 900 s; -14.5 to +14.5 % over 3600 s"
    with pytest.raises(RuleError, match="one of 1800 s; name it"):
        mask.judge(Windows(joint(0.0), np.array([1800.0])))


def test_a_fraction_of_the_windows():
    limit = FractionWithin(0.8, -50.0, 50.0)
    assert [limit.judge(joint(*[0.0] * n, *[90.0] * (10 - n))).verdict for n in (10, 8, 7)] == ["pass", "pass", "fail"]
    near = limit.judge(joint(*[0.0] * 7, 50.5, 90.0, 90.0))
    assert near.verdict == "inconclusive"
    assert near.p_conform == pytest.approx(0.3085, abs=0.02)  # Phi(-0.5)
    assert limit.judge(joint(*[0.0] * 7, 50.5, 90.0, 90.0), By("simple")).verdict == "fail"


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.95])
def test_windows_keep_the_risks_whatever_they_share(correlation):
    """One of ten windows at its limit: 20,000 runs; passing one is a false pass, failing it is a false fail."""
    draw = np.random.default_rng(5)
    truth, n = np.array([14.5] + [0.0] * 9), 20_000
    limit = 14.5
    common, own = draw.standard_normal((n, 1)), draw.standard_normal((n, 10))
    found = truth + np.sqrt(correlation) * common + np.sqrt(1.0 - correlation) * own
    c = simultaneous_factor(joint(*truth, correlation=correlation).correlation, 0.02275)
    assert (np.abs(found).max(axis=1) <= limit - 2.0).mean() <= 0.025
    assert (np.abs(found).max(axis=1) > limit + c).mean() <= 0.025
    all_at_the_limit = found + (limit - truth)
    assert (all_at_the_limit.max(axis=1) > limit + c).mean() <= 0.025
    assert ((all_at_the_limit <= limit - c).any(axis=1)).mean() <= 0.025


def test_the_covariance_of_windows_comes_from_their_levels():
    found = errors_of_levels([0.0, 11.0, 20.0], np.diag([0.0, 1.0, 0.0]) + 1e-9, [0, 1], [1, 2], [10.0, 10.0])
    assert found.value == pytest.approx([10.0, -10.0])
    assert found.correlation[0, 1] == pytest.approx(-1.0)
    with pytest.raises(MetricError, match="negative variance"):
        Joint(np.zeros(2), np.array([[1.0, 2.0], [2.0, 1.0]]))
    with pytest.raises(MetricError, match="programmed volume"):
        errors_of_levels([0.0, 1.0], np.eye(2), [0], [1], [0.0])


def test_a_tolerance_interval_has_to_lie_within():
    values = tuple(np.linspace(-3.0, 3.0, 10))
    found = ToleranceWithin(-14.5, 14.5).judge(Sample(values))
    assert found.verdict == "pass"
    assert found.facts["ends"][1] == pytest.approx(3.3934 * np.std(values, ddof=1), abs=1e-3)
    assert ToleranceWithin(-14.5, 14.5).judge(Sample(values, u_shared=4.0)).verdict == "inconclusive"
    assert ToleranceWithin(-1.0, 1.0).judge(Sample(values)).verdict == "fail"
    with pytest.raises(RuleError, match="two pumps"):
        Sample((1.0,))


def test_a_tolerance_interval_that_just_fills_the_limits_lies_within_them():
    pumps = Sample((1.0, 2.5, -0.5, 0.8, 1.9, 0.2))
    low, high = ToleranceWithin(-14.5, 14.5).judge(pumps).facts["ends"]
    assert ToleranceWithin(low, high).judge(pumps).verdict == "pass"
    for limits in ((low + 1e-9, high), (low, high - 1e-9)):
        assert ToleranceWithin(*limits).judge(pumps).verdict == "inconclusive"


def test_a_sample_fails_beyond_the_limit_and_not_at_it():
    """A limit just where five pumps in a hundred are shown to be beyond it, with half of the risk for either side."""
    pumps = Sample((1.0, 2.5, -0.5, 0.8, 1.9, 0.2))
    reach = one_sided_factor(6, 0.95, (1.0 - 0.95) / 2.0) * float(np.std(pumps.value, ddof=1))
    mean = float(np.mean(pumps.value))
    for low, high in ((mean - reach, 99.0), (-99.0, mean + reach)):
        assert ToleranceWithin(low, high).judge(pumps).verdict == "inconclusive"
    for low, high in ((mean - reach + 1e-9, 99.0), (-99.0, mean + reach - 1e-9)):
        assert ToleranceWithin(low, high).judge(pumps).verdict == "fail"


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_what_all_pumps_share_counts_at_either_end(side):
    """Ten pumps off to one side: their interval reaches 14.06 %, and 1 % that they share keeps it from passing."""
    values = tuple(side * (7.2 + np.linspace(-3.0, 3.0, 10)))
    end = abs(ToleranceWithin(-14.5, 14.5).judge(Sample(values)).facts["ends"][int(side > 0)])
    assert end == pytest.approx(7.2 + 3.3934 * np.std(values, ddof=1), abs=1e-3)
    for shared, verdict in (
        (0.0, "pass"),
        ((14.5 - end) / 2.0 - 1e-6, "pass"),
        ((14.5 - end) / 2.0 + 1e-6, "inconclusive"),
    ):
        assert ToleranceWithin(-14.5, 14.5).judge(Sample(values, u_shared=shared)).verdict == verdict


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_too_many_pumps_beyond_one_limit_fail_whatever_the_other_says(side):
    """Unless what they share could have moved them all there."""
    values = tuple(side * (20.0 + np.linspace(-3.0, 3.0, 10)))
    assert ToleranceWithin(-14.5, 14.5).judge(Sample(values)).verdict == "fail"
    assert ToleranceWithin(-14.5, 14.5).judge(Sample(values, u_shared=10.0)).verdict == "inconclusive"
    one_sided = ToleranceWithin(None, 14.5) if side > 0 else ToleranceWithin(-14.5, None)
    assert one_sided.judge(Sample(values)).verdict == "fail"


@pytest.mark.parametrize("limit", [ToleranceWithin(-1.959964, 1.959964), ToleranceWithin(None, 1.644854)])
def test_a_population_that_just_holds_passes_and_fails_rarely(limit):
    rows = np.random.default_rng(9).standard_normal((1500, 10))
    verdicts = [limit.judge(Sample(tuple(row))).verdict for row in rows]
    assert verdicts.count("pass") / 1500 <= 0.065  # 5 % and two and a half standard errors
    assert verdicts.count("fail") / 1500 <= 0.065


def test_a_failing_part_by_exact_bounds(vector):
    case = vector("REL-CP")["inputs"]
    limit = FailingPart(0.05, case["confidence"])
    assert limit.judge(Tally(case["failures"], case["n"])).verdict == "pass"
    assert limit.judge(Tally(0, 58)).verdict == "inconclusive"
    assert 1.0 - limit.judge(Tally(0, case["n"])).facts["upper"] == pytest.approx(0.950492, abs=1e-6)
    with pytest.raises(RuleError, match="between 0 and 1"):
        FailingPart(0.0)


def test_a_count_is_exact():
    assert [AtMost(2).judge(n).verdict for n in (0, 2, 3)] == ["pass", "pass", "fail"]
    with pytest.raises(RuleError, match="zero or more"):
        AtMost(2).judge(-1)


def test_a_time_is_judged_by_its_worse_end():
    found = NoLaterThan(60.0).judge(Instant(50.0, 59.0, 1.0))
    assert found.verdict == "inconclusive"
    assert found.p_conform == pytest.approx(0.841345, abs=1e-6)
    assert NoLaterThan(60.0).judge(Instant(61.0, None, 1.0)).verdict == "inconclusive"
    assert "never seen" in NoLaterThan(60.0).judge(Instant(90.0, None, 1.0)).statement
    with pytest.raises(RuleError, match="before by_s"):
        Instant(5.0, 4.0, 1.0)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(-30, 30), min_size=1, max_size=5), st.floats(0.1, 5.0), st.floats(1.0, 4.0))
def test_more_uncertainty_never_makes_a_pass(values, u, times):
    for limit in (EachWithin(-14.5, 14.5), FractionWithin(0.6, -14.5, 14.5)):
        if limit.judge(joint(*values, u=u * times)).verdict == "pass":
            assert limit.judge(joint(*values, u=u)).verdict == "pass"


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(-30, 30), min_size=1, max_size=5), st.floats(0.1, 5.0))
def test_signs_do_not_matter(values, u):
    for limit in (EachWithin(-14.5, 14.5), FractionWithin(0.6, -14.5, 14.5)):
        mirrored = joint(*[-one for one in values], u=u)
        assert limit.judge(mirrored).verdict == limit.judge(joint(*values, u=u)).verdict

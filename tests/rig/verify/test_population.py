"""Many pumps: sample sizes without a distribution, components, a prior with its source, and a device's life."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.grr_nested import nested
from rig.verify.distribution_free import confidence_of, content_of, needed
from rig.verify.errors import MetricError, RuleError
from rig.verify.life import trend
from rig.verify.prior import Prior, rule_risk
from rig.verify.pumps import between_pumps
from rig.verify.reliability import needed_without_failure
from rig.verify.rule_arrays import PASS, verdicts


def test_sample_sizes_without_a_distribution():
    assert (needed(0.95, 0.95), needed(0.95, 0.95, sides=2)) == (59, 93)
    assert (needed(0.90, 0.90), needed(0.90, 0.90, sides=2)) == (22, 38)
    assert all(needed(c, g) == needed_without_failure(c, g) for c in (0.8, 0.9, 0.99) for g in (0.5, 0.9, 0.95))


def test_they_keep_their_promise_and_no_smaller_number_does():
    assert confidence_of(93, 0.95, sides=2) >= 0.95 > confidence_of(92, 0.95, sides=2)
    assert confidence_of(93, 0.95, sides=2) == pytest.approx(1 - 0.95**93 - 93 * 0.05 * 0.95**92, abs=1e-12)
    assert confidence_of(59, content_of(59, 0.95)) == pytest.approx(0.95, abs=1e-9)
    spans = np.random.default_rng(1).uniform(size=(20_000, 93))
    held = spans.max(axis=1) - spans.min(axis=1) >= 0.95
    assert held.mean() == pytest.approx(confidence_of(93, 0.95, sides=2), abs=0.005)


def test_impossible_sizes_are_refused():
    with pytest.raises(MetricError, match="one or two sides"):
        confidence_of(1, 0.95, sides=2)
    with pytest.raises(MetricError, match="confidence"):
        needed(0.95, 1.0)
    with pytest.raises(MetricError, match="confidence"):
        content_of(10, 0.0)


def test_components_are_those_of_the_analysis_of_variance():
    runs = np.random.default_rng(2).normal(size=(6, 3)) + np.arange(6.0)[:, None]
    ours, anova = between_pumps(runs.tolist()), nested(runs, ("pump", "run"))
    assert [ours.sd_between, ours.sd_within] == pytest.approx(list(anova.deviations.values()))
    assert ours.within_interval == pytest.approx(anova.repeatability_interval)


def test_what_a_bench_shares_does_not_average_out():
    draw = np.random.default_rng(3)
    few, many = (between_pumps(draw.normal(size=(n, 4)).tolist(), u_shared=0.5) for n in (5, 500))
    assert few.u_mean > many.u_mean >= 0.5
    low, high = many.tolerance_interval()
    assert high - low == pytest.approx(2 * (1.96 * many.sd_of_means + 1.0), rel=0.1)


@pytest.mark.parametrize("counts", [(3, 3, 3, 3, 3, 3), (1, 2, 5, 3, 2, 4)])
def test_intervals_hold_the_truth_also_with_unequal_runs(counts):
    draw = np.random.default_rng(4)
    held = np.zeros(3)
    for _ in range(1000):
        shared = draw.normal(0.0, 0.5)
        pumps = [shared + draw.normal(0.0, 2.0) + draw.normal(0.0, 1.0, n) for n in counts]
        found = between_pumps([one.tolist() for one in pumps], u_shared=0.5)
        ends = [found.mean_interval(), found.between_interval, found.within_interval]
        held += [low <= truth <= high for (low, high), truth in zip(ends, (0.0, 2.0, 1.0), strict=True)]
    assert np.all(held / 1000 > 0.93), held


def test_pumps_without_repeats_have_no_components():
    with pytest.raises(MetricError, match="two runs at least"):
        between_pumps([[1.0], [2.0]])
    with pytest.raises(MetricError, match="u_shared"):
        between_pumps([[1.0, 2.0], [2.0]], u_shared=-1.0)
    assert between_pumps([[1.0, 9.0], [5.0, 5.1]]).clipped


def test_global_risk_needs_a_source(vector):
    case = vector("RISK-deaver")
    i, expected = case["inputs"], case["expected"]
    found = rule_risk(Prior(0.0, i["sigma_process"], "RISK-deaver"), i["sigma_meas"], -i["TL"], i["TL"], "simple").risk
    assert found.false_accept == pytest.approx(expected["PFA"], abs=case["tolerance"]["abs"])
    assert found.false_reject == pytest.approx(expected["PFR"], abs=case["tolerance"]["abs"])
    for source in ("", "  "):
        with pytest.raises(RuleError, match="without one there is no global risk"):
            Prior(0.0, 1.0, source)


def test_global_risk_of_one_side_is_what_a_simulation_finds():
    truth = np.random.default_rng(5).normal(0.0, 6.0, 400_000)
    passed = truth + np.random.default_rng(6).normal(0.0, 1.5, truth.size) <= 14.5 - 1.5
    risk = rule_risk(Prior(0.0, 6.0, "a simulation"), 1.5, None, 14.5, "guard-band-0.5U").risk
    assert risk.false_accept == pytest.approx((passed & (truth > 14.5)).mean(), abs=2e-4)
    assert risk.false_reject == pytest.approx((~passed & (truth <= 14.5)).mean(), abs=6e-4)


@pytest.mark.parametrize("rule", ["iso14253", "guard-band-U", "simple"])
def test_a_global_risk_with_few_degrees_of_freedom_is_what_a_simulation_finds(rule):
    """Band and errors of measurement by Student's t of 4, as the decision takes them; iso14253 has 2.132 u then."""
    random, u = np.random.default_rng(7), 1.5
    truth = random.normal(0.0, 6.0, 1_000_000)
    found = verdicts(truth + u * random.standard_t(4.0, truth.size), u, -8.0, 8.0, rule, nu=4.0)
    inside = np.abs(truth) <= 8.0
    risk = rule_risk(Prior(0.0, 6.0, "a simulation"), u, -8.0, 8.0, rule, nu=4.0).risk
    assert risk.false_accept == pytest.approx(((found == PASS) & ~inside).mean(), abs=5e-4)
    assert risk.false_reject == pytest.approx(((found != PASS) & inside).mean(), abs=2e-3)


def test_a_rule_that_passes_nothing_rejects_all_that_conform():
    for u, rule in ((10.0, "guard-band-U"), (1.0, "iso14253-nonconformity")):
        risk = rule_risk(Prior(0.0, 14.5, "no one"), u, -14.5, 14.5, rule).risk
        assert (risk.false_accept, risk.false_reject) == (0.0, pytest.approx(0.682689, abs=1e-6))


def test_a_device_that_does_not_drift_says_so():
    life = trend([0.0, 100.0, 200.0, 300.0], [1.0, 1.2, 0.9, 1.1], 0.2, limits=(-14.5, 14.5))
    assert not life.drifts
    assert life.statement.startswith("shows no drift")
    with pytest.raises(MetricError, match="three runs"):
        trend([0.0, 100.0], [1.0, 1.2], 0.2, limits=(-14.5, 14.5))

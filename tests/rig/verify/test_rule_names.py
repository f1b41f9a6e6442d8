"""Guard bands by name: parts of U, specific risks, binary rules, and proofs of non-conformity."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig.verify.errors import RuleError
from rig.verify.guard_bands import find_rule
from rig.verify.limits import By
from rig.verify.prior import Prior, rule_risk
from rig.verify.risk import conforms
from rig.verify.rule_arrays import verdicts
from rig.verify.rule_names import band_for_risk, r_for_risk
from rig.verify.rules import decide_numbers

RULES = ["simple", "guard-band-U", "iso14253", "guard-band-0.5U", "risk-1%"]
ENDINGS = ["", "-binary", "-nonconformity"]


def itb(value, u=1.5, rule="guard-band-U"):
    return decide_numbers(value, u, lower=-14.5, upper=14.5, rule=rule, k=2.0)


def test_every_part_of_u_has_the_risk_of_the_reference(vector):
    case = vector("RISK-ILAC")
    k = case["inputs"]["k"]
    for r, risk in zip(case["inputs"]["w_over_U"], case["expected"]["PFA_at_AL"], strict=True):
        end = decide_numbers(0.0, 1.5, lower=None, upper=14.5, rule=f"guard-band-{r}U", k=k).accept_upper
        at_the_end = decide_numbers(end, 1.5, lower=None, upper=14.5, rule=f"guard-band-{r}U", k=k)
        assert at_the_end.verdict == "pass"
        assert at_the_end.pfa == pytest.approx(risk, abs=case["tolerance"]["abs"])


def test_a_risk_names_its_own_band():
    assert itb(0.0, rule="risk-5%").guard_band == pytest.approx(1.6448536 * 1.5)
    assert r_for_risk(0.0227501319, 2.0) == pytest.approx(1.0, abs=1e-8)
    few = decide_numbers(0.0, 1.0, lower=None, upper=14.5, rule="risk-2.5%", nu=4.0)
    assert conforms(few.accept_upper, 1.0, None, 14.5, 4.0).outside == pytest.approx(0.025, abs=1e-9)


@settings(deadline=None)  # the first call imports scipy.optimize
@given(st.floats(0.05, 6.9), st.floats(0.001, 0.5))
def test_with_both_limits_near_the_risk_is_at_most_doubled_and_can_be_exact(u, risk):
    found = itb(0.0, u, f"risk-{100 * risk:.4f}%")
    if found.accept_upper >= 0.0:
        assert conforms(found.accept_upper, u, -14.5, 14.5).outside <= 2.0 * risk + 1e-5
    if conforms(0.0, u, -14.5, 14.5).outside <= risk:
        exact = band_for_risk(u, -14.5, 14.5, risk)
        assert conforms(14.5 - exact, u, -14.5, 14.5).outside == pytest.approx(risk, abs=1e-9)


def test_a_binary_rule_is_never_inconclusive():
    assert [itb(y, rule="guard-band-U-binary").verdict for y in (11.4, 11.6, -13.0, 20.0)] == ["pass", *["fail"] * 3]
    assert "outside the acceptance limits" in itb(13.0, rule="guard-band-U-binary").statement
    assert "what is not accepted fails" in itb(13.0, rule="guard-band-U-binary").statement


def test_where_nothing_could_pass_a_binary_rule_fails_nothing():
    assert itb(0.0, 10.0, "guard-band-U-binary").verdict == "inconclusive"


def test_a_proof_of_non_conformity_proves_nothing_else():
    rule = "iso14253-nonconformity"
    assert [itb(y, rule=rule).verdict for y in (0.0, 14.6, 17.0)] == ["inconclusive", "inconclusive", "fail"]
    assert "proves nothing else" in itb(0.0, rule=rule).statement


def test_between_the_bands_a_value_is_conditional():
    zones = [itb(y).zone for y in (11.0, 13.0, 16.0, 18.0)]
    assert zones == ["pass", "conditional pass", "conditional fail", "fail"]


@pytest.mark.parametrize("name", ["guard-band-9U", "risk-0%", "risk-51%"])
def test_numbers_out_of_range_are_refused(name):
    with pytest.raises(RuleError, match="expected"):
        find_rule(name)


def test_what_cannot_be_kept_is_refused():
    with pytest.raises(RuleError, match="measure more precisely"):
        band_for_risk(20.0, -14.5, 14.5, 0.05)
    with pytest.raises(RuleError, match="r_for_risk"):
        r_for_risk(0.6, 2.0)
    with pytest.raises(RuleError, match="gut-feeling"):
        find_rule("gut-feeling-binary")


@given(st.floats(-40, 40), st.floats(0.1, 9.0), st.sampled_from(RULES), st.sampled_from(ENDINGS))
def test_arrays_say_what_single_values_say(value, u, rule, ending):
    words = {1: "pass", 0: "inconclusive", -1: "fail"}
    assert words[int(verdicts(value, u, -14.5, 14.5, rule + ending))] == itb(value, u, rule + ending).verdict
    one_sided = decide_numbers(value, u, lower=None, upper=14.5, rule=rule + ending, k=2.0)
    assert words[int(verdicts(value, u, None, 14.5, rule + ending))] == one_sided.verdict


@given(st.floats(-40, 40), st.floats(0.1, 9.0), st.floats(1.0, 5.0), st.sampled_from(RULES))
def test_more_uncertainty_never_makes_a_pass(value, u, times, rule):
    if itb(value, u * times, rule).verdict == "pass":
        assert itb(value, u, rule).verdict == "pass"
    if itb(value, u * times, rule).verdict == "fail":
        assert itb(value, u, rule).verdict == "fail"


@given(st.floats(-40, 40), st.floats(0.1, 9.0), st.integers(-6, 6), st.sampled_from(RULES))
def test_a_decision_does_not_depend_on_the_unit(value, u, power, rule):
    scale = 2.0**power  # exact
    scaled = decide_numbers(value * scale, u * scale, lower=-14.5 * scale, upper=14.5 * scale, rule=rule, k=2.0)
    assert scaled.verdict == itb(value, u, rule).verdict
    assert scaled.p_conform == itb(value, u, rule).p_conform


@pytest.mark.parametrize("rule", [one + ending for one in RULES for ending in ENDINGS])
def test_each_value_of_an_array_may_have_its_own_uncertainty(rule):
    value, u, nu = np.linspace(-20.0, 20.0, 41), np.linspace(0.1, 9.0, 41), np.linspace(3.0, 60.0, 41)
    words = {1: "pass", 0: "inconclusive", -1: "fail"}
    alone = [
        decide_numbers(x, one, lower=-14.5, upper=14.5, rule=rule, k=2.0, nu=dof).verdict
        for x, one, dof in zip(value, u, nu, strict=True)
    ]
    assert [words[int(found)] for found in verdicts(value, u, -14.5, 14.5, rule, nu=nu)] == alone


def test_arrays_refuse_what_single_values_refuse():
    for arguments in [([np.nan], 1.0, -1.0, 1.0), ([0.0], 0.0, -1.0, 1.0)]:
        with pytest.raises(RuleError, match="verdicts"):
            verdicts(*arguments, "simple")
    for limits in [(None, None), (5.0, -5.0), (np.nan, 1.0), (-1.0, np.inf)]:
        with pytest.raises(RuleError, match="limits: expected"):
            verdicts([0.0, 4.9, 6.0], 0.1, *limits, "guard-band-U")


@pytest.mark.parametrize("rule", ["simple", "guard-band-U", "iso14253"])
@pytest.mark.parametrize(
    ("k", "nu"), [(np.nan, 9.0), (-3.0, 9.0), (0.0, 9.0), (np.inf, 9.0), (2.0, 0.0), (2.0, np.nan)]
)
def test_no_guard_band_is_made_of_a_factor_or_a_freedom_that_cannot_be(rule, k, nu):
    """However it is asked for: of many values, of one, over a population, or by a limit of many values."""
    said = "(k|nu): expected"
    with pytest.raises(RuleError, match=said):
        verdicts([0.0, 6.0], 0.1, -5.0, 5.0, rule, k=k, nu=nu)
    with pytest.raises(RuleError, match=said):
        find_rule(rule).width(1.0, k, nu)
    with pytest.raises(RuleError, match=said):
        By(rule, k).factor(nu)


@pytest.mark.parametrize("k", [np.nan, -1.0, 0.0])
def test_no_global_risk_is_made_of_a_factor_that_cannot_be(k):
    with pytest.raises(RuleError, match="k: expected a coverage factor above zero"):
        rule_risk(Prior(0.0, 4.0, "x"), 1.0, -8.0, 8.0, "guard-band-U", k=k)


@pytest.mark.parametrize("rule", ["guard-band-U", "simple"])
@pytest.mark.parametrize("u", [-1.0, np.inf, np.nan])
def test_no_guard_band_is_made_of_an_uncertainty_that_cannot_be(rule, u):
    with pytest.raises(RuleError, match=f"u: expected a standard uncertainty from zero up, found {u:g}"):
        find_rule(rule).width(u, 2.0, 9.0)

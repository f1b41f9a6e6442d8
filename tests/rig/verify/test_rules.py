"""Pass, fail or inconclusive, and what the statement says."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.errors import BareNumberError, ImplausibleError
from calibration.units import RATIO, VOLUME
from rig.verify.errors import RuleError
from rig.verify.rules import decide, decide_numbers

LIMIT = RATIO.parse("limit", "14.5 %")


def itb(percent, rule="guard-band-U", k=2.0):
    return decide(RATIO.quantity(percent), RATIO.parse("u", "1.5 %"), lower=-LIMIT, upper=LIMIT, rule=rule, k=k)


@pytest.mark.parametrize(("percent", "verdict"), [(20.0, "fail"), (13.0, "inconclusive"), (9.8, "pass"),
    (-20.0, "fail"), (-12.9, "inconclusive"), (16.0, "inconclusive"), (17.6, "fail"), (11.5, "pass")])  # fmt: skip
def test_a_guard_band_of_u_gives_three_verdicts(percent, verdict):
    assert itb(percent).verdict == verdict


def test_the_acceptance_limits_of_the_reference(vector):
    case = vector("C106-ITB")
    guarded, iso = itb(9.8), itb(9.8, rule="iso14253")
    assert [guarded.accept_lower, guarded.accept_upper] == pytest.approx(case["expected"]["acceptance_limits_w_eq_U"])
    assert [iso.accept_lower, iso.accept_upper] == pytest.approx(
        case["expected"]["acceptance_limits_ISO14253_p95"], abs=5e-5
    )
    found = [itb(y).p_conform for y in case["inputs"]["y_percent"]]
    assert found == pytest.approx(case["expected"]["p_c"], abs=case["tolerance"]["abs"])


def test_simple_acceptance_is_never_inconclusive():
    assert [itb(y, rule="simple").verdict for y in (14.4, 14.5, 14.6, -14.6)] == ["pass", "pass", "fail", "fail"]


def test_the_risks_belong_to_the_value():
    decision = itb(13.0)
    assert (decision.pfa, decision.pfr) == pytest.approx((0.158655, 0.841345), abs=1e-6)
    assert decision.expanded == 3.0


def test_the_statement_names_value_limits_and_rule():
    said = itb(13.0).statement
    assert said == (
        "inconclusive: +13 % (U = 3 %, k = 2) lies too close to a limit for its uncertainty. Limits -14.5 to +14.5 %, "
        "accepted -11.5 to +11.5 % by decision rule guard-band-U: guard band w = U (ILAC-G8:09/2019). "
        "Probability that the true value lies within the limits: 84.13 %."
    )


@pytest.mark.parametrize(("sides", "verdict", "words"), [((None, 14.5), "pass", "up to +14.5 %"),
                                                         ((-14.5, None), "fail", "from -14.5 %")])  # fmt: skip
def test_a_limit_may_have_one_side(sides, verdict, words):
    lower, upper = sides
    decision = decide_numbers(-30.0, 1.0, lower=lower, upper=upper, rule="guard-band-U", k=2.0)
    assert decision.verdict == verdict
    assert words in decision.statement


def test_a_hopeless_uncertainty_says_so():
    decision = decide_numbers(0.0, 10.0, lower=-14.5, upper=14.5, rule="guard-band-U", k=2.0)
    assert decision.verdict == "inconclusive"
    assert decision.statement.endswith("no value could pass.")


def test_a_factor_of_one_half_is_a_factor():
    assert itb(13.0, k=0.5).guard_band == 0.75
    assert itb(13.0, k=0.5).verdict == "pass"


def test_degrees_of_freedom_come_through_the_door():
    few = decide(RATIO.quantity(1.0), RATIO.quantity(1.0), lower=None, upper=LIMIT, rule="guard-band-U", nu=4.0)
    assert (few.nu, few.k) == (4.0, pytest.approx(2.776445, abs=1e-6))


def test_few_degrees_of_freedom_widen_the_bands():
    few = decide_numbers(0.0, 1.0, lower=None, upper=14.5, rule="guard-band-U", nu=4.0)
    iso = decide_numbers(0.0, 1.0, lower=None, upper=14.5, rule="iso14253", nu=4.0)
    assert (few.k, few.guard_band) == (pytest.approx(2.776445, abs=1e-6), few.k)
    assert iso.guard_band == pytest.approx(2.131847, abs=1e-6)
    assert decide_numbers(0.0, 1.0, lower=None, upper=14.5, rule="guard-band-U").k == pytest.approx(1.959964, abs=1e-6)


@given(st.floats(-60, 60), st.floats(0.01, 5), st.sampled_from(["simple", "guard-band-U", "iso14253"]))
def test_a_pass_is_always_more_likely_right_than_wrong(value, u, rule):
    decision = decide_numbers(value, u, lower=-14.5, upper=14.5, rule=rule, k=2.0)
    assert decision.verdict != "pass" or decision.pfa <= 0.5
    assert decision.verdict != "fail" or decision.pfr <= 0.5
    mirrored = decide_numbers(-value, u, lower=-14.5, upper=14.5, rule=rule, k=2.0)
    assert replace(mirrored, value=value, p_conform=0, pfa=0, pfr=0, statement="") == replace(
        decision, p_conform=0, pfa=0, pfr=0, statement=""
    )


def test_other_kinds_are_decided_in_their_unit():
    ten = VOLUME.parse("limit", "10 uL")
    decision = decide(0.9 * ten, 0.01 * ten, lower=None, upper=ten, rule="iso14253", kind=VOLUME)
    assert (decision.verdict, decision.unit, decision.accept_upper) == ("pass", "uL", pytest.approx(9.8355, abs=1e-4))


def test_what_is_no_number_is_never_decided():
    with pytest.raises(ImplausibleError, match="NaN"):
        itb(math.nan)
    with pytest.raises(RuleError, match="value"):
        decide_numbers(math.nan, 1.0, lower=None, upper=1.0, rule="simple")
    with pytest.raises(BareNumberError, match="value"):
        decide(1.0, LIMIT, lower=None, upper=LIMIT, rule="simple")
    with pytest.raises(RuleError, match="k: expected"):
        itb(1.0, k=-2.0)


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ({"u": -1.0}, "u: expected a standard uncertainty above zero"),
        ({"u": math.inf}, "u: expected a standard uncertainty above zero, found inf"),
        ({"nu": 0.0}, "nu: expected degrees of freedom"),
    ],
)
def test_what_is_refused_is_named_before_anything_is_made_of_it(number, says):
    """Otherwise a factor or a guard band that comes of it would be blamed."""
    given_ = {"value": 0.0, "u": 1.0, "lower": None, "upper": 1.0, "rule": "guard-band-U", **number}
    with pytest.raises(RuleError, match=says):
        decide_numbers(given_.pop("value"), given_.pop("u"), **given_)


@pytest.mark.parametrize("nu", [0.5, 1.0])
def test_a_single_degree_of_freedom_is_one(nu):
    """A result of two readings has one, and Satterthwaite's may have less; U goes by u = 0.01 and Student's factor."""
    assert decide_numbers(0.0, 0.01, lower=None, upper=3.0, rule="guard-band-U", nu=nu).verdict == "pass"

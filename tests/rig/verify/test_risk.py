"""Conformance probability and risks against JCGM 106, ILAC-G8 and published values."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig.verify.errors import RuleError
from rig.verify.risk import conforms, global_risk
from rig.verify.rule import student_quantile, student_tail


def test_the_zener_diode_of_jcgm_106(vector):
    case = vector("C106-zener")
    given_, expected = case["inputs"], case["expected"]
    chance = conforms(given_["y"], given_["u"], None, given_["T_U"])
    assert chance.inside == pytest.approx(expected["p_c"], abs=case["tolerance"]["abs"])
    assert round(chance.inside, 2) == expected["p_c_published_rounded"]


def test_an_itb_limit_on_both_sides(vector):
    case = vector("C106-ITB")
    lower, upper = case["inputs"]["TL_percent"]
    found = [conforms(y, case["inputs"]["U_k2_percent"] / 2, lower, upper).inside for y in case["inputs"]["y_percent"]]
    assert found == pytest.approx(case["expected"]["p_c"], abs=2e-6)


def test_the_risk_at_a_guarded_limit(vector):
    case = vector("RISK-ILAC")
    k = case["inputs"]["k"]
    found = [conforms(14.5 - part * k * 1.5, 1.5, None, 14.5).outside for part in case["inputs"]["w_over_U"]]
    assert found == pytest.approx(case["expected"]["PFA_at_AL"], abs=1e-6)


def test_global_risk_at_a_ratio_of_four(vector):
    case = vector("RISK-deaver")
    i, expected = case["inputs"], case["expected"]
    risk = global_risk(0.0, i["sigma_process"], i["sigma_meas"], (-i["TL"], i["TL"]), (-i["AL"], i["AL"]))
    assert (risk.false_accept, risk.false_reject) == pytest.approx((expected["PFA"], expected["PFR"]), abs=2e-5)
    assert risk.false_accept == pytest.approx(expected["PFA_published"], abs=5e-4)


def test_a_guard_band_trades_false_accepts_for_false_rejects():
    plain = global_risk(0.0, 6.0, 1.5, (-14.5, 14.5), (-14.5, 14.5))
    guarded = global_risk(0.0, 6.0, 1.5, (-14.5, 14.5), (-11.5, 11.5))
    assert guarded.false_accept < 0.03 * plain.false_accept
    assert guarded.false_reject > plain.false_reject


def test_a_sharp_measurement_is_integrated_as_well():
    risk = global_risk(0.0, 4.0, 1e-6, (-8.0, 8.0), (-8.0, 8.0))
    assert risk.false_accept + risk.false_reject < 1e-6
    half = global_risk(0.0, 4.0, 1e-6, (-8.0, 8.0), (-4.0, 4.0))
    assert half.false_reject == pytest.approx(math.erf(2 / math.sqrt(2)) - math.erf(1 / math.sqrt(2)), abs=1e-6)


@pytest.mark.parametrize("noise", [0.01, 0.5, 3.0])
def test_global_risks_against_a_plain_sum_over_the_population(noise):
    """A sum over a million pumps' true values, off centre and with unequal limits."""
    from scipy.special import ndtr

    mean, sd, limits, accepted = 1.0, 4.0, (-7.0, 9.0), (-6.0, 8.5)
    true = np.linspace(mean - 12 * sd, mean + 12 * sd, 2_000_001)
    share = np.exp(-0.5 * ((true - mean) / sd) ** 2) / (sd * math.sqrt(math.tau)) * (true[1] - true[0])
    passes = ndtr((accepted[1] - true) / noise) - ndtr((accepted[0] - true) / noise)
    inside = (true >= limits[0]) & (true <= limits[1])
    risk = global_risk(mean, sd, noise, limits, accepted)
    assert risk.false_accept == pytest.approx((share * passes)[~inside].sum(), abs=2e-7)
    assert risk.false_reject == pytest.approx((share * (1.0 - passes))[inside].sum(), abs=2e-6)


@pytest.mark.parametrize("arguments", [(0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (math.nan, 1.0, 1.0)])
def test_a_population_or_a_measurement_without_a_width_is_refused(arguments):
    with pytest.raises(RuleError, match="expected"):
        global_risk(*arguments, (-1.0, 1.0), (-1.0, 1.0))
    with pytest.raises(RuleError, match="lower below upper"):
        global_risk(0.0, 1.0, 1.0, (-1.0, 1.0), (1.0, -1.0))
    with pytest.raises(RuleError, match="lower below upper"):
        global_risk(0.0, 1.0, 1.0, (1.0, -1.0), (-1.0, 1.0))


@settings(deadline=None)  # the first call imports scipy
@given(st.floats(-50, 50), st.floats(0.01, 10), st.floats(1, 100))
def test_inside_and_outside_are_the_whole(value, u, nu):
    chance = conforms(value, u, -14.5, 14.5, nu)
    assert chance.inside + chance.outside == pytest.approx(1.0, abs=1e-12)
    assert 0.0 <= chance.inside <= 1.0


@pytest.mark.parametrize("nu", [4.0, math.inf])
def test_a_lower_limit_alone_is_an_upper_one_in_a_mirror(nu):
    for value in (-2.0, 0.5, 3.0):
        lower, upper = conforms(value, 1.5, 1.0, None, nu), conforms(-value, 1.5, None, -1.0, nu)
        assert (lower.inside, lower.outside) == pytest.approx((upper.inside, upper.outside), rel=1e-12)
        assert lower.inside + lower.outside == pytest.approx(1.0, abs=1e-12)


def test_nothing_is_more_than_certain():
    """Limits one rounding apart: whatever the sum of the tails rounds to, it is a probability."""
    for edge in np.linspace(-3.0, 3.0, 601).tolist():
        chance = conforms(0.0, 1.0, edge, math.nextafter(edge, math.inf))
        assert 0.0 <= chance.inside < 1e-12
        assert 1.0 - 1e-12 < chance.outside <= 1.0


def test_tails_of_student_and_of_the_normal_distribution():
    """GUM table G.2 and any table of the normal distribution: beyond 2.776 lie 2.5 % for nu = 4."""
    assert student_tail(2.776445, 4.0) == pytest.approx(0.025, abs=1e-7)
    assert student_tail(1.959964, math.inf) == pytest.approx(0.025, abs=1e-7)
    assert student_quantile(0.975, 4.0) == pytest.approx(2.776445, abs=1e-6)
    assert student_quantile(0.975, math.inf) == pytest.approx(1.959964, abs=1e-6)


def test_few_degrees_of_freedom_are_less_sure():
    few, many = conforms(11.5, 1.5, None, 14.5, 4.0), conforms(11.5, 1.5, None, 14.5)
    assert few.outside == pytest.approx(0.0580582618, abs=1e-9)  # Student's t: P(t > 2) at 4
    assert many.outside == pytest.approx(0.0227501319, abs=1e-9)


def test_small_risks_keep_their_digits():
    assert conforms(0.0, 1.0, -10.0, 10.0).outside == pytest.approx(1.52397060e-23, rel=1e-6, abs=0.0)
    above, under = conforms(20.0, 1.0, -10.0, 10.0), conforms(-20.0, 1.0, -10.0, 10.0)
    assert above.inside == under.inside == pytest.approx(7.61985302e-24, rel=1e-6, abs=0.0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [((math.nan, 1.0, None, 1.0), "value"), ((0.0, 0.0, None, 1.0), "u: expected"), ((0.0, math.nan, None, 1.0), "u: "),
     ((0.0, 1.0, None, None), "limits"), ((0.0, 1.0, 1.0, -1.0), "lower below upper"),
     ((0.0, 1.0, 1.0, 1.0), "lower below upper"), ((0.0, 1.0, math.nan, 1.0), "limits"),
     ((0.0, 1.0, 0.0, 1.0, 0.0), "nu")],
)  # fmt: skip
def test_what_cannot_be_decided_is_refused(arguments, message):
    with pytest.raises(RuleError, match=message):
        conforms(*arguments)

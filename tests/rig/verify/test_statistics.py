"""Tolerance factors, reliability, capability and bolus series against tables."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.errors import DimensionError
from calibration.units import MASS, VOLUME
from rig.verify.bolus import bolus_statistics
from rig.verify.capability import capability
from rig.verify.errors import MetricError
from rig.verify.reliability import lower_bound, needed_without_failure
from rig.verify.tolerance import howe_factor, natrella_factor, one_sided_factor, two_sided_factor


def test_the_factors_of_iso_16269_6(vector):
    case = vector("TOL-95-95")
    two = [two_sided_factor(n, 0.95, 0.95) for n in case["inputs"]["n"]]
    one = [one_sided_factor(n, 0.95, 0.95) for n in case["inputs"]["n"]]
    # the table has four decimals: half a unit of the last one is the honest tolerance, tighter than asked
    assert two == pytest.approx(case["expected"]["k_two_sided_exact"], abs=6e-5)
    assert one == pytest.approx(case["expected"]["k_one_sided_exact"], abs=6e-5)


def test_the_90_90_factor_of_22_pumps():
    assert two_sided_factor(22, 0.90, 0.90) == pytest.approx(2.1235, abs=6e-5)


def test_the_wafers_of_the_nist_handbook(vector):
    case = vector("TOL-NIST")
    i, expected = case["inputs"], case["expected"]
    arguments = i["n"], i["content"], i["confidence"]
    k2, k1 = howe_factor(*arguments), natrella_factor(*arguments)
    assert (k2, k1) == pytest.approx((expected["k2_Howe_approx"], expected["k1_Natrella_approx"]), abs=2e-6)
    assert [i["mean"] - k2 * i["sd"], i["mean"] + k2 * i["sd"]] == pytest.approx(
        expected["interval_two_sided"], abs=1e-5
    )
    assert i["mean"] + k1 * i["sd"] == pytest.approx(expected["upper_one_sided"], abs=1e-5)
    assert two_sided_factor(*arguments) == pytest.approx(expected["k2_exact"], abs=2e-4)
    assert one_sided_factor(*arguments) == pytest.approx(expected["k1_exact_nct"], abs=2e-4)


def test_natrella_against_the_noncentral_t(vector):
    case = vector("TOL-REALSTAT")
    i, expected = case["inputs"], case["expected"]
    exact = one_sided_factor(i["n"], i["content"], i["confidence"])
    assert exact == pytest.approx(expected["k1_nct"], abs=6e-5)
    assert natrella_factor(i["n"], i["content"], i["confidence"]) == pytest.approx(expected["k1_natrella"], abs=6e-5)
    assert i["mean"] - exact * i["sd"] == pytest.approx(expected["lower_limit_nct"], abs=6e-5)


@pytest.mark.parametrize(("n", "content", "confidence"), [(2, 0.95, 0.95), (3, 0.5, 0.99), (8, 0.99, 0.9)])
def test_the_two_sided_factor_keeps_its_promise(n, content, confidence):
    k = two_sided_factor(n, content, confidence)
    x = np.random.default_rng(11).standard_normal((200_000, n))
    mean, reach = x.mean(axis=1), k * x.std(axis=1, ddof=1)
    held = normal(mean + reach) - normal(mean - reach) >= content
    assert held.mean() == pytest.approx(confidence, abs=0.0025)


def normal(z):
    from scipy.special import ndtr

    return ndtr(z)


def test_many_items_approach_the_quantile():
    assert two_sided_factor(10**6, 0.95, 0.95) == pytest.approx(1.96223, abs=1e-4)


@pytest.mark.parametrize(
    "arguments",
    [(1, 0.95, 0.95), (10, 1.0, 0.95), (10, 0.0, 0.95), (10, 0.95, 0.0), (10, 0.95, 1.0), (10, float("nan"), 0.95)],
)
def test_tolerance_arguments_out_of_range_are_refused(arguments):
    for factor in (two_sided_factor, one_sided_factor, howe_factor, natrella_factor):
        with pytest.raises(MetricError, match="expected"):
            factor(*arguments)


def test_half_of_all_with_even_chance_is_the_mean_itself():
    """Nothing is added where content and confidence are both one half, and little else where one of them is."""
    assert natrella_factor(5, 0.5, 0.5) == pytest.approx(0.0, abs=1e-12)
    assert natrella_factor(5, 0.9, 0.5) == pytest.approx(1.281552, abs=1e-6)


def test_natrella_is_refused_where_it_breaks_down():
    with pytest.raises(MetricError, match="too small"):
        natrella_factor(3, 0.9, 0.99)


def test_zero_failures_of_59(vector):
    case = vector("REL-CP")
    i = case["inputs"]
    assert lower_bound(i["n"], i["failures"], i["confidence"]) == pytest.approx(
        case["expected"]["lower_bound"], abs=1e-6
    )
    assert needed_without_failure(0.95, 0.95) == 59
    assert lower_bound(58, 0, 0.95) < 0.95


def test_failures_lower_the_bound():
    assert lower_bound(10, 1, 0.95) == pytest.approx(0.60584, abs=1e-5)  # Clopper-Pearson table
    assert lower_bound(10, 10, 0.95) == 0.0
    with pytest.raises(MetricError, match="failures"):
        lower_bound(10, 11, 0.95)
    with pytest.raises(MetricError, match="reliability"):
        needed_without_failure(1.0, 0.95)


def test_the_capability_example_of_the_nist_handbook(vector):
    case = vector("CPK-NIST")
    i, expected = case["inputs"], case["expected"]
    index = capability(mean=i["mean"], sd=i["s"], n=i["n"], lower=i["LSL"], upper=i["USL"])
    assert (index.cp, index.cpk) == pytest.approx((expected["Cp"], expected["Cpk"]), abs=2e-5)
    assert [index.cpk_low, index.cpk_high] == pytest.approx(expected["Cpk_CI95_approx"], abs=2e-5)


def test_a_series_without_spread_has_no_capability():
    with pytest.raises(MetricError, match="sd above zero"):
        capability(mean=1.0, sd=0.0, n=10, lower=0.0, upper=2.0)
    with pytest.raises(MetricError, match="confidence"):
        capability(mean=1.0, sd=1.0, n=10, lower=0.0, upper=2.0, confidence=1.0)


def test_a_mean_beyond_the_limit_has_a_negative_cpk():
    assert capability(mean=3.0, sd=0.5, n=10, lower=0.0, upper=2.0).cpk == pytest.approx(-2.0 / 3.0)


def test_25_boluses(vector):
    case = vector("IEC-B2")
    expected = case["expected"]
    series = bolus_statistics(VOLUME.quantity(np.array(case["inputs"]["bolus_uL"])), VOLUME.quantity(10.0))
    assert series.count == 25
    assert (series.mean_ul, series.sd_ul) == pytest.approx((expected["mean_uL"], expected["sd_uL"]), abs=1e-6)
    assert series.mean_error_percent == pytest.approx(expected["mean_dev_percent"], abs=1e-6)
    assert series.max_error_percent == pytest.approx(expected["max_pos_dev_percent"], abs=1e-6)
    assert series.min_error_percent == pytest.approx(expected["max_neg_dev_percent"], abs=1e-6)
    interval = [series.tolerance_low_ul, series.tolerance_high_ul]
    assert interval == pytest.approx(expected["tol_interval_95_95_uL"], abs=2e-5)


def test_a_series_is_checked_at_the_door():
    ten = VOLUME.quantity(10.0)
    with pytest.raises(DimensionError, match="volumes"):
        bolus_statistics(MASS.quantity(np.ones(5)), ten)
    with pytest.raises(MetricError, match="two boluses"):
        bolus_statistics(VOLUME.quantity(np.ones(1)), ten)
    with pytest.raises(MetricError, match=r"programmed.*above zero"):
        bolus_statistics(VOLUME.quantity(np.ones(5)), VOLUME.quantity(0.0))


def test_boluses_of_half_a_microlitre_are_boluses():
    found = bolus_statistics(VOLUME.quantity(np.array([0.5, 0.6])), VOLUME.parse("programmed", "0.5 uL"))
    assert (found.mean_error_percent, found.max_error_percent) == pytest.approx((10.0, 20.0))

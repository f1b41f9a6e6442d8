"""What a calibration curve can do: forwards, backwards, pointwise, as a whole, and on paper."""

from __future__ import annotations

import json
import math
import tomllib

import numpy as np
import pytest

from calibration.coverage import coverage_factor, effective_degrees_of_freedom, expanded_uncertainty
from calibration.curve import Curve, fit_curve
from calibration.errors import CalibrationError, ImplausibleError

X = np.linspace(0.0, 10.0, 11)
NOISE = np.array([0.3, -0.1, 0.2, -0.4, 0.1, 0.0, 0.3, -0.2, -0.3, 0.2, -0.1])


@pytest.fixture
def line():
    return fit_curve(X, 1.0 + 2.0 * X + NOISE)


@pytest.fixture
def arch():
    """Turns at 7."""
    return fit_curve(X, -((X - 7.0) ** 2) + 0.1 * NOISE, degree=2)


def test_pointwise_and_whole(line):
    _, u = line.predict(X)
    assert line.expanded(X) == pytest.approx(coverage_factor(9, 0.95) * u)
    assert line.band(X) == pytest.approx(math.sqrt(2.0 * 4.25649) * u, rel=1e-5)  # F(0.95; 2, 9)


def test_known_uncertainties_need_no_student():
    curve = fit_curve(X, 1.0 + 2.0 * X + NOISE, u_y=0.25)
    _, u = curve.predict(3.0)
    assert curve.expanded(3.0) == pytest.approx(1.959964 * u)
    assert curve.band(3.0) == pytest.approx(math.sqrt(5.991465) * u)


def test_a_pointwise_band_does_not_hold_the_whole_line():
    rng, at = np.random.default_rng(11), np.linspace(0.0, 10.0, 101)
    held = np.zeros(2)
    for _ in range(1000):
        curve = fit_curve(X, rng.standard_normal(11))
        off = np.abs(curve.predict(at)[0])
        held += [(off <= curve.expanded(at)).all(), (off <= curve.band(at)).all()]
    assert held[0] == pytest.approx(880, abs=30)
    assert held[1] == pytest.approx(955, abs=20)


def test_the_way_back(line):
    y, u = line.predict(4.2)
    x, u_x = line.inverse(y, u_y=0.1)
    assert x == pytest.approx(4.2)
    assert u_x == pytest.approx(math.hypot(u, 0.1) / line.coefficients[1])


def test_beyond_the_range_only_on_demand(line):
    with pytest.raises(CalibrationError, match=r"expected 0 to 10, which was calibrated, found 3 to 10\.5"):
        line.predict([3.0, 10.5])
    with pytest.raises(CalibrationError, match="which the curve reaches, found 30"):
        line.inverse(30.0)
    y, _ = line.predict(12.0, extrapolate=True)
    assert line.inverse(y, extrapolate=True)[0] == pytest.approx(12.0)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_no_number_is_in_no_range(line, value):
    with pytest.raises(CalibrationError):
        line.predict(value, extrapolate=True)
    with pytest.raises(CalibrationError):
        line.inverse(value, extrapolate=True)


def test_a_curve_that_turns_has_no_way_back(arch):
    assert not arch.is_monotonic
    assert arch.turns == pytest.approx([7.0], abs=0.1)
    with pytest.raises(CalibrationError, match=r"found a turn at [67]\.\d+; calibrate a shorter range"):
        arch.inverse(-4.0)


def test_extrapolation_ends_where_the_curve_turns():
    part = X[:6]
    curve = fit_curve(part, -((part - 7.0) ** 2) + 0.01 * NOISE[:6], degree=2)
    assert curve.inverse(-1.0, extrapolate=True)[0] == pytest.approx(6.0, abs=0.1)
    with pytest.raises(CalibrationError, match="which the curve reaches, found 3"):
        curve.inverse(3.0, extrapolate=True)


def test_a_common_error_does_not_average_out():
    """One weight, wrong by 0.01 per unit at k = 1: a thousand points know the slope no better than that."""
    x = np.tile(X, 100)
    curve = fit_curve(x, 2.0 * x, u_y=0.1, common_y=0.01 * x, x0=0.0)
    assert math.sqrt(curve.covariance_common[1][1]) == pytest.approx(0.01)
    assert math.sqrt(curve.covariance[1][1]) == pytest.approx(0.01, rel=0.01)
    assert math.sqrt(curve.covariance_common[0][0]) == pytest.approx(0.0, abs=1e-8)


def test_a_common_error_of_x_counts_by_the_slope():
    curve = fit_curve(X, 3.0 * X + 1e-3 * NOISE, common_x=0.2)
    _, u = curve.predict(5.0)
    assert u == pytest.approx(0.6, rel=1e-3)


def test_a_diagonal_matrix_says_what_uncertainties_say():
    u = 0.1 + 0.01 * X
    plain = fit_curve(X, X + NOISE, u_x=u, u_y=2.0 * u)
    assert fit_curve(X, X + NOISE, cov_x=np.diag(u**2), cov_y=np.diag(4.0 * u**2)) == plain


def test_a_common_offset_may_be_said_as_a_full_matrix_too():
    """For a curve with a constant both ways give the same."""
    y = X + NOISE
    apart = fit_curve(X, y, u_y=0.2, common_y=0.5)
    whole = fit_curve(X, y, cov_y=0.04 * np.eye(11) + 0.25)
    np.testing.assert_allclose(whole.predict(X), apart.predict(X), rtol=1e-9)
    assert whole.chi2 == pytest.approx(apart.chi2)


def test_ten_thousand_points_need_no_matrix():
    """A matrix of that size would be 800 MB."""
    x = np.linspace(0.0, 1.0, 10_000)
    assert fit_curve(x, x, 1e-3, 1e-3, degree=2).dof == 9997


def test_common_errors_add_in_squares():
    both = fit_curve(X, X, u_y=1e-6, common_y=[np.full(11, 0.3), np.full(11, 0.4)])
    assert both.predict(2.0)[1] == pytest.approx(0.5, rel=1e-6)


def test_degrees_of_freedom_grow_with_what_is_known():
    """A large common error is known; little of Student is left."""
    curve = fit_curve(X[:5], X[:5] + 0.01 * NOISE[:5], common_y=1.0)
    assert curve.expanded(2.0) / curve.predict(2.0)[1] == pytest.approx(1.96, rel=1e-3)


def test_degrees_of_freedom_are_those_of_welch_and_satterthwaite():
    common = fit_curve(X[:5], X[:5] + NOISE[:5], common_y=0.1)
    (_, noise), (_, u) = fit_curve(X[:5], X[:5] + NOISE[:5]).predict(1.0), common.predict(1.0)
    nu = effective_degrees_of_freedom([noise, 0.1], [3, math.inf])
    assert common.expanded(1.0) == pytest.approx(expanded_uncertainty(u, nu))


def test_through_zero_means_zero_and_certain():
    curve = fit_curve(X[1:], 2.0 * X[1:] + NOISE[1:], through_zero=True)
    assert curve.predict(0.0) == (0.0, 0.0)  # no point lies there, and yet it is known
    assert curve.coefficients[1] == pytest.approx((X * (2.0 * X + NOISE)).sum() / (X**2).sum())
    assert (curve.free, curve.dof) == (1, 9)


def test_a_constant_is_the_mean():
    curve = fit_curve(X, NOISE, degree=0)
    assert curve.predict(5.0) == pytest.approx((NOISE.mean(), NOISE.std(ddof=1) / math.sqrt(11.0)))
    assert not curve.is_monotonic


def test_a_far_reference_costs_no_digits():
    """Kelvin or seconds since a day long gone: the range is narrow and far from zero."""
    near = fit_curve(X, X**3 / 100.0 + NOISE, degree=3)
    far = fit_curve(X + 1e6, X**3 / 100.0 + NOISE, degree=3)
    np.testing.assert_allclose(far.predict(X + 1e6), near.predict(X), rtol=1e-8)


CURVES = {
    "plain": {},
    "known": {"u_y": 0.3, "common_y": 0.1},
    "both": {"u_x": 0.01, "u_y": 0.3, "degree": 2},
    "zero": {"through_zero": True, "degree": 3},
}


@pytest.mark.parametrize("name", CURVES)
def test_a_curve_goes_through_json_to_the_last_bit(name):
    curve = fit_curve(X, 1.0 + 2.0 * X + NOISE, **CURVES[name])
    text = json.dumps(curve.as_table(), allow_nan=False)
    assert Curve.from_table(json.loads(text)) == curve


def test_a_curve_goes_through_toml_to_the_last_bit(line):
    text = "\n".join(f"{key} = {json.dumps(value)}" for key, value in line.as_table().items())
    assert Curve.from_table(tomllib.loads(text)) == line


def test_every_fault_of_a_table_is_told(line):
    table = line.as_table() | {"dgree": 1, "x0": "0", "u_known": 1, "coefficients": [1.0, math.nan]}
    del table["dof"]
    with pytest.raises(CalibrationError) as refused:
        Curve.from_table(table)
    told = str(refused.value)
    assert all(one in told for one in ("dgree: unknown", "x0: expected", "u_known: expected bool", "coefficients: exp"))
    assert "dof: missing" in told


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"degree": 2}, "degree: expected"),
        ({"lowest": 11.0}, "lowest, highest"),
        ({"dof": 0}, "dof: expected one"),
        ({"covariance": [[1.0]]}, "covariance: expected 2 rows"),
        ({"covariance": [[1.0, 2.0], [2.0, 1.0]]}, "covariance: expected symmetric"),
        ({"covariance": [1.0, 2.0]}, "covariance: expected a list"),
        ({"residuals": [1.0]}, "columns of equal length"),
    ],
)
def test_tables_that_contradict_themselves(line, entry, told):
    with pytest.raises(CalibrationError, match=told):
        Curve.from_table(line.as_table() | entry)


@pytest.mark.parametrize("p", [0.0, 1.0, 95.0])
def test_a_probability_is_one(line, p):
    with pytest.raises(ImplausibleError):
        line.expanded(1.0, p)
    with pytest.raises(ImplausibleError):
        line.band(1.0, p)

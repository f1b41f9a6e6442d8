"""Calibration curves against published examples and other programs."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.curve import chi_square_test, fit_curve, lack_of_fit
from calibration.straight_line import fit_line


def sd(curve):
    return np.sqrt(np.diag(curve.covariance))


def test_straight_line_h3(vector):
    given, expected, tolerance = vector("GUM-H3")
    curve = fit_curve(given["t_C"], given["b_C"], x0=given["t0"])
    b30, u_b30 = curve.predict(given["predict_at_C"], extrapolate=True)
    found = [curve.coefficients[0], sd(curve)[0], curve.residual_sd, curve.sum_of_squares, b30, u_b30]
    keys = ["intercept", "u_intercept", "s_resid", "SSR", "b30", "u_b30"]
    assert found == pytest.approx([expected[key] for key in keys], abs=tolerance["abs"])
    slope = [curve.coefficients[1], sd(curve)[1]]
    assert slope == pytest.approx([expected["slope"], expected["u_slope"]], abs=tolerance["slope_abs"])
    correlation = curve.covariance[0][1] / np.prod(sd(curve))
    assert correlation == pytest.approx(expected["corr"], abs=tolerance["corr_abs"])
    assert (curve.dof, curve.u_known, curve.chi2) == (expected["nu"], False, None)


def test_the_light_line_and_the_curve_are_one_line(vector):
    given, _, _ = vector("GUM-H3")
    line = fit_line(given["t_C"], given["b_C"], 20.0)
    curve = fit_curve(given["t_C"], given["b_C"], x0=20.0)
    at = np.array([21.6, 24.0, 26.4])
    np.testing.assert_allclose(curve.predict(at), line.predict(at), rtol=1e-11)
    np.testing.assert_allclose(curve.residuals, line.residuals, atol=1e-15)


def test_pearson_with_the_weights_of_york(vector):
    given, expected, tolerance = vector("YORK-PEARSON")
    u_x, u_y = (np.asarray(given[key], float) ** -0.5 for key in ("weight_x", "weight_y"))
    curve = fit_curve(given["x"], given["y"], u_x, u_y, x0=0.0)
    assert curve.coefficients == pytest.approx(expected["coefficients"], rel=tolerance["rel"])
    assert sd(curve) == pytest.approx(expected["u"], rel=tolerance["rel"])
    assert curve.chi2 / curve.dof == pytest.approx(expected["chi2_per_dof"], rel=tolerance["rel"])


def test_either_axis_may_be_called_x(vector):
    """With uncertainty in both, the line of y on x is that of x on y."""
    given, _, _ = vector("YORK-PEARSON")
    u_x, u_y = (np.asarray(given[key], float) ** -0.5 for key in ("weight_x", "weight_y"))
    there = fit_curve(given["x"], given["y"], u_x, u_y)
    back = fit_curve(given["y"], given["x"], u_y, u_x)
    np.testing.assert_allclose(there.inverse([2.0, 4.0, 5.0]), back.predict([2.0, 4.0, 5.0]), rtol=1e-7)


@pytest.mark.parametrize("name", ["ISO28037-6", "ISO28037-6b", "ISO28037-7", "ISO28037-10"])
def test_lines_of_iso_28037(vector, name):
    given, expected, tolerance = vector(name)
    curve = fit_curve(**given, x0=0.0)
    assert curve.coefficients == pytest.approx(expected["coefficients"], abs=tolerance["abs"])
    assert sd(curve) == pytest.approx(expected["u"], abs=tolerance["abs"])
    assert curve.covariance[0][1] == pytest.approx(expected["cov"], abs=tolerance["cov_abs"])
    assert curve.chi2 == pytest.approx(expected["chi2"], abs=tolerance["chi2_abs"])
    assert chi_square_test(curve).accepted
    if "inverse" in expected:
        back = expected["inverse"]
        found = curve.inverse(back["y"], back["u_y"])
        assert found == pytest.approx((back["x"], back["u"]), abs=tolerance["inverse_abs"])


def test_the_load_cell_of_pontius(vector):
    given, expected, tolerance = vector("NIST-PONTIUS")
    curve = fit_curve(given["x"], given["y"], degree="auto", x0=0.0)
    assert curve.degree == 2
    assert curve.coefficients == pytest.approx(expected["coefficients"], rel=tolerance["rel"])
    assert sd(curve) == pytest.approx(expected["u"], rel=tolerance["rel"])
    sums = [curve.residual_sd, curve.sum_of_squares]
    assert sums == pytest.approx([expected["residual_sd"], expected["sum_of_squares"]], rel=tolerance["rel"])


def test_lack_of_fit_of_the_load_cell(vector):
    given, expected, tolerance = vector("NIST-PONTIUS")
    line, parabola = (lack_of_fit(fit_curve(given["x"], given["y"], degree=degree)) for degree in (1, 2))
    found = [line.statistic, parabola.statistic]
    assert found == pytest.approx([expected["F_line"], expected["F_parabola"]], rel=tolerance["F_rel"])
    assert (line.dof, parabola.dof) == ((18, 20), (17, 20))
    assert (line.accepted, parabola.accepted) == (False, True)


def test_a_parabola_with_uncertainty_in_x_is_what_a_general_minimiser_finds():
    from scipy.optimize import least_squares

    rng = np.random.default_rng(3)
    x = np.linspace(0.0, 10.0, 9)
    seen, y = x + 0.1 * rng.standard_normal(9), 1.0 + x - 0.03 * x**2 + 0.1 * rng.standard_normal(9)
    curve = fit_curve(seen, y, 0.1, 0.1, degree=2, x0=0.0)

    def misfit(unknowns):
        c, xi = unknowns[:3], unknowns[3:]
        return np.concatenate([seen - xi, y - np.polynomial.polynomial.polyval(xi, c)]) / 0.1

    found = least_squares(misfit, np.concatenate([[0.0, 1.0, 0.0], seen]), xtol=1e-15, ftol=1e-15, gtol=1e-15)
    assert curve.coefficients == pytest.approx(found.x[:3], rel=1e-6)
    assert curve.chi2 == pytest.approx(2.0 * found.cost, rel=1e-9)


def test_weights_in_proportion_are_those_of_gtc():
    """Relative weights: GTC's line_fit_rwls."""
    import GTC

    x, y, w = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [3.2, 4.3, 7.6, 8.6, 11.7, 12.8], [0.5, 0.5, 0.5, 1.0, 1.0, 1.0]
    curve = fit_curve(x, y, u_y=w, u_known=False, x0=0.0)
    found = GTC.type_a.line_fit_rwls(x, y, w)
    assert curve.coefficients == pytest.approx([found.intercept.x, found.slope.x])
    assert sd(curve) == pytest.approx([found.intercept.u, found.slope.u])
    assert curve.dof == found.slope.df

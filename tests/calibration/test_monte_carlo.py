"""Monte Carlo propagation against the examples of JCGM 101."""

from __future__ import annotations

import math

import pytest

from calibration.distributions import (
    Arcsine,
    CurvilinearTrapezoid,
    Exponential,
    Gamma,
    MultivariateNormal,
    Normal,
    Rectangular,
    StudentT,
    Trapezoidal,
    Triangular,
)
from calibration.errors import ImplausibleError
from calibration.monte_carlo import numerical_tolerance, propagate, propagate_adaptive, validate_framework

ROOT3 = math.sqrt(3.0)
NAMES = ("a", "b", "c", "d")


def total(a, b, c, d):
    return a + b + c + d


def test_four_normals(vector):
    _, expected, tolerance = vector("S1-922")
    found = propagate(total, dict.fromkeys(NAMES, Normal(0.0, 1.0)), draws=2_000_000, seed=1)
    assert found.estimate == pytest.approx(expected["y"], abs=tolerance["y_abs"])
    assert found.u == pytest.approx(expected["u"], abs=tolerance["u_abs"])
    assert found.symmetric == pytest.approx(expected["interval"], abs=tolerance["interval_abs"])
    assert validate_framework((-3.92, 3.92), found).valid


def test_four_rectangles(vector):
    _, expected, tolerance = vector("S1-923")
    found = propagate(total, dict.fromkeys(NAMES, Rectangular(-ROOT3, ROOT3)), draws=2_000_000, seed=1)
    exact = expected["exact_endpoint"]
    assert found.u == pytest.approx(expected["u"], abs=0.005)
    assert found.symmetric == pytest.approx((-exact, exact), abs=tolerance["interval_abs"])
    assert validate_framework(tuple(expected["interval_GUF"]), found, digits=1).valid


def test_one_dominant_rectangle_is_beyond_the_framework(vector):
    _, expected, tolerance = vector("S1-924")
    inputs = dict.fromkeys(NAMES[:3], Rectangular(-ROOT3, ROOT3)) | {"d": Rectangular(-10.0 * ROOT3, 10.0 * ROOT3)}
    found = propagate(total, inputs, seed=1)
    assert found.u == pytest.approx(expected["u"], abs=tolerance["u_abs"])
    assert found.symmetric == pytest.approx(expected["interval_MCM"], abs=tolerance["interval_abs"])
    assert not validate_framework(tuple(expected["interval_GUF"]), found).valid


def test_correlated_squares(vector):
    given, expected, tolerance = vector("S1-94r")
    variance, covariance = given["u"] ** 2, given["r"] * given["u"] ** 2
    pair = MultivariateNormal((given["x1"], given["x2"]), ((variance, covariance), (covariance, variance)))
    found = propagate(lambda a, b: a**2 + b**2, {("a", "b"): pair}, draws=2_000_000, seed=1)
    wanted = (expected["y_1e-6"], expected["u_1e-6"])
    assert (found.estimate * 1e6, found.u * 1e6) == pytest.approx(wanted, abs=tolerance["abs_1e-6"])


def test_gauge_block(vector):
    given, expected, tolerance = vector("S1-95")
    inputs = {
        "ls": StudentT(50000623.0, 25.0, 18),
        "d": StudentT(215.0, 6.0, 24),
        "d1": StudentT(0.0, 4.0, 5),
        "d2": StudentT(0.0, 7.0, 8),
        "alpha": Rectangular(9.5e-6, 13.5e-6),
        "theta0": Normal(-0.1, 0.2),
        "delta": Arcsine(-0.5, 0.5),
        "dalpha": CurvilinearTrapezoid(-1e-6, 1e-6, 0.1e-6),
        "dtheta": CurvilinearTrapezoid(-0.05, 0.05, 0.025),
    }
    found = propagate(
        lambda ls, d, d1, d2, alpha, theta0, delta, dalpha, dtheta: (
            ls + d + d1 + d2 - ls * (dalpha * (theta0 + delta) + alpha * dtheta) - given["L_nom"]
        ),
        inputs,
        draws=3_000_000,
        p=given["p"],
        seed=1,
    )
    assert found.estimate == pytest.approx(expected["y_nm"], abs=tolerance["y_abs"])
    assert found.u == pytest.approx(expected["u_exact"], abs=tolerance["u_abs"])
    assert found.symmetric == pytest.approx(expected["interval99_computed"], abs=tolerance["int_abs"])


def test_viscosity_tn1900_e3(vector):
    given, expected, tolerance = vector("TN1900-E3")
    names = ("mu_c", "t_m", "rho_m", "rho_c", "t_c", "rho_b")
    found = propagate(viscosity, {name: Normal(*given[name]) for name in names}, draws=2_000_000, seed=1)
    assert found.estimate == pytest.approx(expected["y_MCM"], abs=tolerance["y_abs"])
    assert found.u == pytest.approx(expected["u_MCM"], abs=tolerance["u_MCM_abs"])
    assert found.symmetric == pytest.approx(expected["interval95"], abs=tolerance["int_abs"])


def test_viscosity_tn1900_e3_by_budget(vector):
    from calibration.uncertainty import Budget, Input

    given, expected, tolerance = vector("TN1900-E3")
    names = ("mu_c", "t_m", "rho_m", "rho_c", "t_c", "rho_b")
    found = Budget([Input.normal(name, *given[name]) for name in names]).evaluate(viscosity)
    assert found.value == pytest.approx(expected["y_GUF"], abs=tolerance["y_abs"])
    assert found.u == pytest.approx(expected["u_GUF"], abs=tolerance["u_GUF_abs"])


def viscosity(mu_c, t_m, rho_m, rho_c, t_c, rho_b):
    return mu_c * t_m * (rho_b - rho_m) / (t_c * (rho_b - rho_c))


@pytest.mark.parametrize(
    "distribution",
    [
        Normal(3.0, 2.0),
        Rectangular(-1.0, 3.0),
        Triangular(-1.0, 3.0),
        Arcsine(-1.0, 3.0),
        Trapezoidal(-1.0, 3.0, 0.4),
        CurvilinearTrapezoid(-1.0, 3.0, 0.5),
        Exponential(2.0),
        Gamma(4.0, 0.5),
        StudentT(1.0, 2.0, 9.0),
        StudentT(1.0, 2.0, math.inf),
    ],
)
def test_each_distribution_has_the_moments_it_states(distribution):
    found = propagate(lambda x: x, {"x": distribution}, draws=400_000, seed=3)
    assert found.estimate == pytest.approx(distribution.mean, abs=5.0 * distribution.std / 400_000**0.5)
    assert found.u == pytest.approx(distribution.std, rel=0.01)


def test_the_same_seed_gives_the_same_digits():
    inputs = {"x": Normal(0.0, 1.0), "y": Triangular(0.0, 1.0)}
    first, again, other = (propagate(lambda x, y: x * y, inputs, draws=300_000, seed=s) for s in (5, 5, 6))
    assert first == again
    assert first != other


def test_adaptive_stops_when_stable():
    inputs = dict.fromkeys(NAMES, Normal(0.0, 1.0))
    found = propagate_adaptive(total, inputs, digits=1, seed=2)
    assert found.converged
    assert found.draws % 10_000 == 0
    assert found.symmetric == pytest.approx((-3.92, 3.92), abs=4.0 * numerical_tolerance(2.0, 1) / 5.0)
    assert not propagate_adaptive(total, inputs, digits=3, max_draws=50_000).converged


def test_the_shortest_interval_leans_with_the_distribution():
    found = propagate(lambda x: x**2, {"x": Normal(0.0, 1.0)}, draws=400_000)
    assert found.shortest[0] == pytest.approx(0.0, abs=0.001)
    assert found.shortest[1] == pytest.approx(3.84, abs=0.06)
    assert found.shortest[1] - found.shortest[0] < found.symmetric[1] - found.symmetric[0]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Rectangular(1.0, 1.0),
        lambda: Normal(0.0, -1.0),
        lambda: Exponential(0.0),
        lambda: Gamma(-1.0),
        lambda: StudentT(0.0, 1.0, 0.0),
        lambda: Trapezoidal(0.0, 1.0, 2.0),
        lambda: CurvilinearTrapezoid(0.0, 1.0, 0.6),
        lambda: MultivariateNormal((0.0, 0.0), ((1.0, 2.0), (2.0, 1.0))),
        lambda: MultivariateNormal((0.0, 0.0), ((1.0, 0.0),)),
        lambda: propagate(lambda x: x, {"x": Normal(0.0, 1.0)}, draws=10),
        lambda: propagate(lambda x: x, {"x": Normal(0.0, 1.0)}, p=95.0),
        lambda: propagate(lambda x: x * math.nan, {"x": Normal(0.0, 1.0)}, draws=1000),
        lambda: propagate(lambda a: a, {("a", "a"): MultivariateNormal((0.0,), ((1.0,),))}, draws=1000),
        lambda: numerical_tolerance(0.0),
    ],
)
def test_what_cannot_be_is_refused(make):
    with pytest.raises(ImplausibleError, match="expected"):
        make()

"""Propagation of distributions, against the examples of JCGM 101 and NIST TN 1900."""

from __future__ import annotations

import math

from calibration.distributions import Arcsine, CurvilinearTrapezoid, MultivariateNormal, Normal, Rectangular, StudentT
from calibration.monte_carlo import propagate, validate_framework
from calibration.uncertainty import Budget, Input
from tests.held_against.row import Row, compared, same
from tests.held_against.vectors import vector

ROOT3, NAMES, DRAWS = math.sqrt(3.0), ("a", "b", "c", "d"), 2_000_000
TOLERANCE = "vector"


def rows() -> list[Row]:
    return [normals(), rectangles(), dominated(), correlated(), gauge(), viscosity()]


def total(a, b, c, d):
    return a + b + c + d


def normals() -> Row:
    _, expected, tolerance = vector("S1-922")
    found = propagate(total, dict.fromkeys(NAMES, Normal(0.0, 1.0)), draws=DRAWS, seed=1)
    values = (
        compared("y", "", expected["y"], found.estimate, tolerance["y_abs"]),
        compared("u", "", expected["u"], found.u, tolerance["u_abs"]),
        compared("95 %", "", expected["interval"], found.symmetric, tolerance["interval_abs"]),
    )
    return Row("Monte Carlo, four normals", (propagate,), "JCGM 101 9.2.2", values, TOLERANCE, "S1-922")


def rectangles() -> Row:
    _, expected, tolerance = vector("S1-923")
    found = propagate(total, dict.fromkeys(NAMES, Rectangular(-ROOT3, ROOT3)), draws=DRAWS, seed=1)
    exact = expected["exact_endpoint"]
    values = (
        compared("u", "", expected["u"], found.u, tolerance["interval_abs"]),
        compared("95 %", "", (-exact, exact), found.symmetric, tolerance["interval_abs"]),
    )
    return Row("Monte Carlo, four rectangles", (propagate,), "JCGM 101 9.2.3", values, TOLERANCE, "S1-923")


def dominated() -> Row:
    _, expected, tolerance = vector("S1-924")
    inputs = dict.fromkeys(NAMES[:3], Rectangular(-ROOT3, ROOT3)) | {"d": Rectangular(-10.0 * ROOT3, 10.0 * ROOT3)}
    found = propagate(total, inputs, draws=DRAWS, seed=1)
    values = (
        compared("u", "", expected["u"], found.u, tolerance["u_abs"]),
        compared("95 %", "", expected["interval_MCM"], found.symmetric, tolerance["interval_abs"]),
        same("linear budget holds", "no", _yes(validate_framework(tuple(expected["interval_GUF"]), found).valid)),
    )
    return Row(
        "Monte Carlo, one dominant rectangle",
        (propagate, validate_framework),
        "JCGM 101 9.2.4",
        values,
        TOLERANCE,
        "S1-924",
    )


def correlated() -> Row:
    given, expected, tolerance = vector("S1-94r")
    variance, covariance = given["u"] ** 2, given["r"] * given["u"] ** 2
    pair = MultivariateNormal((given["x1"], given["x2"]), ((variance, covariance), (covariance, variance)))
    found = propagate(lambda a, b: a**2 + b**2, {("a", "b"): pair}, draws=DRAWS, seed=1)
    values = (
        compared("y", "1e-6", expected["y_1e-6"], 1e6 * found.estimate, tolerance["abs_1e-6"]),
        compared("u", "1e-6", expected["u_1e-6"], 1e6 * found.u, tolerance["abs_1e-6"]),
    )
    return Row("Monte Carlo, correlated squares", (propagate,), "JCGM 101 9.4", values, TOLERANCE, "S1-94r")


def gauge() -> Row:
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
    values = (
        compared("y", "nm", expected["y_nm"], found.estimate, tolerance["y_abs"]),
        compared("u", "nm", expected["u_exact"], found.u, tolerance["u_abs"]),
        compared("99 %", "nm", expected["interval99_computed"], found.symmetric, tolerance["int_abs"]),
    )
    return Row("Monte Carlo, gauge block", (propagate,), "JCGM 101 9.5", values, TOLERANCE, "S1-95")


def viscosity_of(mu_c, t_m, rho_m, rho_c, t_c, rho_b):
    return mu_c * t_m * (rho_b - rho_m) / (t_c * (rho_b - rho_c))


def viscosity() -> Row:
    given, expected, tolerance = vector("TN1900-E3")
    names = ("mu_c", "t_m", "rho_m", "rho_c", "t_c", "rho_b")
    found = propagate(viscosity_of, {name: Normal(*given[name]) for name in names}, draws=DRAWS, seed=1)
    linear = Budget([Input.normal(name, *given[name]) for name in names]).evaluate(viscosity_of)
    values = (
        compared("y", "mPa s", expected["y_MCM"], found.estimate, tolerance["y_abs"]),
        compared("u", "mPa s", expected["u_MCM"], found.u, tolerance["u_MCM_abs"]),
        compared("95 %", "mPa s", expected["interval95"], found.symmetric, tolerance["int_abs"]),
        compared("y, linear", "mPa s", expected["y_GUF"], linear.value, tolerance["y_abs"]),
        compared("u, linear", "mPa s", expected["u_GUF"], linear.u, tolerance["u_GUF_abs"]),
    )
    return Row(
        "Monte Carlo and budget, viscosity",
        (propagate, Budget.evaluate),
        "NIST TN 1900 E3",
        values,
        TOLERANCE,
        "TN1900-E3",
    )


def _yes(valid: bool) -> str:
    return "yes" if valid else "no"

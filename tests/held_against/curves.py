"""Calibration curves, against published fits."""

from __future__ import annotations

import numpy as np

from calibration.curve import fit_curve, lack_of_fit
from tests.held_against.row import Row, compared
from tests.held_against.vectors import vector

TOLERANCE = "vector"
ISO = {"6": "weighted line", "6b": "weighted line, b", "7": "uncertainty in x", "10": "correlated"}


def rows() -> list[Row]:
    return [pearson(), *(iso(part) for part in ISO), pontius()]


def relative(what, expected, found, rel):
    each = zip(np.atleast_1d(expected), np.atleast_1d(found), strict=True)
    return tuple(compared(what, "", float(e), float(f), rel * abs(float(e))) for e, f in each)


def sd(curve):
    return np.sqrt(np.diag(curve.covariance))


def pearson() -> Row:
    given, expected, tolerance = vector("YORK-PEARSON")
    u_x, u_y = (np.asarray(given[key], float) ** -0.5 for key in ("weight_x", "weight_y"))
    curve = fit_curve(given["x"], given["y"], u_x, u_y, x0=0.0)
    values = (
        *relative("coefficient", expected["coefficients"], curve.coefficients, tolerance["rel"]),
        *relative("u", expected["u"], sd(curve), tolerance["rel"]),
    )
    return Row("line with u in both axes", (fit_curve,), "Pearson's data, York 1966", values, TOLERANCE, "YORK-PEARSON")


def iso(part) -> Row:
    given, expected, tolerance = vector(f"ISO28037-{part}")
    curve = fit_curve(**given, x0=0.0)
    values = (
        compared("coefficient", "", expected["coefficients"], curve.coefficients, tolerance["abs"]),
        compared("u", "", expected["u"], sd(curve), tolerance["abs"]),
        compared("covariance", "", expected["cov"], curve.covariance[0][1], tolerance["cov_abs"]),
        compared("chi-square", "", expected["chi2"], curve.chi2, tolerance["chi2_abs"]),
    )
    source = f"ISO/TS 28037:2010, clause {part.rstrip('b')}"
    return Row(f"calibration line, {ISO[part]}", (fit_curve,), source, values, TOLERANCE, f"ISO28037-{part}")


def pontius() -> Row:
    given, expected, tolerance = vector("NIST-PONTIUS")
    curve = fit_curve(given["x"], given["y"], degree="auto", x0=0.0)
    tests = [lack_of_fit(fit_curve(given["x"], given["y"], degree=degree)).statistic for degree in (1, 2)]
    values = (
        *relative("coefficient", expected["coefficients"], curve.coefficients, tolerance["rel"]),
        *relative("u", expected["u"], sd(curve), tolerance["rel"]),
        *relative("F", [expected["F_line"], expected["F_parabola"]], tests, tolerance["F_rel"]),
    )
    return Row("curve of a load cell", (fit_curve, lack_of_fit), "NIST StRD Pontius", values, TOLERANCE, "NIST-PONTIUS")

"""Least squares for low polynomials: ordinary, weighted, generalised, and with uncertainty in x as well.

One algorithm serves all of them. The true abscissae are unknowns beside the coefficients; the model is linearised at
the best guess of both, with the covariance of what is left over, ``V = cov_y + D cov_x D`` (D: slopes), and generalised
least squares gives the next guess, until nothing moves (Gauss-Newton; ISO/TS 28037:2010 clauses 6 to 10 for the line,
York et al., Am. J. Phys. 72 (2004) 367). Without uncertainty in x the first step is already the answer.

>>> from calibration.curve_points import read_points
>>> fit = fit_polynomial(read_points([0.0, 1.0, 2.0, 3.0], [0.1, 1.0, 2.1, 2.9]), 1)
>>> coefficients, _, _ = fit.about(0.0)
>>> print(f"{coefficients[0]:.3f} {coefficients[1]:.3f}")
0.100 0.950

An error that is common to all points takes no part in the weights; it is carried through to the coefficients, where it
stays whole however many points there are. Inside, x is centred and scaled to -1..1.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING

import numpy as np
from numpy.polynomial.polynomial import polyval

from calibration.curve_points import refusal
from calibration.gauss_newton import GaussNewton

if TYPE_CHECKING:
    from calibration.curve_points import Array, Points


@dataclass(frozen=True)
class Fit:
    """A polynomial in t = (x - centre) / scale.

    Attributes:
        centre, scale: of x.
        theta: coefficients, lowest power first; a leading zero where the curve goes through zero.
        cov_noise: their covariance from what each point has for itself.
        cov_common: their covariance from shared errors.
        residuals: measured less fitted, at the measured x.
        u_points: standard uncertainty of each residual (relative, where y's is to be found).
        chi2: sum of squares in units of ``u_points``, correlation included.
        free: number of coefficients that were fitted.
    """

    centre: float
    scale: float
    theta: Array
    cov_noise: Array
    cov_common: Array
    residuals: Array
    u_points: Array
    chi2: float
    free: int

    @property
    def dof(self) -> int:
        """Number of points less number of fitted coefficients."""
        return self.residuals.size - self.free

    def about(self, x0: float) -> tuple[Array, Array, Array]:
        """Coefficients of (x - x0)**k, and the two covariances."""
        shift = (x0 - self.centre) / self.scale
        size = self.theta.size
        move = np.array([[comb(k, j) * shift ** max(k - j, 0) for k in range(size)] for j in range(size)])
        move = move / self.scale ** np.arange(size)[:, None]
        return move @ self.theta, move @ self.cov_noise @ move.T, move @ self.cov_common @ move.T


def fit_polynomial(points: Points, degree: int, *, through_zero: bool = False) -> Fit:
    """Fit one polynomial.

    Args:
        points: read and judged.
        degree: 0 to 3, a whole number.
        through_zero: no constant; the curve is zero at x = 0.

    Raises:
        CalibrationError: too few points or too few different x for the degree, or no convergence.
    """
    _require_enough(points, degree, through_zero)
    centre = 0.0 if through_zero else float(points.x.min() / 2.0 + points.x.max() / 2.0)
    scale = float(np.abs(points.x - centre).max()) or 1.0
    solver = GaussNewton(points, (points.x - centre) / scale, scale, np.arange(int(through_zero), degree + 1))
    solver.run()
    residuals = points.y - polyval(solver.t, solver.theta)
    noise, common = solver.covariances()
    return Fit(centre, scale, solver.theta, noise, common, residuals, solver.u_points, solver.chi2, solver.powers.size)


def enough_for(points: Points, degree: int, *, through_zero: bool = False) -> list[str]:
    """Why a polynomial of this degree cannot be put through the points; empty when it can."""
    if degree not in range(int(through_zero), 4):
        return [f"degree: expected {int(through_zero)} to 3, found {degree}"]
    free = degree + 1 - int(through_zero)
    distinct = points.distinct - int(through_zero and bool((points.x == 0.0).any()))
    reasons = []
    if points.x.size <= free:
        reasons.append(f"points: expected more than {free} for degree {degree}, found {points.x.size}")
    if distinct < free:
        other = " other than zero" if through_zero else ""
        reasons.append(f"x: expected {free} or more different values{other} for degree {degree}, found {distinct}")
    return reasons


def _require_enough(points: Points, degree: int, through_zero: bool) -> None:
    if reasons := enough_for(points, degree, through_zero=through_zero):
        raise refusal(reasons)

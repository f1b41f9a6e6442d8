"""The steps of :mod:`calibration.curve_fit`: true abscissae and coefficients improved in turn until nothing moves.

>>> from calibration.curve_points import read_points
>>> points = read_points([-1.0, 0.0, 1.0], [1.0, 2.0, 3.1], u_x=0.1, u_y=0.1)
>>> solver = GaussNewton(points, points.x, 1.0, np.arange(2))
>>> solver.run()
>>> print(f"{solver.theta[0]:.3f} {solver.theta[1]:.3f}")
2.033 1.050

Minimised is ``(x - xi)' Ux^-1 (x - xi) + (y - f(xi))' Uy^-1 (y - f(xi))`` over the coefficients of f and the true
abscissae xi (ISO/TS 28037:2010 clause 10; W. E. Deming, Statistical Adjustment of Data, 1943). It stands here because
scipy.odr leaves SciPy with 1.19, and neither it nor its successor takes covariances between points or says how each
reading moves the coefficients, which common errors need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.polynomial.polynomial import polyder, polyval

from calibration.curve_points import refusal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from calibration.curve_points import Array, Points

_STEPS = 200
_SMALL = 1e-9  # of a standard uncertainty: a step that nobody can see
_ROUNDING = 1e-13  # of the largest coefficient


class GaussNewton:
    """One fit in the making.

    Args:
        points: as read.
        t: their x, centred and scaled.
        scale: dx / dt.
        powers: of t that are free, such as 0 and 1; a power below the first is held at zero.

    Attributes:
        theta: coefficients of t, lowest power first.
        u_points: standard uncertainty of each residual.
        chi2: the sum that was minimised.
    """

    def __init__(self, points: Points, t: Array, scale: float, powers: NDArray[np.int_]) -> None:
        n = t.size
        self.t, self.powers = t, powers
        self.theta = np.zeros(int(powers[-1]) + 1)
        self._xi = t.copy()
        self._y = points.y
        self._cov_y = np.ones(n) if points.cov_y is None else points.cov_y
        self._cov_x = None if points.cov_x is None else points.cov_x / scale**2
        if points.correlated:
            self._cov_y = _as_matrix(self._cov_y)
            self._cov_x = None if self._cov_x is None else _as_matrix(self._cov_x)
        self._common_x, self._common_y = points.common_x / scale, points.common_y
        self._spread_x = None if points.spread_x is None else points.spread_x / scale**2
        self._cov, self._gain = np.zeros((powers.size, powers.size)), np.zeros((powers.size, n))
        self.u_points, self.chi2 = np.ones(n), 0.0

    def run(self) -> None:
        """Step until nothing moves.

        Raises:
            CalibrationError: it never comes to rest.
        """
        for _ in range(_STEPS):
            if self._step():
                return
        cause = f"x is too uncertain, or the points too scattered, for degree {self.powers[-1]}"
        raise refusal([f"fit: expected to come to rest in {_STEPS} steps, found no rest; {cause}"])

    def covariances(self) -> tuple[Array, Array]:
        """Of the coefficients: from what each point has for itself, and from what all share."""
        slopes = self._slopes()
        effects = np.vstack([self._common_y, -slopes * self._common_x])
        common = self._gain @ effects.T
        noise = self._cov
        if self._spread_x is not None:
            noise = self._gain @ (_as_matrix(self._cov_y) + _scaled(self._spread_x, slopes)) @ self._gain.T
        return self._full(noise), self._full(common @ common.T)

    def _slopes(self) -> Array:
        return np.asarray(polyval(self._xi, polyder(self.theta)), np.float64)

    def _step(self) -> bool:
        """One improvement; True when it is the last."""
        slopes = self._slopes()
        left = self._y - polyval(self._xi, self.theta) - slopes * (self.t - self._xi)
        design = self._xi[:, None] ** self.powers
        white = _Whitener(self._cov_y if self._cov_x is None else self._cov_y + _scaled(self._cov_x, slopes))
        move = self._solve(white, design, left)
        self.theta[self.powers] += move
        if self._cov_x is None:
            return True
        before, misfit = self._xi, left - design @ move
        self._xi = self.t + _times(self._cov_x, slopes * white.back(white(misfit)))
        u_x = np.sqrt(_diagonal(self._cov_x))
        quiet = np.abs(self._xi - before) <= _SMALL * u_x + _ROUNDING
        return bool((np.abs(move) <= self._negligible()).all() and quiet.all())

    def _solve(self, white: _Whitener, design: Array, left: Array) -> Array:
        """Generalised least squares: whitened, then by QR."""
        q, r = np.linalg.qr(white(design))
        r_inverse = np.linalg.inv(r)
        self._gain = white.back(q @ r_inverse.T).T
        self._cov = r_inverse @ r_inverse.T
        target = white(left)
        inside = q.T @ target
        self.chi2 = float(((target - q @ inside) ** 2).sum())
        self.u_points = white.u
        return np.asarray(r_inverse @ inside, np.float64)

    def _negligible(self) -> Array:
        return np.asarray(_SMALL * np.sqrt(np.diag(self._cov)) + _ROUNDING * np.abs(self.theta).max(), np.float64)

    def _full(self, cov: Array) -> Array:
        """A row and a column of zeros for each power that is held."""
        held = int(self.powers[0])
        return np.pad(cov, ((held, 0), (held, 0)))


class _Whitener:
    """Makes errors of a covariance independent and of size one; variances alone, (n,), need no matrix."""

    def __init__(self, v: Array) -> None:
        self.u = np.sqrt(_diagonal(v))
        self._lower = np.linalg.cholesky(v) if v.ndim == 2 else None

    def __call__(self, columns: Array) -> Array:
        if self._lower is None:
            return np.asarray((columns.T / self.u).T, np.float64)
        return np.asarray(np.linalg.solve(self._lower, columns), np.float64)

    def back(self, columns: Array) -> Array:
        """The transposed way, as the normal equations want it."""
        if self._lower is None:
            return self(columns)
        return np.asarray(np.linalg.solve(self._lower.T, columns), np.float64)


def _as_matrix(v: Array) -> Array:
    return v if v.ndim == 2 else np.diag(v)


def _diagonal(v: Array) -> Array:
    return v if v.ndim == 1 else np.diag(v)


def _scaled(v: Array, slopes: Array) -> Array:
    """Covariance after each error was multiplied by its slope."""
    return v * slopes**2 if v.ndim == 1 else slopes[:, None] * v * slopes


def _times(v: Array, column: Array) -> Array:
    return v * column if v.ndim == 1 else np.asarray(v @ column, np.float64)

"""A calibration curve: what an instrument's reading means, with its uncertainty, in both directions.

>>> curve = Curve(degree=1, coefficients=(0.0, 2.0), covariance=((0.01, 0.0), (0.0, 0.0)), x0=0.0, lowest=0.0,
...               highest=5.0, dof=8, u_known=True)
>>> y, u = curve.predict(2.0)
>>> print(f"{y:.1f} {u:.1f}")
4.0 0.1
>>> x, u = curve.inverse(4.0, u_y=0.2)
>>> print(f"{x:.1f} {u:.3f}")
2.0 0.112

:func:`calibration.curve.fit_curve` makes one from points; one that a certificate states, with the covariance of its
coefficients, is read and judged by :meth:`Curve.from_table`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.polynomial.polynomial import polyval

from calibration.curve_shape import branch, slope_at, slope_extremes, solve_for, turning_points
from calibration.curve_spread import band_factor, degrees_of_freedom, pointwise_factor, span, variance
from calibration.curve_table import read_table, table_of
from calibration.errors import CalibrationError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Row = tuple[float, ...]


@dataclass(frozen=True)
class Curve:
    """y = sum of c_k (x - x0)**k between ``lowest`` and ``highest``, in the units of the points.

    Attributes:
        degree: of the polynomial, 0 to 3.
        coefficients: c_0, c_1, ..., about ``x0``.
        covariance: of the coefficients, everything included.
        x0: reference, exact.
        lowest, highest: the range of x that was calibrated.
        dof: number of points less number of fitted coefficients.
        u_known: the uncertainties of the points were known beforehand; otherwise they were found from the residuals,
            and ``dof`` says how well.
        covariance_common: the part of ``covariance`` that comes from errors common to all points; empty for none.
        through_zero: no constant was fitted.
        method: ``ordinary``, ``weighted``, ``generalised``, ``errors in variables``, or ``stated`` by a certificate.
        residual_sd: root of the sum of squared residuals over ``dof``, in the unit of y.
        sum_of_squares: what was minimised: squared residuals in units of ``u_points``, correlation included.
        x: of the points, in their order; empty where a certificate states the curve alone.
        residuals: measured less fitted.
        u_points: standard uncertainty of each residual, as known beforehand; only in proportion where not ``u_known``.
    """

    degree: int
    coefficients: Row
    covariance: tuple[Row, ...]
    x0: float
    lowest: float
    highest: float
    dof: int
    u_known: bool
    covariance_common: tuple[Row, ...] = ()
    through_zero: bool = False
    method: str = "stated"
    residual_sd: float | None = None
    sum_of_squares: float | None = None
    x: Row = ()
    residuals: Row = ()
    u_points: Row = ()

    @property
    def free(self) -> int:
        """Number of coefficients that were fitted."""
        return self.degree + 1 - int(self.through_zero)

    @property
    def chi2(self) -> float | None:
        """Sum of squares in units of the known uncertainties; None where they were not known."""
        return self.sum_of_squares if self.u_known else None

    @property
    def p_chi2(self) -> float | None:
        """How often a true model with these uncertainties gives a larger ``chi2``."""
        from scipy.special import chdtrc

        return None if self.chi2 is None else float(chdtrc(self.dof, self.chi2))

    @property
    def is_monotonic(self) -> bool:
        """Whether the curve rises or falls everywhere in its range, with no flat place."""
        least, most = slope_extremes(self.coefficients, self.lowest - self.x0, self.highest - self.x0)
        return least > 0.0 or most < 0.0

    @property
    def turns(self) -> Row:
        """Each x in the range where the curve turns."""
        found = [z + self.x0 for z in turning_points(self.coefficients)]
        return tuple(x for x in found if self.lowest <= x <= self.highest)

    def predict(self, x: ArrayLike, *, extrapolate: bool = False) -> tuple[Any, Any]:
        """The curve and its standard uncertainty at ``x``, correlation included; without the noise of a new reading.

        Args:
            x: a number or an array.
            extrapolate: allow what was not calibrated.

        Raises:
            CalibrationError: an ``x`` out of range.
        """
        z = self._distance(x, extrapolate)
        u = np.sqrt(variance(z, self.covariance))
        return polyval(z, np.asarray(self.coefficients))[()], u[()]

    def inverse(self, y: ArrayLike, u_y: ArrayLike = 0.0, *, extrapolate: bool = False) -> tuple[Any, Any]:
        """The ``x`` that gives ``y``, and its standard uncertainty to first order: sqrt(u_curve^2 + u_y^2) / |slope|.

        First order holds while the slope is many times its own uncertainty.

        Args:
            y: a number or an array.
            u_y: standard uncertainty of ``y`` itself.
            extrapolate: allow what was not calibrated, as far as the curve goes on without a turn.

        Raises:
            CalibrationError: a curve that is not monotonic in its range, or a ``y`` that it does not reach.
        """
        if not self.is_monotonic:
            at = ", ".join(f"{x:g}" for x in self.turns) or "a flat place"
            raise CalibrationError(
                f"inverse: expected a curve that rises or falls all the way from {self.lowest:g} to {self.highest:g}, "
                f"found a turn at {at}; calibrate a shorter range"
            )
        values = np.asarray(y, np.float64)
        z = solve_for(self.coefficients, values, *self._reach(extrapolate), slack=self._rounding())
        self._refuse_unreached(values, z, extrapolate)
        u = np.sqrt(variance(z, self.covariance) + np.asarray(u_y, np.float64) ** 2)
        with np.errstate(divide="ignore"):  # infinite at the turn itself
            return (z + self.x0)[()], (u / np.abs(slope_at(self.coefficients, z)))[()]

    def expanded(self, x: ArrayLike, p: float = 0.95, *, extrapolate: bool = False) -> Any:
        """U at one ``x``: the curve lies within plus and minus U there, in a fraction ``p`` of calibrations.

        Student's t where the uncertainty was found from residuals, with Welch-Satterthwaite degrees of freedom where
        a common error is added. For statements about the whole curve use :meth:`band`.
        """
        z = self._distance(x, extrapolate)
        return (pointwise_factor(self._degrees_of_freedom(z), p) * np.sqrt(variance(z, self.covariance)))[()]

    def band(self, x: ArrayLike, p: float = 0.95, *, extrapolate: bool = False) -> Any:
        """Half width at ``x`` of a band that holds the *whole* curve in a fraction ``p`` of calibrations.

        Working and Hotelling, J. Am. Stat. Assoc. 24 (1929) Suppl. 73: sqrt(m F) in place of t. A band of
        pointwise 95 % intervals holds a whole line through eleven points in 88 % only.
        """
        z = self._distance(x, extrapolate)
        k = band_factor(self.free, self._degrees_of_freedom(z), p)
        return (k * np.sqrt(variance(z, self.covariance)))[()]

    def as_table(self) -> dict[str, Any]:
        """Plain numbers, text and lists for JSON or TOML; every bit of every number is kept."""
        return table_of(self)

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> Self:
        """Read :meth:`as_table` back.

        Raises:
            CalibrationError: unknown, missing or wrong entries; all of them in one message.
        """
        return cls(**read_table(table))

    def _distance(self, x: ArrayLike, extrapolate: bool) -> Any:
        xs = np.asarray(x, np.float64)
        slack = 1e-12 * max(abs(self.lowest), abs(self.highest))
        inside = (xs >= self.lowest - slack) & (xs <= self.highest + slack)
        if not np.isfinite(xs).all() or not (extrapolate or inside.all()):
            raise CalibrationError(
                f"x: expected {self.lowest:g} to {self.highest:g}, which was calibrated, found {span(xs)}"
            )
        return xs - self.x0

    def _degrees_of_freedom(self, z: Any) -> Any:
        dof = math.inf if self.u_known else float(self.dof)
        return degrees_of_freedom(z, dof, self.covariance, self.covariance_common)

    def _reach(self, extrapolate: bool) -> tuple[float, float]:
        """Distances between which the inverse is looked for; a thousand ranges are far enough."""
        low, high = self.lowest - self.x0, self.highest - self.x0
        if not extrapolate:
            return low, high
        far = 1e3 * (high - low)
        before, after = branch(self.coefficients, low, high)
        return max(before, low - far), min(after, high + far)

    def _rounding(self) -> float:
        ends = np.array([self.lowest, self.highest]) - self.x0
        return 1e-12 * float(np.abs(polyval(ends, np.asarray(self.coefficients))).max())

    def _refuse_unreached(self, values: Any, z: Any, extrapolate: bool) -> None:
        low, high = self.lowest - self.x0, self.highest - self.x0
        slack = 1e-9 * (high - low)
        inside = (z >= low - slack) & (z <= high + slack)
        if np.isfinite(z).all() and (extrapolate or inside.all()):
            return
        ends = sorted(polyval(np.asarray(self._reach(extrapolate)), np.asarray(self.coefficients)))
        raise CalibrationError(f"y: expected {ends[0]:g} to {ends[1]:g}, which the curve reaches, found {span(values)}")

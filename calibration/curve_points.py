"""The points of a calibration, read and judged before any curve is put through them: every reason at once.

>>> read_points([0.0, 1.0, 2.0], [0.1, 1.0, 2.1], u_y=0.05).distinct
3

Uncertainties are standard uncertainties. What each point has for itself is ``u`` (independent) or ``cov`` (a full
matrix); what all points share is ``common``: one reference weight used throughout, one air density. A shared error is
given as what one standard uncertainty of it does to each point: a number (the same shift everywhere), a column (a
pattern with its signs, such as ``1e-5 * x`` for a scale), or several columns, one row for each shared error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calibration.errors import CalibrationError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Points:
    """Points ready to be fitted.

    Attributes:
        x, y: one column each.
        cov_x: variances of the x, (n,), or their covariance, (n, n), where they hang together; None where exact.
        cov_y: the same for y; None where it is to be found from the residuals.
        common_x, common_y: shared errors, one row each, (k, n); no row where there is none.
        spread_x: covariance of the errors of x that is carried to the coefficients, (n, n), where it is not the one
            that gives the weights.
    """

    x: Array
    y: Array
    cov_x: Array | None
    cov_y: Array | None
    common_x: Array
    common_y: Array
    spread_x: Array | None = None

    @property
    def correlated(self) -> bool:
        """Whether points hang together beyond what is common."""
        return any(one is not None and one.ndim == 2 for one in (self.cov_x, self.cov_y))

    @property
    def distinct(self) -> int:
        """How many different x there are."""
        return int(np.unique(self.x).size)


def read_points(
    x: ArrayLike,
    y: ArrayLike,
    u_x: ArrayLike | None = None,
    u_y: ArrayLike | None = None,
    *,
    cov_x: ArrayLike | None = None,
    cov_y: ArrayLike | None = None,
    common_x: ArrayLike | None = None,
    common_y: ArrayLike | None = None,
    spread_x: ArrayLike | None = None,
) -> Points:
    """Read points and what is known of them.

    Raises:
        CalibrationError: columns of unequal length, fewer than three points, numbers that are not finite, uncertainties
            that cannot be; all reasons in one message.
    """
    xs, ys = np.asarray(x, np.float64), np.asarray(y, np.float64)
    if xs.ndim != 1 or xs.shape != ys.shape:
        raise refusal([f"points: expected two columns of equal length, found the shapes {xs.shape} and {ys.shape}"])
    reasons: list[str] = []
    if xs.size < 3:
        reasons.append(f"points: expected three or more, found {xs.size}; any curve goes through so few")
    if not (np.isfinite(xs).all() and np.isfinite(ys).all()):
        reasons.append("points: expected finite numbers, found others")
    own_x = _own("x", xs.size, u_x, cov_x, reasons)
    own_y = _own("y", xs.size, u_y, cov_y, reasons)
    if own_x is not None and own_y is None:
        reasons.append("u_y: expected with u_x, found none; the residuals cannot tell one from the other")
    shared_x = _shared("common_x", xs.size, common_x, reasons)
    shared_y = _shared("common_y", xs.size, common_y, reasons)
    spread = None if spread_x is None else np.asarray(spread_x, np.float64)
    if spread is not None and (own_x is None or spread.shape != (xs.size, xs.size) or not np.isfinite(spread).all()):
        n = xs.size
        reasons.append(f"spread_x: expected {n} by {n} finite numbers, beside u_x, found the shape {spread.shape}")
    if reasons:
        raise refusal(reasons)
    return Points(xs, ys, own_x, own_y, shared_x, shared_y, spread)


def refusal(reasons: list[str]) -> CalibrationError:
    """One error with every reason, each on its own line."""
    return CalibrationError("calibration curve refused:\n" + "\n".join(f"  {one}" for one in reasons))


def _own(name: str, n: int, u: ArrayLike | None, cov: ArrayLike | None, reasons: list[str]) -> Array | None:
    """Variances of one axis, or its covariance matrix."""
    if u is not None and cov is not None:
        reasons.append(f"u_{name}, cov_{name}: expected one of the two, found both")
    if cov is not None:
        return _matrix(f"cov_{name}", n, np.asarray(cov, np.float64), reasons)
    return None if u is None else _variances(f"u_{name}", n, np.asarray(u, np.float64), reasons)


def _variances(name: str, n: int, u: Array, reasons: list[str]) -> Array | None:
    if u.shape not in {(), (n,)}:
        reasons.append(f"{name}: expected one number or one for each of {n} points, found the shape {u.shape}")
    elif not (np.isfinite(u).all() and (u > 0.0).all()):
        reasons.append(f"{name}: expected standard uncertainties above zero, found {np.min(u):g} as the lowest")
    else:
        return np.broadcast_to(u, n) ** 2
    return None


def _matrix(name: str, n: int, cov: Array, reasons: list[str]) -> Array | None:
    if cov.shape != (n, n) or not np.isfinite(cov).all() or not np.array_equal(cov, cov.T):
        reasons.append(f"{name}: expected a symmetric matrix of {n} by {n} finite numbers, found otherwise")
    elif (lowest := float(np.linalg.eigvalsh(cov).min())) <= 0.0:
        reasons.append(f"{name}: expected a positive definite matrix, found the eigenvalue {lowest:g}")
    else:
        return cov if np.any(cov != np.diag(np.diag(cov))) else np.diag(cov)
    return None


def _shared(name: str, n: int, common: ArrayLike | None, reasons: list[str]) -> Array:
    rows = np.zeros((0, n)) if common is None else np.asarray(common, np.float64)
    if rows.ndim > 2 or rows.shape[-1:] not in {(), (n,)} or not np.isfinite(rows).all():
        reasons.append(
            f"{name}: expected a finite number, a column of {n} or rows of {n}, found the shape {rows.shape}"
        )
        return np.zeros((0, n))
    return np.broadcast_to(rows, (1, n)) if rows.ndim < 2 else rows

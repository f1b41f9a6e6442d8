"""Dead and mixed volume of a line from a measured tracer: the one way to a composition that is not only modelled.

    line = fit_tracer(delivered, fraction, u_fraction, "dye, absorbance at 630 nm")
    changed_drug(volume, old, new, line).basis        # "tracer: dye, absorbance at 630 nm"

Samples must reach from the old liquid to the new one. The model is that of :mod:`rig.verify.mixing`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.units import RATIO, VOLUME
from rig.verify.errors import MetricError
from rig.verify.mixing import Line, concentration_ug_ml

if TYPE_CHECKING:
    from calibration.units import Quantity

    Floats = np.ndarray[Any, np.dtype[np.float64]]


def fit_tracer(delivered: Quantity, fraction: Quantity, u_fraction: Quantity, tracer: str) -> Line:
    """The line whose model fits a measured tracer best.

    Args:
        delivered: volume since the change at each sample, shape (n,), n >= 4.
        fraction: part of the new liquid in each sample, 0 % to 100 % but for noise, shape (n,).
        u_fraction: standard uncertainty of one fraction.
        tracer: which, and how it was measured, for the report.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: too few samples, none from either liquid, or too few within the transition to fix both.
    """
    v = VOLUME.array("delivered", delivered)
    part = RATIO.array("fraction", fraction) / 100.0
    u = RATIO.magnitude("u_fraction", u_fraction) / 100.0
    if v.shape != part.shape or v.ndim != 1 or len(v) < 4 or not tracer.strip() or u <= 0.0:
        raise MetricError(
            f"tracer: expected a name, u above zero and four samples or more, found shape {v.shape}, {u=}"
        )
    if not (part.min() < 0.4 and part.max() > 0.6):
        raise MetricError(
            f"tracer: expected samples from old to new liquid, found {part.min():.0%} to {part.max():.0%}"
        )
    return _fitted(v, part, u, tracer)


def _fitted(v: Floats, part: Floats, u: float, tracer: str) -> Line:
    from scipy.optimize import least_squares

    def residuals(x: Floats) -> Floats:  # D, and the part of it that is mixed
        return (concentration_ug_ml(v, 0.0, 1.0, x[0], x[0] * x[1]) - part) / u

    begin = [0.5 * float(v.max()), 0.3]
    found = least_squares(residuals, begin, bounds=([0.0, 1e-6], [np.inf, 1.0]))
    covariance = _covariance(found.jac)
    dead, share = found.x
    if not covariance[0, 0] < dead**2:
        raise MetricError("tracer: expected samples that fix dead and mixed volume; take more within the transition")
    by = np.array([share, dead])
    u_mixed = math.sqrt(float(by @ covariance @ by))
    ul = VOLUME.quantity
    return Line(ul(dead), ul(dead * share), ul(math.sqrt(covariance[0, 0])), ul(u_mixed), tracer)


def _covariance(jacobian: Floats) -> Floats:
    """Of the fit; infinite where the samples do not fix all that is fitted."""
    information: Floats = jacobian.T @ jacobian
    fixed = np.linalg.matrix_rank(information) == len(information)
    return np.asarray(np.linalg.inv(information) if fixed else np.full(information.shape, np.inf))

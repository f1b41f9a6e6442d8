"""Dead and mixed volume of a line from a measured tracer: the one way to a composition that is not only modelled.

    line = fit_tracer(delivered, fraction, u_fraction, "dye, absorbance at 630 nm")
    changed_drug(volume, old, new, line).basis        # "tracer: dye, absorbance at 630 nm"

Samples must reach from the old liquid to the new one. The model is that of :mod:`rig.verify.mixing`. Whether it holds
is tested: residuals that the declared uncertainty explains less than once in a thousand cases (chi-square) are refused,
for no factor makes a measurement of what is none. Where they are larger than declared but not that much, both
uncertainties are widened by the Birge ratio, sqrt(chi-square / nu) (R. T. Birge, Phys. Rev. 40 (1932) 207 [K]); smaller
ones never narrow them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from calibration.units import RATIO, VOLUME
from rig.verify.errors import MetricError
from rig.verify.mixing import Line, concentration_ug_ml
from rig.verify.series import not_negative

if TYPE_CHECKING:
    from calibration.units import Quantity

    Floats = np.ndarray[Any, np.dtype[np.float64]]


#: A model whose residuals are that large by chance once in so many cases is not that of these samples.
_ALPHA: Final = 0.001


def fit_tracer(delivered: Quantity, fraction: Quantity, u_fraction: Quantity, tracer: str) -> Line:
    """The line whose model fits a measured tracer best.

    Args:
        delivered: volume since the change at each sample, shape (n,), n >= 4.
        fraction: part of the new liquid in each sample, 0 % to 100 % but for noise, shape (n,).
        u_fraction: standard uncertainty of one fraction.
        tracer: which, and how it was measured, for the report.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: too few samples, one from before the change, none from either liquid, too few within the transition
            to fix both, or samples that the model does not explain.
    """
    v = VOLUME.array("delivered", delivered)
    part = RATIO.array("fraction", fraction) / 100.0
    u = RATIO.magnitude("u_fraction", u_fraction) / 100.0
    if v.shape != part.shape or v.ndim != 1 or len(v) < 4 or not tracer.strip() or u <= 0.0:
        raise MetricError(
            f"tracer: expected a name, u above zero and four samples or more, found shape {v.shape}, {u=}"
        )
    not_negative("delivered", float(v.min()), "uL")
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
    covariance *= _birge_ratio(2.0 * found.cost, len(v) - 2, u) ** 2
    by = np.array([share, dead])
    u_mixed = math.sqrt(float(by @ covariance @ by))
    ul = VOLUME.quantity
    return Line(ul(dead), ul(dead * share), ul(math.sqrt(covariance[0, 0])), ul(u_mixed), tracer)


def _birge_ratio(chi_square: float, nu: int, u: float) -> float:
    """By how much the residuals are larger than declared; one where they are not.

    Raises:
        MetricError: so much that the model does not hold, or that u is another.
    """
    from scipy.special import chdtrc, chdtri

    if chdtrc(nu, chi_square) < _ALPHA:
        raise MetricError(
            f"tracer: expected residuals that u = {u:.2%} explains, chi-square up to {chdtri(nu, _ALPHA):.3g} with "
            f"{nu} degrees of freedom, found {chi_square:.3g} (Birge ratio {math.sqrt(chi_square / nu):.3g}); the line "
            "does not mix as the model has it, samples are in the wrong order, or u is too small"
        )
    return math.sqrt(max(1.0, chi_square / nu))


def _covariance(jacobian: Floats) -> Floats:
    """Of the fit; infinite where the samples do not fix all that is fitted."""
    information: Floats = jacobian.T @ jacobian
    fixed = np.linalg.matrix_rank(information) == len(information)
    return np.asarray(np.linalg.inv(information) if fixed else np.full(information.shape, np.inf))

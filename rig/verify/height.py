"""Back pressure and height: how the flow error follows the pressure that the pump works against.

A series of windows, each at its own head, in one run; they share scale and evaporation, so the slope is known better
than any of the errors::

    found = head_influence(delivery, program, began, start, end, head, u_head)
    found.percent_per_kpa, found.u_percent_per_kpa

A head of water is a pressure: :func:`head_pressure`. Height below the pump is a negative one. Heads are those of IEC
60601-2-24 (+-13.33 kPa, container -0.5 m) [K] or of the spine (about 0.7 to 2 kPa), adapted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.units import DENSITY, LENGTH, PRESSURE, TIME
from rig.verify.errors import MetricError
from rig.verify.windows import Levels, programmed_above_zero, windows_ul

if TYPE_CHECKING:
    from calibration.units import Quantity
    from rig.dose import DoseProgram

    Floats = np.ndarray[Any, np.dtype[np.float64]]

#: Standard gravity [m/s2] (CGPM 1901); local gravity differs by up to 0.3 %.
G_M_S2 = 9.80665


@dataclass(frozen=True, eq=False)
class HeadInfluence:
    """Flow errors against head.

    Attributes:
        head_kpa: of each window, shape (n,) [kPa].
        error_percent, u_percent: of each window.
        percent_per_kpa, u_percent_per_kpa: slope of the line through them.
        at_zero_percent, u_at_zero_percent: the line's error without a head.
        chi_square, nu: of the windows about the line; far above nu means that it is none.
    """

    head_kpa: Floats
    error_percent: Floats
    u_percent: Floats
    percent_per_kpa: float
    u_percent_per_kpa: float
    at_zero_percent: float
    u_at_zero_percent: float
    chi_square: float
    nu: int


def head_pressure(height: Quantity, density: Quantity, *, below: bool = False) -> Quantity:
    """Pressure of a column of liquid: rho g h.

    Args:
        height: of the column.
        density: of the liquid.
        below: the tip is below the pump, so that the column helps it; the pressure is then negative.

    Raises:
        UnitError: an argument without its unit, or of another kind.
    """
    metres, kg_m3 = LENGTH.magnitude("height", height) / 1000.0, DENSITY.magnitude("density", density)
    kpa = kg_m3 * G_M_S2 * metres / 1000.0
    return PRESSURE.quantity(-kpa if below else kpa)


def head_influence(
    delivery: Levels,
    program: DoseProgram,
    began: Quantity,
    start: Quantity,
    end: Quantity,
    head: Quantity,
    u_head: Quantity,
) -> HeadInfluence:
    """Slope of the flow error against head.

    Args:
        delivery: delivered volume.
        program: what the pump was told.
        began: when the program began, on the bench's clock.
        start, end: of each window, shape (n,), n >= 2; each begins when the line has settled at its head.
        head: at each, shape (n,); not all the same.
        u_head: standard uncertainty of one head, independent of the others.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: too few windows or heads, nothing programmed, a window that the record does not hold.
    """
    start_s, end_s = TIME.array("start", start), TIME.array("end", end)
    began_s, head_kpa = TIME.magnitude("began", began), PRESSURE.array("head", head)
    seen = windows_ul(delivery, start_s, end_s)
    if head_kpa.shape != seen.start_s.shape or np.ptp(head_kpa) == 0.0:
        raise MetricError(
            f"head: expected one for each of {len(seen.start_s)} windows, not all equal, found {head_kpa}"
        )
    told = program.volume_ul(end_s - began_s) - program.volume_ul(start_s - began_s)
    programmed_above_zero(float(told.min()), "each window")
    errors = 100.0 * (seen.volume_ul / told - 1.0)
    covariance = 1e4 * seen.covariance_ul2 / np.outer(told, told)
    fit = weighted_line(head_kpa, errors, covariance, PRESSURE.magnitude("u_head", u_head))
    u_percent = np.sqrt(np.diag(covariance))
    return HeadInfluence(head_kpa, errors, u_percent, *fit, len(errors) - 2)


def weighted_line(x: Floats, y: Floats, covariance: Floats, u_x: float) -> tuple[float, float, float, float, float]:
    """Kernel: generalised least squares; the uncertainty of x enters through the slope (effective variance).

    Returns:
        Slope, its u, value at zero, its u, chi-square.

    Raises:
        MetricError: a covariance that cannot be inverted: windows without any noise.
    """
    design = np.column_stack([x, np.ones_like(x)])
    slope = float(np.polyfit(x, y, 1)[0])
    for _ in range(3):  # the weights hang on the slope; it settles at once
        whole = covariance + np.eye(len(x)) * (slope * u_x) ** 2
        try:
            weight = np.linalg.inv(whole)
            spread = np.linalg.inv(design.T @ weight @ design)
        except np.linalg.LinAlgError as error:
            raise MetricError("head: expected windows with an uncertainty of their own, found none") from error
        best = spread @ design.T @ weight @ y
        slope = float(best[0])
    left = y - design @ best
    u = np.sqrt(np.diag(spread))
    return slope, float(u[0]), float(best[1]), float(u[1]), math.fabs(float(left @ weight @ left))

"""Compliance of a line: what it stores for each kPa, from the pressure while a pump fills it against a closed end.

    found = compliance(time_s, pressure, flow, u_flow=u, u_gain=RATIO.parse("gain", "0.5 %"))
    found.value_ul_kpa, found.u_ul_kpa, found.nu

The slope of pressure against time is a least-squares line; its scatter gives the noise, the correlation of its
residuals the number of readings that count, n (1 - r) / (1 + r). A curved rise (a pump that slips, a line that
yields, air in it) is no compliance: where the second half differs from the first by more than its uncertainty,
the answer is refused.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.coverage import effective_degrees_of_freedom
from calibration.type_a import lag_one_correlation
from calibration.units import FLOW, PRESSURE, RATIO, TIME
from rig.verify.errors import MetricError
from rig.verify.series import above_zero, checked_series, not_negative

if TYPE_CHECKING:
    from calibration.units import Quantity

    Floats = np.ndarray[Any, np.dtype[np.float64]]

#: Fewest readings of a rise.
FEWEST = 8
#: Two halves that differ by more standard uncertainties than this are no line.
_CURVED = 4.0


@dataclass(frozen=True)
class Compliance:
    """What a line stores.

    Attributes:
        value_ul_kpa, u_ul_kpa: compliance and standard uncertainty [uL/kPa].
        nu: effective degrees of freedom.
        rise_kpa: over which it was measured [kPa].
    """

    value_ul_kpa: float
    u_ul_kpa: float
    nu: float
    rise_kpa: float


def compliance(time: Quantity, pressure: Quantity, flow: Quantity, *, u_flow: Quantity, u_gain: Quantity) -> Compliance:
    """The compliance between pump and blockage.

    Args:
        time: of the readings, ascending, shape (n,), n >= 8.
        pressure: gauge, shape (n,).
        flow: of the pump into the closed line, above zero.
        u_flow: its standard uncertainty.
        u_gain: relative standard uncertainty of the pressure sensor's slope; its offset does not matter.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: bad times, no flow, no rise beyond noise, or a rise that is no line.
    """
    time_s, pressure_kpa = checked_series(
        "pressure", TIME.array("time", time), PRESSURE.array("pressure", pressure), fewest=FEWEST
    )
    flow_ul_s = above_zero("flow", FLOW.magnitude("flow", flow), "uL/h") / 3600.0
    slope, u_slope, nu = slope_kpa_s(time_s, pressure_kpa)
    if not slope > 5.0 * u_slope:
        raise MetricError(
            f"compliance: expected a pressure that rises, beyond five standard uncertainties, found "
            f"{slope * 3600:.3g} kPa/h with u = {u_slope * 3600:.2g} kPa/h; is the line closed, and long enough?"
        )
    _straight(time_s, pressure_kpa)
    u_relative = (
        u_slope / slope,
        not_negative("u_flow", FLOW.magnitude("u_flow", u_flow), "uL/h") / 3600.0 / flow_ul_s,
        not_negative("u_gain", RATIO.magnitude("u_gain", u_gain), "%") / 100.0,
    )
    value = flow_ul_s / slope
    freedom = effective_degrees_of_freedom(u_relative, [nu, math.inf, math.inf])
    rise_kpa = slope * float(time_s[-1] - time_s[0])
    return Compliance(value, value * math.hypot(*u_relative), freedom, rise_kpa)


def slope_kpa_s(time_s: Floats, pressure_kpa: Floats) -> tuple[float, float, float]:
    """Kernel: slope of a line [kPa/s], its standard uncertainty, and degrees of freedom; AR(1) residuals."""
    t = time_s - time_s.mean()
    power = float(t @ t)
    slope = float(t @ pressure_kpa) / power
    left = pressure_kpa - pressure_kpa.mean() - slope * t
    lag = max(lag_one_correlation(left), 0.0)
    widen = (1.0 + lag) / (1.0 - lag)
    nu = max(len(t) / widen - 2.0, 1.0)
    variance = float(left @ left) / max(len(t) - 2.0, 1.0) * widen
    return slope, math.sqrt(variance / power), nu


def _straight(time_s: Floats, pressure_kpa: Floats) -> None:
    middle = len(time_s) // 2
    halves = [slope_kpa_s(time_s[part], pressure_kpa[part]) for part in (slice(0, middle), slice(middle, None))]
    (first, u_first, _), (second, u_second, _) = halves
    reach = _CURVED * math.hypot(u_first, u_second) + 0.01 * abs(first)
    if abs(second - first) > reach:
        raise MetricError(
            f"compliance: expected a straight rise, found {first * 3600:.3g} kPa/h in its first half and "
            f"{second * 3600:.3g} kPa/h in its second; the pump slips, or there is air in the line"
        )

"""What a daily check is held against: the scatter of one weighing, and what the weight's reading is uncertain by.

A weighing is the difference of two readings. Its standard deviation is that of the calibration, pooled with the
weighings of earlier checks, each about its own mean, so that it is known the better the longer one checks.

A weight that was among those of the calibration brings the error of its certificate to the slope and to the check
alike: the balance should read today what it read then. Only the noise of the calibration's own weighings stays, and
what this weight is worse known than the others (GUM, 5.2.2). Another weight brings all of it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.units import MASS, RATIO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calibration.record import BalanceCalibration, CalibrationRecord
    from calibration.record_parts import Standard


def scatter_g(balance: BalanceCalibration, earlier: Sequence[Any]) -> tuple[float, float]:
    """Standard deviation of one weighing [g], and its degrees of freedom.

    Args:
        balance: as calibrated; where the record does not say how many weighings its repeatability stands on, it is
            taken as known.
        earlier: weighings of each earlier check [g].
    """
    sd = math.sqrt(2.0) * MASS.magnitude("repeatability", balance.repeatability)
    if balance.repeatability_freedom is None:
        return sd, math.inf
    squares = balance.repeatability_freedom * sd**2 + sum(float(np.square(x - x.mean()).sum()) for x in earlier)
    nu = balance.repeatability_freedom + sum(len(x) - 1 for x in earlier)
    return math.sqrt(squares / nu), nu


def u_reference_g(record: CalibrationRecord, weight: Standard, expected_g: float, u_mass_g: float) -> float:
    """Standard uncertainty of what a weight should read [g].

    Args:
        record: of the balance.
        weight: of the check.
        expected_g: what it should read.
        u_mass_g: by its certificate.
    """
    balance, same = record.balance, (weight.serial_number, weight.certificate)
    slope = 0.0 if balance is None else RATIO.magnitude("sensitivity", balance.sensitivity) / 100.0
    shared = same in {(one.serial_number, one.certificate) for one in record.standards}
    if balance is None or balance.sensitivity_noise is None or not shared:
        return math.hypot(u_mass_g, slope * expected_g)
    noise = RATIO.magnitude("sensitivity_noise", balance.sensitivity_noise) / 100.0
    common = math.sqrt(max(slope**2 - noise**2, 0.0))
    return math.hypot(noise * expected_g, u_mass_g - common * expected_g)

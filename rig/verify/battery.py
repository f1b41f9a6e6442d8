"""The battery: what the pump consumes, and how long it lasts by that.

    used = consumption(time, current, u_gain=RATIO.parse("gain", "0.2 %"), u_offset=CURRENT.parse("offset", "0.1 uA"),
                       longest_gap=TIME.parse("gap", "10 s"))
    life = lifetime(CHARGE.parse("capacity", "850 mAh"), CHARGE.parse("u", "20 mAh"), used)

A pump's current is bursts: a mean is only right where they are sampled fast enough, or averaged by the meter between
its readings. The integral is the trapezoid of the samples; a gap is refused, not bridged. Where the
indicators stand is in :mod:`rig.verify.indicators`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.units import CHARGE, CURRENT, RATIO, TIME
from rig.verify.errors import MetricError
from rig.verify.grid import duration_above_zero_s
from rig.verify.series import above_zero, checked_series, not_negative

if TYPE_CHECKING:
    from calibration.units import Quantity

    Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Consumption:
    """What a pump took from its supply.

    Attributes:
        charge_mah, u_charge_mah: integral of the current [mAh].
        mean_ma, u_mean_ma: mean current [mA].
        hours: over which.
    """

    charge_mah: float
    u_charge_mah: float
    mean_ma: float
    u_mean_ma: float
    hours: float

    def per(self, volume_ul: float) -> float:
        """Charge for each mL delivered [mAh/mL].

        Raises:
            MetricError: nothing was delivered.
        """
        return self.charge_mah / above_zero("delivered", volume_ul, "uL") * 1000.0


@dataclass(frozen=True)
class Lifetime:
    """How long a battery lasts.

    Attributes:
        value_s, u_s: at the mean current that was measured [s].
    """

    value_s: float
    u_s: float


def consumption(
    time: Quantity, current: Quantity, *, u_gain: Quantity, u_offset: Quantity, longest_gap: Quantity
) -> Consumption:
    """Charge and mean current of a stretch.

    Args:
        time: of the readings, ascending, shape (n,), n >= 2.
        current: shape (n,).
        u_gain: relative standard uncertainty of the meter.
        u_offset: standard uncertainty of its zero.
        longest_gap: between two readings.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: times that do not rise, a gap, a mean that is not above zero.
    """
    gap_s = duration_above_zero_s("longest_gap", longest_gap)
    time_s, current_a = checked_series(
        "current", TIME.array("time", time), CURRENT.array("current", current), longest_gap_s=gap_s
    )
    hours = float(time_s[-1] - time_s[0]) / 3600.0
    mean, u_sampling = mean_and_u_ma(time_s, 1000.0 * current_a)
    if not mean > 0.0:
        raise MetricError(f"current: expected a mean above zero, found {mean:g} mA; is the supply's sign turned?")
    gain = not_negative("u_gain", RATIO.magnitude("u_gain", u_gain), "%") / 100.0
    offset = not_negative("u_offset", CURRENT.magnitude("u_offset", u_offset), "A") * 1000.0
    u = math.hypot(mean * gain, offset, u_sampling)
    return Consumption(mean * hours, u * hours, mean, u, hours)


def mean_and_u_ma(time_s: Floats, current_ma: Floats) -> tuple[float, float]:
    """Kernel: mean by trapezoids; its standard uncertainty by the scatter of the samples and their correlation."""
    from calibration.type_a import lag_one_correlation

    mean = float(np.trapezoid(current_ma, time_s)) / float(time_s[-1] - time_s[0])
    if len(current_ma) < 4:
        return mean, float(np.ptp(current_ma)) / math.sqrt(12.0)
    lag = max(lag_one_correlation(current_ma), 0.0)
    count = len(current_ma) * (1.0 - lag) / (1.0 + lag)
    return mean, float(current_ma.std(ddof=1)) / math.sqrt(max(count, 1.0))


def lifetime(capacity: Quantity, u_capacity: Quantity, used: Consumption) -> Lifetime:
    """How long a battery of that capacity lasts at a measured mean current; self-discharge is not in it.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: no capacity.
    """
    charge = above_zero("capacity", CHARGE.magnitude("capacity", capacity), "mAh")
    u_charge = CHARGE.magnitude("u_capacity", u_capacity)
    seconds = charge / used.mean_ma * 3600.0
    return Lifetime(seconds, seconds * math.hypot(u_charge / charge, used.u_mean_ma / used.mean_ma))

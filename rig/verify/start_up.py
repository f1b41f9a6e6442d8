"""The start-up curve: flow of each sample interval against time from the start.

Informative: it shows how a pump comes to its rate, and says from when on the error over one whole cycle stays
within a band that the protocol declares. It decides nothing; a pump that never settles is found by its mean
flow error. Adapted from the start-up graph of IEC 60601-2-24 [K].

Example::

    curve = start_up(volume, sample_interval, rate, cycle=cycle, band=RATIO.parse("band", "5 %"))
    plot(curve.time_s, curve.flow_ul_h)
    curve.stabilised_at_s                # None: it never stays in the band
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.units import RATIO, TIME, Quantity
from rig.verify.errors import MetricError
from rig.verify.grid import RELATIVE, duration_above_zero_s, levels_ul, programmed_step_ul

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, eq=False)
class StartUp:
    """A start-up curve.

    Attributes:
        time_s: end of each sample interval, seconds from the first level, shape (samples - 1,).
        flow_ul_h: flow of that interval, microlitres per hour.
        running_start_s: start of each whole cycle that the record holds, one from each level on.
        running_error_percent: error of the volume over that cycle. Empty where no cycle was declared, or
            where the record is shorter than one.
        stabilised_at_s: start of the first cycle from which on every cycle's error stays within the band;
            None where the last one is outside, or where no band or no cycle was declared.
    """

    time_s: Array
    flow_ul_h: Array
    running_start_s: Array
    running_error_percent: Array
    stabilised_at_s: float | None


def start_up(
    volume: Quantity,
    sample_interval: Quantity,
    rate: Quantity,
    *,
    cycle: Quantity | None = None,
    band: Quantity | None = None,
) -> StartUp:
    """The start-up curve of a record of cumulative volume that begins with the delivery.

    Args:
        volume: cumulative delivered volume at uniform times, shape (samples,).
        sample_interval: time between two levels.
        rate: programmed rate, above zero.
        cycle: the pump's delivery cycle as declared. Where it is no whole multiple of the sample interval,
            levels between samples are interpolated linearly.
        band: half width of the band around zero error, above zero.

    Raises:
        UnitError: an argument without its unit, of another kind or implausible.
        MetricError: a rate, cycle or band of zero, fewer than two levels.
    """
    volume_ul = levels_ul(volume)
    step_ul = programmed_step_ul(rate, sample_interval)
    interval_s = TIME.magnitude("sample_interval", sample_interval)
    cycle_s = np.inf if cycle is None else duration_above_zero_s("cycle", cycle)
    start_s, error_percent = running_error_percent(volume_ul, interval_s, step_ul, cycle_s)
    time_s: Array = np.arange(1, len(volume_ul), dtype=np.float64)
    time_s *= interval_s
    return StartUp(
        time_s=time_s,
        flow_ul_h=np.diff(volume_ul) * (3600.0 / interval_s),
        running_start_s=start_s,
        running_error_percent=error_percent,
        stabilised_at_s=None if band is None else _stays_within(start_s, error_percent, _band_percent(band)),
    )


def running_error_percent(volume_ul: Array, interval_s: float, step_ul: float, cycle_s: float) -> tuple[Array, Array]:
    """Kernel: the error over one cycle from each level on, as long as a whole cycle follows.

    Returns:
        Start times in seconds and errors in percent, both of one shape, which may be (0,).
    """
    steps = cycle_s / interval_s
    last = len(volume_ul) - 1
    level: Array = np.arange(last + 1, dtype=np.float64)
    whole = level + steps * (1.0 - RELATIVE) <= last  # relative to the cycle: a long record holds no more of it
    ends_ul = np.interp(level[whole] + steps, level, volume_ul)
    programmed_ul = steps * step_ul
    error_percent: Array = (ends_ul - volume_ul[whole] - programmed_ul) * (100.0 / programmed_ul)
    return np.multiply(level[whole], interval_s), error_percent


def _stays_within(start_s: Array, error_percent: Array, band_percent: float) -> float | None:
    """The first start after the last error that is outside."""
    outside = np.flatnonzero(np.abs(error_percent) > band_percent)
    first = int(outside[-1]) + 1 if len(outside) else 0
    return float(start_s[first]) if first < len(start_s) else None


def _band_percent(band: Quantity) -> float:
    percent = RATIO.magnitude("band", band)
    if percent <= 0.0:
        raise MetricError(f"band: expected a half width above zero, found {percent:g} %")
    return percent

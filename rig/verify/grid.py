"""The grid of a record: sample interval, windows on it, and whole multiples as floats know them.

Fifteen minutes may arrive as 900.0000000001 s after a unit conversion; a ratio counts as whole when it is
whole within :data:`RELATIVE`.

>>> whole_multiple(3600.0, 900.0)
4
>>> whole_multiple(3600.0, 1000.0) is None
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calibration.units import FLOW, TIME, VOLUME, Quantity
from rig.verify.errors import MetricError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

#: A ratio this close to a whole number, relative to itself, is whole.
RELATIVE = 1e-6


def whole_multiple(duration_s: float, unit_s: float) -> int | None:
    """How many times ``unit_s`` fits into ``duration_s``; None where that is no whole number from 1 up."""
    ratio = duration_s / unit_s
    nearest = round(ratio)
    return nearest if nearest >= 1 and abs(ratio - nearest) <= RELATIVE * ratio else None


def window_steps(samples: int, sample_interval: Quantity, windows: Sequence[Quantity]) -> tuple[int, ...]:
    """P/S of each window in a record of ``samples`` levels.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: a window that is no whole multiple of the sample interval, or longer than the record.
    """
    interval_s = duration_above_zero_s("sample_interval", sample_interval)
    return tuple(_steps(f"windows[{i}]", window, interval_s, samples) for i, window in enumerate(windows))


def levels_ul(volume: Quantity) -> Array:
    """The levels of a record in microlitres: one row, two at least; to be read, not written (may be the caller's own).

    Raises:
        UnitError: no volume, or an implausible one (NaN).
        MetricError: no row of at least two levels.
    """
    volume_ul = unchecked_levels_ul(volume)
    VOLUME.check("volume", volume_ul)
    return volume_ul


def unchecked_levels_ul(volume: Quantity) -> Array:
    """:func:`levels_ul` for a kernel that hands each part to ``VOLUME.check`` before it uses it.

    Raises:
        UnitError: no volume.
        MetricError: no row of at least two levels.
    """
    volume_ul = VOLUME.unchecked_array("volume", volume, copy=False)
    if volume_ul.ndim != 1 or len(volume_ul) < 2:
        raise MetricError(f"volume: expected a row of at least two levels, found shape {volume_ul.shape}")
    return volume_ul


def duration_above_zero_s(argument: str, value: Quantity) -> float:
    """The duration in seconds, refused where it is zero."""
    duration_s = TIME.magnitude(argument, value)
    if duration_s == 0.0:
        raise MetricError(f"{argument}: expected a duration above zero, found 0 s")
    return duration_s


def programmed_step_ul(rate: Quantity, sample_interval: Quantity) -> float:
    """Programmed volume of one sample interval in microlitres, refused where nothing is programmed."""
    rate_ul_h = FLOW.magnitude("rate", rate)
    if rate_ul_h <= 0.0:
        raise MetricError(f"rate: expected a programmed rate above zero, found {rate_ul_h:g} uL/h")
    return rate_ul_h * duration_above_zero_s("sample_interval", sample_interval) / 3600.0


def _steps(argument: str, window: Quantity, interval_s: float, samples: int) -> int:
    window_s = TIME.magnitude(argument, window)
    steps = whole_multiple(window_s, interval_s)
    if steps is None:
        raise MetricError(
            f"{argument}: expected a whole multiple of the sample interval {interval_s:g} s, found {window_s:g} s; "
            "change the window or the sample interval"
        )
    if steps > samples - 1:
        raise MetricError(
            f"{argument}: expected at most the record's {(samples - 1) * interval_s:g} s, found {window_s:g} s; "
            "leave the window out or run longer"
        )
    return steps

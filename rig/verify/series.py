"""Streams beside the balance: what must hold of a series before anything is computed from it.

>>> checked_series("pressure", [0.0, 1.0, 1.0], [2.0, 2.1, 2.2])
Traceback (most recent call last):
    ...
rig.verify.errors.MetricError: pressure: expected times that rise, found 1 s after 1 s (sample 2); sort the stream, \
or cut it where its clock jumped
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from rig.verify.errors import MetricError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    Floats = np.ndarray[Any, np.dtype[np.float64]]


def checked_times(name: str, time_s: ArrayLike, *, fewest: int = 2) -> Floats:
    """Times of a stream [s]: a row of ``fewest`` or more, all finite, each later than the one before.

    Raises:
        MetricError: which of these does not hold, and at which sample.
    """
    times = np.asarray(time_s, dtype=np.float64)
    if times.ndim != 1 or len(times) < fewest:
        raise MetricError(f"{name}: expected a row of at least {fewest} samples, found shape {times.shape}")
    if not np.isfinite(times).all():
        raise MetricError(f"{name}: expected finite times, found {times[~np.isfinite(times)][0]}")
    back = np.flatnonzero(np.diff(times) <= 0.0)
    if len(back):
        at = int(back[0]) + 1
        raise MetricError(
            f"{name}: expected times that rise, found {times[at]:g} s after {times[at - 1]:g} s (sample {at}); "
            "sort the stream, or cut it where its clock jumped"
        )
    return times


def checked_series(
    name: str, time_s: ArrayLike, value: ArrayLike, *, fewest: int = 2, longest_gap_s: float = math.inf
) -> tuple[Floats, Floats]:
    """Times and values of a stream, both of shape (samples,).

    Args:
        name: for messages.
        time_s: times [s].
        value: in the stream's unit.
        fewest: samples that are needed.
        longest_gap_s: that may lie between two samples; nothing is interpolated over a longer one.

    Raises:
        MetricError: shapes that differ, a value that is no number, a gap, or what :func:`checked_times` refuses.
    """
    times = checked_times(name, time_s, fewest=fewest)
    values = np.asarray(value, dtype=np.float64)
    if values.shape != times.shape:
        raise MetricError(f"{name}: expected one value for each of {len(times)} times, found shape {values.shape}")
    if not np.isfinite(values).all():
        raise MetricError(f"{name}: expected numbers, found {values[~np.isfinite(values)][0]}; leave that sample out")
    gaps = np.diff(times)
    if gaps.max() > longest_gap_s:
        at = int(gaps.argmax())
        raise MetricError(
            f"{name}: expected no gap above {longest_gap_s:g} s, found {gaps[at]:g} s after t = {times[at]:g} s; "
            "take the parts before and after it by themselves"
        )
    return times, values


def not_negative(name: str, value: float, unit: str = "") -> float:
    """A number from zero up.

    Raises:
        MetricError: below zero, infinite, or no number.
    """
    if not 0.0 <= value < math.inf:
        raise MetricError(f"{name}: expected zero or more, found {value:g} {unit}".rstrip())
    return value


def whole(name: str, value: float, least: int) -> None:
    """Refuse what is no whole number of things that are counted.

    Raises:
        MetricError: fewer than ``least``, a broken number, or none.
    """
    if not (least <= value and float(value).is_integer()):
        raise MetricError(f"{name}: expected a whole number from {least} up, found {value:g}")


def above_zero(name: str, value: float, unit: str = "") -> float:
    """A number above zero.

    Raises:
        MetricError: zero or below, infinite, or no number.
    """
    if not 0.0 < value < math.inf:
        raise MetricError(f"{name}: expected a value above zero, found {value:g} {unit}".rstrip())
    return value

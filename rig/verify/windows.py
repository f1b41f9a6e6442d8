"""Several windows of one delivery, with their joint covariance.

Windows of one run share scale and rate of evaporation; windows that share an instant share its noise, with
opposite sign where one ends and the next begins. A sum, ratio or extreme of windows has the right uncertainty
only with the whole matrix::

    found = windows_ul(delivery, [0.0, 3600.0], [3600.0, 7200.0])
    found.volume_ul, found.covariance_ul2

A level stands on readings of some minutes. Where the flow changes at an instant that no program knows (an occlusion, a
stall), the metric says so (``with_corners``), or the level there would be a line across a corner.

Nothing is extrapolated: a window that begins before the record or ends after it is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from calibration.units import TIME, VOLUME
from rig.errors import EvidenceError
from rig.verify.errors import MetricError
from rig.verify.series import checked_times

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from calibration.uncertainty import BudgetResult
    from calibration.units import Quantity
    from rig.delivery.corners import Corner

    Floats = np.ndarray[Any, np.dtype[np.float64]]


class Levels(Protocol):
    """What a metric needs of a delivery (:class:`rig.delivery.Delivery`)."""

    @property
    def time_s(self) -> Floats:
        """Times of the readings [s]."""

    @property
    def window_s(self) -> float:
        """Width of the window on which one level stands [s]."""

    def with_corners(self, *corners: Corner) -> Levels:
        """The same with further instants at which the flow changed."""

    def levels_ul(self, times_s: Floats, /) -> tuple[Floats, Floats]:
        """Levels [uL], shape (n,), and their covariance [uL^2], shape (n, n)."""

    def difference_ul(self, start_s: float, end_s: float, /) -> BudgetResult:
        """One difference of levels with its budget, in uL."""


@dataclass(frozen=True, eq=False)
class Windows:
    """Delivered volumes of several windows.

    Attributes:
        start_s, end_s: on the bench's clock, shape (n,) [s].
        volume_ul: V(end) - V(start), shape (n,) [uL].
        covariance_ul2: of these volumes, shape (n, n) [uL^2].
    """

    start_s: Floats
    end_s: Floats
    volume_ul: Floats
    covariance_ul2: Floats

    @property
    def u_ul(self) -> Floats:
        """Standard uncertainty of each volume [uL]."""
        return standard(self.covariance_ul2)


def windows(delivery: Levels, start: Quantity, end: Quantity) -> tuple[Quantity, Quantity]:
    """Delivered volumes of several windows and their covariance.

    Args:
        delivery: delivered volume.
        start, end: of each window on the bench's clock, shape (n,).

    Returns:
        Volumes, shape (n,), and covariance matrix, shape (n, n).

    Raises:
        UnitError: not times.
        MetricError: as :func:`windows_ul`.
    """
    from calibration.units import registry

    found = windows_ul(delivery, TIME.array("start", start), TIME.array("end", end))
    return VOLUME.quantity(found.volume_ul), registry().Quantity(found.covariance_ul2, "uL**2")


def windows_ul(delivery: Levels, start_s: ArrayLike, end_s: ArrayLike) -> Windows:
    """Kernel of :func:`windows`: times in seconds, volumes in uL.

    Raises:
        MetricError: no window, one that does not end after it starts, one outside the record or in a gap of it.
    """
    start, end = (np.atleast_1d(np.asarray(t, dtype=np.float64)) for t in (start_s, end_s))
    if start.shape != end.shape or start.ndim != 1 or not len(start):
        raise MetricError(f"windows: expected one end for each start, found shapes {start.shape} and {end.shape}")
    if not (np.isfinite(start).all() and (end > start).all()):
        at = int(np.argmin((end > start) & np.isfinite(start)))
        raise MetricError(f"windows: expected each to end after it starts, found {start[at]:g} s to {end[at]:g} s")
    volume, covariance = levels_at_ul(delivery, np.concatenate([start, end]))
    n = len(start)
    over = np.hstack([-np.eye(n), np.eye(n)])
    return Windows(start, end, over @ volume, over @ covariance @ over.T)


def levels_at_ul(delivery: Levels, times_s: Floats) -> tuple[Floats, Floats]:
    """Levels [uL] and covariance [uL^2]; an instant that is named twice is one level, not two.

    Raises:
        MetricError: a record without times that rise, an instant outside it or in a gap of it, a level
            that is no number.
    """
    record = checked_times("the record", delivery.time_s)
    wanted, where = np.unique(times_s, return_inverse=True)
    if wanted[0] < record[0] or wanted[-1] > record[-1]:
        outside = wanted[0] if wanted[0] < record[0] else wanted[-1]
        raise MetricError(
            f"windows: expected instants within the record, {record[0]:.1f} s to {record[-1]:.1f} s, found "
            f"{outside:.1f} s; take a shorter window, or record for longer"
        )
    try:
        volume, covariance = delivery.levels_ul(wanted)
    except EvidenceError as error:
        raise MetricError(f"windows: {error}") from error
    if not (np.isfinite(volume).all() and np.isfinite(covariance).all()):
        at = wanted[np.argmin(np.isfinite(volume) & np.isfinite(np.diag(covariance)))]
        raise MetricError(f"windows: expected levels that are numbers, found NaN at t = {at:.1f} s; see its readings")
    return volume[where], covariance[np.ix_(where, where)]


def freedom(delivery: Levels, start_s: float, end_s: float) -> float:
    """Effective degrees of freedom of one difference, from its own budget."""
    return float(delivery.difference_ul(start_s, end_s).nu_eff)


def standard(covariance: Floats) -> Floats:
    """Standard uncertainties of a covariance matrix; rounding below zero counts as zero."""
    return np.sqrt(np.maximum(np.diag(covariance), 0.0))


def programmed_above_zero(volume_ul: float, what: str) -> float:
    """The programmed volume, refused where it is zero: no error can be relative to nothing.

    Raises:
        MetricError: nothing is programmed.
    """
    if not volume_ul > 0.0:
        raise MetricError(f"{what}: expected a programmed volume above zero, found {volume_ul:g} uL")
    return volume_ul

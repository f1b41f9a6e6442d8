"""When a flow changed: the instant at which the line of the levels before meets the line of those after.

The estimate takes the declared profile (one flow before, another after) and leaves the flows themselves free, so
that a pump that is 5 % off at every rate is not read as one that is late. Levels that stray about their line by more
than their noise (rollers, strokes) widen the uncertainty. Behind a line that gives way, the instant
at the tip is later than at the pump by the line's time constant; it is part of what is measured.

>>> import numpy as np
>>> t = np.array([-7200.0, -3600.0, -1200.0, 1200.0, 3600.0, 7200.0])
>>> v = np.where(t < 90.0, 6.25 * t, 12.5 * t - 562.5) / 3600.0     # the change came 90 s late
>>> found = meeting_of_lines(t, v, np.eye(6) * 1e-8)
>>> round(float(found.at_s), 6), bool(found.u_s < 1)
(90.0, True)
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rig.verify.errors import MetricError, NoChangeError
from rig.verify.windows import Levels, levels_at_ul

if TYPE_CHECKING:
    Floats = np.ndarray[Any, np.dtype[np.float64]]

#: The change of flow must be so many standard uncertainties large; below it a ratio is no Gaussian any more.
LEAST_CHANGE = 5.0
#: Levels stray by more than chance from so many standard deviations on.
_CHANCE = 3.1
#: Levels on one side of a change.
MOST_LEVELS = 24


class Meeting(NamedTuple):
    """Where two lines meet; arrays where several curves were given.

    Attributes:
        at_s: the instant [s].
        u_s: its standard uncertainty [s].
        change_ul_h, u_change_ul_h: by how much the flow changed [uL/h].
        after_ul_h: flow after it [uL/h].
    """

    at_s: Any
    u_s: Any
    change_ul_h: Any
    u_change_ul_h: Any
    after_ul_h: Any


def meeting_of_lines(time_s: Floats, volume_ul: Floats, covariance_ul2: Floats, split_s: float = 0.0) -> Meeting:
    """Kernel: least-squares lines through the levels before and after ``split_s``, and where they meet.

    Args:
        time_s: instants of the levels, shape (n,); two or more on either side.
        volume_ul: levels, shape (..., n).
        covariance_ul2: of one curve, shape (n, n).
        split_s: between the sides.

    Returns:
        Each of shape (...,). First-order propagation (GUM 5.2) of the whole covariance.

    Raises:
        MetricError: fewer than two levels on a side.
    """
    early = time_s < split_s
    if early.sum() < 2 or (~early).sum() < 2:
        raise MetricError(
            f"change: expected two levels or more on either side, found {early.sum()} and {(~early).sum()}"
        )
    line = np.zeros((4, len(time_s)))
    for rows, side in ((slice(0, 2), early), (slice(2, 4), ~early)):
        line[rows, side] = np.linalg.pinv(np.column_stack([np.ones(side.sum()), time_s[side]]))
    a1, s1, a2, s2 = np.moveaxis(volume_ul @ line.T, -1, 0)
    change = s2 - s1
    with np.errstate(divide="ignore", invalid="ignore"):  # no change at all: the door refuses it
        at = (a1 - a2) / change
        slopes = np.stack([np.ones_like(at), at, -np.ones_like(at), -at], axis=-1) / change[..., None]
    of_lines = line @ covariance_ul2 @ line.T
    variance = np.einsum("...i,ij,...j->...", slopes, of_lines, slopes)
    u_change = np.sqrt(max(of_lines[1, 1] + of_lines[3, 3] - 2 * of_lines[1, 3], 0.0))
    hour = 3600.0
    return Meeting(at, np.sqrt(np.maximum(variance, 0.0)), change * hour, u_change * hour, s2 * hour)


def change_of_flow(
    delivery: Levels, at_s: float, begin_s: float, end_s: float, guard_s: float, ripple_ul: float = 0.0
) -> Meeting:
    """When the flow of a delivery changed, relative to when it should have.

    Args:
        delivery: delivered volume.
        at_s: when the change was due, on the bench's clock.
        begin_s, end_s: since when the old flow really held, until when the new one did; a change before or after
            this one may have been late or early as well, so leave room for it.
        guard_s: no level stands nearer to ``at_s`` than this; longer than the delay that is looked for.
        ripple_ul: standard uncertainty of each level by shots and rollers of the pump.

    Returns:
        Times relative to ``at_s``: a positive one is late.

    Raises:
        NoChangeError: a change that noise could have made, or a delay beyond the guard.
        MetricError: too short a stretch.
    """
    times = np.concatenate(
        [
            _spread(begin_s, at_s - guard_s, delivery.window_s, "before"),
            _spread(at_s + guard_s, end_s, delivery.window_s, "after"),
        ]
    )
    volume, covariance = levels_at_ul(delivery, times)
    whole = covariance + np.eye(len(times)) * ripple_ul**2
    found = meeting_of_lines(times - at_s, volume, whole)
    if not abs(found.change_ul_h) >= LEAST_CHANGE * found.u_change_ul_h or found.change_ul_h == 0.0:
        raise NoChangeError(
            f"change at t = {at_s:.0f} s: expected a change of flow of at least {LEAST_CHANGE:g} standard "
            f"uncertainties, found {found.change_ul_h:.3g} uL/h with u = {found.u_change_ul_h:.2g} uL/h; "
            "measure for longer either side",
            float(found.change_ul_h),
            float(found.u_change_ul_h),
        )
    room = guard_s - delivery.window_s / 2
    if abs(found.at_s) > room:
        raise NoChangeError(
            f"change at t = {at_s:.0f} s: expected it within {room:.0f} s, found it {found.at_s:+.0f} s off, among the "
            "levels that it is reckoned from; take a longer guard",
            float(found.change_ul_h),
            float(found.u_change_ul_h),
        )
    return _with_ripple(found, times - at_s, volume, whole)


def _with_ripple(found: Meeting, time_s: Floats, volume_ul: Floats, covariance_ul2: Floats) -> Meeting:
    """Rollers bend the levels about their lines: what they stray beyond their noise may shift a whole side at once."""
    strays = sum(_excess_ul2(time_s[side], volume_ul[side], covariance_ul2[np.ix_(side, side)])
                 for side in (time_s < 0.0, time_s >= 0.0))  # fmt: skip
    shift_s = np.sqrt(strays) / abs(found.change_ul_h) * 3600.0
    return found._replace(u_s=np.hypot(found.u_s, shift_s))


def _excess_ul2(time_s: Floats, volume_ul: Floats, covariance_ul2: Floats) -> float:
    """Variance of levels about their line, beyond that of their noise; zero for two levels."""
    count = len(time_s)
    if count < 3:
        return 0.0
    design = np.column_stack([np.ones(count), time_s])
    about = np.eye(count) - design @ np.linalg.pinv(design)
    left = about @ volume_ul
    expected = float(np.trace(about @ covariance_ul2 @ about))
    excess = float(left @ left) - expected
    # beyond what noise alone does once in a thousand (normal approximation of chi-square)
    return excess / (count - 2) if excess > _CHANCE * math.sqrt(2.0 / (count - 2)) * expected else 0.0


def _spread(begin_s: float, end_s: float, window_s: float, side: str) -> Floats:
    """Instants whose windows do not overlap, from end to end."""
    count = min(int((end_s - begin_s) / window_s) + 1, MOST_LEVELS)
    if count < 2:
        raise MetricError(
            f"change: expected a stretch of at least {window_s:.0f} s {side} it, beyond the guard, found "
            f"{end_s - begin_s:.0f} s; make the step longer, or the guard shorter"
        )
    return np.linspace(begin_s, end_s, count)

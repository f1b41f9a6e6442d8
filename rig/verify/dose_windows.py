"""The any-24-h dose: the most and the least that any 24 h of a record delivered.

    found = extreme_windows(delivery, program, began, step=TIME.parse("step", "15 min"), window=day)
    found.largest_ul, found.expanded_ul, found.bias_at_most_ul, found.between_at_most_ul

A window may start at any instant. Levels stand on a grid of starts, joined by the corners of the program, where the
extremes of a piecewise constant rate lie; what could hide between two starts is bounded, because delivery does
not run backwards: ``V(next start + 24 h) - V(this start)``.

**The maximum operator is biased.** The largest of many noisy windows is too large on average. By how much depends on
how flat the truth is; it is never more than the mean of the largest error of them all, ``bias_at_most_ul``, since
``max(w + e) <= max w + max e``. For the same reason ``|max(w + e) - max w| <= max |e|``, so that the 95 % quantile of
``max |e|`` is an expanded uncertainty that holds whatever the truth looks like: ``expanded_ul``, from a seeded Monte
Carlo with the windows' joint covariance. The value itself is not corrected: that would need the truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.units import TIME
from rig.verify.errors import MetricError
from rig.verify.grid import duration_above_zero_s
from rig.verify.windows import Levels, levels_at_ul, programmed_above_zero, standard

if TYPE_CHECKING:
    from calibration.units import Quantity
    from rig.dose import DoseProgram

    Floats = np.ndarray[Any, np.dtype[np.float64]]

#: Draws of the Monte Carlo; the quantile repeats from seed to seed within about 2 %.
TRIALS = 4000
#: Content of the expanded uncertainty.
CONTENT = 0.95


@dataclass(frozen=True)
class Extremes:
    """Extreme windows of one length.

    Attributes:
        window_s: their length [s].
        count: how many were looked at.
        largest_ul, smallest_ul: volume of the extreme windows [uL].
        at_largest_s, at_smallest_s: when they begin, on the bench's clock [s].
        u_largest_ul, u_smallest_ul: standard uncertainty of these windows by themselves [uL].
        expanded_ul: U of either extreme, for all windows at once, 95 % [uL].
        bias_at_most_ul: by how much, on average, the operator may have pushed either extreme outwards [uL].
        between_at_most_ul, between_at_least_ul: what no start between two of the grid's can pass, noise apart [uL].
        programmed_largest_ul, programmed_smallest_ul: the same extremes of the program [uL].
    """

    window_s: float
    count: int
    largest_ul: float
    smallest_ul: float
    at_largest_s: float
    at_smallest_s: float
    u_largest_ul: float
    u_smallest_ul: float
    expanded_ul: float
    bias_at_most_ul: float
    between_at_most_ul: float
    between_at_least_ul: float
    programmed_largest_ul: float
    programmed_smallest_ul: float

    @property
    def error_percent(self) -> float:
        """The largest window against the largest one that was programmed [%]."""
        return 100.0 * (self.largest_ul / self.programmed_largest_ul - 1.0)


def extreme_windows(
    delivery: Levels, program: DoseProgram, began: Quantity, *, step: Quantity, window: Quantity, seed: int = 0
) -> Extremes:
    """The extreme windows of a program that was carried out.

    Args:
        delivery: delivered volume.
        program: what the pump was told; windows lie within it.
        began: when it began, on the bench's clock.
        step: between two starts.
        window: length, 24 h for the any-24-h dose.
        seed: of the Monte Carlo; take it from the hash of the record.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: a window longer than the program, a record that ends before the program, nothing programmed.
    """
    began_s = TIME.magnitude("began", began)
    window_s, step_s = duration_above_zero_s("window", window), duration_above_zero_s("step", step)
    starts_s = start_instants_s(program.breakpoints, window_s, step_s)
    told_ul = program.volume_ul(starts_s + window_s) - program.volume_ul(starts_s)
    programmed_above_zero(float(told_ul.max()), "any window")
    times_s, index = np.unique(np.concatenate([starts_s, starts_s + window_s]).round(6), return_inverse=True)
    level_ul, covariance = levels_at_ul(delivery, times_s + began_s)
    n = len(starts_s)
    first, last = index[:n], index[n:]
    volume_ul = level_ul[last] - level_ul[first]
    reach = largest_errors_ul(covariance, first, last, seed)
    top, bottom = int(volume_ul.argmax()), int(volume_ul.argmin())
    u_ul = standard(
        covariance[np.ix_(last, last)] + covariance[np.ix_(first, first)] - 2 * covariance[np.ix_(last, first)]
    )
    wider, narrower = level_ul[last[1:]] - level_ul[first[:-1]], level_ul[last[:-1]] - level_ul[first[1:]]
    return Extremes(
        window_s=window_s,
        count=n,
        largest_ul=float(volume_ul[top]),
        smallest_ul=float(volume_ul[bottom]),
        at_largest_s=began_s + float(starts_s[top]),
        at_smallest_s=began_s + float(starts_s[bottom]),
        u_largest_ul=float(u_ul[top]),
        u_smallest_ul=float(u_ul[bottom]),
        expanded_ul=float(np.quantile(np.abs(reach).max(axis=1), CONTENT)),
        bias_at_most_ul=float(reach.max(axis=1).mean()),
        between_at_most_ul=float(wider.max(initial=volume_ul[top])),
        between_at_least_ul=float(narrower.min(initial=volume_ul[bottom])),
        programmed_largest_ul=float(told_ul.max()),
        programmed_smallest_ul=float(told_ul.min()),
    )


def start_instants_s(breakpoints_s: Floats, window_s: float, step_s: float) -> Floats:
    """Starts of all windows within a program [s]: a grid, and where either end meets a corner of the program.

    Raises:
        MetricError: the program is shorter than a window.
    """
    last = float(breakpoints_s[-1]) - window_s
    if last < -1e-6:
        raise MetricError(
            f"window: expected at most the program's {breakpoints_s[-1]:g} s, found {window_s:g} s; run longer"
        )
    grid = np.arange(0.0, last, step_s)
    starts = np.concatenate([grid, breakpoints_s, breakpoints_s - window_s])
    return np.unique(starts[(starts >= 0.0) & (starts <= last + 1e-6)].round(6))


def largest_errors_ul(covariance_ul2: Floats, first: Any, last: Any, seed: int) -> Floats:
    """Kernel: errors of all windows in draws of the levels' joint error [uL], shape (TRIALS, windows)."""
    stream = np.random.RandomState(np.random.MT19937(np.random.SeedSequence(seed)))
    values, vectors = np.linalg.eigh(covariance_ul2)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    errors: Floats = stream.standard_normal((TRIALS, len(values))) @ root.T
    return errors[:, last] - errors[:, first]
